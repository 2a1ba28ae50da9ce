"""Words in the classes and ids with which themes name the parts of a page: `class_words.toml`."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portals.language_words import Words
from portals.languages import any_of
from portals.strict_toml import read_toml, shape_toml

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """The groups of the file, which explains each."""

    apart: Words
    menus: Words
    footers: Words
    comments: Words
    pagers: Words
    next: Words
    more: Words
    slides: Words
    others: Words
    beside: Words
    hidden: Words
    files: Words
    fields: Words
    titles: Words
    leads: Words
    summaries: Words
    authors: Words
    sources: Words
    trails: Words
    sections: Words
    captions: Words
    edits: Words
    boxes: Words
    box_headings: Words
    behind_box_headings: Words
    standing: Words


@cache
def class_words() -> ClassWords:
    """The words of all groups. Raises PortalFileError."""
    return shape_toml(ClassWords, read_toml(FILE), FILE)


def class_pattern(words: Words) -> str:
    """A pattern for one of these words anywhere in a name."""
    return any_of(words).replace(r"\*", r"\w*")


def named(*groups: Words) -> re.Pattern[str]:
    """A pattern for one of these words, standing alone, in an element's classes and id.

    These come in lower case: a pattern that leaves case aside takes twice the time.
    """
    words = tuple(word for group in groups for word in group)
    return re.compile(rf"(?:^|[\s_-]){class_pattern(words)}(?:$|[\s_-])")
