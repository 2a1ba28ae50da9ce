"""The time zone that `loa add` writes: by country and offsets where they tell it, and said to be doubtful where they do not."""

from datetime import datetime

import pytest

from crawler.zones import zone_of

HANOI = "Asia/Ho_Chi_Minh"
SUMMER, WINTER = "2021-06-08T19:20:00", "2021-01-08T19:20:00"


def found(language: str | None, region: str | None, *moments: str) -> tuple[str, str]:
    return zone_of(language, region, [datetime.fromisoformat(moment) for moment in moments], usual=HANOI)


@pytest.mark.parametrize(
    ("language", "region", "moments", "zone", "told"),
    [
        ("vi", None, (), HANOI, "the one zone of VN"),
        ("vi", None, (f"{SUMMER}+07:00", f"{WINTER}+00:00"), HANOI, "the offsets of 1 times agree"),
        ("en", "IE", (f"{SUMMER}+01:00", f"{WINTER}+00:00"), "Europe/Dublin", "the one zone of IE"),
        ("en", "AU", (f"{SUMMER}+09:30", f"{WINTER}+09:30"), "Australia/Darwin", "the only one that fits"),
        (None, None, (f"{SUMMER}+07:00",), HANOI, "agree"),
    ],
)
def test_a_zone_that_the_evidence_tells_is_taken(language: str | None, region: str | None, moments: tuple[str, ...], zone: str, told: str) -> None:
    taken, how = found(language, region, *moments)
    assert taken == zone
    assert told in how
    assert "CHECK" not in how


@pytest.mark.parametrize(
    ("language", "region", "moments", "zone"),
    [
        ("vi", None, (f"{SUMMER}+08:00",), HANOI),
        ("en", "IE", (f"{WINTER}+01:00",), "Europe/Dublin"),
        ("en", "AU", (), None),
        ("en", None, (f"{SUMMER}+01:00",), HANOI),
        ("en", "US", (f"{SUMMER}+07:00", f"{SUMMER}+01:00"), HANOI),
    ],
)
def test_a_contradiction_or_a_choice_among_several_is_to_be_checked(language: str, region: str | None, moments: tuple[str, ...], zone: str | None) -> None:
    taken, how = found(language, region, *moments)
    assert zone is None or taken == zone
    assert "CHECK IT" in how


@pytest.mark.parametrize("region", ["US", None, "ZZ"])
def test_the_country_that_software_names_by_itself_and_none_at_all_tell_nothing(region: str | None) -> None:
    taken, how = found("en", region, f"{SUMMER}+00:00")
    assert taken == HANOI
    assert "not found out" in how
