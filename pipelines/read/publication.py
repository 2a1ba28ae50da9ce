"""Which of a page's dates is its publication, in order of trust: the family's own place, a labelled line, the page about itself, its address; a guess last.

Header clocks, neighbours' dates, terms and document numbers never qualify: only the places named here are looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lxml import html

from pipelines.read.dates import PrintedDate, date_in_url, read_dates, read_machine_date
from pipelines.read.page import Page, seen_text
from pipelines.read.reading import Dated, Evidence, Explanation
from portals.platform import ArticleRules

LABEL = re.compile(r"(?:đăng(?!\s*(?:nhập|ký))|gửi|xuất bản|ngày tạo|cập nhật|published|posted|ngày đưa)", re.I)
META = ("article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "date")


@dataclass(frozen=True, slots=True)
class PageDates:
    """The two dates that a page gives, each with its evidence or None."""

    published: Dated | None
    updated: Dated | None
    explanations: tuple[Explanation, ...] = ()


def page_dates(page: Page, rules: ArticleRules, *, generic: bool) -> PageDates:
    """The dates of an article page. `generic` also believes schema.org and OpenGraph, which some families fill with the time of the last edit."""
    published = updated = None
    explanations = []
    for value, selector, _ in page.values(rules.updated):
        if updated is None and (found := read_machine_date(value, zone=page.zone)):
            updated = with_evidence(found, "meta" if "meta[" in selector else "selector")
            explanations.append(Explanation("updated", found.on.isoformat(), selector, value))
    for dated, rule, label in _candidates(page, rules, generic):
        if label == "updated":
            updated = updated or dated
        elif published is None:
            published = dated
            explanations.append(Explanation("published", dated.at.isoformat() if dated.at else dated.on.isoformat(), rule, dated.raw))
        if published is not None and updated is not None:
            break
    return PageDates(published, updated, tuple(explanations))


def with_evidence(found: PrintedDate, evidence: Evidence) -> Dated:
    """A date that was read, with where it stood."""
    return Dated(found.on, found.at, found.precision, evidence, found.raw)


def _candidates(page: Page, rules: ArticleRules, generic: bool) -> Iterator[tuple[Dated, str, str | None]]:
    for value, selector, _ in page.values(rules.published):
        machine = "::attr(" in selector
        found = [read_machine_date(value, zone=page.zone)] if machine else read_dates(value, zone=page.zone, fetched_at=page.fetched_at)
        for date in found:
            if date is not None:
                yield with_evidence(date, "meta" if "meta[" in selector else "selector"), selector, date.label
    for line, date in labelled_lines(page):
        yield with_evidence(date, "label"), f"labelled line: {line[:60]}", date.label
    if generic:
        for name in META:
            if (said := page.meta(name)) and (machine_date := read_machine_date(said, zone=page.zone)):
                yield with_evidence(machine_date, "meta"), f"meta {name}", None
        if (said := _json_ld_date(page)) and (machine_date := read_machine_date(said, zone=page.zone)):
            yield with_evidence(machine_date, "meta"), "schema.org datePublished", None
    if url_date := date_in_url(page.url, zone=page.zone):
        yield with_evidence(url_date, "url"), "the address", None


def labelled_lines(page: Page) -> Iterator[tuple[str, PrintedDate]]:
    """Short lines of the page with a label for publication or update beside a date ("Ngày đăng: 08/07/2020"), in page order, lists of links left out."""
    for element in page.root.iter("span", "div", "p", "td", "li", "small", "em", "i", "time", "b", "strong"):
        if len(element) > 6 or not any(text and LABEL.search(text) for text in (element.text, *(child.tail for child in element))):
            continue
        if any(a.tag in ("a", "header", "footer", "aside", "nav") for a in element.iterancestors()):
            continue
        line = seen_text(element)
        if len(line) <= 200:
            for date in read_dates(line, zone=page.zone, fetched_at=page.fetched_at):
                if date.label is not None:
                    yield line, date


def _json_ld_date(page: Page) -> str | None:
    for script in page.root.iterfind(".//script[@type='application/ld+json']"):
        try:
            found = _deep(json.loads(script.text or ""), "datePublished")
        except (json.JSONDecodeError, RecursionError):
            continue
        if found:
            return found
    return None


def _deep(value: object, key: str) -> str | None:
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            return str(value[key])
        return next((found for inner in value.values() if (found := _deep(inner, key))), None)
    if isinstance(value, list):
        return next((found for inner in value if (found := _deep(inner, key))), None)
    return None


def guessed_date(page: Page, root: html.HtmlElement) -> Dated | None:
    """The opinion of htmldate, labelled a guess, where nothing else is known. A guess near the fetch is the page's clock, and no date."""
    from htmldate import find_date  # imported on first use: dateparser behind it costs a worker three seconds, which most pages never need

    day = find_date(root, extensive_search=False, original_date=True, max_date=page.fetched_at.strftime("%Y-%m-%d"))
    if day is None:
        return None
    found = read_machine_date(day, zone=page.zone)
    if found is None or abs(found.on - page.fetched_at.astimezone(page.zone).date()) <= timedelta(days=1):
        return None
    return Dated(found.on, None, "day", "guess", day)
