"""Dates of a listing's entries, where no rule of a family finds them: what each prints beside its
link.
"""

from collections import defaultdict
from collections.abc import Container, Iterator

from lxml import etree, html

from pipelines.read.article.dateline import is_date_line
from pipelines.read.article.publication_date import has_come, with_evidence
from pipelines.read.html.day_order import date_on
from pipelines.read.html.page import HtmlPage
from pipelines.read.reading import Dated

LEAST_DATED = 2  # entries; one date alone may be anything
LONGEST = 60  # characters of a line that is only a date


def entry_dates(
    page: HtmlPage,
    articles: Container[str],
    titled: Container[str],
    apart: Container[html.HtmlElement],
) -> dict[str, Dated]:
    """The first date in the entry of each titled address, if several entries print one.

    An entry is the largest element that links only one of the articles, beside others of its kind.
    `apart`: links in menus, which are no entries.
    """
    linked: defaultdict[html.HtmlElement, set[str]] = defaultdict(set)
    anchors = []
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is not None and url in articles and anchor not in apart:
            anchors.append((url, anchor))
            for element in (anchor, *anchor.iterancestors()):
                linked[element].add(url)
    dates: dict[str, Dated] = {}
    for url, anchor in anchors:
        if url in titled and url not in dates and (entry := _entry(anchor, linked)) is not None:
            found = next(_dates_in(page, entry), None)
            if found is not None:
                dates[url] = found
    return dates if len(dates) >= LEAST_DATED else {}


def _entry(
    anchor: html.HtmlElement, linked: dict[html.HtmlElement, set[str]]
) -> html.HtmlElement | None:
    entry = anchor
    for element in anchor.iterancestors():
        if len(linked[element]) > 1:
            return entry
        entry = element
    return None  # the page has one entry alone


def _dates_in(page: HtmlPage, entry: html.HtmlElement) -> Iterator[Dated]:
    for text in _lines(entry):
        if len(text) <= LONGEST and any(map(str.isdecimal, text)) and is_date_line(page, text):
            found = date_on(page, text)
            if found is not None and has_come(page, found.on):
                yield with_evidence(found, "listing")


def _lines(entry: html.HtmlElement) -> Iterator[str]:
    for element in entry.iter(etree.Element):
        if element.tag == "time":
            yield element.get("datetime") or " ".join(element.itertext()).strip()
        yield (element.text or "").strip()
        if element is not entry:
            yield (element.tail or "").strip()
