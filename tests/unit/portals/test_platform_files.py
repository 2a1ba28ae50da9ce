"""The shipped families: selectors compile, patterns hold, every file names its sources."""

import re

import pytest

from pipelines.read.family.detection import ENOUGH
from portals.platform import (
    FOLDER,
    Addresses,
    ArticleRules,
    Fingerprint,
    ListingRules,
    Platform,
    platforms,
)
from portals.selectors import compiled

SELECTORS = {
    Fingerprint: ("selectors",),
    ListingRules: ("entries", "entry_date", "sections", "next_page"),
    ArticleRules: (
        "page",
        "not_page",
        "title",
        "published",
        "updated",
        "lead",
        "body",
        "author",
        "source",
        "section",
        "images",
        "attachments",
        "drop",
    ),
}
PATTERNS = {
    Fingerprint: ("generator", "html"),
    Addresses: ("article", "listing", "ignore", "sitemap_ignore", "undated"),
}
# Groups that hold signs or elements, where an attribute would be taken for nothing.
NO_ATTRIBUTE = {
    "selectors",
    "page",
    "not_page",
    "entries",
    "sections",
    "body",
    "images",
    "attachments",
    "drop",
}

every_family = pytest.mark.parametrize(
    "platform", platforms().values(), ids=lambda platform: platform.key
)


def rules_of(platform: Platform) -> list[Fingerprint | Addresses | ListingRules | ArticleRules]:
    return [platform.detect, platform.addresses, platform.listing, platform.article]


def test_every_file_is_loaded() -> None:
    assert sorted(platforms()) == sorted(path.stem for path in FOLDER.glob("*.toml"))


@every_family
def test_every_family_says_where_its_facts_come_from(platform: Platform) -> None:
    assert len(platform.source) > 20
    first = (FOLDER / f"{platform.key}.toml").read_text("utf-8").splitlines()[0]
    assert first.startswith("# ")


@every_family
def test_every_selector_compiles_and_no_list_names_one_twice(platform: Platform) -> None:
    for rules in rules_of(platform):
        for name in SELECTORS.get(type(rules), ()):
            selectors = getattr(rules, name)
            assert len(set(selectors)) == len(selectors), name
            for selector in selectors:
                _, attribute = compiled(selector)
                assert attribute is None or name not in NO_ATTRIBUTE, f"{name}: {selector}"


@every_family
def test_every_selector_list_of_the_loader_is_known_to_this_test(platform: Platform) -> None:
    for rules in rules_of(platform):
        held = {
            name for name in rules.__dataclass_fields__ if isinstance(getattr(rules, name), tuple)
        }
        known = {
            *SELECTORS.get(type(rules), ()),
            *PATTERNS.get(type(rules), ()),
            "drop_parameters",
            "feeds",
            "sitemaps",
        }
        assert held <= known


@every_family
def test_every_pattern_is_a_regular_expression_that_is_not_fooled_by_an_empty_address(
    platform: Platform,
) -> None:
    for rules in rules_of(platform):
        for name in PATTERNS.get(type(rules), ()):
            for pattern in getattr(rules, name):
                assert isinstance(pattern, re.Pattern)
                assert not pattern.search(""), f"{name}: {pattern.pattern}"


@every_family
def test_a_sign_in_the_html_begins_with_plain_text_so_that_looking_for_it_costs_next_to_nothing(
    platform: Platform,
) -> None:
    for pattern in platform.detect.html:
        assert re.match(r"[\w<>!\"'/=: -]{4}", pattern.pattern), pattern.pattern


@every_family
def test_a_family_that_is_detected_has_signs_that_can_agree(platform: Platform) -> None:
    others = len(platform.detect.selectors) + len(platform.detect.html)
    assert platform.detect == Fingerprint() or platform.detect.generator or others >= ENOUGH


@every_family
def test_an_identity_says_which_parts_of_an_address_it_takes(platform: Platform) -> None:
    identity = platform.addresses.identity
    assert identity is None or identity.groups >= 1


@every_family
def test_a_feed_or_sitemap_to_try_is_a_path(platform: Platform) -> None:
    for path in (*platform.addresses.feeds, *platform.addresses.sitemaps):
        assert path.startswith("/")
