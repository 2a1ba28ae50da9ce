"""`loa add`, the real command on real portals: the file it writes, and what a crawl by it holds.

It asks little, and refuses what it cannot do.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.add.publisher import publisher_of
from pipelines.capture import Capture
from pipelines.read.seen_listings import Sample
from pipelines.read.survey import survey
from portals.sample import SamplePortals
from portals.site import Site, load_site
from tests.builders.archived_answers import AT
from tests.builders.sample_world import World, asked
from tests.builders.small_portal import SmallPortal, page

ADDED = {"songmai": "nukeviet", "thachlam": "wordpress", "anphu": "sharepoint-lacviet"}


@dataclass
class Added:
    """A portal, the file that `loa add` wrote for it, and an archive crawled by that file."""

    world: World
    said: str
    file: dict[str, Any]
    text: str
    looked: list[str]
    crawled: int


def add_and_crawl(world: World, key: str) -> Added:
    """The site files of the sample world stand aside: the new one is all that is known."""
    folder = world.folder / "added"
    folder.mkdir(exist_ok=True)
    portal = world.portals[key]
    done = world.loa("add", portal.url, "--key", key, "--delay", "0", LOA_SITES=str(folder))
    assert done.returncode == 0, done.stderr
    looked = [request.path for request in asked(world.portals, key)]
    path = folder / f"{key}.toml"
    assert load_site(path).key == key
    crawled = world.loa("crawl", key, "--delay", "0", LOA_SITES=str(folder))
    assert crawled.returncode == 0, crawled.stderr
    text = path.read_text(encoding="utf-8")
    return Added(
        world,
        done.stdout,
        tomllib.loads(text),
        text,
        looked,
        len(asked(world.portals, key, len(looked))),
    )


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Added]]:
    """All three sample portals, added and crawled once."""
    with SamplePortals() as portals:
        world = World(tmp_path_factory.mktemp("added"), portals)
        yield {key: add_and_crawl(world, key) for key in ADDED}


@pytest.mark.parametrize("key", ADDED)
def test_the_file_names_family_name_language_and_publisher(
    added: dict[str, Added], key: str
) -> None:
    portal, file = added[key].world.portals[key], added[key].file
    assert file["platform"] == ADDED[key]
    assert file["name"] == portal.content.name
    assert file["language"] == "vi"
    assert file["timezone"] == "Asia/Ho_Chi_Minh"
    assert "the one zone of VN, where vi is written" in added[key].text
    assert file["crawl"]["allow_private"] is True
    assert "given to `loa add`" in added[key].text


@pytest.mark.parametrize("key", ADDED)
def test_a_look_is_short_and_asks_for_nothing_twice(added: dict[str, Added], key: str) -> None:
    looked = added[key].looked
    assert looked[0] == "/robots.txt"
    assert len(looked) == len(set(looked)) <= 30


@pytest.mark.parametrize("key", ADDED)
def test_a_crawl_by_the_file_holds_exactly_the_articles_of_the_portal(
    added: dict[str, Added], key: str
) -> None:
    truth = {row["url"] for row in added[key].world.portals.truth(key)}
    held = {
        row["url"] for row in added[key].world.rows("select url from articles where site = ?", key)
    }
    assert held == truth
    files = added[key].world.value("select count(distinct url) from attachments")
    assert added[key].crawled <= 1.5 * len(truth) + files


@pytest.mark.parametrize("key", ADDED)
def test_five_articles_are_shown_as_they_are_stored(added: dict[str, Added], key: str) -> None:
    shown = added[key].said.split("\n\n")[1:]
    assert len(shown) == 5
    for example in shown:
        title, date, words = example.strip().split("\n")
        (row,) = added[key].world.rows(
            "select * from articles where site = ? and title = ?", key, title
        )
        assert row["published_on"] in date
        assert row["published_evidence"] in date
        assert words.strip().removesuffix(" …") in " ".join(f"{row['lead'] or row['body']}".split())


def test_sitemap_feed_and_news_sections_are_listed(added: dict[str, Added]) -> None:
    portal = added["songmai"].world.portals["songmai"]
    listings = {(row["kind"], row["url"]) for row in added["songmai"].file["listing"]}
    sections = {
        ("html", f"{portal.url}{category.slug}/")
        for category in portal.content.categories
        if portal.in_category(category.slug)
    }
    assert listings == {
        ("sitemap", f"{portal.url}sitemap.xml"),
        ("rss", f"{portal.url}rss/"),
        ("html", portal.url),
        *sections,
    }
    named = {row["section"] for row in added["songmai"].file["listing"] if "section" in row}
    assert named == {
        category.name for category in portal.content.categories if portal.in_category(category.slug)
    }


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallPortal]:
    """A portal of no known family."""
    with SmallPortal() as portal:
        yield portal


def test_a_portal_of_no_known_family_gets_rules_learned_from_its_pages(
    world: World, small: SmallPortal
) -> None:
    done = world.loa("add", small.url, "--key", "hoptien", "--delay", "0")
    assert done.returncode == 0, done.stderr
    path = world.sites / "hoptien.toml"
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    assert "platform" not in file
    assert file["name"] == "Trang tin xã Hợp Tiến"
    assert file["publisher"] == {"name": "Xã Hợp Tiến", "level": "commune"}
    (body,), (title,) = file["article"]["body"], file["article"]["title"]
    assert "noi-dung" in body
    assert "tieu-de" in title
    sections = {
        row["url"].removeprefix(small.url) for row in file["listing"] if row["kind"] == "html"
    }
    assert sections == {"", "chuyen-muc/tin-tuc", "chuyen-muc/thong-bao"}
    world.crawl("hoptien", "--delay", "0")
    held = {
        row["title"]: row["published_on"]
        for row in world.rows("select title, published_on from articles where site = 'hoptien'")
    }
    assert held == small.truth


def listings_named(world: World, portal: SmallPortal) -> set[str]:
    """The paths of the listings in the site file that `loa add` would write."""
    done = world.loa("add", portal.url, "--dry-run", "--delay", "0")
    assert done.returncode == 0, done.stderr
    return {row["url"].removeprefix(portal.url) for row in tomllib.loads(done.stdout)["listing"]}


class WithPagesOfItsOwn(SmallPortal):
    """Its menu also leads to pages about the commune, with addresses like those of articles."""

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        if path == "/gioi-thieu":
            return 200, page(
                "Giới thiệu",
                (
                    '<h1>Giới thiệu</h1><ul><li><a href="/gioi-thieu/lich-su-hinh-thanh">Lịch sử'
                    "</a></li></ul>"
                ),
            )
        if path == "/gioi-thieu/lich-su-hinh-thanh":
            return 200, page("Lịch sử", "<h1>Lịch sử</h1><p>Xã có từ lâu đời.</p>")
        status, text = super().answer(path)
        more = (
            '<li><a href="/gioi-thieu">Giới thiệu</a></li><li>'
            '<a href="/gioi-thieu/lich-su-hinh-thanh">Lịch sử</a></li>'
        )
        return status, text.replace('<li><a href="/lien-he">', f'{more}<li><a href="/lien-he">')


def test_an_address_above_pages_that_are_no_articles_is_no_section(world: World) -> None:
    with WithPagesOfItsOwn() as portal:
        assert listings_named(world, portal) == {"", "chuyen-muc/tin-tuc", "chuyen-muc/thong-bao"}


class ByQuery(SmallPortal):
    """One script for all: sections and articles differ only in the query.

    Its lists are bare links in a table.
    """

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        known = {
            "/trang.aspx?muc=1": "/chuyen-muc/tin-tuc",
            "/trang.aspx?muc=2": "/chuyen-muc/thong-bao",
        }
        status, text = super().answer(
            known.get(path, path.replace("/trang.aspx?muc=3&id=", "/chi-tiet/"))
        )
        for shown, asked_for in known.items():
            text = text.replace(f'"{asked_for}"', f'"{shown}"')
        text = re.sub(r'"/chi-tiet/(\d+)-[^"]*"', r'"/trang.aspx?muc=3&amp;id=\1"', text)
        return status, re.sub(
            r'<div class="muc"><h3>(.*?)</h3></div>', r"<table><tr><td>\1</td></tr></table>", text
        )


def test_sections_that_differ_in_the_query_alone_are_told_by_the_articles_that_were_read(
    world: World,
) -> None:
    with ByQuery() as portal:
        assert listings_named(world, portal) == {"", "trang.aspx?muc=1", "trang.aspx?muc=2"}


class WithListsThatRepeat(SmallPortal):
    """Its menu and side bar also lead to lists by month, tag and author, to a later page of a
    section, and by a name of its own to one article.
    """

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        known = {
            "/2025/03/": "/chuyen-muc/tin-tuc",
            "/tags/cau-ben-go": "/chuyen-muc/tin-tuc",
            "/tac-gia/lan-anh": "/chuyen-muc/thong-bao",
            "/chuyen-muc/tin-tuc2": "/chuyen-muc/tin-tuc",
            "/tin-noi-bat": "/chi-tiet/3-bai-viet-so-3",
        }
        status, text = super().answer(known.get(path, path))
        menu = "".join(
            f'<li><a href="{url}">{name}</a></li>'
            for url, name in zip(known, ("Tháng 3", "cầu", "Lan Anh", "»", "Nổi bật"), strict=True)
        )
        return status, text.replace('<li><a href="/lien-he">', f'{menu}<li><a href="/lien-he">')


def test_lists_that_only_repeat_and_single_articles_are_no_sections(world: World) -> None:
    with WithListsThatRepeat() as portal:
        assert listings_named(world, portal) == {"", "chuyen-muc/tin-tuc", "chuyen-muc/thong-bao"}
        assert len(portal.asked) <= 30


def test_a_dry_run_prints_the_file_and_writes_nothing(world: World, small: SmallPortal) -> None:
    before = sorted(world.folder.rglob("*"))
    done = world.loa("add", small.url, "--dry-run", "--delay", "0")
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(done.stdout)["url"] == small.url
    assert sorted(world.folder.rglob("*")) == before
    assert len(small.asked) <= 30


def test_a_file_that_is_there_is_not_overwritten(world: World) -> None:
    path = world.sites / "songmai.toml"
    before = path.read_bytes()
    done = world.loa("add", world.portals["songmai"].url, "--key", "songmai")
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert str(path) in line
    assert "--key" in line
    assert path.read_bytes() == before
    assert asked(world.portals, "songmai") == []


def test_a_host_that_has_a_file_is_told_before_it_is_asked_anything(world: World) -> None:
    done = world.loa("add", world.portals["anphu"].url)
    assert done.returncode == 3
    assert "anphu.toml" in done.stderr
    assert asked(world.portals, "anphu") == []


@pytest.mark.parametrize(
    ("robots", "told"), [("User-agent: *\nDisallow: /\n", "robots.txt"), (None, "503")]
)
def test_a_portal_that_cannot_be_looked_at_gets_no_file(
    world: World, small: SmallPortal, robots: str | None, told: str
) -> None:
    small.robots = robots
    done = world.loa("add", small.url, "--key", "hoptien", "--delay", "0")
    assert done.returncode == 7
    assert told in done.stderr.splitlines()[-1]
    assert not (world.sites / "hoptien.toml").exists()
    assert small.asked == ["/robots.txt"]


def test_a_front_page_that_redirects_is_followed_on_the_portal_and_no_further(
    world: World, small: SmallPortal
) -> None:
    small.moved = "/trang-chu"
    done = world.loa("add", small.url, "--dry-run", "--delay", "0")
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(done.stdout)["url"] == f"{small.url}trang-chu"
    small.moved = "http://portal.invalid/"
    done = world.loa("add", small.url, "--dry-run", "--delay", "0")
    assert (done.returncode, done.stdout) == (7, "")
    assert "http://portal.invalid/" in done.stderr.splitlines()[-1]


def test_what_is_no_address_and_no_key_is_refused(world: World) -> None:
    assert world.loa("add", "suoimay").returncode == 3
    done = world.loa("add", "http://portal.example/", "--key", "Suối Mây")
    assert done.returncode == 2
    assert "--key" in done.stderr


def test_a_portals_name_is_without_its_ornaments_and_without_the_way_to_the_page() -> None:
    site = Site(name="", url="http://dongcao.example/", key="dongcao")
    for first, second, name in (
        (
            "Cổng TTĐT huyện Đồng Cao > Trang chủ",
            "Cổng TTĐT huyện Đồng Cao > Tin hoạt động",
            "Cổng TTĐT huyện Đồng Cao",
        ),
        (".:: UBND xã Suối Mây ::.", ".:: UBND xã Suối Mây ::.", "UBND xã Suối Mây"),
    ):
        pages = (
            (site.url, f"<title>\r\n\t{first}\r\n</title><p>Tin mới</p>"),
            (f"{site.url}tin", f"<title>{second}</title><p>Tin cũ</p>"),
        )
        captures = [
            Capture(
                "dongcao",
                url,
                AT,
                200,
                (("Content-Type", "text/html; charset=utf-8"),),
                html.encode(),
            )
            for url, html in pages
        ]
        assert (
            survey(Sample(site, tuple((capture, "listing") for capture in captures))).name == name
        )


@pytest.mark.parametrize(
    ("name", "level", "publisher"),
    [
        ("Cổng thông tin điện tử huyện Đồng Cao", "district", "Huyện Đồng Cao"),
        (
            "Trang thông tin điện tử xã Suối Mây, huyện Đồng Cao, tỉnh Lũng Sơn",
            "commune",
            "Xã Suối Mây, huyện Đồng Cao, tỉnh Lũng Sơn",
        ),
        ("Cổng TTĐT thị xã Bến Đò", "district", "Thị xã Bến Đò"),
        ("UBND thị trấn Mỏ Than", "commune", "UBND thị trấn Mỏ Than"),
        ("Sở Nội vụ tỉnh Lũng Sơn", "department", "Sở Nội vụ tỉnh Lũng Sơn"),
        ("Cổng thông tin điện tử tỉnh Lũng Sơn", "province", "Tỉnh Lũng Sơn"),
        ("Cổng Thông tin điện tử thành phố Hải Phòng", "province", "Thành phố Hải Phòng"),
        ("Thành phố Bến Đò", "district", "Thành phố Bến Đò"),
        ("Huyện Đồng Cao > Trang chủ", "district", "Huyện Đồng Cao"),
        (".:: Trang thông tin điện tử xã Suối Mây ::.", "commune", "Xã Suối Mây"),
        ("Council of Mudford", None, ""),
    ],
)
def test_a_portals_name_tells_who_speaks(name: str, level: str | None, publisher: str) -> None:
    found = publisher_of(name)
    assert (found.level, found.name) == (level, publisher)
