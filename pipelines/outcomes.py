"""The vocabulary of outcomes and issues, and its groups: no other module spells these words.

The words are public: SQL columns hold them as written here, so they must never be renamed.
"""

from collections.abc import Iterable
from enum import StrEnum


class Refusal(StrEnum):
    """Why a page or file did not become a record. captures.outcome shows it after `refused-`."""

    # The bytes cannot be read, or are of another kind than requested.
    EMPTY = "empty"
    UNDECODABLE = "undecodable"
    UNREADABLE = "unreadable"
    NOT_HTML = "not-html"
    NOT_A_FEED = "not-a-feed"
    NOT_A_FILE = "not-a-file"
    NOT_A_PICTURE = "not-a-picture"
    PICTURE_TOO_LARGE = "picture-too-large"  # for the site file
    # A page that is not an article.
    NOT_AN_ARTICLE = "not-an-article"
    TITLE_MISSING = "title-missing"
    LAYOUT_CHANGED = "layout-changed"  # shows less than the held article
    PRINT_TWIN = "print-twin"
    REPEATED_PART = "repeated-part"  # named as a part of an article, and shows the text of another
    SEARCH = "search"
    NEEDS_BROWSER = "needs-browser"
    COMPUTED_REDIRECT = "computed-redirect"  # its script works out where it leads
    # A page that admits its own fault.
    CHALLENGE = "challenge"
    CAPTCHA = "captcha"
    LOGIN = "login"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    SOFT_404 = "soft-404"
    PARKED = "parked"
    # A fault of ours: what happened to the worker that read the page.
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    READER_DIED = "reader-died"
    READER_FAILED = "reader-failed"
    NOT_READ = "not-read"
    GIVEN_UP = "given-up"


DEADLY_REFUSALS = frozenset({Refusal.TOO_SLOW, Refusal.READER_DIED})  # it killed its readers, twice
COSTLY_REFUSALS = DEADLY_REFUSALS | {Refusal.NOT_READ}  # each cost a visit ten seconds or more
# Faults that the page itself admits. Each is also an issue of the site's health, with the same
# word.
SELF_DECLARED_REFUSALS = frozenset(
    {
        *(Refusal.CHALLENGE, Refusal.CAPTCHA, Refusal.LOGIN, Refusal.BLOCKED),
        *(Refusal.MAINTENANCE, Refusal.SOFT_404, Refusal.PARKED),
    }
)
# Faults of ours. They say nothing about the page, so they never settle an address.
WORKER_REFUSALS = frozenset(
    {
        *(Refusal.TOO_SLOW, Refusal.TOO_LARGE, Refusal.READER_DIED, Refusal.READER_FAILED),
        *(Refusal.NOT_READ, Refusal.GIVEN_UP),
    }
)

_REFUSED = "refused-"
_ARTICLE = "article-"


class Outcome(StrEnum):
    """The outcome of one capture: captures.outcome, and pages.reason if it explains a state."""

    ARTICLE_NEW = "article-new"
    ARTICLE_CHANGED = "article-changed"
    ARTICLE_UNCHANGED = "article-unchanged"
    ARTICLE_OLDER = "article-older"
    ARTICLE_PART = "article-part"  # a page of an article in parts; the last to come has its outcome
    LISTING = "listing"
    FEED = "feed"
    SITEMAP = "sitemap"
    ATTACHMENT = "attachment"
    ROBOTS = "robots"
    SUBRESOURCE = "subresource"
    NOT_MODIFIED = "not-modified"
    AWAITS_BROWSER = "awaits-browser"
    REDIRECT = "redirect"
    REDIRECT_OFFSITE = "redirect-offsite"
    REDIRECT_LOOP = "redirect-loop"
    GONE = "gone"
    CLIENT_ERROR = "client-error"
    SERVER_ERROR = "server-error"
    FAILED = "failed"  # no answer came, or not the whole of one
    BLOCKED_ADDRESS = "blocked-address"  # not on the public internet
    BAD_CERTIFICATE = "bad-certificate"
    UNDECIDED = "kept"  # until the transaction that keeps the capture decides it
    KNOWN = "known"  # the archive already has this imported capture: no row is written
    REFUSED_EMPTY = _REFUSED + Refusal.EMPTY
    REFUSED_UNDECODABLE = _REFUSED + Refusal.UNDECODABLE
    REFUSED_UNREADABLE = _REFUSED + Refusal.UNREADABLE
    REFUSED_NOT_HTML = _REFUSED + Refusal.NOT_HTML
    REFUSED_NOT_A_FEED = _REFUSED + Refusal.NOT_A_FEED
    REFUSED_NOT_A_FILE = _REFUSED + Refusal.NOT_A_FILE
    REFUSED_NOT_A_PICTURE = _REFUSED + Refusal.NOT_A_PICTURE
    REFUSED_PICTURE_TOO_LARGE = _REFUSED + Refusal.PICTURE_TOO_LARGE
    REFUSED_NOT_AN_ARTICLE = _REFUSED + Refusal.NOT_AN_ARTICLE
    REFUSED_TITLE_MISSING = _REFUSED + Refusal.TITLE_MISSING
    REFUSED_LAYOUT_CHANGED = _REFUSED + Refusal.LAYOUT_CHANGED
    REFUSED_PRINT_TWIN = _REFUSED + Refusal.PRINT_TWIN
    REFUSED_REPEATED_PART = _REFUSED + Refusal.REPEATED_PART
    REFUSED_SEARCH = _REFUSED + Refusal.SEARCH
    REFUSED_NEEDS_BROWSER = _REFUSED + Refusal.NEEDS_BROWSER
    REFUSED_COMPUTED_REDIRECT = _REFUSED + Refusal.COMPUTED_REDIRECT
    REFUSED_CHALLENGE = _REFUSED + Refusal.CHALLENGE
    REFUSED_CAPTCHA = _REFUSED + Refusal.CAPTCHA
    REFUSED_LOGIN = _REFUSED + Refusal.LOGIN
    REFUSED_BLOCKED = _REFUSED + Refusal.BLOCKED
    REFUSED_MAINTENANCE = _REFUSED + Refusal.MAINTENANCE
    REFUSED_SOFT_404 = _REFUSED + Refusal.SOFT_404
    REFUSED_PARKED = _REFUSED + Refusal.PARKED
    REFUSED_TOO_SLOW = _REFUSED + Refusal.TOO_SLOW
    REFUSED_TOO_LARGE = _REFUSED + Refusal.TOO_LARGE
    REFUSED_READER_DIED = _REFUSED + Refusal.READER_DIED
    REFUSED_READER_FAILED = _REFUSED + Refusal.READER_FAILED
    REFUSED_NOT_READ = _REFUSED + Refusal.NOT_READ
    REFUSED_GIVEN_UP = _REFUSED + Refusal.GIVEN_UP

    @classmethod
    def of_refusal(cls, refusal: Refusal) -> "Outcome":
        """The outcome of a capture that was refused for this reason."""
        return cls(_REFUSED + refusal)

    @classmethod
    def of_article(cls, verdict: str) -> "Outcome":
        """The outcome of an article that is `new`, `changed`, `unchanged` or `older`, or of a
        `part` of one.
        """
        return cls(_ARTICLE + verdict)

    @property
    def refusal(self) -> Refusal | None:
        """Why the capture was refused; None if it was not."""
        return Refusal(self.removeprefix(_REFUSED)) if self.startswith(_REFUSED) else None

    @property
    def is_article(self) -> bool:
        """Whether the capture was read as an article."""
        return self.startswith(_ARTICLE)


LED_ELSEWHERE = (Outcome.REDIRECT, Outcome.REDIRECT_OFFSITE, Outcome.REDIRECT_LOOP)
LED_ON = (Outcome.REDIRECT, Outcome.REDIRECT_LOOP)
LISTING_OUTCOMES = (Outcome.LISTING, Outcome.FEED, Outcome.SITEMAP)
LISTINGS_SEEN = (*LISTING_OUTCOMES, Outcome.NOT_MODIFIED)  # a listing, feed or sitemap came
# Connections that we refused. They are tried again, because the fault may be fixed.
OWN_FAULTS = (Outcome.BLOCKED_ADDRESS, Outcome.BAD_CERTIFICATE)
# captures.error begins with this word if the operator's proxy failed, or answered in place of the
# portal. That says nothing about the portal or its pages.
PROXY_FAULT = "proxy"
# It begins with one of these if an answer came, but not the whole body that the server sent: the
# tool that kept it, or the connection, cut it off, or its bytes differ from its digest.
CUT = "cut"
OTHER_DIGEST = "digest"
NOT_WHOLE = (CUT, OTHER_DIGEST)
OVERSIZE = "too-large"  # or with this, if the body was larger than the request allowed
PASSING_FAILURES = (Outcome.FAILED, Outcome.SERVER_ERROR, *OWN_FAULTS)  # may pass by the next visit
UNREAD = tuple(sorted(map(Outcome.of_refusal, WORKER_REFUSALS)))
# Answers that are neither a page nor a removal: 400, 403, a redirect in a circle. They may pass.
CLIENT_ERRORS = (Outcome.CLIENT_ERROR, Outcome.REDIRECT_LOOP)
FAILURES = (*PASSING_FAILURES, *CLIENT_ERRORS)
# Hollow answers, which look like good ones: an empty or broken page, a page in place of a file, a
# redirect that leads to no known page. They may pass too.
HOLLOW = (
    *(Outcome.REFUSED_EMPTY, Outcome.REFUSED_UNDECODABLE, Outcome.REFUSED_NOT_A_FILE),
    *(Outcome.REFUSED_NOT_A_PICTURE, Outcome.REDIRECT, Outcome.REDIRECT_OFFSITE),
)
# Denials: such errors, and what the portal shows with status 200 in place of its pages.
DENIALS = frozenset(
    {
        *CLIENT_ERRORS,
        *(Outcome.REFUSED_CHALLENGE, Outcome.REFUSED_CAPTCHA, Outcome.REFUSED_LOGIN),
        *(Outcome.REFUSED_BLOCKED, Outcome.REFUSED_MAINTENANCE, Outcome.REFUSED_EMPTY),
    }
)
# Outcomes of an article's address that no longer shows the article.
LOST_ARTICLES = frozenset(
    {
        *(Outcome.REFUSED_NOT_AN_ARTICLE, Outcome.REFUSED_TITLE_MISSING),
        *(Outcome.REFUSED_LAYOUT_CHANGED, Outcome.REFUSED_EMPTY),
        *(Outcome.REFUSED_UNREADABLE, Outcome.REFUSED_UNDECODABLE),
    }
)


class RunOutcome(StrEnum):
    """How a visit or an import ended: runs.outcome."""

    OK = "ok"
    SUSPECT = "suspect"  # everything came, but it looks broken
    INCOMPLETE = "incomplete"  # an address failed and may answer later, or was not followed
    UNREACHABLE = "unreachable"  # no host allowed a request
    PAUSED = "paused"  # a host asked for rest
    STOPPED = "stopped"  # a limit was reached
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    DAMAGED = "damaged"  # an imported file was broken


GOOD_RUNS = (RunOutcome.OK, RunOutcome.STOPPED)  # leave exit code 0
HEALTHY_RUNS = (*GOOD_RUNS, RunOutcome.INCOMPLETE)
# Runs that say something about the site: no fault of ours and no interrupt.
JUDGED_RUNS = (*HEALTHY_RUNS, RunOutcome.UNREACHABLE, RunOutcome.PAUSED)


class ArticleState(StrEnum):
    """What the portal did with an article: sightings.state."""

    THERE = "there"
    GONE = "gone"
    SOFT_404 = "soft-404"  # its address says "not found" with status 200
    REDIRECTED_HOME = "redirected-home"  # its address leads to the front page, a section, an error
    MOVED = "moved"
    UNLISTED = "unlisted"  # no listing names it any more, and its page still shows it
    UNREACHABLE = "unreachable"  # its page fails while the portal answers
    RETURNED = "returned"


# The portal no longer shows the article anywhere.
MISSING_STATES = (ArticleState.GONE, ArticleState.SOFT_404, ArticleState.REDIRECTED_HOME)


class IssueKind(StrEnum):
    """The kind of an issue that needs a person: issues.kind."""

    # The site's health: one open issue per site and kind.
    CHALLENGE = Refusal.CHALLENGE.value
    CAPTCHA = Refusal.CAPTCHA.value
    LOGIN = Refusal.LOGIN.value
    BLOCKED = Refusal.BLOCKED.value
    MAINTENANCE = Refusal.MAINTENANCE.value
    SOFT_404 = Refusal.SOFT_404.value
    PARKED = Refusal.PARKED.value
    MOVED = "moved"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    LISTING_EMPTY = "listing-empty"
    LISTING_FROZEN = "listing-frozen"
    FEED_FROZEN = "feed-frozen"
    LAYOUT_CHANGED = "layout-changed"
    NO_ARTICLES = "no-articles"
    ENTRIES_REFUSED = "entries-refused"
    LISTED_UNFOLLOWED = "listed-unfollowed"  # listings and pagers name more than was requested
    TITLES_SHARED = "titles-shared"  # by articles whose texts differ
    TEXTS_SHARED = "texts-shared"
    TEXTS_MISSING = "texts-missing"  # most articles show neither a text nor a file
    SILENT = "silent"
    # Of one page or file.
    TITLE_MISSING = "title-missing"
    BODY_MISSING = "body-missing"
    BODY_GUESSED = "body-guessed"
    TEXT_DOUBTFUL = "text-doubtful"  # the layout took little of much prose
    STRUCTURE_LOST = "structure-lost"  # trafilatura failed over a text
    ENCODING_MENDED = "encoding-mended"
    COMPRESSION_WRONG = "compression-wrong"
    CHARSET_DOUBTFUL = "charset-doubtful"
    CHARACTERS_LOST = "characters-lost"
    TRUNCATED_BY_PARSER = "truncated-by-parser"
    READING_CUT = "reading-cut"
    PARTS_MISSING = "parts-missing"  # the article goes on over pages that could not be had
    LENGTH_TOO_SHORT = "length-too-short"  # more came than Content-Length says
    ATTACHMENT_CUT = "attachment-cut"
    ATTACHMENT_UNREADABLE = "attachment-unreadable"
    ATTACHMENT_WITHOUT_TEXT = "attachment-without-text"
    SCANNED_DOCUMENT = "scanned-document"
    FEED_DAMAGED = "feed-damaged"
    FEED_TOO_LARGE = "feed-too-large"
    FEED_ENTITIES = "feed-entities"
    FEED_ITEM_WITHOUT_ADDRESS = "feed-item-without-address"
    FEED_DATE_UNREAD = "feed-date-unread"
    SITEMAP_DAMAGED = "sitemap-damaged"
    SITEMAP_TOO_LARGE = "sitemap-too-large"
    SITEMAP_ENTITIES = "sitemap-entities"
    SITEMAP_ITEM_WITHOUT_ADDRESS = "sitemap-item-without-address"
    SITEMAP_DATE_UNREAD = "sitemap-date-unread"
    SITEMAP_UNREADABLE = "sitemap-unreadable"
    BLOCKED_ADDRESS = Outcome.BLOCKED_ADDRESS.value
    # Of an article, a host, a site or the archive over several visits.
    DATE_MOVED = "date-moved"  # another date is printed now; the first stays
    DATE_MOVES = "date-moves"  # the date follows the visits and is not believed
    TEXT_MOVES = "text-moves"  # the page shows ever new versions, or flips between some
    VALIDATOR_LIES = "validator-lies"
    IDENTITY_TOO_WIDE = "identity-too-wide"
    COMPUTED_REDIRECT = Refusal.COMPUTED_REDIRECT.value
    UNDATED = "undated"  # articles without any known date
    FALSE_CANONICAL = "false-canonical"  # pages name each other's addresses as their own
    UNREAD = "unread"  # pages that Loa's own fault left unread
    UNANSWERED = "unanswered"  # pages that have answered with errors for days
    FORBIDDEN = "forbidden"  # robots.txt forbids most of the articles that listings name
    REDIRECTED = "redirected"  # most of them redirect to one page
    TRAP = "trap"
    LISTING_GOES_ON = "listing-goes-on"  # by a form or script, so older articles are not reached
    LISTED_UNASKED = "listed-unasked"  # doubtful addresses that listings name
    CLOCK = "clock"
    CAPTURE_CUT = "capture-cut"  # files of other tools hold only parts of answers
    LOST_BYTES = "lost-bytes"
    CAPTURES_MISSING = "captures-missing"


HEALTH_ISSUES = frozenset(
    {
        *map(IssueKind, SELF_DECLARED_REFUSALS),
        *(IssueKind.MOVED, IssueKind.CERTIFICATE, IssueKind.UNREACHABLE, IssueKind.SILENT),
        IssueKind.DENIED,
        *(IssueKind.LISTING_EMPTY, IssueKind.LISTING_FROZEN, IssueKind.FEED_FROZEN),
        *(IssueKind.LAYOUT_CHANGED, IssueKind.NO_ARTICLES, IssueKind.ENTRIES_REFUSED),
        *(IssueKind.LISTED_UNFOLLOWED, IssueKind.TITLES_SHARED),
        *(IssueKind.TEXTS_SHARED, IssueKind.TEXTS_MISSING),
    }
)
# They are about what Loa made of a portal that answers as it should.
OF_HOLDINGS = frozenset(
    {
        *(IssueKind.LISTED_UNFOLLOWED, IssueKind.TITLES_SHARED),
        *(IssueKind.TEXTS_SHARED, IssueKind.TEXTS_MISSING),
    }
)
# The portal cannot be reached, or shows us something in place of its pages.
KEEPING_OUT = frozenset(
    {
        *(IssueKind.UNREACHABLE, IssueKind.CERTIFICATE, IssueKind.DENIED),
        *(IssueKind.CHALLENGE, IssueKind.CAPTCHA, IssueKind.LOGIN),
        *(IssueKind.BLOCKED, IssueKind.MAINTENANCE),
    }
)
# Only a person or the site's next visit closes these, not the next reading of an address.
STANDING_ISSUES = HEALTH_ISSUES | {
    *(IssueKind.DATE_MOVED, IssueKind.DATE_MOVES, IssueKind.TEXT_MOVES),
    *(IssueKind.VALIDATOR_LIES, IssueKind.IDENTITY_TOO_WIDE, IssueKind.FALSE_CANONICAL),
    *(IssueKind.UNREAD, IssueKind.CAPTURE_CUT, IssueKind.COMPUTED_REDIRECT, IssueKind.UNDATED),
    *(IssueKind.UNANSWERED, IssueKind.FORBIDDEN, IssueKind.REDIRECTED),
    *(IssueKind.PARTS_MISSING, IssueKind.LISTING_GOES_ON),
}

# Faults of a server, which most of its answers share: one open issue per site, with a count and the
# newest answer.
SERVER_FAULTS = frozenset({IssueKind.COMPRESSION_WRONG, IssueKind.CHARSET_DOUBTFUL})

# SQL conditions, to follow a column's name.
LIKE_REFUSED = f"like '{_REFUSED}%'"
LIKE_ARTICLE = f"like '{_ARTICLE}%'"


def one_of(words: Iterable[StrEnum]) -> str:
    """`in ('a', 'b')`: the SQL condition that a column holds one of these words."""
    return "in ('" + "', '".join(sorted(words)) + "')"
