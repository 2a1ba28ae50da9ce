"""Which validators to send back so that a server may answer 304, and how to spot lies.

Two lies are known. A Last-Modified that moves with the clock (NukeViet: always now less 24 hours)
never matches, so it is no longer sent. A 304 to everything hides what is new; so every twentieth
request sends a validator that cannot match, and an honest server then sends the whole page.
See RFC 9110, section 13.1.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from sqlite3 import Connection
from typing import Literal

from pipelines.capture import Capture
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.frontier.hosts import distrust_last_modified, last_modified_moves
from pipelines.keep.frontier.page import Page
from pipelines.keep.issues.issues import Issue, open_issue, open_issues
from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import host_of
from portals.platform import Platform

PROBE_EVERY = 20  # answers 304 of one address between two probes
NEVER_GIVEN = '"loa-has-no-copy"'
BEFORE_THE_WEB = "Thu, 01 Jan 1970 00:00:00 GMT"
APART = timedelta(minutes=1)  # two answers closer together prove nothing about a clock
JITTER = timedelta(seconds=2)
# Which validators of a host are worth sending back; the words are those of the families' files.
Belief = Literal["all", "etag", "none"]


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators that came with the held text. `unmodified`: how many 304s came since; `page`:
    the page's number, which staggers probes.
    """

    page: int
    etag: str | None
    last_modified: str | None
    unmodified: int

    @property
    def probing(self) -> bool:
        """Whether the next request for the address is a probe."""
        return self.unmodified > 0 and (self.unmodified + self.page) % PROBE_EVERY == 0


def conditions(held: Validators, belief: Belief) -> dict[str, str]:
    """The headers that make a request conditional.

    An ETag goes alone: a server that knows ETags must ignore the date anyway.
    """
    if held.etag is not None and belief != "none":
        return {"If-None-Match": NEVER_GIVEN if held.probing else held.etag}
    if held.last_modified is not None and belief == "all":
        return {"If-Modified-Since": BEFORE_THE_WEB if held.probing else held.last_modified}
    return {}


def etag_of(capture: Capture) -> str | None:
    """The ETag of an answer: the last one, which a proxy may have added and will compare."""
    return next(
        (value for name, value in reversed(capture.headers) if name.lower() == "etag"), None
    )


def lie(held: Validators, capture: Capture, *, other_text: bool) -> str | None:
    """How the answer to a probe disproves the server's 304, in a few words; None if it does not.

    Only a probe proves anything; any other 304 may be true.
    """
    if not held.probing:
        return None
    if capture.status == 304:
        return "answered 304 (not modified) to a validator that it never gave"
    same = etag_of(capture) == held.etag
    if held.etag is None:
        same = capture.header("last-modified") == held.last_modified
    if not (other_text and same):
        return None
    times = f"answered 304 (not modified) {held.unmodified} times"
    return f"{times}, and sends another text under the same validator"


def moves_with_clock(before: tuple[datetime, str], after: tuple[datetime, str]) -> bool:
    """Whether Last-Modified moved by exactly the time between two answers.

    Each answer is (when it came, what it said).
    """
    passed = after[0] - before[0]
    try:
        moved = parsedate_to_datetime(after[1]) - parsedate_to_datetime(before[1])
    except (TypeError, ValueError):  # no date, or one without a zone beside one with
        return False
    return passed >= APART and abs(moved - passed) <= JITTER


def belief(db: Connection, site: str, url: str, platform: Platform) -> Belief:
    """How far to believe the validators of an address's host, by its family's file and its past.

    When a person closes the issue about a lie, the lie is forgiven.
    """
    if platform.validators == "none" or _has_lied(db, site, url):
        return "none"
    return "etag" if last_modified_moves(db, host_of(url)) else platform.validators


def watch(
    db: Connection, page: Page, capture: Capture, capture_row: int, *, other_text: bool
) -> None:
    """Note what an answer reveals about its server's validators. `page`: its row before the answer;
    `other_text`: whether the text differs from the held one.
    """
    held = Validators(page.id, page.etag, page.last_modified, page.unmodified)
    host = host_of(capture.url)
    told = lie(held, capture, other_text=other_text)
    if told is not None and not _has_lied(db, page.site, capture.url):
        detail = (
            f"{capture.url}: {told}; nothing more is asked conditionally of {host}"
            " until this issue is closed"
        )
        issue = Issue(IssueKind.VALIDATOR_LIES, detail, page.site, capture.url, capture=capture_row)
        open_issue(db, issue, capture.fetched_at)
    said = capture.header("last-modified")
    if not capture.is_page or said is None:
        return
    if page.last_modified is None or page.last_fetched_at is None:
        return
    before = parse_utc(page.last_fetched_at), page.last_modified
    if moves_with_clock(before, (capture.fetched_at, said)):
        distrust_last_modified(db, host, capture.fetched_at)


def _has_lied(db: Connection, site: str, url: str) -> bool:
    """Whether an open issue says that an address's host lies."""
    lies = open_issues(db, site, (IssueKind.VALIDATOR_LIES,))
    return any(lie.url is not None and host_of(lie.url) == host_of(url) for lie in lies)
