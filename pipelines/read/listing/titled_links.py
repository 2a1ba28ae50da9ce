"""Find articles with unknown address patterns by their links: several on one page show a title and
lead to addresses of one shape.

Custom-made portals have scripts and parameters of their own (`spip.php?article7`,
`/xem.php?bai=12`, `/News/12`).
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import replace

from lxml import html

from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.addresses.shape import shape_of
from pipelines.read.article.publication_date import has_come, with_evidence
from pipelines.read.html.day_order import date_on
from pipelines.read.html.outline import APART_TAGS, WORDS
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.listing.entry_dates import entry_dates
from pipelines.read.reading import Dated, Link
from pipelines.read.text.clean_text import clean_text
from pipelines.read.text.furniture_lines import is_furniture
from portals.class_words import named
from portals.platform import Platform
from portals.site import Site

# Characters of a link that may be a title; in or around a heading, any length will do.
TITLE_CHARACTERS = range(20, 301)
TITLE_WORDS = 4  # the least
LEAST_OF_SHAPE = 3  # addresses
HEADINGS = frozenset({"h2", "h3", "h4", "h5"})

LEAST_DATED = 2  # titles
LONGEST_TOOL = 30  # characters of a link such as "read more"
DATED_END = re.compile(r"\s*[(\[](?P<date>[^()\[\]]*\d[^()\[\]]*)[)\]]$")
MENU = named(WORDS.menus)
MENU_TAGS = frozenset({"nav", "footer"})
WHOLE = frozenset({"html", "body", "form", "main", "article"})  # never a menu, whatever its class


def titles_given(page: HtmlPage, platform: Platform, links: Iterable[Link]) -> list[Link]:
    """The links of a listing, with the titles that name their pages.

    An article has that of its entry, else the first that a link shows. The words of a menu are no
    title: an address that a menu links too, as on every page, has one only with a date. Nor is
    a number, or "read more". An entry's date may stand in brackets behind its title, or beside it.
    """
    links = list(links)
    articles = {link.url for link in links if link.kind == "article" and link.doubt is None}
    bare = {link.url for link in links if not link.title} & articles
    by_rules = platform.key != "generic" and not platform.detect.broad
    shown = {} if by_rules and any(link.title for link in links) else titles_shown(page, bare)
    texts = {
        link.url: clean_text(link.title or shown.get(link.url, ""))
        for link in links
        if link.url in articles
    }
    dates = {link.url: link.published for link in links if link.published is not None}
    if not dates:
        ends = {url: end for url, text in texts.items() if (end := _dated_end(page, text))}
        if len(ends) >= LEAST_DATED:
            texts |= {url: title for url, (title, _) in ends.items()}
            dates = {url: day for url, (_, day) in ends.items()}
    undated = {url for url, text in texts.items() if text and url not in dates}
    menus = _menu_links(page, undated) if undated else {}
    if not dates and undated:
        dates = entry_dates(page, articles, undated, apart=menus)
        for url, day in dates.items():  # the link may hold it too
            texts[url] = texts[url].removeprefix(day.raw).removesuffix(day.raw).strip(" -|:,")
    standing = set(menus.values()) - dates.keys()
    return [
        replace(
            link,
            title=text if url not in standing and _names_page(text) else None,
            published=dates.get(url),
        )
        if (text := texts.get(url := link.url)) is not None
        else link
        for link in links
    ]


def _dated_end(page: HtmlPage, text: str) -> tuple[str, Dated] | None:
    """A title and the date in brackets behind it."""
    if not text.endswith((")", "]")) or (end := DATED_END.search(text)) is None:
        return None
    found = date_on(page, end["date"])
    if found is None or not has_come(page, found.on):
        return None
    return text[: end.start()], with_evidence(found, "listing")


def _names_page(title: str) -> bool:
    return any(map(str.isalpha, title)) and (len(title) > LONGEST_TOOL or not is_furniture(title))


def _menu_links(page: HtmlPage, urls: Container[str]) -> dict[html.HtmlElement, str]:
    """The links to these addresses that stand in menus and footers, with their addresses."""
    known: dict[html.HtmlElement, bool] = {}
    found = {}
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is not None and url in urls:
            for element in anchor.iterancestors():
                if element not in known:
                    known[element] = _is_menu(element)
                if known[element]:
                    found[anchor] = url
                    break
    return found


def _is_menu(element: html.HtmlElement) -> bool:
    if element.tag in MENU_TAGS or element.get("role") == "navigation":
        return all(above.tag != "article" for above in element.iterancestors())
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return (
        element.tag not in WHOLE
        and MENU.search(names) is not None
        and next(element.iter("h1", "main", "article"), None) is None  # "with-menu"
    )


def titles_shown(page: HtmlPage, urls: Container[str]) -> dict[str, str]:
    """The first title that a link shows, outside menus, of each of these addresses."""
    titles: dict[str, str] = {}
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is None or url == page.url or url not in urls or url in titles:
            continue
        if (title := _shown_title(anchor)) is not None:
            titles[url] = title
    return titles


def titled_addresses(page: HtmlPage, site: Site, platform: Platform) -> list[str]:
    """Canonical addresses that may be articles: worth a request, outside menus, and of a shape that
    is mostly linked by titles.
    """
    titled: defaultdict[str, dict[str, None]] = defaultdict(dict)
    others: defaultdict[str, set[str]] = defaultdict(set)
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is None or url == page.url or not _may_be_article(url, site, platform):
            continue
        if _shown_title(anchor) is not None:
            titled[shape_of(url)][url] = None
        else:
            others[shape_of(url)].add(url)
    return [
        url
        for shape, urls in titled.items()
        if len(urls) >= LEAST_OF_SHAPE and len(urls) > len(others[shape].difference(urls))
        for url in urls
    ]


def _may_be_article(url: str, site: Site, platform: Platform) -> bool:
    return link_kind(url, site.all_hosts, platform.key) is None and worth_asking(
        url, site, platform
    )


def _shown_title(anchor: html.HtmlElement) -> str | None:
    """The text of a link outside menus if it may be a title."""
    text = seen_text(anchor) or (anchor.get("title") or "").strip()
    above = [ancestor.tag for ancestor in anchor.iterancestors()]
    if not text or any(tag in APART_TAGS for tag in above):
        return None
    heading = not HEADINGS.isdisjoint((*above[:2], *(child.tag for child in anchor)))
    long = len(text) in TITLE_CHARACTERS and len(text.split()) >= TITLE_WORDS
    return text if heading or long else None
