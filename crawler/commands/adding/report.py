"""How the portals of a list fared: a summary for people, and a file with a row for each."""

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from crawler.add.causes import CAUSES, Cause
from pipelines.export.formulas import as_text
from portals.errors import LoaError

MOST_NAMED = 5  # portals of each group in the summary
OUTCOMES = {
    "added": "added",
    "known": "known already",
    "no-articles": "added, but without articles",
    "failed": "failed",
}


class ReportError(LoaError):
    """The report cannot be written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one line of a list. `cause`: one of CAUSES; `told`: details, in words."""

    address: str
    key: str | None
    outcome: Literal["added", "known", "no-articles", "failed"]
    cause: str | None = None
    told: str = ""

    @property
    def why(self) -> Cause | None:
        """What happened and what to do about it, if something went wrong."""
        return None if self.cause is None else CAUSES.get(self.cause, CAUSES["other"])

    @property
    def line(self) -> str:
        """One line about it."""
        named = f"{self.address}: {OUTCOMES[self.outcome]}"
        said = [named, f" as {self.key}" if self.outcome == "added" else ""]
        details = self.told or (self.why.happened if self.why else "")
        return "".join(said) + (f"; {details}" if details else "")


def summary(results: Sequence[Result]) -> Iterator[str]:
    """How many portals fared how, and those that need a person, by what happened to them."""
    counts = {name: sum(one.outcome == name for one in results) for name in OUTCOMES}
    yield "; ".join(f"{count} {OUTCOMES[name]}" for name, count in counts.items())
    groups: dict[Cause, list[Result]] = {}
    for one in results:
        if one.why is not None:
            groups.setdefault(one.why, []).append(one)
    for why, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        yield f"{why.happened} ({len(group)}); {why.remedy}:"
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
            "happened": one.why.happened if one.why else "",
            "remedy": one.why.remedy if one.why else "",
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
    names = ["address", "key", "outcome", "cause", "happened", "remedy", "told"]
    for cells in (names, *([row[name] or "" for name in names] for row in rows)):
        writer.writerow(map(as_text, cells))
    return stream.getvalue()
