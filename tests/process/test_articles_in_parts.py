"""Articles that go on over several pages: one record, whole from its first revision on."""

import random
import zlib
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.import_ import import_
from crawler.commands.reread import reread
from pipelines.ingest import Ingest
from pipelines.joining import Joining
from pipelines.keep.records.article_columns import TEXT_FIELDS, text_fingerprint
from pipelines.keep.upkeep.merged_records import merged_records
from pipelines.outcomes import Refusal
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from pipelines.readers.readers import Readers
from tests.builders.archive_invariants import assert_invariants
from tests.builders.portal_in_parts import (
    TITLE,
    PortalInParts,
    article_in_parts,
    article_page,
    pager,
    text_of,
)
from tests.builders.rebuilt_archive import contents
from tests.builders.watched_pages import Watched

PATH = "/tin/tong-ket-thuy-loi.html"


def by_query(number: int) -> str:
    return PATH if number == 1 else f"{PATH}?trang={number}"


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    """One archive with a site for each test, because readers take a second to start."""
    path = tmp_path_factory.mktemp("parts") / "archive.db"
    with Ingest(path, name="visits") as open_ingest:
        yield open_ingest
    assert_invariants(path)


@pytest.fixture
def started() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def watched(started: ExitStack, ingest: Ingest) -> Watched:
    """One article in three parts."""
    return Watched(
        started.enter_context(PortalInParts(article_in_parts(by_query), {PATH: TITLE})), ingest
    )


def whole(words: str = "", of: int = 0, parts: int = 3) -> str:
    return "\n\n".join(
        one
        for number in range(1, parts + 1)
        for one in text_of(number, words if number == of else "")
    )


def test_an_article_in_parts_is_one_record_that_names_all_its_captures(watched: Watched) -> None:
    asked = watched.visit()
    assert asked == ["/", *map(by_query, (1, 2, 3))]
    assert watched.texts() == [(TITLE, whole())]
    assert watched.history() == [whole()]
    named = watched.rows(
        """select number, captures.url = article_parts.url, outcome from article_parts
            join captures on captures.id = article_parts.capture where site = :site
        order by number"""
    )
    assert named == [(1, 1, "article-part"), (2, 1, "article-part"), (3, 1, "article-new")]
    assert watched.rows("select articles_new from runs where site = :site") == [(1,)]
    assert watched.issues() == []


def test_a_later_visit_asks_the_parts_conditionally_and_only_when_the_article_is_due(
    watched: Watched,
) -> None:
    watched.visit()
    assert watched.visit() == ["/"]
    parts = [by_query(number) for number in (1, 2, 3)]
    assert sorted(watched.visit(days=2)) == sorted(["/", *parts])
    assert set(parts) <= set(watched.portal.conditional)
    assert watched.history() == [whole()]
    ((seen, last),) = watched.rows(
        """select last_seen_at, (select max(fetched_at) from captures
            where site = :site and status = 304 and url like '%tin%')
        from articles where site = :site"""
    )
    assert seen == last


@pytest.mark.parametrize(("changed", "etags"), [(1, True), (2, True), (2, False)])
def test_a_changed_part_makes_one_revision_of_the_whole(
    watched: Watched, changed: int, etags: bool
) -> None:
    watched.portal.etags = etags
    watched.visit()
    page = article_page(TITLE, text_of(changed, " Thêm."), behind=pager(changed, 3, by_query))
    watched.portal.pages[by_query(changed)] = page
    watched.visit(days=2)
    watched.visit(days=3)
    assert watched.history() == [whole(), whole(" Thêm.", changed)]
    assert watched.rows("select changed_at is null from articles where site = :site") == [(0,)]


def test_a_part_that_fails_is_told_and_its_text_comes_later_without_an_edit(
    watched: Watched,
) -> None:
    watched.portal.failing[by_query(2)] = 500
    watched.visit()
    assert watched.texts() == [(TITLE, "\n\n".join((*text_of(1), *text_of(3))))]
    assert watched.issues() == ["parts-missing"]
    watched.portal.failing.clear()
    watched.visit(days=1)
    assert watched.texts() == [(TITLE, whole())]
    assert watched.rows("select changed_at from articles where site = :site") == [(None,)]
    assert watched.rows(
        """select revisions.reread_at is null from revisions
            join articles on articles.id = article where site = :site order by seq"""
    ) == [(1,), (0,)]
    assert watched.issues() == []


def test_a_known_article_waits_for_a_part_that_fails_once(watched: Watched) -> None:
    watched.visit()
    watched.portal.failing[by_query(2)] = 500
    watched.portal.pages[PATH] = article_page(
        TITLE, text_of(1, " Thêm."), behind=pager(1, 3, by_query)
    )
    watched.visit(days=2)
    assert watched.history() == [whole()]
    watched.portal.failing.clear()
    watched.visit(days=1)
    assert watched.history() == [whole(), whole(" Thêm.", 1)]


def test_parts_that_only_the_next_link_names_are_followed_one_by_one(
    started: ExitStack, ingest: Ingest
) -> None:
    pages = {
        by_query(number): article_page(
            TITLE,
            text_of(number),
            head=f'<link rel="next" href="{by_query(number + 1)}">' if number < 4 else "",
        )
        for number in range(1, 5)
    }
    watched = Watched(started.enter_context(PortalInParts(pages, {PATH: TITLE})), ingest)
    watched.visit()
    assert watched.history() == [whole(parts=4)]


def test_a_part_that_robots_txt_forbids_is_told(watched: Watched) -> None:
    watched.portal.robots = "User-agent: *\nDisallow: /*trang=3\n"
    assert by_query(3) not in watched.visit()
    assert watched.history() == [whole(parts=2)]
    assert watched.issues() == ["parts-missing"]


def test_an_article_that_becomes_one_page_lets_its_parts_go(watched: Watched) -> None:
    watched.visit()
    short = article_page(TITLE, text_of(1, " Rút gọn."))
    watched.portal.pages = {"/": watched.portal.pages["/"], PATH: short}
    watched.visit(days=2)
    asked = watched.visit(days=30)
    assert watched.history() == [whole(), "\n\n".join(text_of(1, " Rút gọn."))]
    assert asked == ["/", PATH]
    assert watched.issues() == []


def test_pagers_of_other_lists_are_no_parts_and_soon_no_longer_followed(
    started: ExitStack, ingest: Ingest
) -> None:
    """The server shows the article whatever the number is."""
    titles = {
        f"/tin/xa-hop-ban-viec-{word}.html": f"Xã Suối Mây họp bàn việc {word}" for word in "abcdef"
    }
    pages = {
        f"{path}{query}": article_page(
            title,
            [f"{one} {title}." for one in text_of(1)],
            behind=pager(1, 2, lambda number, path=path: f"{path}?page={number}"),  # type: ignore[misc]
        )
        for path, title in titles.items()
        for query in ("", "?page=2")
    }
    watched = Watched(started.enter_context(PortalInParts(pages, titles)), ingest)
    asked = watched.visit()
    assert [title for title, _ in watched.texts()] == list(titles.values())
    assert [len(watched.history(title)) for title in titles.values()] == [1] * 6
    assert sum("?page=2" in path for path in asked) == 3
    assert watched.rows(
        "select distinct outcome from captures where site = :site and url like '%page=2'"
    ) == [("refused-repeated-part",)]
    assert watched.issues() == []
    assert watched.visit() == ["/"]


def test_a_page_with_a_title_of_its_own_is_an_article_of_its_own(
    started: ExitStack, ingest: Ingest
) -> None:
    def address(number: int) -> str:
        return PATH if number == 1 else PATH.replace(".html", f"-{number}.html")

    other = "Xã Suối Mây khai mạc kỳ họp thứ hai"
    pages = article_in_parts(address, 2)
    pages[address(2)] = article_page(other, text_of(2), behind=pager(2, 2, address))
    watched = Watched(started.enter_context(PortalInParts(pages, {PATH: TITLE})), ingest)
    watched.visit()
    expected = [(other, "\n\n".join(text_of(2))), (TITLE, "\n\n".join(text_of(1)))]
    assert watched.texts() == expected
    watched.visit(days=2)
    assert watched.texts() == expected
    assert watched.issues() == []


def test_the_record_of_a_page_that_turns_out_to_be_a_part_becomes_history(
    started: ExitStack, ingest: Ingest
) -> None:
    """Its portal showed no pager at first, and listed both pages."""

    def address(number: int) -> str:
        return PATH if number == 1 else PATH.replace(".html", f"-p{number}.html")

    pages = {address(number): article_page(TITLE, text_of(number)) for number in (1, 2)}
    portal = started.enter_context(PortalInParts(pages, {address(n): TITLE for n in (1, 2)}))
    watched = Watched(portal, ingest)
    watched.visit()
    assert [body for _, body in watched.texts()] == [
        "\n\n".join(text_of(2)),
        "\n\n".join(text_of(1)),
    ]
    portal.pages |= article_in_parts(address, 2)
    watched.visit(days=2)
    assert watched.texts() == [(TITLE, whole(parts=2))]
    history = ["\n\n".join(text_of(1)), "\n\n".join(text_of(2)), whole(parts=2)]
    assert watched.history() == history
    assert watched.rows(
        """select count(*) from article_keys join articles on articles.id = article
        where site = :site"""
    ) == [(2,)]
    assert merged_records(ingest.archive.connection, watched.site.key) == []
    watched.visit(days=4)
    assert watched.history() == history


def test_a_redirect_to_the_first_page_is_no_part(started: ExitStack, ingest: Ingest) -> None:
    portal = started.enter_context(PortalInParts(article_in_parts(by_query), {PATH: TITLE}))
    portal.moved = {by_query(3): PATH}
    watched = Watched(portal, ingest)
    watched.visit()
    assert watched.history() == [whole(parts=2)]
    assert watched.issues() == []


def test_a_visit_cut_between_the_parts_and_their_joining_is_made_good_by_the_next(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        return None

    with monkeypatch.context() as broken:
        broken.setattr(Joining, "join_now", killed)
        broken.setattr(Joining, "join_run", lambda *_: None)
        watched.visit()
    assert watched.texts() == []
    watched.visit()
    assert watched.history() == [whole()]


def test_an_article_that_our_readers_could_not_join_is_tried_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Readers.read

    def failing(readers: Readers, task: Task) -> Future[Reading]:
        if task.parts is None:
            return read(readers, task)
        done: Future[Reading] = Future()
        done.set_result(Reading("refused", refusal=Refusal.READER_DIED, detail="died"))
        return done

    with monkeypatch.context() as broken:
        broken.setattr(Readers, "read", failing)
        watched.visit()
    assert watched.texts() == []
    watched.visit(days=2)
    assert watched.history() == [whole()]


def test_an_import_in_any_order_makes_the_same_archive(started: ExitStack, tmp_path: Path) -> None:
    portal = started.enter_context(PortalInParts(article_in_parts(by_query), {PATH: TITLE}))
    archive = tmp_path / "archive.db"
    with Ingest(archive, name="visits") as own:
        watched = Watched(portal, own)
        watched.visit()
        watched.portal.pages[by_query(2)] = article_page(
            TITLE, text_of(2, " Thêm."), behind=pager(2, 3, by_query)
        )
        watched.visit(days=2)
        watched.visit(days=4)
    result = CliRunner().invoke(reread, ["--archive", str(archive), "--apply"])
    assert "nothing is different" in result.output, result.output
    expected = contents(archive)
    (file,) = (tmp_path / "captures").glob("*.warc.gz")
    records = gzip_members(file)
    random.Random(1).shuffle(records)
    mixed = tmp_path / "mixed.warc.gz"
    mixed.write_bytes(b"".join(records))
    again = tmp_path / "again" / "archive.db"
    again.parent.mkdir()
    result = CliRunner().invoke(import_, [str(mixed), "--archive", str(again)])
    assert result.exit_code == 0, result.output
    assert "1 new, 1 changed" in result.output
    found = contents(again)
    for table in ("articles", "revisions", "images", "captures"):
        ours = [row for row in expected[table] if "/tin/" in row.get("url", "")]
        assert [row for row in found[table] if "/tin/" in row.get("url", "")] == ours, table
    assert_invariants(again)


def test_rereading_an_older_archive_finds_the_parts_that_nobody_asked_for(
    started: ExitStack, tmp_path: Path
) -> None:
    portal = started.enter_context(PortalInParts(article_in_parts(by_query), {PATH: TITLE}))
    archive = tmp_path / "archive.db"
    with Ingest(archive, name="visits") as own:
        watched = Watched(portal, own)
        watched.visit()
        with own.archive.transaction() as db:  # as before Loa knew of parts
            first = "\n\n".join(text_of(1))
            db.execute("delete from article_parts")
            db.execute("delete from sampled_pages")
            db.execute("delete from captures where url like '%trang=%'")
            db.execute("delete from pages where part_of is not null")
            db.execute("update captures set outcome = 'article-new' where url like '%/tin/%'")
            db.execute("update articles set body = ?", (first,))
            one = text_fingerprint({**dict.fromkeys(TEXT_FIELDS), "title": TITLE, "body": first})
            db.execute("update revisions set body = ?, content_sha256 = ?", (first, one))
        assert watched.visit() == ["/"]
    result = CliRunner().invoke(reread, ["--archive", str(archive), "--apply"])
    assert "parts: 1 stored" in result.output, result.output
    result = CliRunner().invoke(reread, ["--archive", str(archive), "--apply"])
    assert "nothing is different" in result.output, result.output
    with Ingest(archive, name="later") as own:
        watched.ingest = own
        assert set(watched.visit()) == {"/", *map(by_query, (1, 2, 3))}
        assert watched.texts() == [(TITLE, whole())]
        assert watched.rows("select changed_at from articles where site = :site") == [(None,)]


def gzip_members(file: Path) -> list[bytes]:
    """The records of a WARC file, still compressed."""
    rest, found = file.read_bytes(), []
    while rest:
        inflate = zlib.decompressobj(wbits=31)
        inflate.decompress(rest)
        found.append(rest[: len(rest) - len(inflate.unused_data)])
        rest = inflate.unused_data
    return found
