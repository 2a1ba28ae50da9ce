"""`loa removed`: shows which articles are no longer where they were."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_key
from crawler.terminal.escaping import escaped_json, escaped_line
from pipelines.keep.database.archive import read_archive
from pipelines.keep.states.vanished import Vanished, vanished_articles
from pipelines.outcomes import ArticleState

TOLD = {
    ArticleState.GONE: "gone",
    ArticleState.SOFT_404: "gone (its page says so)",
    ArticleState.REDIRECTED_HOME: "gone (its address leads elsewhere)",
    ArticleState.MOVED: "moved",
    ArticleState.UNLISTED: "unlisted, but online",
    ArticleState.UNREACHABLE: "unreachable (its page fails)",
    ArticleState.RETURNED: "returned",
}


@click.command()
@archive_option
@click.argument("site", required=False, metavar="[SITE]")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each article.")
def removed(archive: Path, site: str | None, as_json: bool) -> None:
    """Show which articles vanished, moved or returned: when, the evidence, where to.

    Shows those of SITE (key), or of all sites, the latest first. Their texts are kept. A 410 is
    believed at once. Any other absence must be confirmed by a second visit to which other pages
    came well: a portal that fails has removed nothing. The table sightings has the earlier states.
    """
    with read_archive(archive) as db:
        key = None if site is None else archived_key(db, site, archive)
        found = vanished_articles(db, key)
    for one in found:
        if as_json:
            click.echo(escaped_json(asdict(one)))
            continue
        for line in _lines(one):
            click.echo(escaped_line(line))
    if not found and not as_json:
        click.echo("nothing vanished")


def _lines(one: Vanished) -> Iterator[str]:
    state = ArticleState(one.state)
    yield f"{one.since_at[:10]}  {one.site}  {TOLD[state]}: {one.title} ({one.key})"
    yield f"  {one.url}, published {one.published_on or 'on an unknown day'}"
    if one.to_url is not None and state != ArticleState.RETURNED:
        where = "now at" if state == ArticleState.MOVED else "leads to"
        yield f"  {where} {one.to_url}"
    came = f"status {one.status}" if one.status is not None else "no answer"
    yield (
        f"  text last seen {_instant(one.last_seen_at)}; certain since {_instant(one.confirmed_at)}"
        f" by capture {one.capture}: {one.asked}, {came}, {one.outcome}"
    )


def _instant(stored: str) -> str:
    return f"{stored[:10]} {stored[11:16]}Z"
