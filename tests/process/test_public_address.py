"""A public site at its own address: whom it answers, whom it believes, what robots may fetch."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree
from protego import Protego

from tests.builders.served_archive import KEY, ServedArchive, fill_archive

SITE = "https://news.example.org/loa/"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# A moment by the W3C profile of ISO 8601, as the protocol of sitemaps wants it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("public-address") / "archive.db"
    fill_archive(path)
    return path


@pytest.fixture(scope="module")
def public(archive: Path) -> Iterator[ServedArchive]:
    with ServedArchive(archive, "--public", "--base-url", SITE) as served:
        yield served


@pytest.fixture(scope="module")
def by_path(archive: Path) -> Iterator[ServedArchive]:
    """It knows no host of its own, and is not public."""
    with ServedArchive(archive, "--base-url", "/loa", "--trusted-proxy", "127.0.0.16/28") as served:
        yield served


def raw(served: ServedArchive, *lines: str) -> str:
    """What the server sends in reply to the lines of a request."""
    port = served.client.base_url.port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
        return b"".join(iter(lambda: plain.recv(65536), b"")).decode("utf-8", "replace")


GET = "GET /loa/archive/articles.json?_facet=site HTTP/1.1"
FOREIGN = {
    "another name": (GET, "Host: rebound.example"),
    "with a port": (GET, "Host: rebound.example:443"),
    "with a dot": (GET, "Host: rebound.example."),
    "capitals": (GET, "Host: REBOUND.EXAMPLE"),
    "below ours": (GET, "Host: news.example.org.rebound.example"),
    "userinfo": (GET, "Host: news.example.org@rebound.example"),
    "an address": (GET, "Host: 203.0.113.9"),
    "IPv6": (GET, "Host: [2001:db8::9]:443"),
    "a decimal address": (GET, "Host: 2130706433"),
    "empty": (GET, "Host:"),
    "two of them": (GET, "Host: news.example.org", "Host: rebound.example"),
    "absolute form": ("GET http://rebound.example/loa/ HTTP/1.1", "Host: rebound.example"),
    "HTTP/1.0": ("GET /loa/ HTTP/1.0", "Host: rebound.example"),
    "a forwarded host": (GET, "Host: rebound.example", "X-Forwarded-Host: news.example.org"),
    "h2c": (
        *(GET, "Host: rebound.example", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"),
    ),
    "a web socket": (GET, "Host: rebound.example", "Upgrade: websocket"),
}


@pytest.mark.parametrize("lines", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_host_reads_nothing(public: ServedArchive, lines: tuple[str, ...]) -> None:
    answer = raw(public, *lines)
    assert answer.startswith("HTTP/1.1 4")
    if lines.count("Host: news.example.org") == 0:
        assert answer.startswith("HTTP/1.1 421 ")
    assert "suoimo" not in answer


@pytest.mark.parametrize(
    "lines",
    [
        ("X-Forwarded-Host: rebound.example", "Forwarded: host=rebound.example;proto=http"),
        ("X-Forwarded-Proto: http", "X-Forwarded-For: rebound.example", "X-Original-URL: /evil"),
        ("X-Forwarded-Prefix: /evil", "X-Script-Name: /evil", "X-Rewrite-URL: /evil"),
        ("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"),
    ],
)
def test_no_header_gets_into_a_page(public: ServedArchive, lines: tuple[str, ...]) -> None:
    answer = raw(public, GET, "Host: NEWS.example.org:8443", *lines)
    assert answer.startswith("HTTP/1.1 200 ")
    assert f'"{SITE}archive/articles.json' in answer  # of its facets
    assert not re.search(r"rebound|evil|8443|http://news|127\.0\.0\.1", answer)


def test_the_host_of_a_whole_request_target_is_no_host_of_ours(public: ServedArchive) -> None:
    target = GET.replace("/loa", "http://rebound.example/loa", 1)
    assert "rebound" not in raw(public, target, "Host: news.example.org")


def test_https_is_believed_from_a_trusted_proxy_alone(by_path: ServedArchive) -> None:
    told = {"x-forwarded-proto": "https", "host": "localhost"}
    schemes = {}
    for source in ("127.0.0.1", "127.0.0.17", "127.0.0.2"):
        transport = httpx.HTTPTransport(local_address=source)
        with httpx.Client(transport=transport, base_url=by_path.client.base_url) as client:
            answer = client.get("/?_lang=en", headers=told)
        canonical = re.search(r'rel="canonical" href="([^"]+)', answer.text)
        assert canonical is not None
        cookie = answer.headers["set-cookie"]
        assert "; Path=/loa/;" in cookie
        schemes[source] = canonical[1], "; Secure" in cookie
    assert schemes == {
        **dict.fromkeys(("127.0.0.1", "127.0.0.17"), ("https://localhost/loa/", True)),
        "127.0.0.2": ("http://localhost/loa/", False),
    }


def test_robots_may_fetch_what_people_read(public: ServedArchive) -> None:
    text = public.get("robots.txt").text
    at_the_root = raw(public, "GET /robots.txt HTTP/1.1", "Host: localhost")
    assert text in at_the_root.replace("\r\n", "\n")
    rules = Protego.parse(text)
    assert [*rules.sitemaps] == [f"{SITE}sitemap.xml"]
    may = ["", "sites", f"site/{KEY}", "day/2024-03-04", "month/2024-03", "a/key", "attachment/1"]
    may += ["a/key/captured/20240305T020000Z-01234567", "feeds/news.atom", "static/loa.css?v=1"]
    may_not = ["search?q=x", "archive", "archive/articles?_sort=id", "?_lang=en", "sites?q=x"]
    may_not += ["a/key/versions", "a/key/versions?from=1", "a/key.json", "capture/1", "image/1"]
    may_not += ["capture/1/bytes", "attachment/1/file", "archive/articles.csv", "runs", "-/x"]
    fetched = {path: rules.can_fetch(SITE + path, "any") for path in (*may, *may_not)}
    assert fetched == {**dict.fromkeys(may, True), **dict.fromkeys(may_not, False)}


def test_a_private_server_asks_robots_to_stay_away(by_path: ServedArchive) -> None:
    rules = Protego.parse(by_path.get("robots.txt").text)
    assert not rules.can_fetch("http://localhost/loa/", "any")
    assert by_path.get("/").headers["x-robots-tag"] == "noindex"
    assert by_path.get("sitemap.xml").status_code == 404


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        *(("capture/1/bytes", "noindex"), ("capture/1/frame", "noindex")),
        *(("archive/articles.csv", "noindex"), ("search?q=x", "noindex")),
        *(("", None), ("sites", None)),
    ],
)
def test_what_portals_sent_is_not_indexed(
    public: ServedArchive, path: str, tag: str | None
) -> None:
    assert public.get(path).headers.get("x-robots-tag") == tag


def test_the_sitemap_follows_its_protocol(public: ServedArchive) -> None:
    """The rules of sitemaps.org, by hand: order and number of elements, addresses, moments."""
    parts = read_sitemap(public, "sitemap.xml", "sitemapindex")
    pages: dict[str, str | None] = {
        url: changed
        for part in parts
        for url, changed in read_sitemap(public, part.removeprefix(SITE), "urlset").items()
    }
    named = [url for url in pages if url.startswith(f"{SITE}a/")]
    assert len(named) == 5
    assert all(pages[url] for url in named)
    assert pages.keys() >= {SITE, f"{SITE}site/{KEY}", f"{SITE}day/2024-03-04"}
    rules = Protego.parse(public.get("robots.txt").text)
    for url in pages:
        assert rules.can_fetch(url, "any")
        answer = public.get(url.removeprefix(SITE))
        assert answer.status_code == 200, url
        assert f'rel="canonical" href="{url}"' in answer.text
        assert "noindex" not in answer.text
    assert public.get("sitemap/articles-2.xml").status_code == 404
    assert public.get("sitemap/articles-0.xml").status_code == 404


def read_sitemap(served: ServedArchive, path: str, root: str) -> dict[str, str | None]:
    """The addresses of a sitemap, each with the time of its last change."""
    answer = served.get(path)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert len(answer.content) < 50 * 1024 * 1024
    tree = etree.fromstring(answer.content)
    assert (tree.tag, len(tree.attrib)) == (NAMESPACE + root, 0)
    assert 1 <= len(tree) <= 50_000
    found = dict[str, str | None]()
    for one in tree:
        assert one.tag == NAMESPACE + {"urlset": "url", "sitemapindex": "sitemap"}[root]
        loc, *rest = one
        assert [loc.tag, *(each.tag for each in rest)] in (
            [f"{NAMESPACE}loc"],
            [f"{NAMESPACE}loc", f"{NAMESPACE}lastmod"],
        )
        assert loc.text is not None
        assert 12 <= len(loc.text) <= 2048
        assert loc.text.startswith(SITE)
        assert re.fullmatch(r"[\w.~:/%-]+", loc.text, re.ASCII)
        found[loc.text] = rest[0].text if rest else None
        assert all(MOMENT.fullmatch(each.text or "") for each in rest)
    assert len(found) == len(tree)
    return found
