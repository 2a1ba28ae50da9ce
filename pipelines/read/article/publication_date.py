"""Which of a page's dates is its publication.

In order of trust: the family's own place, a labelled line, the page's metadata, its address, and
last a guess. Only these places count, so clocks in headers, neighbours' dates, deadlines and
document numbers never qualify. Nor does a day that was still in the future when the page was
fetched: it belongs to an event, or is a mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lxml import html

from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.dates.date_patterns import date_spans
from pipelines.read.dates.printed_date import PrintedDate, last_day
from pipelines.read.html.day_order import dates_on, is_in_doubt, stated_date
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.structured_data import structured_data_of
from pipelines.read.reading import Dated, Evidence, Explanation
from portals.languages import any_word
from portals.platform import ArticleRules

FIGURES = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{4}")
LABELLED = ("span", "div", "p", "td", "li", "small", "em", "i", "time", "b", "strong")
LABEL = re.compile(any_word(lambda it: it.dates.label_signs), re.I)


@dataclass(frozen=True, slots=True)
class PageDates:
    """The two dates that a page gives, each with its evidence, or None.

    `to_come`: the first date, as printed, that was in the future when the page was fetched.
    """

    published: Dated | None
    updated: Dated | None
    explanations: tuple[Explanation, ...] = ()
    to_come: str | None = None

    def or_printed(self, printed: "PageDates") -> "PageDates":
        """These dates, or those that the article's own lines print where these have none."""
        if printed.published is None or printed.published.evidence == "url":
            return replace(self, to_come=self.to_come or printed.to_come)
        return PageDates(
            printed.published,
            self.updated or printed.updated,
            (*self.explanations, *printed.explanations),
        )


def page_dates(page: HtmlPage, rules: ArticleRules, *, generic: bool) -> PageDates:
    """The dates of an article page.

    `generic` also believes schema.org and OpenGraph, which some families fill with the last edit.
    """
    published = updated = to_come = None
    explanations = []
    for value, selector, _ in page.values(rules.updated):
        if found := stated_date(page, value):
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
            moment = (dated.at or dated.on).isoformat()
            explanations.append(Explanation("published", moment, rule, dated.raw))
        if published is not None and updated is not None:
            break
    edit = credible_edit(page, published, updated)
    return PageDates(published, edit, tuple(explanations), to_come)


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
        found = [stated_date(page, value)] if machine else dates_on(page, value)
        evidence: Evidence = "meta" if "meta[" in selector else "selector"
        for one in filter(None, found):
            yield with_evidence(one, evidence), selector, one.label
    for line, one in labelled_lines(page):
        yield with_evidence(one, "label"), f"labelled line: {line[:60]}", one.label
    if generic:
        if (stated := structured_data_of(page).published) is not None:
            yield with_evidence(stated[0], "meta"), stated[1], None
        if (said := page.meta("date")) and (machine_date := stated_date(page, said)):
            yield with_evidence(machine_date, "meta"), "meta date", None
    if url_date := date_in_url(page.url, zone=page.zone):
        yield with_evidence(url_date, "url"), "the address", None


def labelled_lines(page: HtmlPage) -> Iterator[tuple[str, PrintedDate]]:
    """Short lines with a label beside a date ("Ngày đăng: 08/07/2020"), in the order of the page.

    Lists of links are left out.
    """
    for element in page.root.iter(*LABELLED):
        own = (element.text, *(child.tail for child in element)) if len(element) <= 6 else ()
        if not any(text and LABEL.search(text) for text in own):
            continue
        if next(element.iterancestors("a", "header", "footer", "aside", "nav"), None) is not None:
            continue
        line = seen_text(element)
        if len(line) <= 200:
            for one in dates_on(page, line):
                if one.label is not None:
                    yield line, one


def guessed_date(page: HtmlPage, root: html.HtmlElement) -> Dated | None:
    """The date of htmldate, labelled a guess, if nothing else is known.

    A guess near the time of the fetch is the page's clock, not a date. htmldate takes any date in
    the tree, so first remove the neighbours (`article_page.hide_neighbours`). A day that the strict
    reading refused does not come back, nor does one with day and month swapped.
    """
    # Imported here: dateparser behind it costs a worker three seconds; most pages never need it.
    from htmldate import find_date

    try:
        day = find_date(
            root,
            extensive_search=False,
            original_date=True,
            max_date=page.fetched_at.strftime("%Y-%m-%d"),
        )
    except MemoryError:
        raise
    except Exception:  # an offset of a day, a year of five digits: it fails over many dates
        return None
    if day is None:
        return None
    on = date.fromisoformat(day)
    days_ago = abs(on - page.fetched_at.astimezone(page.zone).date()).days
    refused = days_ago <= 1 or _is_refused(page, root, on)
    return None if refused else Dated(on, None, "day", "guess", day)


def _is_refused(page: HtmlPage, root: html.HtmlElement, day: date) -> bool:
    """Whether all figures that may mean a day, in either order, were refused.

    Either their weekday contradicts them, or nothing tells day from month.
    """
    stated = (
        *page.metas.values(),
        *(element.get("datetime") or "" for element in root.iter("time")),
    )
    spans = [(span, dates_on(page, span)) for span in date_spans(seen_text(root))]
    # The page's order is not that of the program that wrote AM or PM.
    spans += [
        (span, () if is_in_doubt(page, text) else dates_on(page, span))
        for text in stated
        for span in date_spans(text)
    ]
    parts = {day.day, day.month}
    printed = [
        dates
        for span, dates in spans
        if str(day.year) in span and parts == set(map(int, FIGURES.findall(span)[0]))
    ]
    return bool(printed) and not any(one.on == day for dates in printed for one in dates)
