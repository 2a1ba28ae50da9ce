"""Joins the pages of one article into one text, in their order.

Nothing is joined that is not this article: a part is named by another one, or names the first as
its own; it has the same title, but for a page number; and it shows a text of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import takewhile

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.part_addresses import MOST_PARTS, slashless
from pipelines.read.article.attachments import each_once
from pipelines.read.html.markup import Paragraph, html_of
from pipelines.read.html.paragraphs import kept, parsed, plain
from pipelines.read.parts.titles import is_part_title
from pipelines.read.reading import Article, Note, Part, Reading, Stranger
from pipelines.read.text.clean_text import fingerprint, text_key


@dataclass(slots=True)
class _Whole:
    """The parts taken so far, by number in order, and the addresses that they name."""

    taken: dict[int, tuple[str, Article]]
    named: dict[int, str] = field(default_factory=dict)
    strangers: list[Stranger] = field(default_factory=list)


def join_parts(first: Reading, url: str, later: Sequence[tuple[Part, Reading]]) -> Reading:
    """The reading of the whole article. `url`: the first page's; `later`: the other pages that may
    be its parts, in any order.

    `Reading.joined`, `strangers` and `missing` say which are. A first page that is no article stays
    as it is.
    """
    if first.article is None:
        return first
    number = first.parts.number if first.parts is not None else 1
    whole = _Whole({number: (url, first.article)})
    _note_named(whole, first)
    there = {part.number: (part.url, reading) for part, reading in later}
    for part, reading in later:
        own = reading.parts
        if own is not None and slashless(own.first) == slashless(url):
            whole.named.setdefault(part.number, part.url)
    for following in range(number + 1, MOST_PARTS + 1):
        if following in whole.named and following in there:
            _take(whole, following, *there[following])
    missing = (one for one in sorted(whole.named) if one > number and one not in there)
    return replace(
        first,
        article=_joined([article for _, article in whole.taken.values()]),
        notes=tuple(_notes(first, later, whole)),
        joined=tuple(
            Part(one, address, part_fingerprint(article))
            for one, (address, article) in whole.taken.items()
        ),
        strangers=tuple(whole.strangers),
        missing=tuple(Part(one, whole.named[one]) for one in missing),
    )


def part_fingerprint(article: Article) -> str:
    """The fingerprint of one page's text, equal to that of a record with this text alone."""
    return fingerprint(article.title, article.lead, article.body, article.author, article.source)


def _note_named(whole: _Whole, reading: Reading) -> None:
    for part in reading.parts.named if reading.parts is not None else ():
        whole.named.setdefault(part.number, part.url)


def _take(whole: _Whole, number: int, url: str, reading: Reading) -> None:
    """Take a page as a part, or note that it is none."""
    _, first = next(iter(whole.taken.values()))
    article = reading.article
    if article is None or not is_part_title(article.title, first.title, number):
        whole.strangers.append(Stranger(url, repeats=False))
        return
    shown = {text_key(one) for _, part in whole.taken.values() for one in _paragraphs(part)}
    known = {image.url for _, part in whole.taken.values() for image in part.images}
    pictures_only = not article.body and any(image.url not in known for image in article.images)
    if not pictures_only and all(text_key(one) in shown for one in _paragraphs(article)):
        whole.strangers.append(Stranger(url, repeats=True))
        return
    whole.taken[number] = (url, article)
    _note_named(whole, reading)


def _paragraphs(article: Article) -> list[str]:
    return [one for one in (article.lead or "", *article.body.split("\n\n")) if one.strip()]


def _joined(parts: Sequence[Article]) -> Article:
    """The first part's record with the text, pictures and files of all."""
    first = parts[0]
    images = each_once(part.images for part in parts)
    whole = list(_paragraphs_of_all(parts))
    return replace(
        first,
        body=plain(whole),
        body_html=html_of(whole),
        author=next((part.author for part in parts if part.author), None),
        source=next((part.source for part in parts if part.source), None),
        images=tuple(replace(image, position=number) for number, image in enumerate(images, 1)),
        attachments=each_once(part.attachments for part in parts),
    )


def _paragraphs_of_all(parts: Sequence[Article]) -> Iterator[Paragraph]:
    """The paragraphs of all parts; what each repeats at its head or end comes once."""
    first = parts[0]
    heads = {text_key(text) for text in (first.title, first.lead or "") if text}
    shown = [parsed(part.body_html) for part in parts]
    texts: list[list[str]] = [_body(first)]
    for part, paragraphs in zip(parts[1:], shown[1:], strict=True):
        own = _body(part)
        if part.lead and text_key(part.lead) not in heads:
            paragraphs[:0] = lead = parsed("<br>".join(escape(part.lead).split("\n")))
            own[:0] = [one.text for one in lead]
        while own and text_key(own[0]) in {*heads, text_key(part.title)}:
            del own[0]
        own = own[_shared(own, texts[0]) :]
        if ending := _shared(texts[-1][::-1], own[::-1]):
            del texts[-1][-ending:]
        texts.append(own)
    for paragraphs, text in zip(shown, texts, strict=True):
        yield from kept(paragraphs, text)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many paragraphs are the same from the first on."""
    pairs = zip(one, other, strict=False)
    return len(list(takewhile(lambda pair: text_key(pair[0]) == text_key(pair[1]), pairs)))


def _body(article: Article) -> list[str]:
    return [one for one in article.body.split("\n\n") if one.strip()]


def _notes(first: Reading, later: Sequence[tuple[Part, Reading]], whole: _Whole) -> Iterator[Note]:
    """The notes of all parts, each kind once. The first page gives title and date."""
    taken = {url for url, _ in whole.taken.values()}
    others = (note for part, reading in later if part.url in taken for note in reading.notes)
    told = {note.kind for note in first.notes} | {IssueKind.UNDATED, IssueKind.TITLE_MISSING}
    yield from first.notes
    for note in others:
        if note.kind not in told:
            told.add(note.kind)
            yield note
