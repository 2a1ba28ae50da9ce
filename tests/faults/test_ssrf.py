"""S1: whatever a portal says, no connection goes to the operator's own network.

The real commands run, with a canary on every address of that network.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portals.public_addresses import is_private_by_name, is_public
from tests import ROOT
from tests.builders.archive_invariants import assert_invariants
from tests.builders.guarded_web import ARTICLE, PUBLIC, Canary, GuardedWorld, Page, Portal

NAMED = {  # names that lead to such addresses
    "lo4.example": "127.0.0.1", "lo4b.example": "127.8.9.10", "lo6.example": "::1",
    "mapped.example": "::ffff:127.0.0.1", "nat64.example": "64:ff9b::7f00:1",
    "sixtofour.example": "2002:7f00:1::", "ten.example": "10.0.0.1",
    "oneninetwo.example": "192.168.1.1", "metadata.example": "169.254.169.254",
    "cgnat.example": "100.64.0.1", "zero.example": "0.0.0.0", "zero6.example": "::",
    "local.example": "fe80::1", "unique.example": "fc00::1",
    "khu-pho.localhost": "127.0.0.1",
}  # fmt: skip
WRITTEN = (  # such addresses, written in every way that some resolver takes
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0177.0.0.1", "017700000001", "0", "0.0.0.0", "10.0.0.1",
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "localhost",
    "localhost.", "127.0.0.1.",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021",
)  # fmt: skip
TARGETS = (*NAMED, *WRITTEN)
CANONICAL = (  # those of them that stand in a site file and in the archive as they are written
    "127.0.0.1", "127.0.0.2", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "localhost",

)  # fmt: skip


@dataclass
class Attempt:
    """A crawl of portals that point to every target on every route."""

    world: GuardedWorld
    portal: Portal
    canaries: list[Canary]
    returncode: int
    output: str


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attempt]:
    with Portal() as portal, ExitStack() as stack:
        # A port for each set of sites: sites that share a host are visited one after the other.
        canaries = [stack.enter_context(Canary()) for _ in range(2 + len(ways_to("", 0)))]
        canary, another, *others = canaries
        world = GuardedWorld(tmp_path_factory.mktemp("ssrf"))
        world.names.update(
            {name: [[address]] for name, address in NAMED.items()} | {"portal.example": [[PUBLIC]]}
        )
        addresses = {target: f"http://{target}:{canary.port}" for target in TARGETS}
        # Every target that a site file can name is a host of the portal: only the guard stops it.
        hosts = [*NAMED, *CANONICAL]
        listed = ", ".join(f'"{host}:{canary.port}"' for host in hosts)
        world.site("portal", f"http://portal.example:{portal.port}/", f"hosts = [{listed}]")
        point_to_all(portal, "portal.example", addresses)
        # One portal for each way to lead on: a visit that was refused a host leaves it.
        for way, own in zip(ways_to("", 0), others, strict=True):
            world.names[f"{way}.example"] = [[PUBLIC]]
            theirs = listed.replace(f":{canary.port}", f":{own.port}")
            world.site(way, f"http://{way}.example:{portal.port}/", f"hosts = [{theirs}]")
            lead_on_to_all(portal, way, [f"http://{target}:{own.port}" for target in TARGETS])
        # One portal for each redirect of a robots.txt, because a robots.txt may redirect only once.
        for n, target in enumerate(TARGETS):
            name = f"robots{n}.example"
            world.names[name] = [[PUBLIC]]
            portal.pages[name, "/robots.txt"] = Page(
                status=302, headers={"Location": f"{addresses[target]}/robots.txt"}
            )
            world.site(f"robots{n}", f"http://{name}:{portal.port}/")
        for n, host in enumerate(hosts):
            world.site(f"seed{n}", f"http://{host}:{another.port}/")
        done = world.loa("crawl")
        yield Attempt(world, portal, canaries, done.returncode, done.stderr)


def point_to_all(portal: Portal, host: str, addresses: dict[str, str]) -> None:
    """A portal whose links, redirects, refreshes, sitemap, feed and files lead to all addresses."""
    pages = {}
    links = "".join(
        f'<li><h3><a href="{address}/tin/bai-viet-so-{n}">Bài số {n}</a></h3></li>'
        for n, address in enumerate(addresses.values())
    )
    for n, address in enumerate(addresses.values()):
        links += (
            f'<li><h3><a href="/chuyen/bai-viet-so-{n}">Chuyển {n}</a></h3></li><li><h3>'
            f'<a href="/lam-moi/bai-viet-so-{n}">Mới {n}</a></h3></li>'
        )
        pages[f"/chuyen/bai-viet-so-{n}"] = Page(
            status=302, headers={"Location": f"{address}/tin/chuyen-toi-so-{n}"}
        )
        pages[f"/lam-moi/bai-viet-so-{n}"] = Page(
            f'<html><head><meta http-equiv="refresh" content="0; url={address}/lam-moi-{n}">'
            "</head><body>x</body></html>"
        )
    files = "".join(
        f'<p><a href="{address}/tep/van-ban-{n}.pdf">Văn bản {n}</a></p>'
        for n, address in enumerate(addresses.values())
    )
    pages["/tin/bai-viet-co-tep"] = Page(ARTICLE.format(n=1, more=files))
    pages["/"] = Page(
        "<html><head><title>Cổng</title></head><body><main><ul><li><h3>"
        f'<a href="/tin/bai-viet-co-tep">Có tệp</a></h3></li>{links}</ul></main></body></html>'
    )
    locations = "".join(
        f"<url><loc>{address}/tin/so-do-trang-{n}</loc></url>"
        for n, address in enumerate(addresses.values())
    )
    pages["/sitemap.xml"] = Page(
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>',
        headers={"Content-Type": "text/xml"},
    )
    items = "".join(
        f"<item><title>Tin {n}</title><link>{address}/tin/nguon-tin-so-{n}</link></item>"
        for n, address in enumerate(addresses.values())
    )
    pages["/rss"] = Page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
        headers={"Content-Type": "text/xml"},
    )
    named = "".join(f"Sitemap: {address}/sitemap.xml\n" for address in addresses.values())
    pages["/robots.txt"] = Page(
        f"User-agent: *\nDisallow:\nSitemap: http://{host}:{portal.port}/sitemap.xml\n{named}",
        headers={"Content-Type": "text/plain"},
    )
    portal.pages.update({(host, path): page for path, page in pages.items()})


def ways_to(address: str, n: int) -> dict[str, Page]:
    """Pages that send a browser on to an address before they show anything."""
    head = "<html><head>{}</head><body>x</body></html>"
    script = f"<script>location.href = '{address}/kich-ban-{n}'</script>"
    check = f"/kiem-tra?ve=/tin/bai-viet-so-{n}"  # leads on to the address
    return {
        "gate": Page(status=302, headers={"Location": check, "Set-Cookie": "cua=1; path=/"}),
        "header": Page(headers={"Refresh": f"0; url={address}/tieu-de-{n}"}),
        "script": Page(head.format(script)),
        "frame": Page(f'<frameset><frame src="{address}/khung-{n}"></frameset>'),
    }


def lead_on_to_all(portal: Portal, way: str, addresses: Sequence[str]) -> None:
    """A portal of pages that lead on to all addresses, each in one way."""
    host, links = f"{way}.example", ""
    for n, address in enumerate(addresses):
        links += f'<li><h3><a href="/tin/bai-viet-so-{n}">Bài viết số {n}</a></h3></li>'
        portal.pages[host, f"/tin/bai-viet-so-{n}"] = ways_to(address, n)[way]
        cookie = f"cua=2; path=/; domain={urlsplit(address).hostname}"
        portal.pages[host, f"/kiem-tra?ve=/tin/bai-viet-so-{n}"] = Page(
            status=302, headers={"Location": f"{address}/sau-cua-{n}", "Set-Cookie": cookie}
        )
    page = (
        f"<html><head><title>Cổng</title></head><body><main><ul>{links}</ul></main></body></html>"
    )
    portal.pages[host, "/"] = Page(page)


def test_no_route_leads_to_an_address_of_ones_own_network(attempt: Attempt) -> None:
    assert len(TARGETS) >= 40
    assert [canary.hits for canary in attempt.canaries] == [[]] * len(attempt.canaries)


def test_the_routes_were_walked(attempt: Attempt) -> None:
    paths = [path for host, path in attempt.portal.asked if host == "portal.example"]
    assert {"/robots.txt", "/", "/sitemap.xml", "/rss", "/tin/bai-viet-co-tep"} <= set(paths)
    assert sum(path.startswith("/chuyen/") for path in paths) == len(TARGETS)
    assert sum(path.startswith("/lam-moi/") for path in paths) == len(TARGETS)
    for way in ways_to("", 0):
        asked = [path for host, path in attempt.portal.asked if host == f"{way}.example"]
        articles = [path for path in asked if path.startswith("/tin/")]
        assert len(set(articles)) == len(TARGETS)
        assert way == "gate" or len(articles) == len(TARGETS)
    asked = [path for host, path in attempt.portal.asked if host == "gate.example"]
    assert sum(path.startswith("/kiem-tra?") for path in asked) >= len(TARGETS)
    assert [path for host, path in attempt.portal.asked if host.startswith("robots")].count(
        "/robots.txt"
    ) == len(TARGETS)


def test_each_refused_address_is_told_once_in_a_visit(attempt: Attempt) -> None:
    blocked = attempt.world.rows(
        "select site, url, status, error from captures where outcome = 'blocked-address'"
    )
    assert all(
        row["status"] is None and row["error"].startswith("blocked-address: ") for row in blocked
    )
    assert len({(row["site"], row["url"]) for row in blocked}) == len(blocked)
    for site in ("portal", *ways_to("", 0)):
        urls = [row["url"] for row in blocked if row["site"] == site]
        assert {url.split("/")[2].rpartition(":")[0] for url in urls} == {*NAMED, *CANONICAL}
    seeds = {row["site"] for row in blocked if row["site"].startswith("seed")}
    assert len(seeds) == len(NAMED) + len(CANONICAL)
    issues = attempt.world.value(
        "select count(*) from issues where kind = 'blocked-address' and closed_at is null"
    )
    assert issues == len(blocked)


def test_such_visits_do_not_end_well(attempt: Attempt) -> None:
    assert attempt.returncode == 7
    assert (
        attempt.world.rows("select site from runs where outcome = 'ok' and site like 'seed%'") == []
    )
    assert "allow_private" in attempt.output
    assert_invariants(attempt.world.archive)


def test_without_the_guard_the_canary_would_have_been_hit(tmp_path: Path) -> None:
    with Canary() as canary:
        world = GuardedWorld(tmp_path)
        world.names = {"lo4.example": [["127.0.0.1"]], "lo6.example": [["::1"]]}
        for name in world.names:
            world.site(name.partition(".")[0], f"http://{name}:{canary.port}/", allow_private=True)
        world.loa("crawl")
        assert len(canary.hits) >= len(world.names)


def test_a_name_that_leads_to_ones_own_network_is_neither_added_nor_read_nor_crawled(
    tmp_path: Path,
) -> None:
    with Canary() as canary:
        world = GuardedWorld(tmp_path)
        world.names = {"lo4.example": [["127.0.0.1"]]}
        url = f"http://lo4.example:{canary.port}/"
        for command in (("add", url), ("read", f"{url}tin/bai-viet-so-1"), ("crawl", url)):
            done = world.loa(*command)
            assert done.returncode == 7, done.stdout
            assert "allow_private" in done.stderr
        assert canary.hits == []


def test_a_crawl_by_scrapys_own_command_stands_behind_the_same_guard(tmp_path: Path) -> None:
    with Canary() as canary:
        world = GuardedWorld(tmp_path)
        world.site("inner", f"http://127.0.0.1:{canary.port}/")
        root = ROOT
        subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "inner"],
            cwd=root,
            env=world.environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert world.value("select outcome from captures") == "blocked-address"
        assert canary.hits == []


def test_a_name_that_changes_its_mind_gains_nothing(tmp_path: Path) -> None:
    with Portal() as portal, Canary("127.0.0.1", portal.port) as canary:
        world = GuardedWorld(tmp_path)
        world.names = {"rebinding.example": [[PUBLIC], [PUBLIC], ["127.0.0.1"]]}
        world.site("rebinding", f"http://rebinding.example:{portal.port}/")
        links = "".join(f'<h3><a href="/tin/bai-viet-so-{n}">Bài {n}</a></h3>' for n in range(5))
        portal.pages["rebinding.example", "/"] = Page(
            f"<html><head><title>Cổng</title></head><body>{links}</body></html>"
        )
        done = world.loa("crawl", "rebinding")
        assert canary.hits == []
        assert done.returncode == 7
        assert [path for _, path in portal.asked] == ["/robots.txt", "/"]
        asked = [
            row["url"]
            for row in world.rows("select url from captures where outcome = 'blocked-address'")
        ]
        assert len(asked) == len(set(asked)) > 0


def test_a_private_portal_opens_the_way_to_its_own_hosts_only(tmp_path: Path) -> None:
    with Portal() as portal, Canary() as canary:
        world = GuardedWorld(tmp_path)
        for name in ("intranet", "pointing"):
            world.names[f"{name}.example"] = [[PUBLIC]]
            world.site(name, f"http://{name}.example:{portal.port}/", allow_private=True)
        point_to_all(
            portal,
            "intranet.example",
            {target: f"http://{target}:{canary.port}" for target in CANONICAL},
        )
        portal.pages["pointing.example", "/robots.txt"] = Page(
            status=302, headers={"Location": f"http://127.0.0.1:{canary.port}/robots.txt"}
        )
        world.loa("crawl")
        assert ("intranet.example", "/tin/bai-viet-co-tep") in portal.asked
        assert (
            world.value("select outcome from captures where site = 'pointing' and status is null")
            == "blocked-address"
        )
        assert canary.hits == []


def test_a_proxy_of_the_operators_is_connected_and_not_made_to_reach_ones_own_network(
    tmp_path: Path,
) -> None:
    with Canary("127.0.0.1") as canary:
        world = GuardedWorld(tmp_path)
        world.site("portal", "http://portal.example/")
        world.site("inner", "http://192.168.7.7/")
        world.loa("crawl", "portal", "inner", "--proxy", f"http://127.0.0.1:{canary.port}")
        assert len(canary.hits) > 0
        assert world.rows("select distinct outcome from captures where site = 'inner'") == [
            {"outcome": "blocked-address"}
        ]
        assert world.rows("select distinct status from captures where site = 'portal'") == [
            {"status": 200}
        ]


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "203.162.4.190", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_private_by_name(address)


@pytest.mark.parametrize(
    "name", ["xahop.example", "localhost.example", "mylocalhost", "10.example", "1e100.example"]
)
def test_a_name_says_nothing_of_where_it_leads(name: str) -> None:
    assert not is_private_by_name(name)
    assert not is_public(name)
