"""Why no answer came: one fixed word per kind of failure, so that queries can tell them apart."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web.http import PotentialDataLoss

from crawler.fetch.own_fault import OwnFault
from crawler.fetch.scrapy_internals import NotHttpError

LONGEST_DETAIL = 300  # characters
_WORDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (CannotResolveHostError, "no-such-host", "its name has no address"),
    (DownloadConnectionRefusedError, "refused", "nothing listens there"),
    (DownloadTimeoutError, "timeout", "no complete answer in time"),
    (DownloadCancelledError, "too-large", "the body is larger than Loa takes"),
    (ResponseDataLossError, "cut", "the connection ended before the body did"),
    (PotentialDataLoss, "cut", "the connection ended before the body did"),
    (ConnectionDone, "closed", "the connection was closed before an answer came"),
    (ConnectionLost, "reset", "the connection was broken before an answer came"),
    (NotHttpError, "not-http", "the answer is not HTTP"),
)


def why_no_answer(error: BaseException) -> str:
    """`word: what happened` for an exchange without an answer.

    An error without a word here keeps the name of its class.
    """
    causes = [error, *(one.value for one in getattr(error.__cause__, "reasons", ()))]
    for cause in causes:
        if isinstance(cause, OwnFault):
            return f"{cause.word}: {cause}"
        for kind, word, meaning in _WORDS:
            if isinstance(cause, kind):
                return f"{word}: {meaning}"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:LONGEST_DETAIL]
