"""Why a portal could not be surveyed: a word for programs, and what it means to a person."""

from typing import NamedTuple

from pipelines.outcomes import Outcome


class Cause(NamedTuple):
    """What happened, and what to do about it."""

    happened: str
    remedy: str


LATER = "the portal may be down: try again later"
CAUSES = {
    "no-such-host": Cause("the name has no address", "check the spelling, or find the new address"),
    "refused": Cause("nothing listens at the address", "check the port and http or https"),
    "timeout": Cause("no answer in time", LATER),
    "broken": Cause("the connection broke", LATER),
    "certificate": Cause(
        "its certificate is not valid",
        "try http, or run `loa add` with this address alone: it names the exception to write",
    ),
    "private": Cause("the name leads to a private address", "give a public address"),
    "denied": Cause("it turns us away", "ask its operators to let Loa in"),
    "not-found": Cause("it has no such page", "give the address of its front page"),
    "error": Cause("it answers with an error", LATER),
    "robots": Cause("its robots.txt forbids it", "ask its operators to allow Loa"),
    "elsewhere": Cause("it has moved to another host", "add the new address"),
    "loop": Cause("it redirects in a circle", "give the address that a browser ends at"),
    "not-an-address": Cause("not a web address", "write one like https://example.gov.vn/"),
    "bad-key": Cause("not a key", "use lower-case letters, digits and hyphens"),
    "key-taken": Cause("another portal has this key", "write another key beside the address"),
    "no-articles": Cause(
        "no article was recognised", "the comments in the file say what is missing"
    ),
    "not-written": Cause("its file cannot be written", "name a writable folder in LOA_SITES"),
    "other": Cause("it could not be surveyed", "run `loa add` with this address alone"),
}
_CAUSE_OF_WORD = {
    **{word: word for word in ("no-such-host", "refused", "timeout")},
    **dict.fromkeys(("cut", "closed", "reset", "not-http", "too-large", "head-too-long"), "broken"),
    Outcome.BAD_CERTIFICATE.value: "certificate",
    Outcome.BLOCKED_ADDRESS.value: "private",
}
_CAUSE_OF_OUTCOME = {
    Outcome.REDIRECT_OFFSITE.value: "elsewhere",
    Outcome.REDIRECT_LOOP.value: "loop",
    Outcome.REDIRECT.value: "loop",
}
_DENIED = (401, 403, 429)
_GONE = (404, 410)


def cause_of(status: int | None, error: str | None, outcome: str | None) -> str:
    """The cause why the last answer of a survey shows no front page. `error`: a word, a colon and
    what happened.
    """
    word = (error or "").partition(":")[0]
    told = _CAUSE_OF_OUTCOME.get(outcome or "") or _CAUSE_OF_WORD.get(word)
    if told is None:
        told = "broken" if status is None else _of_status(status)
    return told


def _of_status(status: int) -> str:
    if status in _DENIED:
        return "denied"
    if status in _GONE:
        return "not-found"
    return "error" if status >= 400 else "robots"
