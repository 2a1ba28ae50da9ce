"""Shows how two versions of an article differ, field by field, in lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.compare.changes import Change, ChangedField, change_by
from pipelines.compare.comparison import compare
from pipelines.compare.lines import Line, lines_of, whole_line
from pipelines.compare.references import is_swapped, paired_files
from pipelines.compare.texts import TextComparison, compare_texts
from pipelines.compare.version import File, Version
from pipelines.compare.words import paragraphs_of, words_of

# The lead and the body are one text.
ShownField = Literal["title", "text", "byline", "date", "section", "attachments", "pictures"]
SHA_SHOWN = 12  # characters of a file's hash, enough to tell two apart


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs, with all its lines, including those that are the same."""

    field: ShownField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """How two versions differ: named (`change`), and shown field by field."""

    change: Change
    fields: tuple[FieldDifference, ...]


def differences(before: Version, after: Version, most_words: int | None = None) -> Differences:
    """How two versions differ. Only what `what_changed` names is shown. `most_words`: texts with
    more words are compared by whole paragraphs alone.
    """
    texts = compare_texts(before, after, most_words)
    change = change_by(before, after, texts)
    lines: dict[ChangedField, list[Line]] = {
        "title": _by_words(before.title, after.title),
        "body": lines_of(texts.text),
        "byline": [
            *_by_words(before.author, after.author),
            *_by_words(before.source, after.source),
        ],
        "date": _whole(before.published_on, after.published_on),
        "section": _by_words(before.section, after.section),
        "attachments": list(_files(before.files or (), after.files or ())),
        "pictures": list(_pictures(texts)),
    }
    named = {"body" if name == "lead" else name for name in change.fields}
    return Differences(
        change,
        tuple(
            FieldDifference("text" if name == "body" else name, tuple(shown))
            for name, shown in lines.items()
            if name in named
        ),
    )


def _by_words(before: str | None, after: str | None) -> list[Line]:
    return lines_of(compare(words_of(paragraphs_of(before)), words_of(paragraphs_of(after))))


def _whole(before: str | None, after: str | None) -> list[Line]:
    return [whole_line("removed", before or ""), whole_line("added", after or "")]


def _files(before: Sequence[File], after: Sequence[File]) -> Iterator[Line]:
    files = paired_files(before, after)
    for one, other in files.kept:
        if is_swapped(one, other):
            yield whole_line("removed", _named(one))
            yield whole_line("added", _named(other))
    yield from (whole_line("removed", _named(one)) for one in files.lost)
    yield from (whole_line("added", _named(one)) for one in files.gained)


def _named(file: File) -> str:
    sha256 = f"sha256:{file.sha256[:SHA_SHOWN]}" if file.sha256 else ""
    return f"{file.name or ''} {file.url} {sha256}"


def _pictures(texts: TextComparison) -> Iterator[Line]:
    for caption in texts.captions:
        yield from lines_of(caption)
    for one in texts.pictures.lost:
        yield whole_line("removed", f"{one.url} {one.caption or ''}")
    for one in texts.pictures.gained:
        yield whole_line("added", f"{one.url} {one.caption or ''}")
