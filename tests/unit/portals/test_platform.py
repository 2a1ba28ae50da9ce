"""Platform files: what the loader takes and refuses, and in which order families are tried."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from portals.errors import PortalFileError
from portals.platform import FOLDER, Platform, load_platform, platform_of, platforms
from tests import ROOT

SMALLEST = 'name = "A family"\nsource = "its own templates"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "family.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_family_is_a_name_and_a_source_and_nothing_more(tmp_path: Path) -> None:
    platform = load_platform(written(tmp_path, SMALLEST))
    assert (platform.key, platform.name, platform.source, platform.validators) == (
        "family",
        "A family",
        "its own templates",
        "all",
    )
    assert platform.addresses.identity is None
    assert not platform.detect.broad


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"', "source: is missing; it must be given"),
        (SMALLEST + 'key = "x"', "key: is taken from the file's name; remove it"),
        (
            SMALLEST + "[detcet]",
            (
                "detcet: unknown key; allowed here: addresses, article, detect, key, listing, "
                "name, source, validators"
            ),
        ),
        (
            SMALLEST + "[detect]\ngenerator = ['(']",
            (
                "detect.generator[0]: is not a regular expression: missing ), unterminated "
                "subpattern at position 0"
            ),
        ),
        (
            SMALLEST + "[addresses]\nidentity = ['a']",
            "addresses.identity: is not a regular expression",
        ),
        (
            SMALLEST + "[addresses]\nignore = '/print/'",
            "addresses.ignore: should be a list, not '/print/'",
        ),
        (
            SMALLEST + '[article]\ncaption = ["figcaption"]',
            (
                "article.caption: unknown key; allowed here: attachments, author, body, "
                "drop, images, lead, lead_in_body,"
            ),
        ),
        (
            SMALLEST + '[article]\nlead_in_body = "first"',
            "article.lead_in_body: should be one of 'bold', 'never', not 'first'",
        ),
        (
            SMALLEST + '[detect]\nselectors = ["meta[name=generator"]',
            "detect.selectors[0]: 'meta[name=generator' is not a selector (",
        ),
        (
            SMALLEST + '[listing]\nentries = ["h3 a", "//h3["]',
            "listing.entries[1]: '//h3[' is not a selector (Invalid expression); write CSS, or",
        ),
        (
            SMALLEST + "[addresses]\nlisting = ['a{99999999999}']",
            "addresses.listing[0]: is not a regular expression",
        ),
        (
            SMALLEST + '[listing]\nnext_page = "a[rel=next]"',
            "listing.next_page: should be a list, not 'a[rel=next]'",
        ),
    ],
)
def test_a_wrong_family_file_says_which_file_which_key_and_what_is_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PortalFileError) as caught:
        load_platform(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_broad_families_are_tried_after_the_narrow_ones_and_generic_last() -> None:
    order = list(platforms())
    assert order[-1] == "generic"
    assert order.index("sharepoint") > order.index("sharepoint-lacviet")
    assert order.index("sharepoint") > order.index("portal-pages")


def test_a_family_is_found_by_its_key() -> None:
    assert platform_of("joomla").name == "Joomla"


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        PortalFileError, match=r"platform 'jomla': is not known; known are: .*joomla.*, generic$"
    ):
        platform_of("jomla")


def keys_with_defaults() -> dict[str, object]:
    """Each dotted key that a family's file may hold, with the default that the loader takes."""
    keys: dict[str, object] = {}
    for field in fields(Platform):
        if is_dataclass(field.default):
            keys |= {f"{field.name}.{inner.name}": inner.default for inner in fields(field.default)}
        elif field.name != "key":
            keys[field.name] = field.default
    return keys


def test_the_guide_explains_every_key_of_a_family_with_its_default() -> None:
    guide = (FOLDER / "README.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([\w.]+)` \| .+ \| (.+) \|$", guide, re.M))
    keys = keys_with_defaults()
    assert sorted(told) == sorted(keys)
    for key, default in keys.items():
        if isinstance(default, str | bool):
            value = f'"{default}"' if isinstance(default, str) else str(default).lower()
            assert told[key] == f"`{value}`", key
        else:
            assert told[key] == ("none" if default in ((), None) else "required"), key


def test_the_example_of_the_guide_is_a_family(tmp_path: Path) -> None:
    guide = (ROOT / "docs/add-a-family.md").read_text("utf-8")
    example = guide.split("## 3.")[1].split("```toml\n")[1].split("```")[0]
    family = load_platform(written(tmp_path, example))
    assert family.addresses.listing[1].search("/tin?trang=2")
    assert family.listing.next_page
