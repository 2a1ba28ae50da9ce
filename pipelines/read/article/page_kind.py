"""What kind of page this is: the sum of the evidence that a page is an article.

One sum decides. Each piece of evidence has a weight and a name; `loa read` shows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from pipelines.read.addresses.family_rules import matches, names_listing
from pipelines.read.addresses.pagers import page_number
from pipelines.read.addresses.pages_without_news import (
    is_below_events,
    is_front_page,
    is_standing_page,
    is_standing_title,
)
from pipelines.read.article.address import article_address
from pipelines.read.article.article_page import ArticlePage
from pipelines.read.article.byline import choose_byline
from pipelines.read.article.dateline import has_doubtful_line
from pipelines.read.article.publication_date import has_come
from pipelines.read.article.running_text import WHOLE_PAGE, RunningText
from pipelines.read.article.title import SECTION_NAME, is_title_in_address
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.json_ld import json_ld, types_of
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.reading import ReadingLog
from pipelines.read.text.bylines import Byline
from pipelines.read.text.clean_text import fold
from portals.class_words import class_words, named
from portals.languages import languages
from portals.platform import Platform, platform_of

CONVINCED = 0.5  # the least confidence that keeps a page as an article
LEAST_MENU = 5  # links of a list that is a menu; a trail has fewer
LANGUAGES = frozenset(fold(language.name) for language in languages().values())
# What og:type calls things with pages of their own. "website" and "blog" are what systems say of
# every page, and templates fill in other words wrongly.
OTHER_THINGS = ("event", "product", "profile", "place", "business", "restaurant")
# What schema.org calls pages and things that are no articles.
OTHERS = "aboutpage collectionpage contactpage profilepage searchresultspage product jobposting"
OTHER_PAGES = frozenset(OTHERS.split())

STANDING = named(class_words().standing)

Evidence = Iterator[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class PageKind:
    """The confidence, from 0 to 1, that a page is an article, and the evidence in words."""

    confidence: float
    reason: str

    @property
    def is_article(self) -> bool:
        """Whether the evidence suffices to keep the page as an article."""
        return self.confidence >= CONVINCED


def judge(view: ArticlePage) -> PageKind:
    """Whether a page is an article: by its family's signs, else by the sum of the evidence.

    The sum also decides on undated pages of a family that shows standing pages with these signs.
    """
    family, generic = platform_of(view.family), platform_of("generic")
    if view.in_family and not _may_stand(view, family):
        return PageKind(1.0, "the family's signs of an article")
    if is_front_page(view.page.url):
        return PageKind(0.0, "the address is a front page's")
    if any(matches(view.page.url, it.addresses.ignore) for it in (family, generic)):
        return PageKind(0.0, "the family ignores the address")
    if view.classified is None:
        return PageKind(0.0, "no heading that could be a title")
    if view.running_text is None:
        return _without_text(view, view.classified.title.text)
    return _weigh(view, view.running_text)


def _without_text(view: ArticlePage, title: str) -> PageKind:
    """What a page without text is: an article only if a selector finds the place of its text empty,
    another page names it by its title, and its address is that title.
    """
    found_empty = view.ruled_body is not None
    named = found_empty and view.title_search.signs_of(title).named
    is_address = is_title_in_address(title, view.page.url)
    if named and is_address and not (is_standing_page(view.page.url) or is_standing_title(title)):
        return PageKind(CONVINCED, "named by its title, and the place of its text is empty")
    return PageKind(0.0, "no text of its own below the title")


def _may_stand(view: ArticlePage, family: Platform) -> bool:
    """Whether a page has no date, and its family shows standing pages like it."""
    news, title = family.addresses.undated, view.title
    named = title is not None and is_standing_title(title.text)
    stands = named or not matches(view.page.url, news)
    return bool(news) and stands and view.dates.published is None


def _weigh(view: ArticlePage, text: RunningText) -> PageKind:
    printed = _prints_date(view, text)
    url, title = view.page.url, text.classified.title.text
    edit = bool(view.seen) and all(one.date.label == "updated" for one in view.seen)
    standing = (edit or not printed) and (is_standing_page(url) or is_standing_title(title))
    evidence = [
        (0.45 * printed, "printed date"),
        *_declared(view),
        *_of_text(text),
        *_of_title(view, text, standing=standing),
        *_of_address(view, printed=printed),
        (0.1 * (choose_byline(view.credits, view.site_names, ReadingLog()) != Byline()), "signed"),
        (-1.0 * standing, "name of a standing page"),
        (-0.5 * _is_an_entrys(view), "the site's selector finds the title of an entry"),
        *(() if printed else _of_undated_page(view, text)),
    ]
    told = [(weight, name) for weight, name in evidence if weight]
    confidence = round(max(0.0, min(1.0, sum(weight for weight, _ in told))), 2)
    return PageKind(confidence, ", ".join(f"{name} {weight:+.2f}" for weight, name in told))


def _is_an_entrys(view: ArticlePage) -> bool:
    """Whether the title by the site's own selector is a link to another page: the selector was
    learned from articles, and this may be a list of them.
    """
    if view.title is None or not view.title.is_ruled or view.title.element is None:
        return False
    page = view.page
    own = (page.url, article_address(page, view.site, platform_of("generic")))
    link = next(view.title.element.iter("a"), None)
    url = None if link is None else page.join(link.get("href"))
    return url is not None and url not in own


def _prints_date(view: ArticlePage, text: RunningText) -> bool:
    """Whether the page prints a date, perhaps one that may mean two days, but not of an event.

    Without prose, a date that is a link belongs to an entry of a list, and so do several days.
    """
    own = [one for one in view.seen if text.prose or not one.block.linked]
    days = {one.date.on for one in own if one.date.label != "updated"}
    dated = bool(own) and (text.prose > 0 or len(days) <= 1)
    dated = dated or has_doubtful_line(view.page, text)
    return dated and not _is_event(view, text.classified.title.element)


def _is_event(view: ArticlePage, title: html.HtmlElement) -> bool:
    """Whether schema.org says event, or the address does and all dates are to come."""
    return (
        view.said.event
        or any(
            (element.get("itemtype") or "").lower().rstrip("/").endswith("event")
            for element in (title, *title.iterancestors())
        )
        or (
            not any(has_come(view.page, one.date.on) for one in view.seen)
            and is_below_events(view.page.url)
        )
    )


def _declared(view: ArticlePage) -> Evidence:
    """What the page's metadata say of it."""
    said = view.said
    kinds = {kind for item in json_ld(view.page) for kind in types_of(item)}
    if not said.article and (others := kinds & OTHER_PAGES):
        yield -0.3, f"declared a {', '.join(sorted(others))}"
    elif said.event or (said.kind or "").startswith(OTHER_THINGS):
        yield -0.15, f"og:type {said.kind}"
    # WordPress extensions write og:type "article" and a date on standing pages too.
    elif said.article or "webpage" not in kinds:
        parts = said.article, said.kind == "article", said.published is not None
        yield min(0.5, 0.2 * sum(parts)), "declared an article"


def _of_text(text: RunningText) -> Evidence:
    files = sum(block.kind == "file" for block in _own_blocks(text))
    prose = text.prose
    if prose < 100 and files:
        yield 0.15, f"{files} files"
    elif text.first <= text.classified.title.spot:
        yield 0.15, "a video or file shown"
    else:
        steps = ((3_000, 0.4), (1_000, 0.3), (300, 0.2), (100, 0.15))
        worth = next((worth for least, worth in steps if prose >= least), 0.05)
        yield worth, f"{prose} characters of prose"


def _of_title(view: ArticlePage, text: RunningText, *, standing: bool) -> Evidence:
    title = text.classified.title.text
    signs = view.title_search.signs_of(title)
    # Lists and feeds name standing pages too.
    yield 0.5 * (signs.named and not standing), "title named by another page"
    printed = view.title is not None and view.title.element is not None
    yield 0.2 * (signs.stated and printed), "title stated"
    # Sections and standing pages too have addresses made of their titles, which are short.
    steps = ((41, 0.25), (26, 0.2), (0, 0.15))
    worth = next(worth for least, worth in steps if len(title) >= least)
    yield worth * signs.in_address, "address made of the title"


def _of_address(view: ArticlePage, *, printed: bool) -> Evidence:
    page, generic = view.page, platform_of("generic")
    yield 0.1 * matches(page.url, generic.addresses.article), "address of an article"
    dated = not printed and date_in_url(page.url, zone=page.zone) is not None
    yield 0.15 * dated, "date in the address"
    # The first page of a list is the list itself; an article's address may name the list's page.
    listed = names_listing(page.url, generic) and page_number(page.url) != 1
    yield -0.3 * listed, "address of a listing"


def _of_undated_page(view: ArticlePage, text: RunningText) -> Evidence:
    """What standing pages and sections have in common, which bear no date of their own."""
    page, classified = view.page, text.classified
    entries = sum(block.kind == "entry" for block in _own_blocks(text))
    yield -0.3 * (entries >= 4 and text.prose < 400), f"{entries} entries"
    named = any(STANDING.search(names_of(body)) for body in page.root.iterfind("body"))
    yield -0.2 * named, "a standing page by its class"
    declared = view.said.article and view.said.published is not None
    menu = 0.25 if declared else 0.55  # blogs have menus of their best articles
    yield -menu * _in_a_menu(page, classified), "a menu leads to it"


def _own_blocks(text: RunningText) -> Iterator[Block]:
    """The blocks below the title in the article's own element, or all if it has none."""
    wrapper = text.wrapper
    whole = wrapper.tag in WHOLE_PAGE
    return (block for block in text.classified.below if whole or holds(wrapper, block.element))


def _in_a_menu(page: HtmlPage, classified: ClassifiedOutline) -> bool:
    """Whether a menu leads to the page itself, as menus do to sections and standing pages."""
    end = page.url.rstrip("/").rpartition("/")[2]
    # Each once: a link that was never closed is among the links of every block behind it.
    anchors = dict.fromkeys(
        anchor
        for block in classified.outline
        if block is not classified.title
        for anchor in block.anchors
    )
    return any(
        end in (href := anchor.get("href") or "")
        and page.join(href) == page.url
        and 0 < len(name := " ".join(seen_text(anchor).split())) <= SECTION_NAME
        and fold(name) not in LANGUAGES
        and _is_menu(anchor)
        for anchor in anchors
    )


def _is_menu(anchor: html.HtmlElement) -> bool:
    """Whether a link is in a list of mostly short links, however deep."""
    lists = [above for above in anchor.iterancestors() if above.tag in ("ul", "ol", "nav")]
    links = [len(seen_text(link)) for link in lists[-1].iter("a")] if lists else []
    return (
        len(links) >= LEAST_MENU and sum(it <= SECTION_NAME for it in links) * 4 >= len(links) * 3
    )
