"""Platform files: what the loader takes and refuses, and in which order families are tried."""

from pathlib import Path

import pytest

from portals.errors import PortalFileError
from portals.platform import load_platform, platform_of, platforms

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
            "detcet: unknown key; allowed here: addresses, article, detect, key, listing, name, source, validators",
        ),
        (
            SMALLEST + "[detect]\ngenerator = ['(']",
            "detect.generator[0]: is no regular expression: missing ), unterminated subpattern at position 0",
        ),
        (
            SMALLEST + "[addresses]\nidentity = ['a']",
            "addresses.identity: is no regular expression",
        ),
        (
            SMALLEST + "[addresses]\nignore = '/print/'",
            "addresses.ignore: should be a list, not '/print/'",
        ),
        (
            SMALLEST + '[article]\ncaption = ["figcaption"]',
            "article.caption: unknown key; allowed here: attachments, author, body, byline_in_body, drop, images, lead, lead_in_body,",
        ),
        (
            SMALLEST + '[article]\nlead_in_body = "first"',
            "article.lead_in_body: should be one of 'bold', 'never', not 'first'",
        ),
        (
            SMALLEST + "[article]\nbyline_in_body = true",
            "article.byline_in_body: should be one of 'take', 'copy', 'never', not True",
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
