"""`loa add --from LIST`: surveys many portals, writes their site files, and says what failed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from crawler.add.causes import Cause
from crawler.add.side_by_side import Task, survey_all
from crawler.commands.adding.report import Fate, Result, summary, write_report
from crawler.commands.adding.site_files import (
    KeyTakenError,
    KnownPortals,
    SiteFileError,
    write_site_file,
)
from crawler.commands.site_names import archived_rows, lines_of
from crawler.terminal.escaping import escaped_line
from pipelines.keep.frontier.hosts import server_of
from pipelines.keep.visits.watch import watch_list
from pipelines.read.addresses.canonical import canonical_url, host_of
from pipelines.read.trial import BLIND
from portals.site import KEY, load_sites

INCOMPLETE = 7
WRITTEN = (Fate.ADDED, Fate.WITHOUT_ARTICLES)


@dataclass(frozen=True, slots=True)
class Options:
    """How the surveys are made, and where the report goes."""

    proxy: str | None
    delay: float | None
    at_once: int
    report: Path | None


def add_all(content: bytes, name: str, archive: Path, options: Options) -> None:
    """Add the portals of a list, and tell how it went.

    Each gets its file as soon as it was surveyed, so that a later start goes on where this one was
    stopped. Exits with 7 if a portal got no file, or no article of it was recognised.
    """
    lines = lines_of(content)
    if not lines:
        raise click.UsageError(f"{name}: names no portal; write one address a line")
    portals = KnownPortals(archive)
    results, tasks = _sorted_out(lines, portals, archive, options)
    number = len(tasks)
    click.echo(f"{len(lines)} lines, {number} portals to survey", err=True)
    try:
        for count, (task, answer) in enumerate(survey_all(tasks, options.at_once), 1):
            result = _result(task, answer, portals)
            results.append(result)
            click.echo(escaped_line(f"[{count}/{number}] {result.line}"), err=True)
    finally:
        for line in (*summary(results), *_unwatched(archive, results)):
            click.echo(escaped_line(line))
        if options.report is not None:  # last: if it cannot be written, the rest is told
            write_report(options.report, results)
    if any(one.needs_a_person for one in results):
        raise click.exceptions.Exit(INCOMPLETE)


def _sorted_out(
    lines: Sequence[str], portals: KnownPortals, archive: Path, options: Options
) -> tuple[list[Result], list[Task]]:
    """The results of lines that need no survey, and the portals to survey."""
    results, tasks = list[Result](), list[Task]()
    named: dict[str, str] = {}  # the first address of each server
    for line in lines:
        address, *rest = line.split(maxsplit=1)
        key = rest[0] if rest else None
        known = _without_survey(address, key, portals, named)
        if known is not None:
            results.append(known)
            continue
        try:
            own = portals.new_file(address, key, other=True).stem
        except KeyTakenError as error:
            results.append(Result(address, key, Fate.NOT_ADDED, Cause.KEY_TAKEN, str(error)))
            continue
        portals.promise(own)
        named[server_of(host_of(address))] = address
        tasks.append(Task(address, own, str(archive), options.proxy, options.delay))
    return results, tasks


def _without_survey(
    address: str, key: str | None, portals: KnownPortals, named: Mapping[str, str]
) -> Result | None:
    """What can be said of a line without asking anybody, if anything."""
    if "://" not in address or canonical_url(address) is None:
        return Result(address, key, Fate.NOT_ADDED, Cause.NO_ADDRESS)
    if key is not None and not KEY.fullmatch(key):
        return Result(address, key, Fate.NOT_ADDED, Cause.BAD_KEY, f"{key!r} is not a key")
    if (watching := portals.watching(address)) is not None:
        return Result(address, watching.key, Fate.KNOWN, told=f"{watching.key}.toml watches it")
    if (first := named.get(server_of(host_of(address)))) is not None:
        return Result(address, None, Fate.KNOWN, told=f"the list names it as {first} too")
    return None


def _result(task: Task, answer: Mapping[str, Any], portals: KnownPortals) -> Result:
    """What came of a survey; writes the file."""
    if "text" not in answer:
        return Result(task.url, task.key, Fate.NOT_ADDED, Cause(answer["cause"]), answer["told"])
    try:
        write_site_file(portals.path_of(task.key), answer["text"])
    except SiteFileError as error:
        return Result(task.url, task.key, Fate.NOT_ADDED, Cause.NOT_WRITTEN, str(error))
    platform = answer["platform"]
    family = "no known family" if platform in (None, BLIND) else f"family {platform}"
    told = f"{answer['name']}: {family}; {answer['requests']} requests"
    if not answer["articles"]:
        return Result(task.url, task.key, Fate.WITHOUT_ARTICLES, Cause.NO_ARTICLES, told)
    return Result(task.url, task.key, Fate.ADDED, told=told)


def _unwatched(archive: Path, results: Sequence[Result]) -> Iterator[str]:
    """A line about new files of sites that the operator paused or removed."""
    written = {one.key for one in results if one.fate in WRITTEN}
    if not written:
        return
    listed = watch_list(archived_rows(archive), load_sites())
    states = {one.site.key: one.watch for file, one in listed.items() if file in written}
    left = sorted(key for key, watch in states.items() if watch in ("paused", "removed"))
    if left:
        yield f"paused or removed, so not visited until `loa resume KEY`: {', '.join(left)}"
