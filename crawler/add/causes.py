"""Why a portal could not be added: a word for programs, and what it means to a person."""

from enum import StrEnum
from typing import NamedTuple

from pipelines.outcomes import Outcome


class Cause(StrEnum):
    """Why a portal has no site file, or one that finds no articles."""

    NO_SUCH_HOST = "no-such-host"
    NOTHING_LISTENS = "nothing-listens"
    NO_ANSWER = "no-answer-in-time"
    BROKEN = "broken-connection"
    UNTRUSTED = "not-trusted"
    PRIVATE = "private-address"
    TURNED_AWAY = "turned-away"
    NO_SUCH_PAGE = "no-such-page"
    ERROR = "answered-with-error"
    ROBOTS = "robots-txt"
    MOVED = "moved-away"
    CIRCLE = "redirect-circle"
    NO_ADDRESS = "not-an-address"
    BAD_KEY = "bad-key"
    KEY_TAKEN = "key-taken"
    NO_ARTICLES = "without-articles"
    NOT_WRITTEN = "not-written"
    OTHER = "unexplained"

    @property
    def words(self) -> "Words":
        """What it means to a person."""
        return WORDS[self]


class Words(NamedTuple):
    """What happened, and what to do about it."""

    happened: str
    remedy: str


LATER = "the portal may be down: try again later"
WORDS = {
    Cause.NO_SUCH_HOST: Words(
        "the name has no address", "check the spelling, or find the new address"
    ),
    Cause.NOTHING_LISTENS: Words("nothing listens there", "check the port, and http or https"),
    Cause.NO_ANSWER: Words("no answer in time", LATER),
    Cause.BROKEN: Words("the connection broke", LATER),
    Cause.UNTRUSTED: Words(
        "its certificate is not valid",
        "try http, or run `loa add` with this address alone: it names the exception to write",
    ),
    Cause.PRIVATE: Words("the name leads to a private address", "give a public address"),
    Cause.TURNED_AWAY: Words("it turns Loa away", "ask its operators to let Loa in"),
    Cause.NO_SUCH_PAGE: Words("it has no such page", "give the address of its front page"),
    Cause.ERROR: Words("it answers with an error", LATER),
    Cause.ROBOTS: Words("its robots.txt forbids it", "ask its operators to allow Loa"),
    Cause.MOVED: Words("it has moved to another host", "add the new address"),
    Cause.CIRCLE: Words("it redirects in a circle", "give the address that a browser ends at"),
    Cause.NO_ADDRESS: Words("not a web address", "write one like https://example.gov.vn/"),
    Cause.BAD_KEY: Words("not a key", "use lower-case letters, digits and hyphens"),
    Cause.KEY_TAKEN: Words("another portal has this key", "write another key beside the address"),
    Cause.NO_ARTICLES: Words(
        "no article was recognised", "the comments in the file say what is missing"
    ),
    Cause.NOT_WRITTEN: Words("its file cannot be written", "name a writable folder in LOA_SITES"),
    Cause.OTHER: Words("it could not be surveyed", "run `loa add` with this address alone"),
}
# By the words with which captures.error begins.
_OF_ERROR = {
    "no-such-host": Cause.NO_SUCH_HOST,
    "refused": Cause.NOTHING_LISTENS,
    "timeout": Cause.NO_ANSWER,
    Outcome.BAD_CERTIFICATE.value: Cause.UNTRUSTED,
    Outcome.BLOCKED_ADDRESS.value: Cause.PRIVATE,
}
_OF_OUTCOME = {
    Outcome.REDIRECT_OFFSITE.value: Cause.MOVED,
    Outcome.REDIRECT_LOOP.value: Cause.CIRCLE,
    Outcome.REDIRECT.value: Cause.CIRCLE,
}
_TURNS_AWAY = (401, 403, 429)
_HAS_NO_PAGE = (404, 410)


def cause_of(status: int | None, error: str | None, outcome: str | None) -> Cause:
    """The cause why the last answer of a survey shows no front page. `error`: a word, a colon and
    what happened.
    """
    told = _OF_OUTCOME.get(outcome or "") or _OF_ERROR.get((error or "").partition(":")[0])
    if told is not None:
        return told
    return Cause.BROKEN if status is None else _of_status(status)


def _of_status(status: int) -> Cause:
    if status in _TURNS_AWAY:
        return Cause.TURNED_AWAY
    if status in _HAS_NO_PAGE:
        return Cause.NO_SUCH_PAGE
    return Cause.ERROR if status >= 400 else Cause.ROBOTS
