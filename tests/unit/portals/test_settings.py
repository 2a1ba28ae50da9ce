"""What remains of a site file in the archive and in the WARC files: everything but permissions."""

from dataclasses import replace
from pathlib import Path

import pytest

from portals.errors import PortalFileError
from portals.settings import settings_text, site_of_settings
from portals.site import CrawlRules, load_site, load_sites, site_for_address

WHOLE = """
name = "Cổng thông tin xã Mộc"
url = "https://xa-moc.example/"
platform = "nukeviet"
language = "en"
timezone = "Asia/Vientiane"
hosts = ["cu.xa-moc.example:8080"]

[publisher]
name = "Xã Mộc"
level = "commune"
area_code = "01234"

[crawl]
interval = "6h"
delay = 1.5
max_depth = 7
sections = false
allow_private = true

[[listing]]
kind = "rss"
url = "https://xa-moc.example/rss"
section = "Tin tức"

[[tls_exception]]
host = "xa-moc.example"
sha256 = "{digits}"

[article]
title = ["h1.ten"]
drop = [".quang-cao", ".chia-se"]
"""


def test_settings_keep_everything_but_permissions(tmp_path: Path) -> None:
    path = tmp_path / "moc.toml"
    path.write_text(WHOLE.format(digits="0" * 64), encoding="utf-8")
    site = load_site(path)
    kept = site_of_settings("moc", settings_text(site))
    assert (kept.crawl.allow_private, kept.tls_exception) == (False, ())
    allowed = replace(kept.crawl, allow_private=True)
    assert replace(kept, crawl=allowed, tls_exception=site.tls_exception) == site
    assert settings_text(kept) == settings_text(site)


def test_all_our_own_sites_keep_their_settings() -> None:
    for key, site in load_sites().items():
        assert settings_text(site_of_settings(key, settings_text(site))) == settings_text(site)


def test_settings_that_are_defaults_today_are_kept_where_a_later_default_would_change_dates() -> (
    None
):
    text = settings_text(site_for_address("http://xa-moc.gov.vn/"))
    assert text == (
        '{"language": "und", "name": "xa-moc.gov.vn", "timezone": "Asia/Ho_Chi_Minh",'
        ' "url": "http://xa-moc.gov.vn/"}'
    )


def test_settings_of_strangers_give_no_permission() -> None:
    text = (
        '{"name": "x", "url": "http://xa.example/", "crawl": {"allow_private": true},'
        ' "tls_exception": [{"host": "xa.example", "sha256": "' + "a" * 64 + '"}]}'
    )
    site = site_of_settings("xa", text)
    assert site.crawl == CrawlRules()
    assert site.tls_exception == ()


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("../etc", "{}", "is not the key of a site"),
        ("", "{}", "is not the key of a site"),
        ("xa", "{", "are not valid JSON"),
        ("xa", "[" * 100_000, "are not valid JSON"),
        ("xa", '{"name": "\\ud800", "url": "http://xa.example/"}', "are not valid JSON"),
        ("xa", "[1]", "are not the tables of a site file"),
        ("xa", '{"key": "ya", "name": "x", "url": "http://xa.example/"}', "are not the tables"),
        ("xa", '{"name": "x"}', "url: is missing"),
        ("xa", '{"name": "x", "url": "file:///etc/passwd"}', "url: should be an http"),
        ("xa", '{"name": "x", "url": "http://xa.example/", "more": 1}', "more: unknown key"),
        (
            "xa",
            '{"name": "x", "url": "http://xa.example/", "timezone": "../../etc/passwd"}',
            "is not an IANA time zone",
        ),
        (
            "xa",
            '{"name": "x", "url": "http://xa.example/", "crawl": {"delay": NaN}}',
            "crawl.delay: should be",
        ),
        ("xa", f'{{"name": "{"x" * 300_000}", "url": "http://xa.example/"}}', "are longer than"),
    ],
)
def test_settings_that_no_site_file_could_give_are_refused(key: str, text: str, why: str) -> None:
    with pytest.raises(PortalFileError, match=why):
        site_of_settings(key, text)
