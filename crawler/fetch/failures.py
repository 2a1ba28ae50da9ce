"""Why no answer came, in one fixed word and one line: what Scrapy and Twisted raise, put so that a person and a query can tell the ways to fail apart."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError
from twisted.web.http import PotentialDataLoss

LONGEST = 300  # characters
_WORDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (CannotResolveHostError, "no-such-host", "its name has no address"),
    (DownloadConnectionRefusedError, "refused", "nothing listens there"),
    (DownloadTimeoutError, "timeout", "no whole answer in time"),
    (DownloadCancelledError, "too-large", "the body is larger than is taken"),
    (ResponseDataLossError, "cut", "the connection ended before the body did"),
    (PotentialDataLoss, "cut", "the connection ended before the body did"),
    (ConnectionDone, "closed", "the connection was closed before an answer came"),
    (ConnectionLost, "reset", "the connection was broken before an answer came"),
    (ParseError, "not-http", "the answer is no HTTP"),
)


class OwnFault(Exception):
    """A connection or an answer that was given up by us. `word` is its fixed word, its text is one line for a person."""

    word: str


def why_no_answer(error: BaseException) -> str:
    """`word: what happened` for an exchange that gave no answer; an error that has no word of its own keeps the name of its class."""
    causes = [error, *(one.value for one in getattr(error.__cause__, "reasons", ()))]
    for cause in causes:
        if isinstance(cause, OwnFault):
            return f"{cause.word}: {cause}"
        for kind, word, meaning in _WORDS:
            if isinstance(cause, kind):
                return f"{word}: {meaning}"
    if any(
        isinstance(cause, ValueError) for cause in causes[1:]
    ):  # what Twisted raises over lengths
        return "not-http: the answer is no HTTP"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:LONGEST]
