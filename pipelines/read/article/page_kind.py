"""What kind of page this is: the sum of the evidence that a page is an article."""

from dataclasses import dataclass

from lxml import html

from pipelines.read.addresses.family_rules import matches, names_listing
from pipelines.read.addresses.pages_without_news import is_below_events, is_standing_page
from pipelines.read.article.dateline import SeenDate
from pipelines.read.article.publication_date import has_come
from pipelines.read.article.running_text import RunningText
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import StructuredData
from pipelines.read.text.clean_text import same_text
from portals.platform import Platform

CONVINCED = 0.5  # the least confidence that keeps a page as an article


@dataclass(frozen=True, slots=True)
class Signs:
    """Whether a page prints a date (not of an event), has any publication date, is signed."""

    printed: bool
    dated: bool
    signed: bool


def is_event(
    page: HtmlPage, title: html.HtmlElement, said: StructuredData, seen: list[SeenDate]
) -> bool:
    """Whether the page announces an event: by schema.org, or by an address below events if all its
    dates are in the future.
    """
    return (
        said.event
        or any(
            (element.get("itemtype") or "").lower().rstrip("/").endswith("event")
            for element in (title, *title.iterancestors())
        )
        or (not any(has_come(page, one.date.on) for one in seen) and is_below_events(page.url))
    )


def weigh(
    page: HtmlPage,
    platform: Platform,
    classified: ClassifiedOutline,
    text: RunningText,
    said: StructuredData,
    signs: Signs,
) -> tuple[float, str]:
    """(confidence, the evidence in words). Without a date, only a signature tells an article from a
    static page.
    """
    declared = (
        0.0
        if said.contrary
        else 0.2 * said.article
        + (0.2 if said.kind == "article" else 0.0)
        + 0.2 * (said.published is not None)
    )
    evidence = [
        (0.45 * signs.printed, "printed date"),
        (min(0.5, declared), "declared an article"),
        (
            0.2 if text.prose >= 300 else 0.15 if text.prose >= 100 else 0.05,
            f"{text.prose} characters of prose",
        ),
        (
            0.15 * any(same_text(classified.title.text, known) for known in said.titles),
            "title stated",
        ),
        (0.1 * matches(page.url, platform.addresses.article), "address of an article"),
        (0.1 * signs.signed, "signed"),
        (
            0.15 * (not signs.printed and date_in_url(page.url, zone=page.zone) is not None),
            "date in the address",
        ),
        (-0.15 * said.contrary, f"og:type {said.kind}"),
        (
            -0.35 * (not signs.printed and is_standing_page(page.url)),
            "address of a static page",
        ),
        (-0.3 * names_listing(page.url, platform), "address of a listing"),
        (
            -0.3 * (classified.entries >= 4 and text.prose < 400 and not signs.printed),
            f"{classified.entries} entries",
        ),
    ]
    confidence = max(0.0, min(1.0, sum(weight for weight, _ in evidence)))
    if not signs.dated and not signs.printed and not signs.signed:
        confidence = min(confidence, CONVINCED - 0.05)
    return confidence, ", ".join(f"{name} {weight:+.2f}" for weight, name in evidence if weight)
