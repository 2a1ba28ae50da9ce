"""`loa copies`: shows which articles say what others said, and who said it first."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.commands.articles.diff import ArticleNameError
from crawler.commands.options import archive_option
from crawler.terminal.escaping import escaped_json, escaped_line
from pipelines.keep.copies.comparing import compare_waiting, waiting_count
from pipelines.keep.copies.shown_groups import ShownCopy, ShownGroup, shown_groups
from pipelines.keep.database.archive import Archive, ArchiveError, read_archive
from pipelines.keep.database.rows import first_value
from pipelines.keep.records.article_keys import articles_named


@click.command()
@archive_option
@click.argument("name", required=False, metavar="[ARTICLE|SITE]")
@click.option("--most", default=50, type=click.IntRange(min=1), help="Groups to show (50).")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each group.")
def copies(archive: Path, name: str | None, most: int, as_json: bool) -> None:
    """Show which articles copy others: who was first, who later, how much was altered.

    Shows the newest groups of the archive, of a SITE (key), or those of an ARTICLE (key, address or
    row number). Each visit and import compares its articles at its end; those that still wait are
    compared first.

    \b
    A line of a group:
      when it was published, or "seen" and when Loa saw it first
      its site
      first, later (and how many days), or "?": the evidence does not say
      how much was altered: words added and removed, and their share of both texts;
        "compared with" marks the one with which the others are compared
      its address
    """
    with read_archive(archive) as db:
        waiting = waiting_count(db)
    if waiting:
        waiting = _compare(archive, waiting)
    with read_archive(archive) as db:
        site, articles = _chosen(db, name)
        groups = shown_groups(db, site=site, articles=articles, most=most)
    for group in groups:
        if as_json:
            click.echo(escaped_json(asdict(group)))
        else:
            for line in _lines(group):
                click.echo(escaped_line(line))
    if not groups and not as_json:
        click.echo("no copies found")
    if len(groups) == most:
        click.echo(f"loa: there may be more; --most {2 * most} shows them", err=True)


def _compare(archive: Path, waiting: int) -> int:
    """Compare the articles that wait, if this process may write; returns how many still wait."""
    try:
        with Archive.open(archive) as writer:
            return waiting - compare_waiting(writer)
    except ArchiveError as error:
        why = escaped_line(str(error))
        click.echo(f"loa: {waiting} articles are not compared yet: {why}", err=True)
        return waiting


def _chosen(db: Connection, name: str | None) -> tuple[str | None, list[int] | None]:
    """The site, or the articles, that a name means."""
    if name is None:
        return None, None
    if first_value(db, "select 1 from sites where key = ?", (name,)):
        return name, None
    if articles := articles_named(db, name):
        return None, articles
    raise ArticleNameError(
        f"no site and no article of the archive is named {name}; name a site by its key, an article"
        " by its key (as in /a/KEY), its address or its row number"
    )


def _lines(group: ShownGroup) -> Iterator[str]:
    measure = next((one for one in group.copies if one.key == group.compared_with), group.copies[0])
    sites = len({one.site for one in group.copies})
    yield f"{measure.title} ({len(group.copies)} articles, {sites} sites)"
    for one in group.copies:
        altered = "compared with" if one is measure else _altered(one)
        yield f"  {_when(one):17}  {one.site:20}  {_position(one):14}  {altered:22}  {one.url}"


def _when(one: ShownCopy) -> str:
    if one.published_at is not None:
        return f"{one.published_at[:10]} {one.published_at[11:16]}Z"
    return one.published_on or f"seen {one.first_seen_at[:10]}"


def _position(one: ShownCopy) -> str:
    if one.position == "later" and one.days_later is not None:
        days = one.days_later
        return "same day" if not days else "1 day later" if days == 1 else f"{days} days later"
    return "?" if one.position == "unknown" else one.position


def _altered(one: ShownCopy) -> str:
    if not (one.words_added or one.words_removed):
        return "the same words"
    told = f"+{one.words_added} -{one.words_removed} ({one.altered:.0%})"
    return f"{told}, round-up" if one.round_up else told
