"""The vocabulary has one home: no word of it, and no SQL on its tables, stands anywhere else."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from pipelines.outcomes import HEALTH_ISSUES, IssueKind, Outcome, Refusal, RunOutcome, one_of

ROOT = Path(__file__).parents[3]
HOME = "pipelines/outcomes.py"
# Migrations are history: they say what they said when they were written.
HISTORY = {
    "pipelines/keep/database/first_migrations.py",
    "pipelines/keep/database/schema/first.py",
    "pipelines/keep/database/schema/history.py",
    "pipelines/keep/database/migrations.py",
    "pipelines/keep/database/views.py",
}
# Words that other vocabularies spell the same: kinds of links and readings (listing, feed ...),
# states of pages (gone), states of health (ok, suspect, silent), kinds of damage and of errors,
# keys of the language files (parked, login ...), and columns of saved queries (kept, undated).
SHARED = {
    *("kept", "undated"),
    *("listing", "feed", "sitemap", "attachment", "robots", "subresource", "redirect"),
    *("gone", "failed", "ok", "suspect", "silent", "damaged", "too-large", "search", "clock"),
    *("parked", "maintenance", "login", "blocked", "paused", "moved", "denied"),
}
MESSAGES = {"Message", "_", "gettext"}
# Columns, fields and parameters that carry the vocabulary: not even a shared word stands there.
CARRIERS = {"outcome", "refusal", "last_outcome"}
IN_SQL = re.compile(r"\b(?:outcome|refusal)\b[^'\"]{0,12}'[a-z]")
HOMES_OF_TABLES = {
    "issues": ("pipelines/keep/issues/",),
    "acceptances": ("pipelines/keep/issues/",),
    "hosts": ("pipelines/keep/frontier/hosts.py",),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("portals", "pipelines", "crawler", "web"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of every string but docstrings; an f-string with `{}` for its values."""
    skipped = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in MESSAGES:
            skipped.update(map(id, node.args))  # words for people, which vi.po translates
        if isinstance(node, ast.JoinedStr):
            skipped.update(map(id, node.values))
            parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(module):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in skipped:
                yield node.lineno, text


def words(*kinds: type[StrEnum]) -> set[str]:
    return {str(word) for kind in kinds for word in kind}


def test_no_word_of_the_vocabulary_is_spelt_outside_its_home() -> None:
    own = words(Outcome, Refusal, RunOutcome, IssueKind) - SHARED
    own |= {"refused-", "article-"}
    found = [
        f"{name}:{line}: {text!r}"
        for name, module in modules()
        if name != HOME and name not in HISTORY
        for line, text in strings(module)
        if text in own
        or any(word in own for word in re.findall(r"(?<!\*=)'([a-z0-9-]+)%?'", text))
        or IN_SQL.search(text)
    ]
    assert found == []


def test_no_string_is_compared_with_or_passed_as_an_outcome() -> None:
    found = []
    for name, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                if any(_carries(side) for side in sides) and any(map(_is_text, sides)):
                    found.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg in CARRIERS and _is_text(node.value):
                found.append(f"{name}:{node.value.lineno}")
    assert found == []


def _carries(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value in CARRIERS
    named = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    return named in CARRIERS


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(map(_is_text, node.elts))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("table", HOMES_OF_TABLES)
def test_only_one_room_has_sql_on_a_table(table: str) -> None:
    sql = re.compile(rf"\b(?:from|join|into|update|delete from) {table}\b", re.I)
    found = [
        f"{name}:{line}"
        for name, module in modules()
        # The face reads every table, as any reader of the archive may, and writes none.
        if not name.startswith((*HOMES_OF_TABLES[table], "web/")) and name not in HISTORY
        for line, text in strings(module)
        if sql.search(text)
    ]
    assert found == []


def test_each_refusal_has_its_outcome_and_each_outcome_tells_its_refusal() -> None:
    assert [Outcome.of_refusal(refusal).refusal for refusal in Refusal] == list(Refusal)
    assert Outcome.of_refusal(Refusal.SOFT_404) == "refused-soft-404"
    assert Outcome.GONE.refusal is None
    assert {word for word in Outcome if word.is_article} == {
        Outcome.of_article(verdict) for verdict in ("new", "changed", "unchanged", "older", "part")
    }


def test_words_reach_sql_as_plain_text() -> None:
    assert one_of((Outcome.ROBOTS, Outcome.GONE)) == "in ('gone', 'robots')"
    assert f"{RunOutcome.OK}" == "ok"


def test_the_documentation_names_every_kind_of_health_issue() -> None:
    for name in ("web/metadata.yml", "web/metadata.vi.yml"):
        metadata = (ROOT / name).read_text("utf-8")
        missing = [kind for kind in HEALTH_ISSUES if kind not in metadata]
        assert missing == [], f"{name}: issues.kind does not explain {missing}"
