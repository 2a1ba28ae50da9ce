"""All pages are served, and their one sheet of styles is whole."""

import re
from importlib import import_module

from tests import ROOT
from web.plugins.pages import ROUTES

WEB = ROOT / "web"


def test_each_module_that_has_addresses_is_served() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((WEB / "pages").rglob("*.py"))
        if re.search(r"^ROUTES\b", path.read_text("utf-8"), re.M)
    ]
    assert len(names) > 5
    served = {pattern for pattern, _ in ROUTES}
    for name in names:
        module = import_module(name)
        assert {pattern for pattern, _ in module.ROUTES} <= served, name


def test_the_sheet_of_styles_closes_each_block() -> None:
    depth = 0
    for line in (WEB / "static/loa.css").read_text("utf-8").splitlines():
        if line.startswith("@"):
            assert depth == 0, line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0
