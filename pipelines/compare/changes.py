"""Names what changed between two versions of an article."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from pipelines.compare.comparison import Comparison, compare
from pipelines.compare.references import is_swapped, paired_files
from pipelines.compare.texts import TextComparison, compare_texts
from pipelines.compare.version import Version
from pipelines.compare.words import figures, paragraphs_of, plain_text, words_of

ChangedField = Literal[
    "title", "lead", "body", "byline", "date", "section", "attachments", "pictures"
]
FIELDS: tuple[ChangedField, ...] = (
    *("title", "lead", "body", "byline", "date", "section", "attachments", "pictures"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two versions.

    `fields`: in the order of FIELDS. `words_added`, `words_removed`: of the title, lead, body and
    captions; those of a caption that came or went with its picture do not count. `figures_changed`:
    whether a number, an amount or a date in these texts changed. `is_edit`: whether this makes a
    revision; a picture that only came or went makes none.
    """

    fields: tuple[ChangedField, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    figures_changed: bool = False
    is_edit: bool = False


def what_changed(before: Version, after: Version) -> Change:
    """What changed from one version to the next.

    White space and the shapes of quotes, dashes and ellipses do not count. The borders between
    lead, body and captions do not either: a text that one version has as a caption and the other in
    its body did not change. What is unknown in one version (a day, a section, a file's bytes) did
    not change.
    """
    return change_by(before, after, compare_texts(before, after))


def change_by(before: Version, after: Version, texts: TextComparison) -> Change:
    """What changed, where the texts are compared already."""
    found = _Found()
    _compare_single_fields(before, after, found)
    _compare_files(before, after, found)
    _take_texts(texts, found)
    return found.change()


def differs(before: Version, after: Version) -> bool:
    """Whether `after` is a revision of its own after `before`."""
    return before != after and what_changed(before, after).is_edit


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    fields: set[ChangedField] = field(default_factory=set)
    added: int = 0
    removed: int = 0
    old_figures: list[str] = field(default_factory=list)
    new_figures: list[str] = field(default_factory=list)
    is_edit: bool = False

    def edit(self, name: ChangedField) -> None:
        self.fields.add(name)
        self.is_edit = True

    def count(self, comparison: Comparison) -> None:
        """Count the words of all blocks; those on both sides of one only moved within it."""
        for block in comparison.blocks:
            removed, added = comparison.removed(block), comparison.added(block)
            old, new = Counter(filter(_is_word, removed)), Counter(filter(_is_word, added))
            self.removed += (old - new).total()
            self.added += (new - old).total()
            self.old_figures += figures(removed)
            self.new_figures += figures(added)

    def change(self) -> Change:
        fields = tuple(name for name in FIELDS if name in self.fields)
        other_figures = self.old_figures != self.new_figures
        return Change(fields, self.added, self.removed, other_figures, self.is_edit)


def _is_word(key: str) -> bool:
    return any(letter.isalnum() for letter in key)


def _compare_single_fields(before: Version, after: Version, found: _Found) -> None:
    if _differ(before.title, after.title):
        found.edit("title")
        titles = (words_of(paragraphs_of(one.title)) for one in (before, after))
        found.count(compare(*titles))
    if _differ(before.author, after.author) or _differ(before.source, after.source):
        found.edit("byline")
    if before.published_on and after.published_on and before.published_on != after.published_on:
        found.edit("date")
    if before.section and after.section and _differ(before.section, after.section):
        found.edit("section")


def _differ(one: str | None, other: str | None) -> bool:
    return plain_text(one) != plain_text(other)


def _compare_files(before: Version, after: Version, found: _Found) -> None:
    if before.files is None or after.files is None:
        return
    files = paired_files(before.files, after.files)
    if files.lost or files.gained or any(is_swapped(*pair) for pair in files.kept):
        found.edit("attachments")


def _take_texts(texts: TextComparison, found: _Found) -> None:
    found.count(texts.text)
    for block in texts.text.blocks:
        removes, adds = block.start < block.end, block.other_start < block.other_end
        if (removes and block.start < texts.old_lead) or (
            adds and block.other_start < texts.new_lead
        ):
            found.edit("lead")
        if (removes and block.end > texts.old_lead) or (adds and block.other_end > texts.new_lead):
            found.edit("body")
    if texts.pictures.lost or texts.pictures.gained:
        found.fields.add("pictures")
        found.is_edit |= bool(texts.pictures.lost and texts.pictures.gained)
    for caption in texts.captions:
        found.edit("pictures")
        found.count(caption)
