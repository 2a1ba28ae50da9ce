"""How the portals of a list fared: a summary for people, and a file with a row for each."""

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from crawler.add.causes import Cause
from pipelines.export.formulas import as_text
from portals.errors import LoaError

MOST_NAMED = 5  # portals of each group in the summary


class Fate(StrEnum):
    """What came of a line of a list."""

    ADDED = "added"
    KNOWN = "known-already"
    WITHOUT_ARTICLES = "added-without-articles"
    NOT_ADDED = "not-added"

    @property
    def said(self) -> str:
        """In words."""
        return self.replace("-", " ")


class ReportError(LoaError):
    """The report cannot be written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one line of a list, and why; `told`: details, in words."""

    address: str
    key: str | None
    fate: Fate
    cause: Cause | None = None
    told: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Whether the portal has no file, or one that finds nothing."""
        return self.cause is not None

    @property
    def line(self) -> str:
        """One line about it."""
        named = f" as {self.key}" if self.fate is Fate.ADDED else ""
        details = self.told or (self.cause.words.happened if self.cause else "")
        return "; ".join(filter(None, [f"{self.address}: {self.fate.said}{named}", details]))


def summary(results: Sequence[Result]) -> Iterator[str]:
    """How many portals fared how, and those that need a person, by what happened to them."""
    counts = Counter(one.fate for one in results)
    yield "; ".join(f"{counts[fate]} {fate.said}" for fate in Fate)
    groups: dict[Cause, list[Result]] = {}
    for one in results:
        if one.cause is not None:
            groups.setdefault(one.cause, []).append(one)
    for cause, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        yield f"{cause.words.happened} ({len(group)}); {cause.words.remedy}:"
        yield from (f"    {one.address}" for one in group[:MOST_NAMED])
        if len(group) > MOST_NAMED:
            yield f"    and {len(group) - MOST_NAMED} more; --report FILE lists all"


def write_report(path: Path, results: Sequence[Result]) -> None:
    """Write a row for each result: JSON if the file is called so, else CSV for spreadsheets.

    Raises ReportError.
    """
    rows = [
        {
            **asdict(one),
            "happened": one.cause.words.happened if one.cause else "",
            "remedy": one.cause.words.remedy if one.cause else "",
        }
        for one in results
    ]
    is_json = path.suffix.lower() == ".json"
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n" if is_json else _csv(rows)
    beginning = path.with_name(f".{path.name}.new")
    try:
        beginning.write_text(text, encoding="utf-8" if is_json else "utf-8-sig", newline="")
        os.replace(beginning, path)
    except OSError as error:
        raise ReportError(
            f"{path}: the report cannot be written ({error.strerror}); name another file"
        ) from error


def _csv(rows: Sequence[dict[str, str | None]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    names = ["address", "key", "fate", "cause", "happened", "remedy", "told"]
    for cells in (names, *([row[name] or "" for name in names] for row in rows)):
        writer.writerow(map(as_text, cells))
    return stream.getvalue()
