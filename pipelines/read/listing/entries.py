"""The entries of a listing: articles with title and date, by the rules of a family, or as the page
shows them if those find none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from lxml import etree, html

from pipelines.read.article.publication_date import has_come, with_evidence
from pipelines.read.html.day_order import date_on, is_date_line
from pipelines.read.html.page import HtmlPage, matched, seen_text
from pipelines.read.listing.shown_links import UNKNOWN_PATTERN, ShownLinks
from pipelines.read.reading import Dated, Link
from pipelines.read.text.clean_text import clean_text
from pipelines.read.text.furniture_lines import is_furniture

LEAST_DATED = 2  # entries; one date alone may be anything
LONGEST_DATE = 60  # characters of a line that is only a date
LONGEST_TOOL = 30  # characters of a link such as "read more"


def entries_by_rules(shown: ShownLinks) -> dict[str, Link]:
    """The articles of the entries that the family's selectors find, by address; an entry with a
    date wins. An address that the family does not know, or that looks endless, is one only with a
    title, and is doubtful.
    """
    links: dict[str, Link] = {}
    for selector in shown.platform.listing.entries:
        for element in shown.page.matched(selector):
            _, url, text = shown.anchor_of(element)
            if url is None or (url in links and links[url].published) or not _may_be(shown, url):
                continue
            title = clean_text(text or element.get("title") or "") or None
            doubt = shown.doubts.get(url) or (None if shown.kind(url) else UNKNOWN_PATTERN)
            published = _date_by_rules(shown, element)
            if (title or doubt is None) and (url not in links or published):
                links[url] = Link(url, "article", title, published, doubt=doubt)
    return links


def _may_be(shown: ShownLinks, url: str) -> bool:
    """Whether an entry's address may be an article's.

    The general rules take short texts for entries too, such as the days of a month.
    """
    if (kind := shown.kind(url)) == "listing":
        return False
    if url in shown.doubts:
        return shown.platform.key != "generic" or shown.title(url) is not None
    known_kind = shown.by_address and url != shown.page.url and shown.worth_asking(url)
    return kind == "article" or known_kind


def _date_by_rules(shown: ShownLinks, element: html.HtmlElement) -> Dated | None:
    near = (it for one in shown.platform.listing.entry_date for it in matched(element, one))
    found = (_date(shown.page, one.get("datetime") or seen_text(one)) for one in near)
    return next(filter(None, found), None)


def _date(page: HtmlPage, text: str) -> Dated | None:
    found = date_on(page, text)
    return with_evidence(found, "listing") if found and has_come(page, found.on) else None


def as_named(shown: ShownLinks, links: Collection[Link]) -> list[Link]:
    """The links of a listing, each article with the title and date that the listing gives it.

    The title is that of its entry, else the first that a link shows. Words of a menu, numbers and
    "read more" are no titles: an address that a menu links too has one only with a date.
    """
    articles = {link.url: link for link in links if link.kind == "article" and link.doubt is None}
    by_rules = shown.by_address and any(link.title for link in articles.values())
    for url, link in articles.items():
        title = clean_text(link.title or (None if by_rules else shown.title(url)) or "")
        articles[url] = replace(link, title=title) if title != link.title else link
    dated = any(link.published for link in articles.values())
    unsure = [url for url, link in articles.items() if link.title and not link.published]
    menus = {url: anchors for url in unsure if (anchors := shown.in_menus(url))}
    if not dated:
        apart = {anchor for anchors in menus.values() for anchor in anchors}
        articles |= _dated_as_shown(shown, articles, apart)
    for url, link in articles.items():
        if not _names_page(link.title or "") or (url in menus and not link.published):
            articles[url] = replace(link, title=None)
    return [articles.get(link.url, link) for link in links]


def _names_page(title: str) -> bool:
    return any(map(str.isalpha, title)) and (len(title) > LONGEST_TOOL or not is_furniture(title))


def _dated_as_shown(
    shown: ShownLinks, articles: Mapping[str, Link], apart: Collection[html.HtmlElement]
) -> dict[str, Link]:
    """The titled articles whose entries show a date, if several do: on a line of its own, else in
    brackets behind the title.

    An entry is the largest element that links only one of the articles, beside others of its kind.
    `apart`: links in menus, which are no entries.
    """
    linked: defaultdict[html.HtmlElement, set[str]] = defaultdict(set)
    shows = ((url, one.element) for url in articles for one in shown.anchors[url])
    anchors = [(url, one) for url, one in shows if one not in apart]
    for url, anchor in anchors:
        for element in (anchor, *anchor.iterancestors()):
            linked[element].add(url)
    dated: dict[str, Link] = {}
    for url, anchor in anchors:
        title, entry = articles[url].title, _entry(anchor, linked)
        if title and url not in dated and entry is not None:
            lines = [*_lines(entry), _end_in_brackets(title)]
            day = next(filter(None, (_day_of(shown.page, line) for line in lines)), None)
            if day is not None:
                title = _without_dates(shown.page, title, anchor)
                dated[url] = replace(articles[url], title=title, published=day)
    return dated if len(dated) >= LEAST_DATED else {}


def _entry(
    anchor: html.HtmlElement, linked: Mapping[html.HtmlElement, set[str]]
) -> html.HtmlElement | None:
    entry = anchor
    for element in anchor.iterancestors():
        if len(linked[element]) > 1:
            return entry
        entry = element
    return None  # the page has one entry alone


def _lines(entry: html.HtmlElement) -> Iterator[str]:
    for element in entry.iter(etree.Element):
        if element.tag == "time" and (stated := element.get("datetime")):
            yield stated
        yield (element.text or "").strip()
        if element is not entry:
            yield (element.tail or "").strip()


def _end_in_brackets(title: str) -> str:
    inside = title.replace("[", "(").rpartition("(")[2]
    return inside[:-1] if inside.endswith((")", "]")) else ""


def _day_of(page: HtmlPage, line: str) -> Dated | None:
    """The day in a line that is only a date."""
    if len(line) > LONGEST_DATE or not any(map(str.isdecimal, line)):
        return None
    return _date(page, line) if is_date_line(page, line) else None


def _without_dates(page: HtmlPage, title: str, anchor: html.HtmlElement) -> str:
    """A title without the dates that its link shows beside it."""
    for line in _lines(anchor):
        if _day_of(page, line) is not None:
            title = title.removeprefix(line).removesuffix(line).strip(" -|:,")
    end = _end_in_brackets(title)
    return title[: -len(end) - 2].rstrip() if _day_of(page, end) is not None else title
