"""`loa reread`: better rules reach what is held without a request, and lose nothing of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.records.captures import captures_where
from pipelines.keep.upkeep.reread import Difference, captures_to_read, differences, store_reading
from pipelines.outcomes import WORKER_REFUSALS, Refusal
from pipelines.read.reading import Document, Reading
from portals.sample import SamplePortals
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as
from tests.builders.sample_world import World
from tests.builders.small_portal import TOPICS, SmallPortal

NOW = AT + timedelta(days=100)
HOUR = timedelta(hours=1)
RULES = """
[article]
page = ["h1.tieu-de"]
title = ["h1.tieu-de"]
published = [".ngay-dang"]
body = [".noi-dung"]
"""


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def again(keeper: Keeper, reading: Reading, capture: int = 1) -> list[Difference]:
    """One capture read again, and what is different stored."""
    (row,) = captures_where(keeper.archive.connection, "id = ?", (capture,))
    with keeper.archive.transaction() as db:
        found = differences(db, SITE, row, reading)
        store_reading(db, SITE, row, reading, found, now=NOW)
    return found


def fields(found: list[Difference]) -> list[str]:
    return [one.field for one in found if one.stored]


def test_a_text_that_better_rules_read_is_a_new_revision_of_the_same_capture(
    keeper: Keeper,
) -> None:
    keeper.keep(read_as(article(body="Tối qua, thôn họp.\n\nTin liên quan")))
    better = read_as(article(body="Tối qua, thôn họp."))
    assert fields(again(keeper, better)) == ["body", "body_html", "word_count"]
    assert again(keeper, better) == []
    first, second = keeper.rows(
        "select seq, body, seen_at, capture, reread_at from revisions order by seq"
    )
    assert (first["body"], first["reread_at"]) == ("Tối qua, thôn họp.\n\nTin liên quan", None)
    assert (second["body"], second["capture"], second["reread_at"]) == (
        "Tối qua, thôn họp.",
        1,
        "2026-06-10T01:00:00.000Z",
    )
    assert keeper.one("select body, changed_at, word_count from articles") == {
        "body": "Tối qua, thôn họp.",
        "changed_at": None,
        "word_count": 4,
    }
    assert keeper.keep(better, AT + timedelta(days=2)).outcome == "article-unchanged"


def test_a_date_that_better_rules_find_is_taken_from_the_first_capture_only(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated("2026-01-02", "01/02/2026"))))
    keeper.keep(
        read_as(article(body="Hoãn họp.", published=dated("2026-01-02", "01/02/2026"))),
        AT + timedelta(days=1),
    )
    assert (
        again(
            keeper,
            read_as(article(body="Hoãn họp.", published=dated("2026-02-01", "01/02/2026"))),
            2,
        )
        == []
    )
    assert captures_to_read(keeper.archive.connection, None) == [2]


def test_a_wrong_date_is_replaced_and_one_that_was_called_in_question_is_left_alone(
    keeper: Keeper,
) -> None:
    keeper.keep(read_as(article(published=dated("2026-01-02", "01/02/2026"))))
    right = read_as(article(published=dated("2026-02-01", "01/02/2026")))
    assert fields(again(keeper, right)) == ["published_on"]
    assert keeper.one("select published_on, published_raw from articles") == {
        "published_on": "2026-02-01",
        "published_raw": "01/02/2026",
    }
    with keeper.archive.transaction() as db:
        db.execute(
            "insert into issues (site, article, kind, detail, opened_at) values ('lungvai', "
            "1, 'date-moved', '', '2026-03-02T01:00:00.000Z')"
        )
    assert again(keeper, read_as(article(published=dated("2026-02-03", "03/02/2026")))) == []


def test_what_differs_in_white_space_and_signs_only_is_no_difference(keeper: Keeper) -> None:
    keeper.keep(read_as(article(body="Bà con “nhất trí”.")))
    assert again(keeper, read_as(article(body='Bà con  "nhất trí".'))) == []


def test_the_structure_of_a_text_that_is_held_without_one_is_added_and_is_no_revision(
    keeper: Keeper,
) -> None:
    same = article(body="Tối qua, thôn họp.")
    marked = replace(same, body_html="<p>Tối qua, <strong>thôn họp</strong>.</p>")
    keeper.keep(read_as(replace(same, body_html=None)))  # type: ignore[arg-type]  # kept long ago
    assert keeper.keep(read_as(marked), AT + HOUR).outcome == "article-unchanged"
    assert keeper.one("select body_html from articles") == {"body_html": None}
    assert fields(again(keeper, read_as(marked))) == ["body_html"]
    assert again(keeper, read_as(marked)) == []
    kept = {"body_html": marked.body_html}
    assert keeper.one("select body_html from articles") == kept
    assert keeper.rows("select body_html from revisions") == [kept]
    assert_invariants(keeper.archive.path)


def test_a_text_that_stays_keeps_its_structure(keeper: Keeper) -> None:
    keeper.keep(read_as(article(body="Tối qua, thôn họp.\nMai, xã họp.")))
    apart = article(body="Tối qua, thôn họp.\n\nMai, xã họp.")
    assert again(keeper, read_as(apart)) == []


def test_images_and_links_to_files_follow_the_rules_and_links_stay(keeper: Keeper) -> None:
    keeper.keep(
        read_as(
            article(
                images=["http://lungvai.example/logo.png"], files=["http://lungvai.example/a.pdf"]
            )
        )
    )
    better = read_as(
        article(images=["http://lungvai.example/hop.jpg"], files=["http://lungvai.example/b.pdf"])
    )
    assert fields(again(keeper, better)) == ["images", "attachments"]
    assert keeper.one("select url from images") == {"url": "http://lungvai.example/hop.jpg"}
    assert [row["url"] for row in keeper.rows("select url from attachments order by url")] == [
        "http://lungvai.example/a.pdf",
        "http://lungvai.example/b.pdf",
    ]
    assert keeper.one("select state from pages where url like '%b.pdf'") == {"state": "waiting"}
    assert again(keeper, better) == []


def test_a_page_once_refused_that_is_an_article_becomes_one(keeper: Keeper) -> None:
    keeper.keep(Reading("refused", refusal=Refusal.NOT_AN_ARTICLE, detail="no date"))
    assert captures_to_read(keeper.archive.connection, SITE.key) == [1]
    assert fields(again(keeper, read_as(article()))) == ["article"]
    assert keeper.one("select outcome, error from captures") == {
        "outcome": "article-new",
        "error": None,
    }
    assert keeper.one("select state, reason, next_due_at from pages") == {
        "state": "held",
        "reason": None,
        "next_due_at": "2026-06-10T01:00:00.000Z",
    }
    assert keeper.one("select first_seen_at from articles") == {
        "first_seen_at": "2026-03-02T01:00:00.000Z"
    }
    assert again(keeper, read_as(article())) == []


def test_a_page_once_refused_that_leads_on_is_followed_by_the_next_visit(keeper: Keeper) -> None:
    keeper.keep(Reading("refused", refusal=Refusal.NOT_AN_ARTICLE, detail="no date"))
    target = f"{SITE.url}moi"
    assert fields(again(keeper, Reading("redirect", target=target))) == ["outcome"]
    assert keeper.one("select outcome, error from captures") == {
        "outcome": "redirect",
        "error": f"{URL}: redirects to {target}",
    }
    assert keeper.one("select state, next_due_at from pages") == {
        "state": "held",
        "next_due_at": "2026-06-10T01:00:00.000Z",
    }
    assert again(keeper, Reading("redirect", target=target)) == []


def test_an_old_refusal_does_not_overtake_a_newer_article(keeper: Keeper) -> None:
    keeper.keep(Reading("refused", refusal=Refusal.CHALLENGE, detail="wait"))
    keeper.keep(read_as(article(body="Bây giờ.")), AT + timedelta(days=1))
    assert captures_to_read(keeper.archive.connection, None) == [2]
    assert again(keeper, read_as(article(body="Ngày xưa."))) == []
    assert keeper.one("select body from articles") == {"body": "Bây giờ."}


def test_what_todays_rules_would_refuse_is_reported_and_stays(
    keeper: Keeper,
) -> None:
    keeper.keep(read_as(article()))
    before = keeper.rows("select * from articles")
    for reading in (
        Reading("refused", refusal=Refusal.NOT_AN_ARTICLE),
        Reading("listing"),
    ):
        (told,) = again(keeper, reading)
        assert not told.stored
    assert keeper.rows("select * from articles") == before
    assert len(keeper.rows("select 1 from revisions")) == 1


def test_a_reader_that_dies_says_nothing_of_the_rules(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    assert [
        again(keeper, Reading("refused", refusal=word))
        for word in (Refusal.TOO_SLOW, Refusal.READER_DIED)
    ] == [[], []]


@pytest.mark.parametrize("refusal", sorted(WORKER_REFUSALS))
def test_what_a_fault_of_ours_left_unread_is_read_again(keeper: Keeper, refusal: Refusal) -> None:
    file = f"{SITE.url}a.pdf"
    unread = Reading("refused", refusal=refusal, detail="why")
    keeper.keep(read_as(article(files=[file])))
    keeper.keep(unread, AT + HOUR)
    keeper.keep(read_as(article(body="Văn bản thứ ba.")), AT + 2 * HOUR)
    keeper.keep(unread, AT + HOUR, url=file, kind="attachment")
    assert captures_to_read(keeper.archive.connection, None) == [2, 3, 4]
    middle = read_as(article(body="Văn bản thứ hai."))
    assert fields(again(keeper, middle, 2)) == ["article"]
    document = Reading("attachment", document=Document("application/pdf", "Lịch họp"))
    assert fields(again(keeper, document, 4)) == ["outcome"]
    assert captures_to_read(keeper.archive.connection, None) == [3, 4]
    assert again(keeper, document, 4) == []
    bodies = keeper.rows("select body from revisions order by seen_at")
    assert [row["body"].split(".")[0] for row in bodies][1:] == [  # type: ignore[attr-defined]
        "Văn bản thứ hai",
        "Văn bản thứ ba",
    ]
    assert keeper.one("select body from articles")["body"] == "Văn bản thứ ba."
    assert keeper.one("select text, capture from attachments") == {"text": "Lịch họp", "capture": 4}
    assert keeper.rows("select url from pages where state = 'failing'") == []
    assert keeper.rows("select id from captures where unread_by is not null") == []


def test_a_file_s_text_is_read_again(keeper: Keeper) -> None:
    file = "http://lungvai.example/a.pdf"
    keeper.keep(read_as(article(files=[file])))
    keeper.keep(
        Reading("attachment", document=Document("application/pdf", None)),
        url=file,
        kind="attachment",
    )
    assert fields(
        again(keeper, Reading("attachment", document=Document("application/pdf", "Lịch họp")), 2)
    ) == ["attachment"]
    assert keeper.one("select text, capture from attachments") == {"text": "Lịch họp", "capture": 2}


def test_a_file_behind_a_redirect_is_read_again(keeper: Keeper) -> None:
    link, file = f"{SITE.url}tep/5", f"{SITE.url}a.pdf"
    keeper.keep(read_as(article(files=[link])))
    keeper.keep(None, url=link, kind="attachment", status=302, headers=(("Location", file),))
    document = Reading("attachment", document=Document("application/pdf", None))
    keeper.keep(document, url=file, kind="attachment")
    better = Reading("attachment", document=Document("application/pdf", "Lịch họp"))
    assert fields(again(keeper, better, 3)) == ["attachment"]
    assert keeper.one("select url, text from attachments") == {"url": link, "text": "Lịch họp"}
    assert again(keeper, better, 3) == []


def site_file(world: World, portal: SmallPortal, rules: str) -> None:
    head = f'name = "Hợp Tiến"\nurl = "{portal.url}"\n[crawl]\ndelay = 0.0\nallow_private = true\n'
    (world.sites / "hoptien.toml").write_text(head + rules, encoding="utf-8")


def test_a_mended_site_file_reaches_what_is_held_without_a_request(tmp_path: Path) -> None:
    with SamplePortals() as portals, SmallPortal() as portal:
        world = World(tmp_path / "world", portals)
        site_file(
            world, portal, RULES + 'drop = ["p:last-child"]\nnot_page = ["a[href$=nowhere]"]\n'
        )
        world.crawl("hoptien")
        asked = len(portal.asked)
        site_file(world, portal, RULES)
        shown = world.loa("reread", "--site", "hoptien")
        assert f"body: {len(TOPICS)} differs" in shown.stdout
        assert world.value("select count(*) from revisions") == len(TOPICS)
        seen = assert_invariants(world.archive)
        assert f"body: {len(TOPICS)} stored" in world.loa("reread", "--apply").stdout
        assert "nothing is different" in world.loa("reread", "--apply").stdout
        assert world.value(
            "select count(*) from articles where body like '%đoạn thứ ba%' and changed_at is null"
        ) == len(TOPICS)
        assert world.value("select count(*) from revisions where reread_at is not null") == len(
            TOPICS
        )
        assert len(portal.asked) == asked
        assert_invariants(world.archive, since=seen)


def test_a_damaged_capture_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    with SamplePortals() as portals, SmallPortal() as portal:
        world = World(tmp_path / "world", portals)
        site_file(world, portal, RULES)
        world.crawl("hoptien")
        place = world.rows(
            "select warc_file, warc_offset, warc_length from captures where outcome = "
            "'article-new' limit 1"
        )[0]
        with (world.folder / "captures" / place["warc_file"]).open("r+b") as file:
            file.seek(place["warc_offset"] + place["warc_length"] // 2)
            file.write(b"\0\0\0\0")
        done = world.loa("reread")
        assert (done.returncode, "captures read again: nothing is different" in done.stdout) == (
            6,
            True,
        )
        assert done.stderr.startswith("loa: 1 of ")


def test_a_reread_that_is_stopped_is_finished_by_the_next(keeper: Keeper) -> None:
    for n in range(6):
        keeper.keep(
            read_as(article(url=f"{SITE.url}{n}.html", body="Cũ.")), url=f"{SITE.url}{n}.html"
        )
    for n in (1, 2, 3):  # three were stored, then it was stopped
        again(keeper, read_as(article(url=f"{SITE.url}{n - 1}.html", body="Mới.")), n)
    found = [
        again(keeper, read_as(article(url=f"{SITE.url}{n - 1}.html", body="Mới.")), n)
        for n in captures_to_read(keeper.archive.connection, None)
    ]
    assert [bool(one) for one in found] == [False] * 3 + [True] * 3
    assert keeper.one("select count(*) as number from revisions") == {"number": 12}
