"""Which of a page's dates is its publication.

In order of trust: the family's own place, a labelled line, the page's metadata, its address, and
last a guess. Only these places count, so clocks in headers, neighbours' dates, deadlines and
document numbers never qualify. Nor does a day that was still in the future when the page was
fetched: it belongs to an event, or is a mistake.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import html

from pipelines.read.dates.date_lines import PrintedDate, date_in_url, read_machine_date
from pipelines.read.dates.date_patterns import date_spans
from pipelines.read.dates.printed_date import last_day
from pipelines.read.html.day_order import dates_on
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.reading import Dated, Evidence, Explanation
from portals.languages import any_of, every
from portals.platform import ArticleRules

FIGURES = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{4}")
LABEL = re.compile(any_of(every(lambda it: it.dates.label_signs)), re.I)
META = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "date",
)


@dataclass(frozen=True, slots=True)
class PageDates:
    """The two dates that a page gives, each with its evidence, or None.

    `to_come`: the first date, as printed, that was in the future when the page was fetched.
    """

    published: Dated | None
    updated: Dated | None
    explanations: tuple[Explanation, ...] = ()
    to_come: str | None = None


def page_dates(page: HtmlPage, rules: ArticleRules, *, generic: bool) -> PageDates:
    """The dates of an article page.

    `generic` also believes schema.org and OpenGraph, which some families fill with the last edit.
    """
    published = updated = to_come = None
    explanations = []
    for value, selector, _ in page.values(rules.updated):
        if found := read_machine_date(value, zone=page.zone):
            updated = with_evidence(found, "meta" if "meta[" in selector else "selector")
            explanations.append(Explanation("updated", found.on.isoformat(), selector, value))
            break
    for dated, rule, label in _candidates(page, rules, generic):
        if label == "updated":
            updated = updated or dated
        elif not has_come(page, dated.on):
            to_come = to_come or dated.raw
        elif published is None:
            published = dated
            explanations.append(
                Explanation(
                    "published",
                    dated.at.isoformat() if dated.at else dated.on.isoformat(),
                    rule,
                    dated.raw,
                )
            )
        if published is not None and updated is not None:
            break
    return PageDates(
        published, credible_edit(page, published, updated), tuple(explanations), to_come
    )


def has_come(page: HtmlPage, day: date) -> bool:
    """Whether a day had begun somewhere on earth when the page was fetched."""
    return day <= last_day(page.fetched_at, page.zone)


def credible_edit(page: HtmlPage, published: Dated | None, updated: Dated | None) -> Dated | None:
    """The date of the last edit, unless it is in the future or before the publication.

    An earlier one belongs to a draft, or to another page.
    """
    if updated is None or not has_come(page, updated.on):
        return None
    if published is None or published.precision == "month":
        return updated
    early = updated.at < published.at if updated.at and published.at else updated.on < published.on
    return None if early else updated


def with_evidence(found: PrintedDate, evidence: Evidence) -> Dated:
    """A date, with the place where it was read as evidence."""
    return Dated(found.on, found.at, found.precision, evidence, found.raw)


def _candidates(
    page: HtmlPage, rules: ArticleRules, generic: bool
) -> Iterator[tuple[Dated, str, str | None]]:
    for value, selector, _ in page.values(rules.published):
        machine = "::attr(" in selector
        found = [read_machine_date(value, zone=page.zone)] if machine else dates_on(page, value)
        for one in found:
            if one is not None:
                yield (
                    with_evidence(one, "meta" if "meta[" in selector else "selector"),
                    selector,
                    one.label,
                )
    for line, one in labelled_lines(page):
        yield with_evidence(one, "label"), f"labelled line: {line[:60]}", one.label
    if generic:
        for name in META:
            if (said := page.meta(name)) and (
                machine_date := read_machine_date(said, zone=page.zone)
            ):
                yield with_evidence(machine_date, "meta"), f"meta {name}", None
        if (said := _json_ld_date(page)) and (
            machine_date := read_machine_date(said, zone=page.zone)
        ):
            yield with_evidence(machine_date, "meta"), "schema.org datePublished", None
    if url_date := date_in_url(page.url, zone=page.zone):
        yield with_evidence(url_date, "url"), "the address", None


def labelled_lines(page: HtmlPage) -> Iterator[tuple[str, PrintedDate]]:
    """Short lines with a label beside a date ("Ngày đăng: 08/07/2020"), in the order of the page.

    Lists of links are left out.
    """
    for element in page.root.iter(
        "span", "div", "p", "td", "li", "small", "em", "i", "time", "b", "strong"
    ):
        if len(element) > 6 or not any(
            text and LABEL.search(text)
            for text in (element.text, *(child.tail for child in element))
        ):
            continue
        if any(a.tag in ("a", "header", "footer", "aside", "nav") for a in element.iterancestors()):
            continue
        line = seen_text(element)
        if len(line) <= 200:
            for one in dates_on(page, line):
                if one.label is not None:
                    yield line, one


def _json_ld_date(page: HtmlPage) -> str | None:
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


def guessed_date(page: HtmlPage, root: html.HtmlElement) -> Dated | None:
    """The date of htmldate, labelled a guess, if nothing else is known.

    A guess near the time of the fetch is the page's clock, not a date. htmldate takes any date in
    the tree, so first remove the neighbours (`own_lines.hide_neighbours`). A day that the strict
    reading refused does not come back, nor does one with day and month swapped.
    """
    # Imported here: dateparser behind it costs a worker three seconds; most pages never need it.
    from htmldate import find_date

    day = find_date(
        root,
        extensive_search=False,
        original_date=True,
        max_date=page.fetched_at.strftime("%Y-%m-%d"),
    )
    if day is None:
        return None
    found = read_machine_date(day, zone=page.zone)
    if found is None or abs(found.on - page.fetched_at.astimezone(page.zone).date()) <= timedelta(
        days=1
    ):
        return None
    return None if _is_refused(page, root, found.on) else Dated(found.on, None, "day", "guess", day)


def _is_refused(page: HtmlPage, root: html.HtmlElement, day: date) -> bool:
    """Whether all figures that may mean a day, in either order, were refused.

    Either their weekday contradicts them, or nothing tells day from month.
    """
    said = (
        seen_text(root),
        *page.metas.values(),
        *(element.get("datetime") or "" for element in root.iter("time")),
    )
    spans = [span for text in said for span in date_spans(text) if str(day.year) in span]
    printed = [
        span
        for span in spans
        if {day.day, day.month} == {int(part) for part in FIGURES.findall(span)[0]}
    ]
    return bool(printed) and not any(
        one.on == day for span in printed for one in dates_on(page, span)
    )
