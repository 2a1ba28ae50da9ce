"""`loa import`: captures of others are read and stored like our own, each at its own date."""

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipelines.capture import Capture
from pipelines.keep.warc.writer import WarcWriter
from portals.sample import SamplePortals
from portals.sample.documents import pdf
from tests import SHARED
from tests.builders.reader_faults import faulty
from tests.builders.sample_world import World

HTML = (("Content-Type", "text/html; charset=utf-8"),)
ADDRESS = "http://xa-moc.example/thong-bao/lich-tiep-dan-12.html"
PAGE = """<!doctype html><html lang="vi"><head><meta name="generator" content="NukeViet v4.5">
<title>{title}</title></head><body>
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<div class="panel-body">
<h1 class="title" itemprop="headline">{title}</h1><span class="h5">Thứ hai - 06/04/2026 08:30</span>
<div id="news-bodyhtml" class="bodytext"><p>{text}</p>
<p>Uỷ ban nhân dân xã trân trọng thông báo để nhân dân được biết và thực hiện.</p></div>
{files}</div></div></body></html>"""


def page(title: str, text: str, at: datetime, files: str = "") -> Capture:
    return Capture(
        "xa-moc", ADDRESS, at, 200, HTML, PAGE.format(title=title, text=text, files=files).encode()
    )


def warc(folder: Path, name: str, *captures: Capture) -> Path:
    writer = WarcWriter(folder, name=name)
    for capture in captures:
        writer.write(capture)
    writer.close()
    return folder / f"{name}.warc.gz"


def taken(world: World, *arguments: str | Path) -> None:
    done = world.loa("import", *arguments)
    assert done.returncode == 0, done.stderr
    world.check()


APRIL, MAY = datetime(2026, 4, 7, 3, tzinfo=UTC), datetime(2026, 5, 7, 3, tzinfo=UTC)


def test_an_import_that_could_not_read_a_page_says_so_and_reread_mends_it(world: World) -> None:
    file = warc(world.folder, "one", page("Lịch tiếp dân", "Thứ hai hằng tuần.", APRIL))
    done = world.loa("import", file, **faulty("pipelines.read.article.article:read_article"))
    assert done.returncode == 7
    assert "Fault: a fault in read_article (sitecustomize.py:" in done.stderr
    assert "`loa reread --apply`" in done.stderr
    assert world.value("select outcome from runs") == "incomplete"
    assert world.value("select kind from issues where closed_at is null") == "unread"
    assert world.value("select state from pages") == "failing"
    assert world.loa("reread", "--apply").returncode == 0
    assert world.value("select title from articles") == "Lịch tiếp dân"
    assert world.rows("select kind from issues where closed_at is null") == []
    world.check()


def test_an_unknown_host_becomes_a_site_and_its_pages_articles(world: World) -> None:
    taken(
        world,
        warc(
            world.folder,
            "one",
            page("Lịch tiếp dân tháng tư", "Chủ tịch tiếp dân sáng thứ năm.", APRIL),
        ),
    )
    (site,) = world.rows("select * from sites")
    assert (site["key"], site["origin"], site["platform"]) == (
        "xa-moc-example",
        "import",
        "nukeviet",
    )
    (article,) = world.rows("select * from articles")
    assert (article["title"], article["published_on"], article["published_at"]) == (
        "Lịch tiếp dân tháng tư",
        "2026-04-06",
        None,  # nothing says in which zone the printed 08:30 is
    )
    assert (article["first_seen_at"], article["last_seen_at"]) == (
        "2026-04-07T03:00:00.000Z",
        "2026-04-07T03:00:00.000Z",
    )


def test_an_older_capture_that_comes_later_is_history_and_not_current(world: World) -> None:
    new = page("Lịch tiếp dân tháng tư (đã sửa)", "Chủ tịch tiếp dân chiều thứ sáu.", MAY)
    old = page("Lịch tiếp dân tháng tư", "Chủ tịch tiếp dân sáng thứ năm.", APRIL)
    gone = replace(old, fetched_at=datetime(2026, 4, 20, tzinfo=UTC), status=410, body=b"")
    taken(world, warc(world.folder, "new", new))
    taken(world, warc(world.folder, "old", old, gone))
    (article,) = world.rows("select * from articles")
    assert article["title"] == "Lịch tiếp dân tháng tư (đã sửa)"
    assert (article["first_seen_at"], article["last_seen_at"]) == (
        "2026-04-07T03:00:00.000Z",
        "2026-05-07T03:00:00.000Z",
    )
    assert article["removed_at"] is None  # it was seen after it was gone
    assert world.value("select state from pages") == "held"
    revisions = world.rows("select id, title from revisions order by seq")
    assert [row["title"] for row in revisions] == [
        "Lịch tiếp dân tháng tư",
        "Lịch tiếp dân tháng tư (đã sửa)",
    ]
    assert article["revision"] == revisions[1]["id"]


def test_captures_in_order_make_revisions_in_order(world: World) -> None:
    first, second = (
        page("Lịch tiếp dân", "Sáng thứ năm.", APRIL),
        page("Lịch tiếp dân", "Chiều thứ sáu.", MAY),
    )
    taken(world, warc(world.folder, "both", first, second))
    assert [
        row["body"].split("\n")[0] for row in world.rows("select body from revisions order by seq")
    ] == ["Sáng thứ năm.", "Chiều thứ sáu."]
    assert world.value("select changed_at from articles") == "2026-05-07T03:00:00.000Z"


def test_a_file_captured_before_its_article_gets_its_text(world: World) -> None:
    address = ADDRESS + "?download=1&id=0"
    file = Capture(
        "xa-moc",
        address,
        APRIL,
        200,
        (("Content-Type", "application/pdf"),),
        pdf(("Phu luc lich truc ban",)),
    )
    link = f'<div class="news-download-file"><a href="{address}">Phụ lục</a></div>'
    taken(world, warc(world.folder, "file", file))
    taken(world, warc(world.folder, "article", page("Lịch trực ban", "Kèm phụ lục.", MAY, link)))
    (attachment,) = world.rows("select * from attachments")
    assert "lich truc ban" in attachment["text"]
    assert attachment["capture"] == world.value("select id from captures where url = ?", address)
    assert (
        world.value("select count(*) from articles_fts where articles_fts match 'attachments:lich'")
        == 1
    )


def test_importing_a_file_twice_changes_nothing(world: World) -> None:
    file = warc(
        world.folder,
        "one",
        page("Lịch tiếp dân", "Sáng thứ năm.", APRIL),
        page("Lịch tiếp dân", "Chiều thứ sáu.", MAY),
    )
    taken(world, file)
    tables = (
        "captures",
        "articles",
        "revisions",
        "attachments",
        "images",
        "pages",
        "sites",
        "issues",
    )
    before = {table: world.rows(f"select * from {table}") for table in tables}
    files = sorted((world.folder / "captures").iterdir())
    taken(world, file)
    assert {table: world.rows(f"select * from {table}") for table in tables} == before
    assert sorted((world.folder / "captures").iterdir()) == files
    assert (
        "2 captures were there already"
        in world.rows("select detail from runs order by id")[1]["detail"]
    )


def test_a_cut_file_gives_its_whole_records_and_says_where_it_broke(world: World) -> None:
    whole = warc(
        world.folder,
        "whole",
        *(
            replace(
                page(f"Tin số {n}", "Nội dung.", APRIL),
                url=f"http://xa-moc.example/tin/tin-so-{n}.html",
            )
            for n in range(1, 5)
        ),
    )
    cut = world.folder / "cut.warc.gz"
    cut.write_bytes(whole.read_bytes()[:-100])
    done = world.loa("import", cut)
    assert done.returncode == 6
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("loa: "))
    assert "cut.warc.gz" in line
    assert "the file ends inside the record" in line
    assert [row["title"] for row in world.rows("select title from articles order by id")] == [
        "Tin số 1",
        "Tin số 2",
        "Tin số 3",
    ]
    assert world.value("select outcome from runs") == "damaged"
    detail = world.value("select detail from runs")  # people who read the archive see it too
    assert "damaged at byte" in detail
    assert str(world.folder) not in detail
    world.check()
    taken(world, whole)
    assert world.value("select count(*) from articles") == 4


def test_records_that_are_no_captures_are_told(world: World) -> None:
    head = (
        "WARC/1.0\r\nWARC-Type: {}\r\nWARC-Target-URI: http://xa-moc.example/\r\nWARC-Date: "
        "2020-01-01T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    file = world.folder / "odd.warc"
    file.write_text(
        "".join(
            head.format(kind)
            for kind in ("warcinfo", "request", "revisit", "conversion", "revisit")
        ),
        newline="",
    )
    done = world.loa("import", file)
    assert done.returncode == 0
    assert (
        "not taken: 2 revisit records, 1 conversion records"
        " (2 revisit: no file so far holds the body that they repeat, import that file first,"
        " such as http://xa-moc.example/; 1 conversion: made by another tool,"
        " such as http://xa-moc.example/)"
    ) in done.stderr
    assert world.value("select count(*) from captures") == 0


def test_every_record_belongs_to_the_site_that_was_named(world: World) -> None:
    taken(
        world,
        warc(world.folder, "one", page("Lịch tiếp dân", "Sáng thứ năm.", APRIL)),
        "--site",
        "songmai",
    )
    assert world.rows("select site, url from articles") == [{"site": "songmai", "url": ADDRESS}]


def test_generic_switches_the_rules_of_families_off(world: World) -> None:
    taken(
        world,
        warc(
            world.folder,
            "one",
            page(
                "Lịch tiếp dân",
                "Sáng thứ năm, chủ tịch tiếp dân tại trụ sở uỷ ban nhân dân xã.",
                APRIL,
            ),
        ),
        "--platform",
        "generic",
    )
    assert world.rows("select platform from captures") == [{"platform": "generic"}]


# The captures with a truth lie beside the project and belong to others: nothing of them is kept.


class Scored:
    """One family's captures, imported twice, and scored by the tool that comes with them."""

    def __init__(self, world: World, name: str, score: ModuleType) -> None:
        self.world, self.folder = world, SHARED / "data" / name
        self.files = sorted(self.folder.glob("*.warc.gz"))
        self.truth = [
            json.loads(line)
            for line in (self.folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        done = world.loa("import", *self.files)
        assert done.returncode == 0, done.stderr
        self.once = self.counts()
        attachments: dict[int, list[str]] = {}
        for row in world.rows("select article, url from attachments order by id"):
            attachments.setdefault(row["article"], []).append(row["url"])
        captions: dict[int, list[str]] = {}
        for row in world.rows("select article, caption from images where caption is not null"):
            captions.setdefault(row["article"], []).append(row["caption"])
        self.predictions = [
            {
                **row,
                "published": row["published_at"] or row["published_on"],
                "attachments": attachments.get(row["id"], []),
                "aside": captions.get(row["id"], []),
            }
            for row in world.rows("select * from articles order by id")
        ]
        self.score = score.score

    def counts(self) -> dict[str, int]:
        return {
            table: self.world.value(f"select count(*) from {table}")
            for table in ("captures", "articles", "revisions", "attachments", "issues")
        }


@pytest.fixture(scope="module")
def score() -> ModuleType:
    path = SHARED / "tools" / "score.py"
    if not path.exists():
        pytest.skip("the captures with a truth are not beside this checkout")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def scored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, score: ModuleType
) -> Iterator[Scored]:
    with SamplePortals() as portals:
        yield Scored(World(tmp_path_factory.mktemp(request.param), portals), request.param, score)


families = pytest.mark.parametrize("scored", ["nukeviet", "wordpress"], indirect=True)
krongno = pytest.mark.parametrize("scored", ["krongno"], indirect=True)


@families
def test_a_whole_site_is_read_as_its_truth_says(scored: Scored) -> None:
    result, _ = scored.score(scored.truth, scored.predictions)
    for bar, names in (
        (0.99, ("article_recall", "article_precision", "title_exact", "day_exact")),
        (0.97, ("body_f1",)),
        (0.95, ("attachment_recall",)),
    ):
        for name in names:
            assert result[name] >= bar, (name, result)
    assert result["false_articles"] == 0


@krongno
def test_six_days_of_a_real_portal_are_read_as_its_truth_says(scored: Scored) -> None:
    result, _ = scored.score(scored.truth, scored.predictions)
    assert result["article_recall"] >= 0.99, result
    assert result["title_exact"] >= 0.95, result
    long = [row for row in scored.truth if len(row.get("body") or "") > 300]
    assert scored.score(long, scored.predictions)[0]["body_f1"] >= 0.93


@krongno
def test_no_article_bears_the_name_of_the_portal(scored: Scored) -> None:
    titles: dict[str, int] = {}
    for row in scored.predictions:
        titles[row["title"]] = titles.get(row["title"], 0) + 1
    assert max(titles.values()) <= 5  # the portal's <title> is the same on every page


@krongno
def test_revisions_are_those_that_really_happened(scored: Scored) -> None:
    pages: dict[str, dict[str, Any]] = json.loads(
        (scored.folder / "revisions.json").read_text(encoding="utf-8")
    )
    changes = sum(len(page["text_changed_on"]) for page in pages.values())
    assert scored.once["revisions"] <= scored.once["articles"] + changes + 2


@pytest.mark.parametrize("scored", ["nukeviet", "wordpress", "krongno"], indirect=True)
def test_a_second_import_of_the_same_captures_changes_nothing(scored: Scored) -> None:
    done = scored.world.loa("import", *scored.files)
    assert done.returncode == 0, done.stderr
    assert scored.counts() == scored.once
    scored.world.check()
