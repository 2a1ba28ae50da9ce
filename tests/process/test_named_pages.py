"""Pages that only a listing names are articles, in whatever order they and the listing come."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.warc.record import RequestedAs
from portals.site import site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.foreign_warc import PARAGRAPHS, TYPE, response, warc
from tests.builders.guarded_web import PUBLIC, GuardedWorld, Page, Portal
from tests.builders.rebuilt_archive import imported
from tests.builders.sample_world import Workplace

TITLES = (
    "Bản Nà Phặc góp công sửa đường trước mùa mưa",
    "Xã mở lớp dạy nghề mộc cho thanh niên",
    "Bà con thôn Thượng nhận giống ngô mới",
    "Trạm y tế khám bệnh cho người cao tuổi",
)
STANDING = "Chức năng và nhiệm vụ của Ủy ban nhân dân xã"
MENU = (
    '<div class="main-menu"><a href="/">Trang chủ</a><a href="/muc/2">Tin xã</a>'
    f'<a href="/tin?id=7">{STANDING}</a></div>'
)
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
AT = datetime(2026, 3, 9, 1, tzinfo=UTC)


def of_portal(content: str) -> str:
    head = "<head><meta charset='utf-8'><title>Cổng thông tin xã Suối Rút</title></head>"
    return f"<!DOCTYPE html><html lang='vi'>{head}<body>{MENU}<div>{content}</div></body></html>"


def entries(numbers: range, day: str = "") -> str:
    return "".join(
        f'<div class="o"><h3><a href="/tin?id={n + 1}">{TITLES[n]}{day}</a></h3>'
        f"<p>{PARAGRAPHS[n % 3]}</p></div>"
        for n in numbers
    )


def pages() -> dict[str, str]:
    """By path: two listings, of which one prints the days, four articles without a date, and a
    standing page.
    """
    return {
        "/": of_portal(entries(range(2), " (05/03/2026)")),
        "/muc/2": of_portal(entries(range(2, 4))),
        **{
            f"/tin?id={n}": of_portal(f"<h2>{title}</h2>{PROSE}")
            for n, title in enumerate(TITLES, 1)
        },
        "/tin?id=7": of_portal(f"<h2>{STANDING}</h2>{PROSE}"),
    }


def records(root: str) -> list[bytes]:
    return [
        response(f"{root}{path}", f"2026-03-09T01:00:0{second}Z", text.encode())
        for second, (path, text) in enumerate(pages().items())
    ]


def articles(place: Workplace) -> list[tuple[object, ...]]:
    rows = place.rows(
        "select url, title, published_on, published_evidence, body from articles order by url"
    )
    return [tuple(row.values()) for row in rows]


def expected(root: str) -> list[tuple[object, ...]]:
    body = "\n\n".join(PARAGRAPHS)
    days = [("2026-03-05", "listing")] * 2 + [(None, None)] * 2
    return [
        (f"{root}/tin?id={n}", title, *day, body)
        for n, (title, day) in enumerate(zip(TITLES, days, strict=True), 1)
    ]


NAME = "portal.example"
ROOT = "http://xa-suoi-rut.example"


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_records_makes_no_difference(tmp_path: Path, seed: int) -> None:
    place, shuffled = Workplace(tmp_path / "place"), records(ROOT)
    random.Random(seed).shuffle(shuffled)
    done = imported(place, warc(tmp_path / "x.warc.gz", shuffled))
    assert done.exit_code == 0, done.output
    assert articles(place) == expected(ROOT)
    (issue,) = place.rows("select kind, detail from issues where closed_at is null")
    assert issue["kind"] == "undated"
    assert issue["detail"].startswith("pages like this: 2, the newest ")


def test_without_the_listing_nothing_proves_the_articles(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    imported(place, warc(tmp_path / "x.warc.gz", records(ROOT)[2:]))
    assert articles(place) == []


def test_a_listing_of_a_later_import_names_them_still(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    first, later = records(ROOT)[2:], records(ROOT)[:2]
    imported(place, warc(tmp_path / "1.warc.gz", first))
    imported(place, warc(tmp_path / "2.warc.gz", later))
    assert articles(place) == expected(ROOT)


def test_an_import_that_died_before_it_read_them_again_is_mended_by_the_next(
    tmp_path: Path,
) -> None:
    place = Workplace(tmp_path / "place")
    site = site_for_address(f"{ROOT}/")
    told = (("Content-Type", TYPE.partition(": ")[2]),)
    captures = [
        Capture(site.key, f"{ROOT}{path}", AT.replace(second=second), 200, told, text.encode())
        for second, (path, text) in enumerate(pages().items())
    ]
    with Ingest(place.archive, name="died") as ingest:
        run = ingest.begin_run("import", [site], "import", AT)
        list(ingest.keep_stream(run, ((site, one, RequestedAs()) for one in captures[::-1])))
    assert articles(place) == []
    imported(place, warc(tmp_path / "x.warc.gz", records(ROOT)))
    assert articles(place) == expected(ROOT)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GuardedWorld, str, Portal]]:
    with Portal() as portal:
        world = GuardedWorld(tmp_path_factory.mktemp("named"))
        world.names[NAME] = [[PUBLIC]]
        root = f"http://{NAME}:{portal.port}"
        world.site("portal", f"{root}/")
        portal.pages.update({(NAME, path): Page(text) for path, text in pages().items()})
        world.loa("crawl", "portal")
        yield world, root, portal


def test_a_crawl_reads_them_as_an_import_does(
    crawled: tuple[GuardedWorld, str, Portal], tmp_path: Path
) -> None:
    world, root, _ = crawled
    place = Workplace(tmp_path / "place")
    imported(place, warc(tmp_path / "x.warc.gz", records(root)))
    assert articles(world) == articles(place) == expected(root)
    assert_invariants(world.archive)


def test_a_second_visit_asks_for_no_article_again(
    crawled: tuple[GuardedWorld, str, Portal],
) -> None:
    world, _, portal = crawled
    before = len(portal.asked)
    world.loa("crawl", "portal")
    asked = [path for _, path in portal.asked[before:]]
    assert "/" in asked
    assert not any(path.startswith("/tin") for path in asked)
