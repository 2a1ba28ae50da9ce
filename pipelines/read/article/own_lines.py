"""Tell the article's own lines, which may hold its date, from those of its neighbours, once title
and body are known.
"""

from dataclasses import dataclass

from lxml import html

from pipelines.read.article.dateline import (
    choose_dates,
    is_date_block,
    right_above,
    right_behind,
    seen_dates,
)
from pipelines.read.article.publication_date import PageDates
from pipelines.read.article.running_text import RunningText, find_text
from pipelines.read.article.title import without_dateline
from pipelines.read.html.block_kinds import ClassifiedOutline, classify
from pipelines.read.html.outline import common_ancestor, holds, outline
from pipelines.read.html.page import HtmlPage, remove
from pipelines.read.text.clean_text import clean_text, same_text
from portals.platform import ArticleRules

NEIGHBOURS = frozenset({"apart", "entry", "link", "tail"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The kind of each block of the page, and the place of the article's text among them."""

    classified: ClassifiedOutline
    text: RunningText


def surroundings(
    page: HtmlPage, rules: ArticleRules, title: str | None, body: html.HtmlElement | None
) -> Surroundings | None:
    """The surroundings of an article: its title as the rules find it, and its body, or else the
    running text below the title. None if either is missing.
    """
    if title is None:
        return None
    blocks = outline(page.root)
    heading = _heading(page, rules, title)
    own = next(
        (block for block in blocks if heading is not None and holds(heading, block.element)), None
    ) or next((block for block in blocks if same_text(block.text, title)), None)
    if own is None:
        return None
    classified = classify(
        blocks,
        own,
        is_date=lambda block: is_date_block(page, block),
        is_file=lambda _: False,
        leads_away=page.leads_away,
    )
    text = find_text(classified) if body is None else _text_in(classified, body)
    return Surroundings(classified, text) if text is not None else None


def _heading(page: HtmlPage, rules: ArticleRules, title: str) -> html.HtmlElement | None:
    """The element that gave the title."""
    return next(
        (
            element
            for value, _, element in page.values(rules.title)
            if clean_text(without_dateline(page, element, value)) == title
        ),
        None,
    )


def _text_in(classified: ClassifiedOutline, body: html.HtmlElement) -> RunningText | None:
    """The text of a known body, from the first prose below the title (a lead may come before the
    body) to the last prose in it.
    """
    inside = [
        block.spot
        for block in classified.outline[classified.title.spot + 1 :]
        if holds(body, block.element)
    ]
    if not inside:
        return None
    prose = [
        block.spot
        for block in classified.outline[classified.title.spot + 1 : inside[-1] + 1]
        if classified.kinds[block.spot] == "prose"
    ]
    last = max((spot for spot in prose if spot >= inside[0]), default=inside[0])
    return RunningText(
        body,
        None,
        (),
        (),
        common_ancestor([classified.title.element, body]),
        prose[0] if prose else inside[0],
        last,
        0,
    )


def printed_dates(page: HtmlPage, around: Surroundings) -> PageDates:
    """The dates that the article's own lines print, else that of its address."""
    return choose_dates(
        page,
        [
            seen
            for seen in seen_dates(page, around.classified, around.text)
            if holds(around.text.wrapper, seen.block.element)
        ],
        None,
    )


def hide_neighbours(around: Surroundings) -> None:
    """Remove all lines except the article's own from the page's tree; the page's head stays."""
    classified, text = around.classified, around.text
    near = (
        *right_above(classified),
        *classified.outline[classified.title.spot : text.last + 1],
        *right_behind(classified, text),
    )
    own = {
        block
        for block in near
        if classified.kinds[block.spot] not in NEIGHBOURS and holds(text.wrapper, block.element)
    }
    kept = {
        ancestor for block in own for ancestor in (block.element, *block.element.iterancestors())
    }
    for block in classified.outline:
        if block.element not in kept:
            # A stretch of furniture goes as a whole: a comment has its own machine date.
            remove(
                next(
                    (zone.element for zone in block.zones if zone.element not in kept),
                    block.element,
                )
            )
