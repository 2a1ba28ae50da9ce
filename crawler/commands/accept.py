"""`loa accept`: a person declares that an apparent fault is normal."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_key, archived_site
from crawler.terminal.escaping import escaped_line
from pipelines.keep.database.archive import Archive, read_archive
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.issues.issues import OpenIssue, open_counts, open_issues
from pipelines.keep.visits.accept import accept_issues, effect
from pipelines.outcomes import IssueKind
from portals.errors import LoaError

EXAMPLES = 3  # issues shown of each kind


class NotAcceptedError(LoaError):
    """The request cannot be carried out; nothing was changed."""

    exit_code = 2


@click.command()
@click.argument("site", required=False)
@archive_option
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Accept this kind; may be repeated."
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
    """Show the open issues of SITE; with --kind or --all, accept them as normal.

    Loa judges a site by its earlier good visits, so a redesigned portal would look broken for ever.
    If you accept the new state, Loa judges the site by what it has shown since the issue opened.
    The issue closes and keeps your reason. A later fault opens a new one. If a portal recovers,
    there is nothing to accept: its issues close by themselves.

    \b
    loa accept                  all open issues, by site
    loa accept songmai          the issues of one site, and the commands that accept them
    loa accept songmai --kind listing-empty --because "five articles a page since the redesign"
    """
    with read_archive(archive) as db:
        if site is not None:
            site = archived_key(db, site, archive)
        issues = open_issues(db, site)
        elsewhere = open_counts(db) if site is None else {}
    if not (kinds or every_kind):
        if because is not None:
            raise NotAcceptedError(
                f"--because {because!r}: accepts nothing by itself; add --kind KIND or --all"
            )
        _show(_command(context, site, archive), site, issues, elsewhere)
        return
    chosen = _chosen(site, issues, kinds, every_kind)
    if because is None or not because.strip():
        raise NotAcceptedError(
            f"{', '.join(chosen)}: give your reason with --because TEXT; the issue keeps it"
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
            f"{whose}: has no open issue; `loa accept` lists the sites that have one"
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
    elsewhere: dict[str, dict[str, int]],
) -> None:
    for key, counts in elsewhere.items():
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        click.echo(escaped_line(f"{key}: {kinds}"))
    if elsewhere:
        click.echo("`loa accept SITE` shows those of a site")
    if issues or not elsewhere:
        click.echo(escaped_line(f"{site or 'no site'}: {len(issues)} open issues"))
    for kind in sorted({issue.kind for issue in issues}):
        many = [issue for issue in issues if issue.kind == kind]
        since = parse_utc(many[0].opened_at)
        click.echo(f"\n{kind}: {len(many)}, since {since:%Y-%m-%d %H:%M} UTC")
        for issue in many[:EXAMPLES]:
            click.echo(f"    {escaped_line(issue.detail)}")
        if len(many) > EXAMPLES:
            click.echo(f"    ... and {len(many) - EXAMPLES} more")
        click.echo(f"    to accept it as normal ({effect(kind)}):")
        click.echo(f"    {command} --kind {shlex.quote(kind)} --because '...'")


def _command(context: click.Context, site: str | None, archive: Path) -> str:
    """The command as it was typed."""
    named = context.get_parameter_source("archive") is click.core.ParameterSource.COMMANDLINE
    sites = [] if site is None else [site]
    return shlex.join(["loa", "accept", *sites, *(["--archive", str(archive)] if named else [])])
