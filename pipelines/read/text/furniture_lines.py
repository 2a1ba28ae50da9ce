"""Lines around an article's text that are not part of it: headings of lists, ratings, tools.

Lines are compared whole and folded. The words come from `portals/languages`, as portals print them
(NukeViet's language files, SharePoint's ribbon, stored pages of commune portals).
"""

import re
from functools import lru_cache
from typing import Literal

from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_lines, folded_pattern
from portals.languages import any_of, languages


def _about_this_text(name: Literal["players", "widgets"]) -> str:
    """Phrases of the software, with each language's word for the article in them."""
    words = [language.furniture for language in languages().values()]
    return any_of(
        fold(phrase.replace("{text}", one.this_text))
        for one in words
        for phrase in getattr(one, name)
    )


# Brackets around a line, and a colon, dots or a count after it, make no difference.
WHOLE_LINES = folded_lines(lambda it: it.furniture.lines)
MORE = folded_lines(lambda it: it.furniture.more)
HOME = folded_lines(lambda it: it.furniture.home)
RELATED = folded_pattern(lambda it: it.furniture.related)
CLOCK = r"(?:\d?\d:)?\d?\d:\d\d"
SPEED = r"[\d.]+ ?x"
NETWORK = (
    r"(?:facebook|zalo|twitter|messenger|telegram|linkedin|pinterest|viber|whats ?app"
    r"|google ?(?:\+|plus)|tiktok|youtube)"
)
SHARE = folded_pattern(lambda it: it.furniture.share)
COUNTERS = folded_pattern(lambda it: it.furniture.counters)
BESIDE_NETWORKS = folded_pattern(lambda it: it.furniture.beside_networks)
FURNITURE = re.compile(
    rf"(?:{RELATED}|{_about_this_text('widgets')})\W*"
    rf"|{_about_this_text('players')}\W*(?:{CLOCK}\W*){{1,2}}(?:{SPEED})?"
    rf"|{CLOCK} ?/ ?{CLOCK}\W*(?:{SPEED})?"
    rf"|{folded_pattern(lambda it: it.furniture.speeds)}\W*{SPEED}"
    rf"|\d[\d.,]* {folded_pattern(lambda it: it.furniture.views)}"
    rf"|{COUNTERS}\s*:?\s*[\d.,]*"
    rf"|[\d.,]+ ?/ ?5\s*-?\s*\(\d+ {folded_pattern(lambda it: it.furniture.votes)}\)"
    rf"|(?:{SHARE}[\s:]*)?{NETWORK}(?:[\s,|/•·-]*(?:{NETWORK}|{BESIDE_NETWORKS}))*"
    rf"|{folded_pattern(lambda it: it.furniture.begins)}.*"
    rf"|\(?\s*{folded_pattern(lambda it: it.furniture.home)}\s*\)?"
    r"|\d{1,3}\s?%|a[-+]|[★☆⭐✩✭\s]+"
)
POINTERS = re.compile(rf"\W*{folded_pattern(lambda it: it.furniture.pointers)}\W*")
NEIGHBOURS = re.compile(rf"{RELATED}\W*")
ONWARD = re.compile(folded_pattern(lambda it: it.furniture.onward))  # of links to a next page
EDGES = re.compile(r"^[\s«<|(\[-]+|(?:\(\d+\)|[\s:.…»>|()\[\]-])+$")


@lru_cache(maxsize=4096)
def is_furniture(line: str) -> bool:
    """Whether a whole line is furniture of the page and not text of the article."""
    if len(line) > 220:
        return False
    folded = fold(line)
    return EDGES.sub("", folded) in WHOLE_LINES or bool(FURNITURE.fullmatch(folded))


def announces_others(line: str) -> bool:
    """Whether a whole line is a heading over other articles, to which the lines after it belong."""
    folded = EDGES.sub("", fold(line[:80]))
    return len(line) <= 80 and (folded in MORE or NEIGHBOURS.fullmatch(folded) is not None)


def cut_tail(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """(paragraphs, dropped): drop furniture lines from both ends of a text.

    A list at the end goes too, with the line that announces other articles above it, and so does a
    line that only points to a link ("See details here"). Inside the text such lines stay: an editor
    may have meant them.
    """
    start, end = 0, len(paragraphs)
    while end > start and (
        is_furniture(paragraphs[end - 1])
        or POINTERS.fullmatch(fold(paragraphs[end - 1][:100]))
        or (
            paragraphs[end - 1].startswith("- ")
            and any(map(announces_others, paragraphs[start : end - 1][-1:]))
        )
    ):
        end -= 1
    while start < end and is_furniture(paragraphs[start]):
        start += 1
    return paragraphs[start:end], paragraphs[:start] + paragraphs[end:]
