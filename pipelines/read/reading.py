"""The results of reading: plain, frozen, picklable data. docs/design.md explains the words.

`storable.py` cuts texts that are too long. Classes that cross between processes have no slots,
because slots make pickle slow.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipelines.outcomes import IssueKind, Refusal

Precision = Literal["minute", "day", "month"]
Evidence = Literal["selector", "label", "meta", "feed", "listing", "url", "sitemap", "guess"]
# An `image` is a picture that an article shows; in `pages` it is an attachment of lower rank.
LinkKind = Literal[
    "listing", "feed", "sitemap", "article", "attachment", "image", "robots", "subresource"
]
# How a listing goes on where no link leads.
GoesOn = Literal["form", "script"]
ReadingKind = Literal["article", "listing", "feed", "sitemap", "attachment", "redirect", "refused"]


@dataclass(frozen=True)
class Dated:
    """A date with its evidence.

    `on` is the calendar day in the portal's zone, or the first of the month if `precision` is
    `month`. `at` is the UTC instant, set only when the time of day is known. `raw` is the text that
    the date was read from, as printed. `place`: where on the page it stands, the same on all pages
    of one template. `is_counted_back`: the page says how long ago it was.
    """

    on: date
    at: datetime | None
    precision: Precision
    evidence: Evidence
    raw: str
    place: str | None = field(default=None, compare=False)
    is_counted_back: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Link:
    """An absolute, canonical address in a listing, feed or sitemap, with the facts given there.

    `edited_at`: a sitemap's lastmod, as an aware UTC instant. `doubt`: why the address may lead
    nowhere. `told`: a sum of all that a feed tells of it.
    """

    url: str
    kind: LinkKind
    title: str | None = None
    published: Dated | None = None
    section: str | None = None
    edited_at: datetime | None = None
    doubt: str | None = None
    told: int = 0

    @property
    def is_asked(self) -> bool:
        """Whether the address is worth a request: it is not doubtful, or has a title."""
        return self.doubt is None or self.title is not None


@dataclass(frozen=True)
class Image:
    """A picture of an article, by reference, with the caption printed under it."""

    url: str
    caption: str | None
    position: int  # from 1, in the order of the page


@dataclass(frozen=True)
class AttachmentLink:
    """A file that an article links to; `name` is the link's text."""

    url: str
    name: str | None


@dataclass(frozen=True)
class Note:
    """Something not understood; it becomes an Issue. `detail` is one line for a person."""

    kind: IssueKind
    detail: str


@dataclass(frozen=True)
class Explanation:
    """How one field was found: which rule took it, from what raw text.

    `weight`: how far the rule is believed, from 0 to 1, if its value was weighed against others;
    those that lost are not `chosen`.
    """

    field: str
    value: str
    rule: str
    raw: str
    weight: float | None = None
    chosen: bool = True


@dataclass(slots=True)
class ReadingLog:
    """The notes and explanations of one article, in the order of their making."""

    notes: list[Note] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    def explain(self, name: str, value: str | None, rule: str, raw: str = "") -> None:
        """Remember which rule gave a field its value."""
        self.explanations.append(Explanation(name, value or "", rule, raw))

    def consider(
        self, name: str, value: str, rule: str, raw: str, weight: float, *, chosen: bool
    ) -> None:
        """Remember a value that was weighed, and whether it won."""
        self.explanations.append(Explanation(name, value, rule, raw, weight, chosen))

    def note(self, kind: IssueKind, detail: str) -> None:
        """Note something that a person should look at."""
        self.notes.append(Note(kind, detail))


@dataclass(frozen=True)
class Article:
    """An article as one page shows it. Texts are NFC; blank lines divide the body's paragraphs.
    `body_html` is the same text with its structure (html/markup.py).

    `url` is the canonical address. docs/add-a-field.md tells how to add a field.
    """

    url: str
    title: str
    lead: str | None
    body: str
    body_html: str
    author: str | None
    source: str | None
    section: str | None
    language: str | None
    published: Dated | None
    updated: Dated | None
    event_on: date | None
    images: tuple[Image, ...]
    attachments: tuple[AttachmentLink, ...]
    extractor: str


@dataclass(frozen=True)
class Document:
    """An attachment's file: its type, from the bytes, and its text.

    `text` is None if none could be extracted; `Reading.notes` says why. `cut_short`: the CPU time
    ran out before its end.
    """

    media_type: str
    text: str | None
    cut_short: bool = False


@dataclass(frozen=True)
class Part:
    """One page of an article in several parts; `number` counts from 1.

    `fingerprint`: of the part's own text, "" where only its address is known.
    """

    number: int
    url: str
    fingerprint: str = ""


@dataclass(frozen=True)
class Parts:
    """What an article's page says about its parts: the first one's address (`first`), which part it
    is itself (`number`), and the later ones that it names.
    """

    first: str
    number: int
    named: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Stranger:
    """A page that another names as a part of its article, and that is none. `repeats`: it shows
    the text of another part; otherwise it is an article with a title of its own, or none.
    """

    url: str
    repeats: bool


@dataclass(frozen=True)
class Reading:
    """The typed outcome of reading one capture. `links` may come with any kind.

    `refusal` says why a page was refused, `detail` in one line for a person. `by_evidence`: the
    family's rules found no article, but the page's own evidence did. `unasked`: links to doubtful
    addresses that show no title; they are counted, and not requested. `next_page` is the next page
    of a listing. `target` is where a redirect leads: a page that leads on before it shows anything.
    `names` holds digests of all articles that a listing, feed or sitemap names (see
    listing/listing_digest.py). `complete` is False for a listing that may leave out older articles
    (a feed, a sitemap cut at a round number). `cookie` is the Cookie header that answers a
    challenge, if the page says it in plain text; it serves this visit and is never kept.

    `goes_on`: how a listing without a next page goes on, if its page shows that it does.
    `pages_shown`: the largest number of a page that its pager names, 0 without a pager. `left_out`:
    of the addresses that a front page links (so many: `linked`), those that no rule takes.

    `parts`: of an article in several parts, what its page says about them. `joined`: the parts
    whose texts the article holds, if its captures were read together; `strangers`: the pages read
    with them that are no parts of it, and `missing`: the parts that it names and that were not
    there.

    `given_title`: the title that another page had given this one when it was read.

    `lines`: digests of an article's lines, if the task asked for them (memory/lines.py).
    `repeated`: how many lines were left out of its text because the portal repeats them.
    """

    kind: ReadingKind
    platform: str | None = None
    article: Article | None = None
    document: Document | None = None
    links: tuple[Link, ...] = ()
    unasked: tuple[Link, ...] = ()
    names: bytes = b""
    next_page: str | None = None
    goes_on: GoesOn | None = None
    pages_shown: int = 0
    left_out: tuple[str, ...] = ()
    linked: int = 0
    target: str | None = None
    complete: bool = False
    refusal: Refusal | None = None
    detail: str | None = None
    notes: tuple[Note, ...] = ()
    explanations: tuple[Explanation, ...] = field(default=(), compare=False)
    by_evidence: bool = False
    cookie: str | None = None
    parts: Parts | None = None
    joined: tuple[Part, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    missing: tuple[Part, ...] = ()
    given_title: str | None = None
    lines: bytes = b""
    repeated: int = 0
