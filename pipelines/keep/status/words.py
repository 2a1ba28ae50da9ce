"""The words of a status: `loa status` prints them, and pages of the archive translate them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.status.message import Message
from pipelines.keep.status.statuses import (
    WORST_FIRST,
    ArchiveStatus,
    SiteStatus,
    Word,
    days_of,
)
from pipelines.keep.visits.watch import Watch
from pipelines.outcomes import RunOutcome

HEALTH: Mapping[Word, Message] = {
    "ok": Message("it answers, and nothing looks wrong"),
    "quiet": Message("nothing new for longer than usual, and no other fault"),
    "suspect": Message("something looks wrong; see the issues"),
    "broken": Message("nothing could be read for a day, or the portal says that it has closed"),
    "never visited": Message("no visit has ended yet"),
}
UNWATCHED: Mapping[Watch, Message] = {
    "paused": Message("not watched: paused"),
    "disabled": Message("not watched: disabled"),
    "removed": Message("not watched: removed"),
    "no-file": Message("not watched: no file"),
}
WORDS: Mapping[Word, Message] = {
    "ok": Message("ok"),
    "quiet": Message("quiet"),
    "suspect": Message("suspect"),
    "broken": Message("broken"),
    "never visited": Message("never visited"),
}
RUNS: Mapping[str, Message] = {
    RunOutcome.OK: Message("ok"),
    RunOutcome.SUSPECT: Message("suspect"),
    RunOutcome.INCOMPLETE: Message("incomplete"),
    RunOutcome.UNREACHABLE: Message("unreachable"),
    RunOutcome.PAUSED: Message("paused"),
    RunOutcome.STOPPED: Message("stopped"),
    RunOutcome.INTERRUPTED: Message("interrupted"),
    RunOutcome.FAILED: Message("failed"),
    RunOutcome.DAMAGED: Message("damaged"),
}
NONE_SINCE = "none since "  # sites.health_detail of a quiet portal begins so
LATE = timedelta(hours=12)  # a site so late waits for a timer that does not run


def why(one: SiteStatus) -> Message | None:
    """Why a site is not well, not visited, or not read wholly, in a few words; None if it is."""
    if one.watch in UNWATCHED:
        if not one.watch_since:
            return UNWATCHED[one.watch]
        since = one.watch_since[:10]
        return Message("%(why)s on %(day)s", {"why": UNWATCHED[one.watch], "day": since})
    if one.health_detail:
        reason = one.health_detail.partition(": ")[0]
        if reason.startswith(NONE_SINCE):
            return Message("none since %(day)s", {"day": reason.removeprefix(NONE_SINCE)})
        return Message("%(reason)s", {"reason": reason})
    if one.last_outcome in (None, RunOutcome.OK):
        return None
    return Message("last: %(outcome)s", {"outcome": run_word(one.last_outcome)})


def run_word(outcome: str) -> Message:
    """How a run ended, in a word."""
    return RUNS.get(outcome) or Message("%(outcome)s", {"outcome": outcome})


def looks(one: SiteStatus) -> Message:
    """Within how many days the last looks at half and at all articles were."""
    if one.looked_all_days is None:
        return Message("-")
    days = {"half": one.looked_half_days or 0, "all": one.looked_all_days}
    return Message("%(half)s/%(all)s d", days)


def ago(stored: str | None, now: datetime) -> Message:
    """How long ago a stored instant is."""
    if stored is None:
        return Message("-")
    return Message("%(span)s ago", {"span": span(now - parse_utc(stored))})


def next_visit(one: SiteStatus, now: datetime) -> Message:
    """When the next visit is due, or how late it is."""
    if one.next_due_at is None or one.watch in UNWATCHED:
        return Message("-")
    left = parse_utc(one.next_due_at) - now
    if left > timedelta(0):
        return Message("in %(span)s", {"span": span(left)})
    if one.watch == "by-name":
        return Message("by name")  # no timer visits it
    return Message("%(span)s late", {"span": span(-left)}) if -left > LATE else Message("now")


def is_late(one: SiteStatus, now: datetime) -> bool:
    """Whether a watched site has waited for its visit for long."""
    if one.next_due_at is None or one.watch in (*UNWATCHED, "by-name"):
        return False
    return now - parse_utc(one.next_due_at) > LATE


def span(time: timedelta) -> Message:
    """A span of time in minutes, hours or days."""
    minutes = max(0, int(time / timedelta(minutes=1)))
    if minutes < 120:
        return Message("%(count)s min", {"count": minutes})
    if minutes < 48 * 60:
        return Message("%(count)s h", {"count": minutes // 60})
    return Message("%(count)s d", {"count": minutes // 1440})


def size(count: int) -> Message:
    """So many bytes."""
    if count >= 1 << 30:
        return Message("%(size)s GiB", {"size": round(count / (1 << 30), 1)})
    return Message("%(size)s MiB", {"size": round(count / (1 << 20), 1)})


def remarks(one: SiteStatus) -> Iterator[Message]:
    """Lines about a site's file and its pace."""
    if one.file is not None and one.file != one.site:
        yield renamed_line(one.site, one.file)
    lengthens = one.full_crawl_days <= days_of(one.pages, one.crawl_delay or 0.0)
    if one.crawl_delay is not None and lengthens:
        line = crawl_delay_line(one.crawl_delay, one.pages)
        yield Message("%(site)s: %(remark)s", {"site": one.site, "remark": line})


def renamed_line(key: str, file: str) -> Message:
    """A line that says that a renamed file's portal keeps its key."""
    return Message(
        "%(file)s.toml: the archive holds this portal under the key %(key)s, which it keeps",
        {"file": file, "key": key},
    )


def crawl_delay_line(seconds: float, pages: int) -> Message:
    """What a Crawl-delay means for a full crawl of a portal with so many known pages."""
    return Message(
        "robots.txt asks for %(seconds)s s between two requests (Crawl-delay), %(count)s a day:"
        " a full crawl of the %(pages)s pages known so far takes %(days)s days",
        {
            **{"seconds": f"{seconds:g}", "count": round(86_400 / seconds)},
            **{"pages": pages, "days": f"{days_of(pages, seconds):.1f}"},
        },
    )


def lines_below(statuses: Sequence[SiteStatus], room: ArchiveStatus) -> Iterator[Message]:
    """What is said once for all these sites, below their table."""
    for one in statuses:
        yield from remarks(one)
    if lost := [one.site for one in statuses if one.watch == "no-file"]:
        yield Message(
            "not watched, because no site file names them: %(sites)s; put the files back, or run"
            " `loa remove SITE`",
            {"sites": ", ".join(lost)},
        )
    yield summary(Counter(one.health for one in statuses), room)
    yield from _looked(statuses)
    if endless := [one for one in statuses if one.unasked]:
        yield Message(
            "%(count)s addresses of %(sites)s sites look endless or are files, and were not"
            " requested: see the table unasked",
            {"count": sum(one.unasked for one in endless), "sites": len(endless)},
        )
    if waiting := [one for one in statuses if one.open_issues]:
        yield Message(
            "%(count)s open issues of %(sites)s sites: `loa accept SITE` shows them and closes"
            " those that are normal",
            {"count": sum(one.open_issues for one in waiting), "sites": len(waiting)},
        )


def _looked(statuses: Iterable[SiteStatus]) -> Iterator[Message]:
    looked = [one for one in statuses if one.looked_all_days is not None]
    if looked:
        longest = max(looked, key=lambda one: one.looked_all_days or 0)
        yield Message(
            "last looks at articles: half of each site's within %(half)s d, all within %(all)s d"
            " (longest: %(site)s)",
            {
                "half": max(one.looked_half_days or 0 for one in looked),
                **{"all": longest.looked_all_days or 0, "site": longest.site},
            },
        )


def summary(counts: Counter[Word], room: ArchiveStatus) -> Message:
    """How many sites stand how, and the disk space of the archive."""
    words = [
        Message("%(count)s %(word)s", {"count": counts[word], "word": WORDS[word]})
        for word in WORST_FIRST
        if counts[word]
    ]
    return Message(
        "%(count)s sites: %(standing)s; %(database)s database, %(log)s log, %(captures)s captures,"
        " %(free)s free",
        {
            **{"count": counts.total(), "standing": _joined(words)},
            **{"database": size(room.database_bytes), "log": size(room.wal_bytes)},
            **{"captures": size(room.captures_bytes), "free": size(room.free_bytes)},
        },
    )


def _joined(messages: Sequence[Message]) -> Message:
    if not messages:
        return Message("none")
    first, *rest = messages
    return (
        Message("%(first)s, %(rest)s", {"first": first, "rest": _joined(rest)}) if rest else first
    )
