"""Which later pages of its own an article's page names, by `rel=next` or a pager of its own.

A part's address is the article's own with a page number (addresses/part_addresses.py). A pager of
comments or of other articles counts other pages, so its place decides.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from lxml import html

from pipelines.read.addresses.part_addresses import (
    MOST_PARTS,
    PartMark,
    name_in,
    part_marks,
    slashless,
)
from pipelines.read.article.running_text import Body
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import HtmlPage, remove, seen_text
from pipelines.read.reading import Part, Parts
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import ONWARD
from portals.class_words import class_words, named

SHORT_REFERENCE = 16  # characters of a relative reference that need not hold the article's name
# What a pager's link shows: "2", "[2]", "Trang 2". Other texts lead to the next page, or to another
# article.
NUMBERED = re.compile(r"(?:\D{0,3}|[^\W\d]{1,8}\W{1,2})(?P<number>\d{1,3})\W{0,2}")
FORWARD = frozenset({"»", "\u203a", ">", ">>", "→"})
LONGEST_PAGER = 100  # characters
LONGEST_TEXT = 30  # characters of a link to the next page ("Trang sau »")
TITLE = 25  # characters of a link that may be another article's title
FIGURE = re.compile(r"(?<!\d)\d{1,3}(?!\d)")  # a page number is no longer
OTHER_PLACES = named(class_words().comments, class_words().others)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to a page whose address is the article's own with a number."""

    element: html.HtmlElement
    url: str
    mark: PartMark
    shown: int | None  # the number that it shows
    is_next: bool


def parts_named(page: HtmlPage, choose_body: Callable[[], Body | None]) -> Parts | None:
    """What an article's page says about its parts; None if it names none. Takes their pager out of
    its text.

    `choose_body` gives the element with the article's text, if rules find one.
    """
    own = [None, *part_marks(page.url)]
    bases = {slashless(mark.base if mark else page.url) for mark in own}
    references = _references(page, bases)
    if not references:  # at most a last page, with a link back to the first
        last = (_pager(page, mark, mark.base, ()) for mark in own if mark is not None)
        return next(filter(None, last), None)
    chosen = choose_body()
    body = chosen.element if chosen is not None else None
    for mark in own:
        base = page.url if mark is None else mark.base
        links = list(_links(page, base, references))
        placed = [link for link in links if _is_in_place(link, page, body, links)]
        if (found := _pager(page, mark, base, placed)) is not None:
            _remove_pager(body, placed)
            return found
    return None


def _references(page: HtmlPage, bases: Collection[str]) -> dict[str, str]:
    """The page's references that lead to a later page of one of these addresses, and where to."""
    named = (element.get("href") or "" for element in page.root.iter("link"))
    names = {*map(name_in, bases)}
    return {
        reference: url
        for reference in (*page.references, *named)
        if FIGURE.search(reference)
        and _may_lead(reference, names)
        and (url := page.join(reference)) is not None
        and url != page.url
        and any(slashless(mark.base) in bases for mark in part_marks(url))
    }


def _may_lead(reference: str, names: Collection[str]) -> bool:
    """Whether a reference holds one of these names, or is short, or lacks a URL's escapes."""
    return "#" not in reference and (
        len(reference) < SHORT_REFERENCE
        or reference.startswith("?")
        or not reference.isascii()
        or any(name in reference for name in names)
    )


def _links(page: HtmlPage, base: str, references: Mapping[str, str]) -> Iterator[_Link]:
    wanted = slashless(base)
    for element in page.root.iter("a", "link"):
        url = references.get(element.get("href") or "", "")
        marks = (mark for mark in part_marks(url) if slashless(mark.base) == wanted)
        if (mark := next(marks, None)) is not None:
            shown = NUMBERED.fullmatch(seen_text(element))
            is_next = "next" in (element.get("rel") or "").lower().split()
            yield _Link(element, url, mark, int(shown["number"]) if shown else None, is_next)


def _is_in_place(
    link: _Link, page: HtmlPage, body: html.HtmlElement | None, links: Sequence[_Link]
) -> bool:
    """Whether a link is in the page's head, in the article, or beside its text, and not in a box of
    comments or of other articles, or behind such a box.
    """
    element = link.element
    if element.tag == "link":
        return True
    shared = {*page.root.iter("html", "body")} if body is None else {body, *body.iterancestors()}
    around = takewhile(lambda above: above not in shared, element.iterancestors())
    if any(OTHER_PLACES.search(names_of(above)) for above in around):
        return False
    if body is None or body in element.iterancestors():
        return True
    return _titles_between(body, element, page, {one.url for one in links}) < 2


def _titles_between(
    body: html.HtmlElement, element: html.HtmlElement, page: HtmlPage, pager: set[str]
) -> int:
    """How many links between an article's text and a pager may be titles of other articles."""
    order, inside = [*page.root.iter(body.tag, "a")], {*body.iter("a")}
    start, end = sorted((order.index(body), order.index(element)))
    return sum(
        one.tag == "a"
        and one not in inside
        and page.join(one.get("href")) not in pager
        and len(seen_text(one)) >= TITLE
        for one in order[start:end]
    )


def _pager(
    page: HtmlPage, mark: PartMark | None, base: str, links: Sequence[_Link]
) -> Parts | None:
    """The parts that a pager's links name; `mark`: the page's own, None if it is first."""
    numbered = {link.mark.number: link for link in links if link.shown is not None}
    offsets = {(link.shown or 0) - number for number, link in numbered.items()}
    if len(offsets) > 1 or not offsets <= {0, 1}:  # servers count from 1 or from 0
        return None
    offset = offsets.pop() if offsets else 0
    number = 1 if mark is None else mark.number + offset
    if mark is not None and (number < 2 or not _is_later(page, mark, base, links)):
        return None
    named = {counted + offset: link.url for counted, link in numbered.items()}
    if any(link.mark.kind == "bare" for link in links) and 2 not in {*named, number}:
        return None  # other articles have such addresses: only a pager from page 2 on counts
    following = (link for link in links if link.mark.number + offset == number + 1)
    for link in filter(_leads_on, following):
        named.setdefault(number + 1, link.url)
    later = [Part(one, named[one]) for one in sorted(named) if 1 < one <= MOST_PARTS]
    later = [part for part in later if part.number != number]
    if not later and number == 1:
        return None
    # A page's own address may be read in several ways.
    bases = [one.base for one in part_marks(page.url) if mark and one.number == mark.number]
    linked = (found for one in bases if (found := _linked(page, one)))
    return Parts(page.url if number == 1 else next(linked, base), number, tuple(later))


def _remove_pager(body: html.HtmlElement | None, links: Sequence[_Link]) -> None:
    """Remove the lines of a text that hold nothing but its pager ("Trang: 1 2 3")."""
    own = {link.element for link in links}
    for link in links:
        line = None
        for above in link.element.iterancestors():
            others = [one for one in above.iter("a") if one not in own]
            short = len(seen_text(above)) <= LONGEST_PAGER
            if above is body or not short or len(others) > 1:  # one may lead back to the first
                break
            line = above
        if line is not None and body is not None and body in line.iterancestors():
            remove(line)


def _leads_on(link: _Link) -> bool:
    """Whether a link without a number says that it leads to the next page."""
    if link.shown is not None or link.mark.kind == "bare":
        return False
    if link.is_next:
        return True
    text = fold(seen_text(link.element))
    says_so = ONWARD.search(text) is not None or any(map(str.isdecimal, text))
    return link.mark.kind == "named" and len(text) <= LONGEST_TEXT and (says_so or text in FORWARD)


def _is_later(page: HtmlPage, mark: PartMark, base: str, links: Sequence[_Link]) -> bool:
    """Whether a page whose address may be a later page's is one: its address says so in words, and
    it shows other numbers or leads on; or it has a link with the number 1 back to the first.
    """
    if mark.kind == "named" and any(link.shown is not None or _leads_on(link) for link in links):
        return True
    return _linked(page, base, text="1") is not None


def _linked(page: HtmlPage, wanted: str, *, text: str | None = None) -> str | None:
    """The address of a link to a page, but for a slash at its end; and with this text, if given."""
    names = (name_in(wanted),)
    leading = {
        reference: url
        for reference in page.references
        if _may_lead(reference, names)
        and (url := page.join(reference))
        and slashless(url) == slashless(wanted)
    }
    if text is None or not leading:
        return next(iter(leading.values()), None)
    for link in page.root.iter("a"):
        url = leading.get(link.get("href") or "")
        if url is not None and seen_text(link).strip("[]() ") == text:
            return url
    return None
