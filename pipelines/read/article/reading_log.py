"""Gathered while a page is read: notes for a person, and explanations for `loa read`."""

from dataclasses import dataclass, field

from pipelines.outcomes import IssueKind
from pipelines.read.reading import Explanation, Note


@dataclass(slots=True)
class ReadingLog:
    """The notes and explanations of one article, in the order of their making."""

    notes: list[Note] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    def explain(self, name: str, value: str | None, rule: str, raw: str = "") -> None:
        """Remember which rule gave a field its value."""
        self.explanations.append(Explanation(name, value or "", rule, raw))

    def note(self, kind: IssueKind, detail: str) -> None:
        """Note something that a person should look at."""
        self.notes.append(Note(kind, detail))
