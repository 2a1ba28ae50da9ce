"""The guide to site files says what the loader does."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from portals.site import FOLDER, CrawlRules, Site, load_site


def keys_of(shape: Any, before: str = "") -> set[str]:
    """Every dotted key that a file of this shape may hold."""
    keys = set()
    for name, hint in get_type_hints(shape).items():
        keys.add(before + name)
        inner = [
            hint,
            *(part for part in get_args(hint) if get_origin(hint) in (tuple, Union, UnionType)),
        ]
        for part in inner:
            if is_dataclass(part):
                keys |= keys_of(part, f"{before}{name}.")
    return keys


def test_the_guide_explains_every_key_of_a_site_file_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([\w.]+)` \| (.+) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M
    )
    explained = [key for key, _, _ in rows]
    may_hold = keys_of(Site) - {"key", "publisher", "crawl"}
    assert sorted(explained) == sorted(may_hold)


def test_the_guide_gives_the_defaults_that_the_loader_takes() -> None:
    rows = dict(
        re.findall(
            r"^\| `crawl\.(\w+)` \| .+ \| `(.+)` \|$",
            (FOLDER / "README.md").read_text("utf-8"),
            re.M,
        )
    )
    assert rows == {field.name: str(field.default).lower() for field in fields(CrawlRules)}


def test_the_example_of_the_guide_is_a_site(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text("utf-8"), re.S)
    assert example is not None
    path = tmp_path / "suoimay.toml"
    path.write_text(re.sub(r"^\s+", "", example[1], flags=re.M), encoding="utf-8")
    assert load_site(path).url == "https://suoimay.example.gov.vn/"
