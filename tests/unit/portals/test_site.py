"""Site files: the shipped ones load, a wrong one says why, and one's own folder comes first."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portals.errors import PortalFileError, UnknownSiteError
from portals.site import (
    FOLDER,
    CrawlRules,
    is_address,
    load_site,
    load_sites,
    own_folder,
    site_for_address,
    sites_in,
    sites_to_visit,
)

SHIPPED = sorted(FOLDER.glob("*.toml"))
SMALLEST = 'name = "Xã Suối Mây"\nurl = "https://suoimay.example/"\n'


def written(folder: Path, text: str, name: str = "suoimay.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_site_file_loads_and_says_who_speaks(path: Path) -> None:
    site = load_site(path)
    assert site.key == path.stem
    assert site.publisher.name
    assert site.publisher.level is not None
    assert site.crawl.delay >= 3.0
    assert not site.crawl.allow_private


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_site_file_says_what_became_of_its_portal_and_how_its_facts_are_known(
    path: Path,
) -> None:
    comment = "\n".join(
        line for line in path.read_text("utf-8").splitlines() if line.startswith("#")
    )
    assert re.search(r"^# (?:Known|Inferred)\b", comment, re.M)
    assert re.search(r"^# Not known\b", comment, re.M)
    assert "1 July 2025" in comment


def test_the_portals_of_the_first_articles_are_all_there() -> None:
    assert {path.stem for path in SHIPPED} >= {
        "bachthong",
        "huongkhe",
        "thuongtin",
        "huongson",
        "phuly",
        "krongno",
    }


def test_two_lines_are_a_site(tmp_path: Path) -> None:
    site = load_site(written(tmp_path, SMALLEST))
    assert (site.key, site.platform, site.language, site.timezone) == (
        "suoimay",
        None,
        "vi",
        "Asia/Ho_Chi_Minh",
    )
    assert site.crawl == CrawlRules()
    assert site.all_hosts == {"suoimay.example"}


def test_the_zone_is_the_one_that_printed_times_are_in(tmp_path: Path) -> None:
    zone = load_site(written(tmp_path, SMALLEST)).zone
    assert datetime(2020, 7, 14, 8, 33, tzinfo=zone).astimezone(UTC) == datetime(
        2020, 7, 14, 1, 33, tzinfo=UTC
    )


def test_further_hosts_belong_to_the_site(tmp_path: Path) -> None:
    text = (
        'name = "x"\nurl = "http://Suoimay.example:8080/trang-chu"\nhosts = '
        '["www.suoimay.example"]\n'
    )
    assert load_site(written(tmp_path, text)).all_hosts == {
        "suoimay.example:8080",
        "www.suoimay.example",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('url = "https://x.example/"', "name: is missing; it must be given"),
        ('name = "x"', "url: is missing; it must be given"),
        (
            'name = "x"\nurl = "x.example"',
            "url: should be an http or https address, not 'x.example'",
        ),
        (
            'name = "x"\nurl = "ftp://x.example/"',
            "url: should be an http or https address, not 'ftp://x.example/'",
        ),
        (
            'name = "x"\nurl = "http:///tin-tuc"',
            "url: should be an http or https address, not 'http:///tin-tuc'",
        ),
        (
            'name = "x"\nurl = "http://[x/"',
            "url: should be an http or https address, not 'http://[x/'",
        ),
        (
            'name = "x"\nurl = "http://x.example:port/"',
            "url: should be an http or https address, not 'http://x.example:port/'",
        ),
        (SMALLEST + 'key = "x"', "key: is taken from the file's name; remove it"),
        (
            SMALLEST + 'plattform = "joomla"',
            (
                "plattform: unknown key; allowed here: article, crawl, enabled, hosts, key, "
                "language, listing, name, platform, publisher, timezone, tls_exception, url"
            ),
        ),
        (
            SMALLEST + 'platform = "jomla"',
            "platform: platform 'jomla': is not known; known are: dotnetnuke, drupal,",
        ),
        (
            SMALLEST + 'timezone = "Asia/Hanoi"',
            "timezone: 'Asia/Hanoi' is not an IANA time zone; write one like 'Asia/Ho_Chi_Minh'",
        ),
        (
            SMALLEST + 'timezone = "Asia"',
            "timezone: 'Asia' is not an IANA time zone; write one like 'Asia/Ho_Chi_Minh'",
        ),
        (
            SMALLEST + 'timezone = "../zone"',
            "timezone: '../zone' is not an IANA time zone; write one like 'Asia/Ho_Chi_Minh'",
        ),
        (
            SMALLEST + 'hosts = ["http://www.suoimay.example/"]',
            "hosts[0]: should be a host like 'www.example.gov.vn' or 'example.gov.vn:8080', not 'http://www.suoimay.example/'",
        ),
        (SMALLEST + "[crawl]\ndelay = -1", "crawl.delay: should be 0 to 3600 seconds, not -1.0"),
        (SMALLEST + "[crawl]\ndelay = nan", "crawl.delay: should be 0 to 3600 seconds, not nan"),
        (SMALLEST + "[crawl]\ndelay = inf", "crawl.delay: should be 0 to 3600 seconds, not inf"),
        (SMALLEST + "[crawl]\nmax_pages = 0", "crawl.max_pages: should be 1 or more, not 0"),
        *(
            (
                SMALLEST + f'[crawl]\ninterval = "{span}"',
                (
                    "crawl.interval: should be 'adaptive', or from 15 minutes to 30 days as in "
                    f"'30m', '6h' or '2d', not '{span}'"
                ),
            )
            for span in ("soon", "6", "6 h", "-6h", "0h", "1.5h", "14m", "31d", "6H", "٦h", "")
        ),
        (SMALLEST + "[crawl]\ninterval = 6", "crawl.interval: should be a string, not 6"),
        (
            SMALLEST + "[crawl]\ntimeout = 0",
            "crawl.timeout: should be more than 0 and at most 300 seconds, not 0.0",
        ),
        (SMALLEST + "[crawl]\nmax_depth = -5", "crawl.max_depth: should be 1 or more, not -5"),
        (
            SMALLEST + "[crawl]\nmax_images_per_visit = 0",
            "crawl.max_images_per_visit: should be 1 or more, not 0",
        ),
        (
            SMALLEST + "[crawl]\nmax_image_bytes = 99000000",
            "crawl.max_image_bytes: should be 1 to 16777216 bytes, not 99000000",
        ),
        (
            SMALLEST + '[crawl]\nallow_private = "yes"',
            "crawl.allow_private: should be true or false, not 'yes'",
        ),
        (
            SMALLEST + '[publisher]\nlevel = "xã"',
            (
                "publisher.level: should be one of 'commune', 'district', 'province', 'ministry', "
                "'department', 'other', not 'xã'"
            ),
        ),
        (
            SMALLEST + "[publisher]\narea_code = 279",
            "publisher.area_code: should be a string, not 279",
        ),
        (
            SMALLEST + '[[listing]]\nkind = "htm"\nurl = "https://suoimay.example/rss"',
            "listing[0].kind: should be one of 'html', 'rss', 'atom', 'json', 'sitemap', not 'htm'",
        ),
        (
            SMALLEST + '[[listing]]\nkind = "rss"\nurl = "/rss"',
            "listing[0].url: should be an http or https address, not '/rss'",
        ),
        (
            SMALLEST + '[[listing]]\nkind = "rss"\nurl = "https://nahin.example/rss"',
            (
                "listing[0].url: is on another host, so it would never be fetched; add "
                "'nahin.example' to hosts"
            ),
        ),
        (SMALLEST + '[article]\ntitle = "h1"', "article.title: should be a list, not 'h1'"),
        (
            'name = "X"\nurl = "https://an:mat-khau@suoimay.example/"',
            "url: should be an http or https address, not 'https://an:mat-khau@suoimay.example/'",
        ),
        (
            SMALLEST + f'[[tls_exception]]\nhost = "nahin.example"\nsha256 = "{"a" * 64}"',
            (
                "tls_exception[0].host: should be one of the site's hosts (suoimay.example), not "
                "'nahin.example'"
            ),
        ),
        (
            SMALLEST + f'[[tls_exception]]\nhost = "suoimay.example"\nsha256 = "{"AA:" * 31}AA"',
            (
                "tls_exception[0].sha256: should be the 64 hexadecimal digits of a certificate's "
                "SHA-256 in lower case, not"
            ),
        ),
        (
            SMALLEST + '[[tls_exception]]\nhost = "suoimay.example"',
            "tls_exception[0].sha256: is missing; it must be given",
        ),
        (
            SMALLEST + '[article]\nlead_in_body = "bold"',
            "article.lead_in_body: belongs in the platform's file, not in a site's; remove it",
        ),
        *(
            (
                SMALLEST + f"[article]\nbody = ['#noi-dung', '{wrong}']",
                f"article.body[1]: '{wrong}' {why}",
            )
            for wrong, why in (
                ("div.noi-dung >", "is not a selector (Expected selector, got <EOF at 14>)"),
                ("p::text", "is not a selector (Pseudo-elements are not supported.)"),
                ("(//h1", "is not a selector (Invalid expression)"),
                ("//re:h1", "is not a selector (Undefined namespace prefix)"),
                ("//a/@href", "does not select elements; to take an attribute, end it with ::attr"),
                ("//p/text()", "does not select elements"),
                ("", "is not a selector (Expected selector, got <EOF at 0>)"),
            )
        ),
        (
            SMALLEST + '[article]\nlead_in_body = "never"',
            "article.lead_in_body: belongs in the platform's file, not in a site's; remove it",
        ),
    ],
)
def test_a_wrong_site_file_says_which_file_which_key_and_what_is_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PortalFileError) as caught:
        load_site(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "Suoimay.toml",
        "suoi_may.toml",
        "suối-mây.toml",
        "-suoimay.toml",
        "suoi may.toml",
        "a" * 64 + ".toml",
    ],
)
def test_a_file_whose_name_is_no_key_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        PortalFileError,
        match="the file's name is the site's key; use lower-case letters, digits and hyphens",
    ):
        load_site(written(tmp_path, SMALLEST, name))


def test_a_listing_on_the_www_name_of_the_host_is_of_the_site(tmp_path: Path) -> None:
    site = load_site(
        written(
            tmp_path,
            SMALLEST
            + '[[listing]]\nkind = "rss"\nurl = "https://www.suoimay.example/rss"\nsection = "Tin"',
        )
    )
    assert [(listing.kind, listing.section) for listing in site.listing] == [("rss", "Tin")]


def test_a_file_of_ones_own_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    written(
        tmp_path,
        'name = "Ours"\nurl = "http://127.0.0.1:8000/"\n[crawl]\nallow_private = true\n',
        "phuly.toml",
    )
    written(tmp_path, SMALLEST)
    sites = load_sites({"LOA_SITES": str(tmp_path)})
    assert (sites["phuly"].name, sites["phuly"].crawl.allow_private) == ("Ours", True)
    assert sites["suoimay"].name == "Xã Suối Mây"
    assert "krongno" in sites


def test_with_an_own_folder_only_its_files_are_visited(tmp_path: Path) -> None:
    written(tmp_path, SMALLEST)
    environment = {"LOA_SITES": str(tmp_path)}
    assert set(sites_to_visit(environment)) == {"suoimay"}
    everything = sites_to_visit(environment, bundled=True)
    assert set(everything) == {"suoimay", *sites_in(FOLDER)}
    (tmp_path / "suoimay.toml").unlink()
    assert sites_to_visit(environment) == {}


def test_an_own_file_replaces_a_bundled_one_of_its_host(tmp_path: Path) -> None:
    host = load_site(FOLDER / "krongno.toml").url
    written(tmp_path, f'name = "Ours"\nurl = "{host}"\n', "cua-toi.toml")
    sites = load_sites({"LOA_SITES": str(tmp_path)})
    assert "cua-toi" in sites
    assert "krongno" not in sites
    assert "phuly" in sites


@pytest.mark.parametrize("environment", [{}, {"LOA_SITES": ""}])
def test_without_a_folder_of_ones_own_only_the_shipped_files_are_read(
    environment: dict[str, str],
) -> None:
    assert own_folder(environment) is None
    assert load_sites(environment) == sites_to_visit(environment) == sites_in(FOLDER)


def test_a_folder_of_ones_own_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        PortalFileError,
        match=r"LOA_SITES=.*/none: is not a folder; create it or unset the variable",
    ):
        own_folder({"LOA_SITES": str(tmp_path / "none")})


def test_one_broken_file_stops_the_loading_of_all_and_is_named(tmp_path: Path) -> None:
    written(tmp_path, SMALLEST)
    written(tmp_path, "name = ", "xa-hong.toml")
    with pytest.raises(PortalFileError, match=r"xa-hong\.toml: is not valid TOML"):
        sites_in(tmp_path)


def test_an_address_without_a_file_makes_a_site_that_a_person_named() -> None:
    site = site_for_address("http://127.0.0.1:18080/tin-tuc/bai-1.html?x=1")
    assert (site.key, site.url, site.platform, site.crawl.allow_private) == (
        "127-0-0-1-18080",
        "http://127.0.0.1:18080/",
        None,
        True,
    )


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://10.1.2.3/", True),
        ("http://[::1]:8000/", True),
        ("http://localhost/", True),
        ("https://xaan.gov.vn/", False),
        ("http://1.1.1.1/", False),
    ],
)
def test_only_an_address_that_says_so_itself_may_be_private(url: str, private: bool) -> None:
    assert site_for_address(url).crawl.allow_private is private


@pytest.mark.parametrize("text", ["suoimay", "mailto:a@b.example", "http://", "http://[x/"])
def test_what_is_neither_a_key_nor_an_address_is_refused(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(
        UnknownSiteError, match="is neither the key of a site file nor an http address"
    ):
        site_for_address(text)
