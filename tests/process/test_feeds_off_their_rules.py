"""Feeds and sitemaps a little off their rules, crawled by the real command: what they name is kept,
and what is missing is told.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.builders.archive_invariants import assert_invariants
from tests.builders.guarded_web import ARTICLE, PUBLIC, GuardedWorld, Page, Portal

NAME = "portal.example"
FRONT = (
    "<html><head><title>Cổng</title>"
    '<link rel="alternate" type="application/feed+json" href="/feed.json"></head>'
    '<body><main><ul><li><h3><a href="/tin/bai-so-1">Họp số 1</a></h3></li></ul></main></body>'
    "</html>"
)
WARNING = (
    "<br />\n<b>Warning</b>: Undefined variable $x in <b>/rss.php</b> on line <b>3</b><br />\n"
)
SIGNS = '<meta property="og:type" content="article"><meta name="author" content="Lê Thu An">'
UNDATED = ARTICLE.replace(
    '<time datetime="2025-03-11">11/03/2025</time>', '<p class="author">Tác giả: Lê Thu An</p>'
).replace("</head>", f"{SIGNS}</head>")
MORE = "<p>Bà con đề nghị xã sửa ba trạm bơm trước mùa mưa và nạo vét 12 km kênh mương.</p>" * 2
OCTETS = {"Content-Type": "application/octet-stream"}
PLAIN = {"Content-Type": "text/plain"}


@dataclass
class Crawled:
    """The portal after two crawls: what each asked for, in order."""

    world: GuardedWorld
    root: str
    asked: list[list[str]]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return [
            tuple(str(value).removeprefix(self.root) for value in dict(row).values())
            for row in self.world.rows(query)
        ]


def fill(portal: Portal, root: str) -> None:
    item = "<item><title>Họp</title><link></link><guid isPermaLink='false'>{}</guid>{}</item>"
    day = "<pubDate>Tue, 11 Mar 2025 08:30:00 +0700</pubDate>"
    rss = "<?xml version='1.0'?><rss><channel><link>/</link>" + "".join(
        (
            item.format(f"{root}/tin/bai-so-2", day),
            item.format(f"{root}/tin/bai-so-3", "<description><br></description>" + day),
            "<item><title>Không có địa chỉ</title></item>",
        )
    )
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "4", "url": "/tin/bai-so-4", "date_published": "2025-03-11T08:30:00+07:00"}
        ],
    }
    pages = {
        "/": Page(FRONT),
        "/rss.php": Page(WARNING + rss, headers=OCTETS),
        "/feed.json": Page(json.dumps(said), headers=PLAIN),
        "/map.txt": Page(f"\n{root}/tin/bai-so-5\r\n\r\n{root}/tin/bai-so-6\n", headers=PLAIN),
        **{f"/tin/bai-so-{n}": Page(UNDATED.format(n=n, more=MORE)) for n in range(1, 7)},
    }
    portal.pages.update({(NAME, path): page for path, page in pages.items()})


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with Portal() as portal:
        world = GuardedWorld(tmp_path_factory.mktemp("feeds"))
        world.names[NAME] = [[PUBLIC]]
        root = f"http://{NAME}:{portal.port}"
        named = (("html", "/"), ("rss", "/rss.php"), ("sitemap", "/map.txt"))
        world.site("portal", f"{root}/")
        with (world.sites / "portal.toml").open("a", encoding="utf-8") as file:
            for kind, path in named:
                file.write(f'[[listing]]\nkind = "{kind}"\nurl = "{root}{path}"\n')
        fill(portal, root)
        asked = []
        for _ in range(2):
            before = len(portal.asked)
            world.loa("crawl", "portal")
            asked.append([path for _, path in portal.asked[before:]])
        yield Crawled(world, root, asked)


def test_every_article_that_they_name_is_kept_with_the_day_that_they_tell(
    crawled: Crawled,
) -> None:
    query = "select url, published_on, published_evidence from articles order by url"
    assert crawled.rows(query) == [
        ("/tin/bai-so-1", "None", "None"),
        *((f"/tin/bai-so-{n}", "2025-03-11", "feed") for n in (2, 3, 4)),
        ("/tin/bai-so-5", "None", "None"),
        ("/tin/bai-so-6", "None", "None"),
    ]
    assert_invariants(crawled.world.archive)


def test_damage_is_told_and_only_articles_without_a_day_are_undated(crawled: Crawled) -> None:
    query = "select kind, detail from issues where closed_at is null order by kind"
    told = crawled.rows(query)
    assert [kind for kind, _ in told] == ["feed-damaged", "feed-item-without-address", "undated"]
    assert str(told[-1][1]).startswith("pages like this: 3, the newest ")  # 1, 5 and 6


def test_a_second_visit_asks_only_for_what_names_articles(crawled: Crawled) -> None:
    assert set(crawled.asked[1]) <= {"/", "/rss.php", "/feed.json", "/map.txt", "/robots.txt"}
