"""`loa diff`: shows what changed between two revisions of an article."""

import json
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection, Row

import click
from rich.console import Console

from crawler.commands.options import archive_option
from crawler.terminal.differences import difference_lines
from crawler.terminal.escaping import escaped_line
from pipelines.compare.changes import Change
from pipelines.compare.differences import differences
from pipelines.keep.database.archive import read_archive
from pipelines.keep.history.versions import versions_of
from pipelines.keep.records.article_keys import articles_named
from portals.errors import LoaError


class ArticleNameError(LoaError):
    """No article or revision has this name, or several articles have it."""

    exit_code = 2


@click.command()
@archive_option
@click.argument("article", metavar="ARTICLE")
@click.argument("revisions", metavar="[REV [REV]]", type=click.IntRange(min=1), nargs=-1)
def diff(archive: Path, article: str, revisions: tuple[int, ...]) -> None:
    """Show what changed between two revisions of ARTICLE (key, address or row number).

    Without REV it shows the last change; with one REV, what that revision changed. Revisions count
    from 1. On a terminal, removed words are red, added ones green, and figures in them bold;
    elsewhere they are [-removed-] and {+added+}, and figures stand between asterisks.
    """
    with read_archive(archive) as db:
        number = _number_of(db, article)
        found = db.execute("select url, key from articles where id = ?", (number,)).fetchone()
        held = versions_of(db, number)
    click.echo(f"{escaped_line(found['url'])} ({found['key']})")
    for row, _ in held:
        click.echo(escaped_line(_told(row)))
    first, last = _chosen(revisions, len(held))
    if first == last:
        return
    shown = differences(held[first - 1][1], held[last - 1][1])
    click.echo(f"\nfrom revision {first} to {last}: {_summary(shown.change)}")
    console = Console()
    for line in difference_lines(shown, colours=console.is_terminal and not console.no_color):
        click.echo(line)


def _number_of(db: Connection, article: str) -> int:
    numbers = articles_named(db, article)
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        told = ", ".join(map(str, numbers))
        raise ArticleNameError(f"{article} names several articles; choose one by number: {told}")
    raise ArticleNameError(
        f"no article of the archive is named {article}; name it by its key (as in /a/KEY), its"
        " address or its row number"
    )


def _chosen(revisions: Sequence[int], held: int) -> tuple[int, int]:
    """The two revisions to compare."""
    if len(revisions) > 2 or any(one > held for one in revisions):
        raise ArticleNameError(f"name one or two revisions, from 1 to {held}")
    if len(revisions) == 2:
        return revisions[0], revisions[1]
    last = revisions[0] if revisions else held
    return max(last - 1, 1), last


def _told(row: Row) -> str:
    """One line about a revision."""
    told = f"revision {row['seq']}, seen {row['seen_at']}"
    if row["changed"] is None:
        return told
    doing = f", by the {row['changed_by']}" if row["changed_by"] else ""
    return f"{told}: {', '.join(json.loads(row['changed'])) or 'nothing'} changed{doing}"


def _summary(change: Change) -> str:
    figures = "; figures changed" if change.figures_changed else ""
    fields = ", ".join(change.fields) or "nothing"
    return f"{fields}; {change.words_added} words added, {change.words_removed} removed{figures}"
