"""Rooms stay small enough to find one's way: see docs/design.md."""

from collections import Counter

from tests import ROOT

MOST_LINES = 400
MOST_MODULES = 17  # of one folder, its __init__.py included
MODULES = sorted(
    path.relative_to(ROOT)
    for room in ("crawler", "pipelines", "portals", "web")
    for path in (ROOT / room).rglob("*.py")
)


def test_no_module_is_too_long() -> None:
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in MODULES}
    assert len(lines) > 100
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_no_folder_holds_too_many_modules() -> None:
    held = Counter(path.parent for path in MODULES)
    assert {folder: count for folder, count in held.items() if count > MOST_MODULES} == {}
