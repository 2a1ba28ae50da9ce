"""Which of a page's dates is its publication.

In order of trust: the family's own place, a line near the title, the metadata, the address, and
last a guess. No other place counts, so clocks in headers, neighbours' dates, deadlines and document
numbers never qualify. Nor does a day that was still in the future when the page was fetched: it
belongs to an event, or is a mistake.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lxml import etree, html

from pipelines.read.article.candidates import DECISIVE, Candidate, choose
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.dates.date_patterns import FIGURES, WEEKDAY, date_spans
from pipelines.read.dates.machine_dates import day_written, moment_written
from pipelines.read.dates.printed_date import DateLabel, PrintedDate, last_day
from pipelines.read.html.day_order import dates_on, stated_date
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.structured_data import StructuredData
from pipelines.read.reading import Dated, Evidence, ReadingLog
from portals.class_words import class_words, named
from portals.countries import UNKNOWN_ZONE
from portals.languages import any_word
from portals.platform import ArticleRules

LEADING = ("href", "src", "srcset", "data-src", "data-srcset", "style", "poster")
OTHER_DAY = re.compile(rf"{any_word(lambda it: it.dates.other_labels)}(?!\w)", re.I)
A_WEEKDAY = re.compile(WEEKDAY, re.I)
# The characters and elements of a line that htmldate may take a day from.
LONGEST_DATELINE, PARTS_OF_DATELINE = 80, 3
COMMENTS = named(class_words().comments)
# The offsets of the first and the last place on earth where a day begins.
FURTHEST_EAST, FURTHEST_WEST = timedelta(hours=14), timedelta(hours=12)

# How far each source is believed. What a selector of the family says ends the search.
PRINTED = 0.8  # near the title or the text; it beats a machine date, which may be the last edit
STATED = 0.7  # in the metadata
EDIT = 0.65  # without a label, the day that the metadata call that of the last edit
COUNTED_BACK = 0.6  # "3 hours ago": an exact date is better
ADDRESS = 0.5
UNNAMED = 0.4  # in metadata that a family's selectors do not name: often the last edit

# A date, and whether it is proposed as that of the publication or of the last edit.
ProposedDate = tuple[DateLabel, Candidate[Dated]]


@dataclass(frozen=True, slots=True)
class PageDates:
    """The two dates that a page gives, each with its evidence, or None.

    `to_come`: the first date, as printed, that was in the future when the page was fetched.
    """

    published: Dated | None
    updated: Dated | None
    to_come: str | None = None


def choose_dates(
    page: HtmlPage, sources: Iterable[Iterable[ProposedDate]], log: ReadingLog
) -> PageDates:
    """The dates of an article page, from sources in the order of their trust.

    A day without a time takes the time that the metadata state for it. A decisive publication date
    ends the search: no later source is asked.
    """
    found: dict[DateLabel, list[Candidate[Dated]]] = {"published": [], "updated": []}
    to_come = None
    for source in sources:
        for label, candidate in source:
            if label == "published" and not has_come(page, candidate.value.on):
                to_come = to_come or candidate.value.raw
            else:
                found[label].append(candidate)
            if all(map(_is_decided, found.values())):
                break
        if _is_decided(found["published"]):
            break
    edits = _stated_days(found["updated"]) - _stated_days(found["published"])
    completed = [
        replace(one, weight=EDIT)
        if one.weight == PRINTED and one.value.evidence == "selector" and one.value.on in edits
        else _completed(page, one, found["published"])
        for one in found["published"]
    ]
    published = choose("published", completed, log, say=_say)
    updated = choose("updated", found["updated"][:1], log, say=_say)
    date = replace(published.value, place=_on_all_pages(published.place)) if published else None
    edit = credible_edit(page, date, updated.value if updated else None)
    return PageDates(date, edit, to_come)


def _on_all_pages(place: str) -> str:
    """A candidate's place without the text of this page."""
    return place.partition(": ")[0]


def _is_decided(found: Sequence[Candidate[Dated]]) -> bool:
    return any(one.weight >= DECISIVE for one in found)


def _stated_days(found: Sequence[Candidate[Dated]]) -> set[date]:
    return {one.value.on for one in found if one.value.evidence == "meta"}


def _say(date: Dated) -> str:
    return (date.at or date.on).isoformat()


def _completed(
    page: HtmlPage, found: Candidate[Dated], others: Iterable[Candidate[Dated]]
) -> Candidate[Dated]:
    """The candidate with more from the others: a day gets the time that the metadata state for it,
    or for it with day and month swapped; an instant in UTC gets the day that the address names.
    """
    day = found.value
    for other in others:
        exact, place = other.value, f"{found.place}, as in {other.place}"
        if day.at is not None:
            if exact.evidence == "url" and exact.at is None and _may_be_on(page, day, exact.on):
                return replace(found, value=replace(day, on=exact.on))
        elif day.precision == "day" and exact.evidence == "meta":
            if _is_turned(day, exact):
                return Candidate(exact, place, found.weight, exact.raw)
            on_day = day.on in (exact.on, day_written(exact.raw)) or _may_be_on(page, exact, day.on)
            if exact.at is not None and other.weight >= STATED and on_day:
                return Candidate(replace(exact, on=day.on), place, found.weight, exact.raw)
    return found


def _is_turned(day: Dated, stated: Dated) -> bool:
    """Whether a day printed in figures is a stated one with day and month the other way round."""
    turned = (stated.on.year, stated.on.day, stated.on.month)
    figures = FIGURES.fullmatch(day.raw) is not None and day.on != stated.on
    return figures and (day.on.year, day.on.month, day.on.day) == turned


def _may_be_on(page: HtmlPage, exact: Dated, day: date) -> bool:
    """Whether an instant that is written in UTC may be on a day in the portal's unknown zone."""
    moment = moment_written(exact.raw) or exact.at
    if page.zone.key != UNKNOWN_ZONE or moment is None or moment.utcoffset():
        return False
    return (moment - FURTHEST_WEST).date() <= day <= (moment + FURTHEST_EAST).date()


def has_come(page: HtmlPage, day: date) -> bool:
    """Whether a day had begun somewhere on earth when the page was fetched."""
    return day <= last_day(page.fetched_at, page.zone)


def credible_edit(page: HtmlPage, published: Dated | None, updated: Dated | None) -> Dated | None:
    """The last edit's date, unless it is in the future or before the publication, as of a draft."""
    if updated is None or not has_come(page, updated.on):
        return None
    if published is None or published.precision == "month":
        return updated
    early = updated.at < published.at if updated.at and published.at else updated.on < published.on
    return None if early else updated


def with_evidence(found: PrintedDate, evidence: Evidence) -> Dated:
    """A date, with the kind of place where it was read as evidence."""
    date = Dated(found.on, found.at, found.precision, evidence, found.raw)
    return replace(date, is_counted_back=True) if found.is_counted_back else date


def proposed(
    date: PrintedDate, evidence: Evidence, place: str, weight: float = DECISIVE
) -> ProposedDate:
    """A date as a candidate, with its label."""
    trust = min(weight, COUNTED_BACK) if date.is_counted_back else weight
    found = Candidate(with_evidence(date, evidence), place, trust, date.raw)
    return date.label or "published", found


def ruled_dates(
    page: HtmlPage, rules: ArticleRules, own: Sequence[html.HtmlElement]
) -> Iterator[ProposedDate]:
    """The dates by selectors. `own`: the article's title and text.

    What belongs to another article or a comment is left out.
    """
    for value, selector, element in page.values(rules.updated):
        if is_bound(element, own) and (found := stated_date(page, value)):
            edit = replace(found, label="updated")
            yield proposed(edit, "meta" if "meta[" in selector else "selector", selector)
            break
    for value, selector, element in page.values(rules.published):
        machine = "::attr(" in selector
        dates = [stated_date(page, value)] if machine else dates_on(page, value)
        for one in filter(None, dates if is_bound(element, own) else ()):
            yield proposed(one, "meta" if "meta[" in selector else "selector", selector)


def stated_dates(said: StructuredData, *, weight: float = STATED) -> Iterator[ProposedDate]:
    """The dates of the page's metadata."""
    if said.published is not None:
        yield proposed(said.published[0], "meta", said.published[1], weight)
    if said.updated is not None:
        yield proposed(replace(said.updated[0], label="updated"), "meta", said.updated[1], weight)


def address_date(page: HtmlPage) -> Iterator[ProposedDate]:
    """The date in the page's address."""
    if found := date_in_url(page.url, zone=page.zone):
        yield proposed(found, "url", "the address", ADDRESS)


def is_bound(element: html.HtmlElement, own: Sequence[html.HtmlElement]) -> bool:
    """Whether an element belongs to the article `own`, and not to a card or comment beside it."""
    around_own = {above for one in own for above in (one, *one.iterancestors())}
    for above in (element, *element.iterancestors()):
        if not own or above in around_own:
            return True
        headings = above.iter("h1", "h2", "h3", "h4", "h5", "h6")
        heads_another = any(one.find(".//a") is not None for one in headings)
        if above.tag == "article" or COMMENTS.search(names_of(above)) or heads_another:
            return False
    return True


def guessed_date(page: HtmlPage) -> Dated | None:
    """The date of htmldate, labelled a guess, if nothing else is known.

    A guess near the time of the fetch is the page's clock, not a date. htmldate takes any date in
    the tree, so the caller first removes the neighbours. Scripts and addresses of files have days
    of their own, so they go here. A day that the strict reading refused does not come back, nor
    does one with day and month swapped.
    """
    root = page.root
    etree.strip_elements(root, "link", "script", "style", "source", "iframe", with_tail=False)
    etree.strip_attributes(root, *LEADING)
    for meta in root.iter("meta"):
        if "://" in (meta.get("content") or ""):
            meta.attrib.pop("content")
    day = _ask_htmldate(page)
    others = [one for one in root.iter() if _tells_another_day(page, one)] if day else []
    for other in others:
        other.clear(keep_tail=True)
    day = _ask_htmldate(page) if others else day
    if day is None:
        return None
    on = date.fromisoformat(day)
    days_ago = abs(on - page.fetched_at.astimezone(page.zone).date()).days
    refused = days_ago <= 1 or _is_refused(page, on)
    return None if refused else Dated(on, None, "day", "guess", day)


def _ask_htmldate(page: HtmlPage) -> str | None:
    # Imported here: dateparser behind it costs a worker three seconds; most pages never need it.
    from htmldate import find_date

    latest = page.fetched_at.strftime("%Y-%m-%d")
    try:
        return find_date(page.root, extensive_search=False, original_date=True, max_date=latest)
    except MemoryError:
        raise
    except Exception:  # an offset of a day, a year of five digits: it fails over many dates
        return None


def _tells_another_day(page: HtmlPage, element: html.HtmlElement) -> bool:
    """Whether a line has another day's label, or a weekday that contradicts its date."""
    if not isinstance(element.tag, str) or len(element) > PARTS_OF_DATELINE:
        return False
    text = seen_text(element)
    if not text or len(text) > LONGEST_DATELINE:
        return False
    bare = A_WEEKDAY.sub("", text)
    return OTHER_DAY.match(text) is not None or (
        bare != text and not dates_on(page, text) and bool(dates_on(page, bare))
    )


def _is_refused(page: HtmlPage, day: date) -> bool:
    """Whether all figures that may mean a day, in either order, were refused.

    Either their weekday contradicts them, or nothing tells day from month.
    """
    stated = [*page.metas.values(), *(it.get("datetime") or "" for it in page.root.iter("time"))]
    read = [(span, dates_on(page, span)) for span in date_spans(seen_text(page.root))]
    for text in stated:
        found = stated_date(page, text)
        read += [(span, (found,) if found else ()) for span in date_spans(text)]
    parts = {day.day, day.month}
    meant = [
        any(one.on == day for one in dates)
        for span, dates in read
        if str(day.year) in span and parts == set(map(int, FIGURES.findall(span)[0]))
    ]
    return bool(meant) and not any(meant)
