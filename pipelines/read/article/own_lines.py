"""Keep an article's own lines, and take those of its neighbours away."""

from pipelines.read.article.article_page import Surroundings
from pipelines.read.article.dateline import right_above, right_behind
from pipelines.read.html.outline import holds
from pipelines.read.html.page import remove

NEIGHBOURS = frozenset({"apart", "entry", "link", "tail"})


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
