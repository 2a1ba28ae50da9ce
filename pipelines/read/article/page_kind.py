"""What kind of page this is: the sum of the evidence that a page is an article."""

from dataclasses import dataclass

from lxml import html

from pipelines.read.addresses.family_rules import matches, names_listing
from pipelines.read.addresses.pages_without_news import (
    is_below_events,
    is_front_page,
    is_standing_page,
)
from pipelines.read.article.article_page import ArticlePage
from pipelines.read.article.byline import stated_author
from pipelines.read.article.dateline import SeenDate, has_doubtful_line
from pipelines.read.article.publication_date import has_come
from pipelines.read.article.running_text import RunningText
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import StructuredData
from pipelines.read.text.bylines import Byline
from pipelines.read.text.clean_text import same_text
from portals.platform import Platform

CONVINCED = 0.5  # the least confidence that keeps a page as an article


@dataclass(frozen=True, slots=True)
class PageKind:
    """The confidence, from 0 to 1, that a page is an article, and the evidence in words."""

    confidence: float
    reason: str

    @property
    def is_article(self) -> bool:
        """Whether the evidence suffices to keep the page as an article."""
        return self.confidence >= CONVINCED


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


def judge(view: ArticlePage) -> PageKind:
    """Whether a page is an article, by the signs of its family or else by the sum of its own."""
    if view.in_family:
        return PageKind(1.0, "the family's signs of an article")
    if is_front_page(view.page.url):
        return PageKind(0.0, "the address is a front page's")
    if matches(view.page.url, view.platform.addresses.ignore):
        return PageKind(0.0, "the family ignores the address")
    if view.classified is None:
        return PageKind(0.0, "no heading that could be a title")
    if view.around is None:
        return PageKind(0.0, "no text of its own below the title")
    classified, text = view.around.classified, view.around.text
    title = classified.title.element
    signs = Signs(
        printed=(bool(view.seen) or has_doubtful_line(view.page, classified, text))
        and not is_event(view.page, title, view.said, view.seen),
        dated=view.dates.published is not None,
        signed=view.byline != Byline() or stated_author(view.said) is not None,
    )
    return PageKind(*weigh(view.page, view.platform, classified, text, view.said, signs))


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
