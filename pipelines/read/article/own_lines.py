"""Tell the article's own lines, which may hold its date, from those of its neighbours, once title
and body are known.
"""

from dataclasses import dataclass
from itertools import chain

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
    inside = (block for block in blocks if heading is not None and holds(heading, block.element))
    same = (block for block in blocks if same_text(block.text, title))
    own = next(chain(inside, same), None)
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
    inside = [block.spot for block in classified.below if holds(body, block.element)]
    if not inside:
        return None
    prose = [
        block.spot
        for block in classified.below
        if block.spot <= inside[-1] and block.kind == "prose"
    ]
    return RunningText(
        body,
        lead=None,
        drop=(),
        lines=(),
        wrapper=common_ancestor([classified.title.element, body]),
        first=min(prose, default=inside[0]),
        last=max([inside[0], *prose]),
        prose=0,
    )


def printed_dates(page: HtmlPage, around: Surroundings) -> PageDates:
    """The dates that the article's own lines print, else that of its address."""
    seen = seen_dates(page, around.classified, around.text)
    own = [one for one in seen if holds(around.text.wrapper, one.block.element)]
    return choose_dates(page, own, stated=None)


def hide_neighbours(around: Surroundings) -> None:
    """Remove all lines except the article's own from the page's tree; the page's head stays."""
    classified, text = around.classified, around.text
    near = (
        *right_above(classified),
        *classified.outline[classified.title.spot : text.last + 1],
        *right_behind(classified, text),
    )
    kept = {
        holder
        for block in near
        if block.kind not in NEIGHBOURS and holds(text.wrapper, block.element)
        for holder in block.holders
    }
    for block in classified.outline:
        if block.element not in kept:
            # A stretch of furniture goes as a whole: a comment has its own machine date.
            zones = (zone.element for zone in block.zones if zone.element not in kept)
            remove(next(zones, block.element))
