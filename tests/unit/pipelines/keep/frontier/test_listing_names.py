"""What listings named when they were last read, and which feeds rest for it."""

from dataclasses import replace

import pytest

from pipelines.capture import Capture
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.listing_names import Feed, redundant
from pipelines.keep.frontier.pages import Skipped, begin_visit, next_to_ask
from pipelines.read.listing.listing_digest import SIZE, listed_names, name_of, unpacked
from pipelines.read.reader import read
from pipelines.read.reading import Link, LinkKind, Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.sample import SamplePortals
from portals.site import site_for_address
from tests.builders.archived_answers import AT, SITE, Keeper
from tests.unit.pipelines.keep.frontier.test_validators import DAY

HOME = "http://lungvai.example/"
NUKEVIET = platform_of("nukeviet")


def articles(*paths: str) -> list[Link]:
    return [Link(HOME + path, "article") for path in paths]


def test_names_are_a_set_of_articles_whatever_their_order_and_category() -> None:
    one = listed_names(articles("tin/mot-1.html", "tin/hai-2.html"), NUKEVIET)
    assert (
        listed_names(
            [
                *articles("thon/hai-2.html", "tin/mot-1.html", "tin/hai-2.html"),
                Link(f"{HOME}tin/", "listing"),
            ],
            NUKEVIET,
        )
        == one
    )
    assert len(one) == 2 * SIZE
    assert unpacked(one) == {name_of("mot-1"), name_of("hai-2")}
    assert listed_names(articles("tin/mot-1.html"), platform_of("generic")) == name_of(
        f"{HOME}tin/mot-1.html"
    )
    assert listed_names([], NUKEVIET) == b""
    assert unpacked(b"") == frozenset()


def test_pages_feeds_and_sitemaps_name_articles_in_the_same_words() -> None:
    with SamplePortals() as portals:
        portal = portals["songmai"]
        site = replace(site_for_address(portal.url), platform="nukeviet")

        def named(path: str) -> frozenset[bytes]:
            answer = portal.respond(path, {})
            url = portal.url.rstrip("/") + path
            return unpacked(
                read(
                    Task(
                        Capture(
                            site.key,
                            url,
                            AT,
                            200,
                            (("Content-Type", answer.media_type),),
                            answer.body,
                        ),
                        site,
                    )
                ).names
            )

        everything = {
            name_of(portal.address(story).rpartition("/")[2].removesuffix(".html"))
            for story in portal.stories
        }
        section = {
            name_of(portal.address(story).rpartition("/")[2].removesuffix(".html"))
            for story in portal.in_category("kinh-te")
        }
        assert named("/sitemap-vi.news.xml") == everything
        assert named("/rss/") == everything
        assert named("/rss/kinh-te/") == section
        assert section <= named("/kinh-te/") <= everything


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset><url><loc>%s</loc></url><url><loc>%s</loc></url></urlset>",
        b"<rss><channel><item><link>%s</link></item><item><link>%s</link></item></channel></rss>",
    ],
    ids=["sitemap", "feed"],
)
def test_a_file_in_a_feed_or_sitemap_is_no_article(body: bytes) -> None:
    document = body % (f"{HOME}quyet-dinh-so-7.pdf".encode(), f"{HOME}thon-ban-lam-duong".encode())
    site = replace(site_for_address(HOME), platform="generic")
    reading = read(
        Task(
            Capture(site.key, f"{HOME}tin.xml", AT, 200, (("Content-Type", "text/xml"),), document),
            site,
        )
    )
    assert [link.url for link in reading.links] == [f"{HOME}thon-ban-lam-duong"]


def names(text: str) -> frozenset[bytes]:
    return frozenset(letter.encode() for letter in text)


@pytest.mark.parametrize(
    ("feeds", "listed", "resting"),
    [
        ({1: "ab", 2: "a"}, "abc", {2}),
        ({1: "ab", 2: "d"}, "abc", set()),  # the feed alone names d
        ({1: "abd", 2: "d"}, "abc", {2}),  # the site's own feed names it too
        # Two feeds that name the same, and no listing does: both stay.
        (
            {1: "ab", 2: "cd", 3: "d"},
            "abc",
            set(),
        ),
        ({1: "ab", 2: ""}, "abc", set()),
        ({1: "ab", 2: "a"}, "", {2}),
        ({1: ""}, "abc", set()),
    ],
)
def test_a_feed_that_names_only_what_is_named_elsewhere_is_redundant(
    feeds: dict[int, str], listed: str, resting: set[int]
) -> None:
    assert (
        redundant(
            {page: Feed(names(text), own=page == 1) for page, text in feeds.items()}, names(listed)
        )
        == resting
    )


def listed(keeper: Keeper, path: str, kind: LinkKind, *paths: str) -> None:
    links = articles(*paths)
    reading = Reading(
        "feed" if kind == "feed" else "listing",
        "nukeviet",
        links=tuple(links),
        names=listed_names(links, NUKEVIET),
    )
    keeper.keep(reading, url=HOME + path, kind=kind)


def asked(keeper: Keeper, visit: int) -> list[str]:
    """What a visit asks for before any article, each answered with nothing new."""
    at = AT + visit * DAY
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=at)
    urls: list[str] = []
    while (
        page := next_to_ask(
            keeper.archive.connection, SITE.key, visit_began=at, now=at, skipped=Skipped(urls)
        )
    ) and page.kind in ("listing", "feed"):
        urls.append(page.url)
        keeper.keep(None, at, url=page.url, status=304, kind=page.kind)
    return [url.removeprefix(HOME) for url in urls]


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    """A portal with two listings, its own feed, and feeds of three sections.

    One of those names an article that no listing names.
    """
    keeper = Keeper(archive)
    feeds = {
        "rss/": ("tin/mot-1.html",),
        "rss/tin/": ("tin/mot-1.html",),
        "rss/thon/": ("tin/hai-2.html",),
        "rss/cho/": ("tin/ba-3.html",),
    }
    with archive.transaction() as db:
        discover(
            db,
            SITE.key,
            [Link(HOME + path, "feed") for path in feeds],
            NUKEVIET,
            at=AT,
            origin=Origin(depth=1),
        )
        discover(
            db,
            SITE.key,
            [Link(HOME + path, "listing") for path in ("tin/", "thon/")],
            NUKEVIET,
            at=AT,
            origin=Origin(depth=1),
        )
    for path, named in feeds.items():
        listed(keeper, path, "feed", *named)
    listed(keeper, "tin/", "listing", "tin/mot-1.html")
    listed(keeper, "thon/", "listing", "thon/hai-2.html")
    return keeper


def test_redundant_feeds_take_turns_and_all_else_is_asked_on_every_visit(keeper: Keeper) -> None:
    always = {"rss/", "rss/cho/", "tin/", "thon/"}
    assert [set(asked(keeper, visit)) - always for visit in (1, 2, 3)] == [
        {"rss/tin/"},
        {"rss/thon/"},
        {"rss/tin/"},
    ]
    assert all(always <= set(asked(keeper, visit)) for visit in (4, 5))


def test_a_feed_that_says_something_of_its_own_is_asked_on_every_visit_again(
    keeper: Keeper,
) -> None:
    asked(keeper, 1)
    with keeper.archive.transaction() as db:
        db.execute(
            "update pages set last_fetched_at = '2026-03-01T00:00:00.000Z' where url = ?",
            (f"{HOME}rss/thon/",),
        )
    listed(keeper, "rss/thon/", "feed", "tin/hai-2.html", "tin/bon-4.html")
    assert "rss/thon/" in asked(keeper, 2)
    assert "rss/thon/" in asked(keeper, 3)
