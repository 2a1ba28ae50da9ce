"""How two versions of an article differ, ready for a template: inline or side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from pipelines.compare.differences import FieldDifference, differences
from pipelines.compare.layout import Gap, folded, side_by_side
from pipelines.compare.lines import Line
from pipelines.compare.markup import Spoken, line_markup
from pipelines.compare.version import Version
from web.languages import gettext as _
from web.languages import language

View = Literal["inline", "side"]
# Above this, comparing by words would take seconds; a long article has 3,000.
MOST_WORDS = 200_000
MOST_CHARACTERS = 8_000_000  # of two texts; beyond, comparing would take many seconds


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a difference. `cells`: one paragraph inline, two side by side, of which one may be
    None; of a gap, none. `left_out`: how many paragraphs a gap leaves out; `differing`: how many of
    these differ, and had no room.
    """

    cells: Sequence[Markup | None] = ()
    is_same: bool = False
    left_out: int = 0
    differing: int = 0


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """Two versions: what changed, in figures and field by field. `is_coarse`: the texts are so long
    that only whole paragraphs were compared; `is_too_long`: that nothing was. `changed`: the same
    names as lists of edits have; `fields` shows lead and body as one text.
    """

    words_added: int
    words_removed: int
    figures_changed: bool
    fields: Sequence[tuple[str, Sequence[ShownRow]]]
    changed: Sequence[str] = ()
    is_coarse: bool = False
    is_too_long: bool = False


def shown_difference(before: Version, after: Version, view: View, whole: bool) -> ShownDifference:
    """How two versions differ. `whole`: with all paragraphs that are the same."""
    if len(before.body) + len(after.body) > MOST_CHARACTERS:
        return ShownDifference(0, 0, False, (), is_too_long=True)
    found = differences(before, after, MOST_WORDS)
    spoken = Spoken(_("removed:"), _("added:"), language())
    return ShownDifference(
        words_added=found.change.words_added,
        words_removed=found.change.words_removed,
        figures_changed=found.change.figures_changed,
        fields=[(one.field, _rows(one, view, whole, spoken)) for one in found.fields],
        changed=found.change.fields,
        is_coarse=_words(before) + _words(after) > MOST_WORDS,
    )


def _words(version: Version) -> int:
    return len(version.body.split()) + len((version.lead or "").split())


def _rows(field: FieldDifference, view: View, whole: bool, spoken: Spoken) -> list[ShownRow]:
    if view == "side":
        pairs = folded(side_by_side(field.lines), whole=whole)
        return [
            _gap(one) if isinstance(one, Gap) else _row((one.old, one.new), one.is_same, spoken)
            for one in pairs
        ]
    lines = folded(field.lines, whole=whole)
    return [
        _gap(one) if isinstance(one, Gap) else _row((one,), one.is_same, spoken) for one in lines
    ]


def _row(lines: Sequence[Line | None], is_same: bool, spoken: Spoken) -> ShownRow:
    cells = [None if line is None else Markup(line_markup(line, spoken)) for line in lines]
    return ShownRow(cells, is_same)


def _gap(gap: Gap) -> ShownRow:
    return ShownRow(left_out=gap.lines, differing=gap.differing)
