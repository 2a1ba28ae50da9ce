"""`loa accept`: a person says that what looks wrong is normal."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_site
from crawler.terminal.escaping import escaped_line
from pipelines.keep.database.archive import Archive, read_archive
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.issues.issues import OpenIssue, open_counts, open_issues
from pipelines.keep.visits.accept import accept_issues, effect
from pipelines.outcomes import IssueKind
from portals.errors import LoaError, UnknownSiteError

EXAMPLES = 3  # issues shown of each kind


class NotAcceptedError(LoaError):
    """The request cannot be carried out; nothing was changed."""

    exit_code = 2


@click.command()
@click.argument("site", required=False)
@archive_option
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="Accept the open issues of this kind; may be repeated.",
)
@click.option("--all", "every_kind", is_flag=True, help="Accept the open issues of all kinds.")
@click.option("--because", metavar="TEXT", help="Why; the issue keeps it for later readers.")
@click.pass_context
def accept(
    context: click.Context,
    site: str | None,
    archive: Path,
    kinds: tuple[str, ...],
    every_kind: bool,
    because: str | None,
) -> None:
    """Show what waits for a person on SITE; with --kind or --all, accept it as normal.

    A site is judged by its earlier good visits. So a portal that was redesigned would always look
    broken. Accept what you see: from the visit that first saw it, the site is judged by what it
    shows now. The issue is closed and keeps your reason. A later fault opens a new one. A portal
    that recovers needs no word from you: its issues close by themselves.

    \b
    loa accept                  sites where something waits, and what belongs to no site
    loa accept songmai          what waits there, and the commands that accept it
    loa accept songmai --kind listing-empty --because "five articles a page since the redesign"
    """
    with read_archive(archive) as db:
        if (
            site is not None
            and db.execute("select 1 from sites where key = ?", (site,)).fetchone() is None
        ):
            raise UnknownSiteError(
                f"{site!r}: is not in {archive}; `loa accept` lists the sites where something"
                " waits, `loa status` all sites"
            )
        issues = open_issues(db, site)
        elsewhere = open_counts(db) if site is None else {}
    if not (kinds or every_kind):
        if because is not None:
            raise NotAcceptedError(
                f"--because {because!r}: says why, but not what to accept; add --kind KIND or --all"
            )
        _show(_command(context, site, archive), site, issues, elsewhere)
        return
    chosen = _chosen(site, issues, kinds, every_kind)
    if because is None or not because.strip():
        raise NotAcceptedError(
            f"{', '.join(chosen)}: say why with --because TEXT; it is kept with the issue"
        )
    clock: Clock = context.obj or wall_clock
    _accept(archive, site, chosen, because.strip(), clock(), partly=every_kind)


def _chosen(
    site: str | None, issues: Iterable[OpenIssue], kinds: Sequence[str], every_kind: bool
) -> list[IssueKind]:
    open_kinds = list(dict.fromkeys(issue.kind for issue in issues))
    whose = site or "no site"
    if every_kind and kinds:
        raise NotAcceptedError("--all and --kind: cannot be used together; leave one out")
    if not open_kinds:
        raise NotAcceptedError(
            f"{whose}: has no open issue; `loa accept` lists where something waits"
        )
    if unknown := [kind for kind in kinds if kind not in open_kinds]:
        raise NotAcceptedError(
            f"{whose}: no open issue is of kind {', '.join(unknown)};"
            f" open are {', '.join(open_kinds)}"
        )
    return open_kinds if every_kind else [IssueKind(kind) for kind in dict.fromkeys(kinds)]


def _accept(
    archive: Path,
    key: str | None,
    kinds: Collection[IssueKind],
    because: str,
    now: datetime,
    *,
    partly: bool,
) -> None:
    site = archived_site(key, archive) if key is not None else None
    with Archive.open(archive) as opened, opened.transaction() as db:
        done = accept_issues(db, site, kinds, because, now)
        if done.left and not (partly and done.closed):
            raise NotAcceptedError(f"{key}: {_stays(done.left[0])}")
    for kind, count in Counter(issue.kind for issue in done.closed).items():
        click.echo(escaped_line(f"{key or 'no site'}: {count} {kind} accepted: {effect(kind)}"))
    for issue in done.left:
        click.echo(escaped_line(f"{key}: {_stays(issue)}"))


def _stays(issue: OpenIssue) -> str:
    return (
        f"{issue.kind} stays open, because the next visit would open it again ({issue.detail});"
        " mend or remove the site's file, or wait for the portal"
    )


def _show(
    command: str,
    site: str | None,
    issues: Sequence[OpenIssue],
    elsewhere: dict[str, dict[IssueKind, int]],
) -> None:
    for key, counts in elsewhere.items():
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        click.echo(escaped_line(f"{key}: {kinds}"))
    if elsewhere:
        click.echo("`loa accept SITE` shows those of a site")
    if issues or not elsewhere:
        click.echo(escaped_line(f"{site or 'no site'}: {len(issues)} open issues"))
    for kind, group in groupby(
        sorted(issues, key=lambda issue: issue.kind), key=lambda issue: issue.kind
    ):
        many = list(group)
        since = parse_utc(many[0].opened_at)
        click.echo(f"\n{kind}: {len(many)}, since {since:%Y-%m-%d %H:%M} UTC")
        for issue in many[:EXAMPLES]:
            click.echo(f"    {escaped_line(issue.detail)}")
        if len(many) > EXAMPLES:
            click.echo(f"    ... and {len(many) - EXAMPLES} more")
        click.echo(
            f"    to accept it as normal ({effect(kind)}):\n"
            f"    {command} --kind {shlex.quote(kind)} --because '...'"
        )


def _command(context: click.Context, site: str | None, archive: Path) -> str:
    """The command as it was typed."""
    named = context.get_parameter_source("archive") is click.core.ParameterSource.COMMANDLINE
    words = [
        "loa",
        "accept",
        *([site] if site is not None else []),
        *(["--archive", str(archive)] if named else []),
    ]
    return shlex.join(words)
