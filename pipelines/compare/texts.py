"""Compares lead, body and captions of two versions together.

Readers and portals draw the borders between them differently: a text that one version has as a
caption may stand in the other's body, and the first paragraph may be the lead.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise

from pipelines.compare.alignment import Block
from pipelines.compare.comparison import Comparison, compare
from pipelines.compare.references import Pairs, paired_pictures
from pipelines.compare.version import Picture, Version
from pipelines.compare.words import Paragraph, bare_text, paragraphs_of, words_of

# With more captions than this, no text is taken for several of them joined: that takes time.
JOINED_MOST = 20
LONGEST_CAPTION = 250  # characters, of one that nothing marks

_PICTURE = re.compile(r'<p><img src="([^"]*)"[^>]*></p>')  # see read/html/markup.py
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class TextComparison:
    """How the texts of two versions differ.

    `text`: lead and body, without what only moved from or into a caption; `old_lead`, `new_lead`:
    how many of its first words are the lead's. `captions`: those of kept pictures that differ.
    """

    text: Comparison
    old_lead: int
    new_lead: int
    captions: tuple[Comparison, ...]
    pictures: Pairs[Picture]


def compare_texts(before: Version, after: Version, most_words: int | None = None) -> TextComparison:
    """Compare lead, body, captions and pictures of two versions. `most_words`: see `compare`."""
    pictures: Pairs[Picture] = Pairs([], [], [])
    if before.pictures is not None and after.pictures is not None:
        pictures = paired_pictures(before.pictures, after.pictures)
    old, new = _captions(before), _captions(after)
    was_caption, is_caption = old - new, new - old
    old_lead, old_body = paragraphs_of(before.lead), paragraphs_of(before.body)
    new_lead, new_body = paragraphs_of(after.lead), paragraphs_of(after.body)
    old_text, new_text = _keys(old_lead + old_body), _keys(new_lead + new_body)
    for captions in (was_caption, _below(after, pictures.gained)):
        new_lead, new_body = _left((new_lead, new_body), new_text - old_text, captions)
    for captions in (is_caption, _below(before, pictures.lost)):
        old_lead, old_body = _left((old_lead, old_body), old_text - new_text, captions)
    text = compare(
        words_of(old_lead, old_body), words_of(new_lead, new_body), most_words=most_words
    )
    text = replace(text, blocks=tuple(_unmoved(text, was_caption, is_caption)))
    return TextComparison(
        text,
        sum(map(len, old_lead)),
        sum(map(len, new_lead)),
        tuple(_changed_captions(pictures.kept, was_caption, is_caption)),
        pictures,
    )


def _captions(version: Version) -> Counter[str]:
    pictures = version.pictures or ()
    return Counter(bare_text(one.caption.split()) for one in pictures if one.caption)


def _below(version: Version, pictures: Sequence[Picture]) -> Counter[str]:
    """The short lines that stand right below these pictures, in paragraphs of their own, and do not
    end like a sentence: captions that nothing marks as such.
    """
    urls = {picture.url for picture in pictures}
    captions: Counter[str] = Counter()
    for above, below in pairwise((version.markup or "").split("\n") if urls else ()):
        place = _PICTURE.fullmatch(above)
        if place is not None and unescape(place[1]) in urls:
            text = unescape(_TAG.sub("", below)).strip()
            if 0 < len(text) <= LONGEST_CAPTION and not text.endswith((".", ":", ";", "?", "!")):
                captions[bare_text(text.split())] += 1
    return captions


def _keys(text: list[Paragraph]) -> Counter[str]:
    return Counter(map(bare_text, text))


def _left(
    parts: Sequence[list[Paragraph]], fresh: Counter[str], captions: Counter[str]
) -> list[list[Paragraph]]:
    """The parts of a text without the paragraphs that the other version has as captions alone;
    these are taken from `captions`. `fresh`: the paragraphs that the other version's text lacks.
    """
    if not captions:
        return list(parts)
    left: list[list[Paragraph]] = []
    for part in parts:
        left.append([])
        for paragraph in part:
            key = bare_text(paragraph)
            if fresh[key] > 0 and captions[key] > 0:
                fresh[key] -= 1
                captions[key] -= 1
            else:
                left[-1].append(paragraph)
    return left


def _unmoved(
    text: Comparison, was_caption: Counter[str], is_caption: Counter[str]
) -> Iterator[Block]:
    """The blocks without what the other version has as a caption."""
    for block in text.blocks:
        if _take(bare_text(text.removed(block)), is_caption):
            block = replace(block, start=block.end)
        if _take(bare_text(text.added(block)), was_caption):
            block = replace(block, other_start=block.other_end)
        if block.size:
            yield block


def _take(key: str, captions: Counter[str]) -> bool:
    """Take a text from the captions, if one or a few joined say it; returns whether they do."""
    taken: list[str] = [key]
    if captions[key] <= 0:
        taken, left = [], +captions if len(captions) <= JOINED_MOST else Counter[str]()
        while key:
            said = max((one for one in left if key.startswith(one)), key=len, default=None)
            if said is None:
                return False
            taken.append(said)
            left = left - Counter([said])
            key = key[len(said) :]
    captions.subtract(taken)
    return bool(taken)


def _changed_captions(
    kept: Sequence[tuple[Picture, Picture]], was_caption: Counter[str], is_caption: Counter[str]
) -> Iterator[Comparison]:
    """The captions of kept pictures that differ and stand nowhere else in the other version."""
    for old, new in kept:
        sides = []
        for picture, alone in ((old, was_caption), (new, is_caption)):
            words = (picture.caption or "").split()
            sides.append(words_of([words] if _take(bare_text(words), alone) else []))
        comparison = compare(*sides)
        if comparison.blocks:
            yield comparison
