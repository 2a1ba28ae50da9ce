"""The time zone that `loa add` writes: found by country and offsets, or marked as doubtful."""

from datetime import datetime

import pytest

from crawler.add.time_zones import zone_of
from portals.site import site_for_address

HANOI = "Asia/Ho_Chi_Minh"
SUMMER, WINTER = "2021-06-08T19:20:00", "2021-01-08T19:20:00"


def found(
    language: str | None, region: str | None, *moments: str, host: str = "127.0.0.1"
) -> tuple[str, str]:
    return zone_of(
        language, region, [datetime.fromisoformat(moment) for moment in moments], host=host
    )


@pytest.mark.parametrize(
    ("language", "region", "moments", "zone", "told"),
    [
        ("vi", None, (), HANOI, "the one zone of VN"),
        ("vi", None, (f"{SUMMER}+07:00", f"{WINTER}+00:00"), HANOI, "the offsets of 1 times agree"),
        ("en", "IE", (f"{SUMMER}+01:00", f"{WINTER}+00:00"), "Europe/Dublin", "the one zone of IE"),
        (
            "en",
            "AU",
            (f"{SUMMER}+09:30", f"{WINTER}+09:30"),
            "Australia/Darwin",
            "the only one that fits",
        ),
        (None, None, (f"{SUMMER}+07:00",), HANOI, "agree"),
        ("de", "DE", (), "Europe/Berlin", "the main one of 2 zones of DE"),
        ("es", "ES", (f"{SUMMER}+01:00",), "Atlantic/Canary", "the only one that fits"),
        (
            "de",
            None,
            (f"{SUMMER}+02:00", f"{WINTER}+01:00"),
            "Europe/Berlin",
            "a country where de is written; the offsets of 2 times agree",
        ),
        ("en", "US", (f"{SUMMER}+07:00",), HANOI, "agree"),
    ],
)
def test_a_zone_that_the_evidence_tells_is_taken(
    language: str | None, region: str | None, moments: tuple[str, ...], zone: str, told: str
) -> None:
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
        ("en", None, (f"{SUMMER}+01:00",), "UTC"),
        ("en", "US", (f"{SUMMER}+07:00", f"{SUMMER}+01:00"), "UTC"),
        ("fr", None, (), "UTC"),
        ("de", None, (f"{SUMMER}-05:00",), "UTC"),
    ],
)
def test_a_contradiction_or_a_choice_among_several_is_to_be_checked(
    language: str, region: str | None, moments: tuple[str, ...], zone: str | None
) -> None:
    taken, how = found(language, region, *moments)
    assert zone is None or taken == zone
    assert "CHECK IT" in how


@pytest.mark.parametrize("region", ["US", None, "ZZ"])
def test_the_country_that_software_names_by_itself_and_none_at_all_tell_nothing(
    region: str | None,
) -> None:
    taken, how = found("en", region, f"{SUMMER}+00:00")
    assert taken == "UTC"
    assert "not found out" in how
    assert "CHECK IT" in how


def test_a_portal_that_declares_nothing_has_an_unknown_zone() -> None:
    taken, how = found(None, None)
    assert taken == "UTC"
    assert "not found out" in how


@pytest.mark.parametrize(
    ("host", "language", "region", "zone"),
    [
        ("www.mairie.fr", "fr", None, "Europe/Paris"),
        ("stadt.example.de", "de", None, "Europe/Berlin"),
        ("town.gov.uk", "en", "US", "Europe/London"),
        ("xa.gov.vn", "en", None, HANOI),
        ("commune.ch", "fr", "CH", "Europe/Zurich"),
        ("ville.be", "fr", "FR", "Europe/Paris"),  # what the pages declare wins
        ("xa.example.de", "vi", None, HANOI),
    ],
)
def test_the_ending_of_the_host_tells_the_country_that_no_page_declares(
    host: str, language: str, region: str | None, zone: str
) -> None:
    taken, how = found(language, region, host=host)
    assert taken == zone
    assert "CHECK IT" not in how


@pytest.mark.parametrize(
    ("url", "zone"),
    [
        ("https://mairie.fr/", "Europe/Paris"),
        ("https://town.gov.uk:8443/", "Europe/London"),
        ("https://xa.gov.vn/", HANOI),
        ("https://city.example.au/", "UTC"),  # of several zones
        *(
            (f"http://{host}/", "UTC")
            for host in (
                "127.0.0.1:8080",
                "localhost",
                "de",
                "news.example.io",
                "town.example",
                "[::1]",
            )
        ),
    ],
)
def test_a_portal_crawled_by_its_address_has_the_zone_of_its_hosts_country(
    url: str, zone: str
) -> None:
    assert site_for_address(url).timezone == zone
