"""An article's record is the same in whatever order its captures came to the archive."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.read.reading import Document, Image, Link, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

HISTORY = """select seq, seen_at, revisions.title, revisions.body, revisions.published_on,
    content_sha256, fetched_at,
    (select group_concat(fetched_at) from (select fetched_at from captures as one
        where one.revision = revisions.id order by fetched_at)) as shown_by
from revisions join captures on captures.id = revisions.capture
where article = (select id from articles where url = ?) order by seq"""
RECORD = """select title, body, first_seen_at, last_seen_at, changed_at,
    (select seq from revisions where id = articles.revision) as shows from articles where url = ?"""


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def day(number: int) -> datetime:
    return AT + timedelta(days=number)


def keep(
    keeper: Keeper, captures: Iterable[tuple[int, str]], url: str = URL
) -> tuple[list[dict[str, object]], ...]:
    """An article of which these captures, days and bodies, come in this order; its rows."""
    for number, body in captures:
        keeper.keep(read_as(article(body=body, url=url, published=dated())), day(number), url=url)
    return keeper.rows(HISTORY, url), keeper.rows(RECORD, url)


@pytest.mark.parametrize(
    "texts", ["ABA", "AABB", "ABAB", "ABC", "AAAA", "ABBA", "ABCA"], ids=lambda texts: texts
)
def test_captures_in_any_order_give_one_history(keeper: Keeper, texts: str) -> None:
    captures = list(enumerate(f"Thôn họp lần {text}." for text in texts))
    expected = keep(keeper, captures)
    for n, order in enumerate(permutations(captures)):
        assert keep(keeper, order, f"http://lungvai.example/tin-tuc/{n}.html") == expected, order
    report = verify_archive(keeper.archive.connection, keeper.archive.captures)
    assert list(report.problems) == []


def test_a_text_between_two_looks_at_another_divides_it(keeper: Keeper) -> None:
    keep(keeper, [(0, "A."), (4, "A."), (2, "B.")])
    told = keeper.rows("select seq, seen_at, body, lent from revisions order by seq")
    assert [tuple(row.values()) for row in told] == [
        (1, utc_text(day(0)), "A.", None),
        (2, utc_text(day(2)), "B.", None),
        (3, utc_text(day(4)), "A.", 1),
    ]
    assert keeper.one("select changed_at, body from articles") == {
        "changed_at": utc_text(day(4)),
        "body": "A.",
    }
    assert keeper.one("select revision from pages where url = ?", URL) == {
        "revision": keeper.one("select id from revisions where seq = 3")["id"]
    }


FILE = "http://lungvai.example/quyet-dinh.pdf"
SWAPS = """select seq, seen_at, body, fetched_at, changed from revisions
    join captures on captures.id = revisions.capture order by seq"""


def test_a_file_with_other_bytes_is_a_revision_in_any_order(keeper: Keeper) -> None:
    def look(number: int, site: Keeper) -> None:
        site.keep(read_as(article(files=(FILE,), published=dated())), day(number))

    def fetch(number: int, content: bytes, site: Keeper) -> None:
        read = Reading("attachment", document=Document("application/pdf", f"{content!r}"))
        site.keep(read, day(number), url=FILE, kind="attachment", body=content)

    steps: list[Callable[[Keeper], None]] = [
        lambda site: look(0, site),
        lambda site: fetch(1, b"one", site),
        lambda site: fetch(2, b"one", site),
        lambda site: look(3, site),
        lambda site: fetch(4, b"two", site),
    ]
    found: list[tuple[list[dict[str, object]], list[dict[str, object]]]] = []
    for n, order in enumerate(permutations(steps)):
        if n % 5:
            continue
        site = Keeper(keeper.archive, replace(SITE, key=f"way-{n}"), name=f"way-{n}")
        for step in order:
            step(site)
        query = SWAPS.replace("order by", f"where site = 'way-{n}' order by")
        held: list[dict[str, object]] = []
        if order[0] in (steps[0], steps[3]):  # a file before its link is read at an import's end
            held = keeper.rows(
                "select attachments.sha256, text, changed_at from attachments join articles"
                " on articles.id = article where site = ?",
                site.site.key,
            )
        found.append((keeper.rows(query), held or found[0][1]))
    for one in found:
        assert one == found[0]
    rows, (file,) = found[0]
    assert [(row["seq"], row["seen_at"], row["changed"]) for row in rows] == [
        (1, utc_text(day(0)), None),
        (2, utc_text(day(4)), '["attachments"]'),
    ]
    assert (file["text"], file["changed_at"]) == ("b'two'", utc_text(day(4)))


def test_a_file_and_its_page_that_change_in_one_instant_are_one_revision(keeper: Keeper) -> None:
    for number, content in enumerate((b"one", b"two")):
        shown = article(body=f"Thôn họp lần {number}.", files=(FILE,), published=dated())
        keeper.keep(read_as(shown), day(number))
        read = Reading("attachment", document=Document("application/pdf", f"{content!r}"))
        keeper.keep(read, day(number), url=FILE, kind="attachment", body=content)
    assert keeper.rows("select seq, changed, changed_by from revisions order by seq") == [
        {"seq": 1, "changed": None, "changed_by": None},
        {"seq": 2, "changed": '["body", "attachments"]', "changed_by": "portal"},
    ]


def test_an_older_file_does_not_take_the_place_of_a_newer_one_that_nobody_read(
    keeper: Keeper,
) -> None:
    read = Reading("attachment", document=Document("application/pdf", "one"))
    keeper.keep(read, day(4), url=FILE, kind="attachment", body=b"two")
    keeper.keep(read_as(article(files=(FILE,))), day(3))
    keeper.keep(read, day(1), url=FILE, kind="attachment", body=b"one")
    assert keeper.one("select sha256 from attachments") == {"sha256": None}  # an import reads it


def test_a_page_that_flips_is_one_issue_and_few_revisions(keeper: Keeper) -> None:
    keep(keeper, enumerate(["A.", "B."] * 12))
    assert [row["body"] for row in keeper.rows("select body from revisions order by seq")] == [
        *("A.", "B.", "A.", "B.")
    ]
    assert keeper.one("select body, changed_at from articles") == {
        "body": "B.",
        "changed_at": utc_text(day(3)),
    }
    assert keeper.one("select kind, article from issues") == {"kind": "text-moves", "article": 1}


def test_a_page_with_another_text_at_each_look_is_one_issue_and_loses_none(keeper: Keeper) -> None:
    keep(keeper, [(number, f"Lượt xem: {number}.") for number in range(9)])
    assert keeper.one("select count(*) as n from revisions") == {"n": 9}
    assert keeper.one("select kind, article from issues") == {"kind": "text-moves", "article": 1}


def test_edits_between_quiet_looks_are_no_issue(keeper: Keeper) -> None:
    keep(keeper, [(number, f"Thôn họp lần {number // 2}.") for number in range(16)])
    assert keeper.rows("select kind from issues") == []


def test_a_date_that_was_changed_is_a_revision_in_any_order(keeper: Keeper) -> None:
    looks = [(0, "2026-02-20"), (1, "2026-02-20"), (2, "2026-02-12"), (3, "2026-02-12")]
    found = []
    for n, order in enumerate(permutations(looks)):
        url = f"http://lungvai.example/tin-tuc/{n}.html"
        for number, on in order:
            page = article(body=f"Thông báo {n}.", url=url, published=dated(on, on))
            keeper.keep(read_as(page), day(number), url=url)
        found.append(
            (
                keeper.rows(
                    """select seq, seen_at, revisions.published_on, articles.published_on as first,
                        changed, changed_at, last_seen_at
                    from revisions join articles on articles.id = article where url = ?
                    order by seq""",
                    url,
                ),
                keeper.rows(
                    "select kind, replace(detail, ?, '') as told, closed_at is null as open"
                    " from issues where url = ? and closed_at is null",
                    url,
                    url,
                ),
                keeper.rows(
                    """select published_on, first_seen_at, last_seen_at from printed_dates
                    where article = (select id from articles where url = ?)""",
                    url,
                ),
            )
        )
    assert all(one == found[0] for one in found)
    revisions, issues, _ = found[0]
    assert [(row["published_on"], row["first"], row["changed"]) for row in revisions] == [
        ("2026-02-20", "2026-02-20", None),
        ("2026-02-12", "2026-02-20", '["date"]'),
    ]
    assert [issue["kind"] for issue in issues] == ["date-moved"]


def test_what_the_publisher_changed_beside_the_text_is_a_revision_and_a_token_is_none(
    keeper: Keeper,
) -> None:
    """A picture's address has a token, a caption is mended, a section changes, a picture goes."""
    page = article(images=("http://lungvai.example/a.jpg?t=1",), published=dated())
    captions = [("t=1", "Bà con họp"), ("t=2", "Bà con họp"), ("t=3", "Bà con họp bàn")]
    pages = [
        replace(page, images=(Image(f"http://lungvai.example/a.jpg?{token}", caption, 1),))
        for token, caption in captions
    ]
    pages.append(replace(pages[-1], section="Thông báo"))
    pages.append(replace(pages[-1], images=()))
    found = []
    for n, order in enumerate(permutations(range(5))):
        if n % 11:
            continue
        url = f"http://lungvai.example/tin-tuc/{n}.html"
        for number in order:
            keeper.keep(read_as(replace(pages[number], url=url)), day(number), url=url)
        found.append(
            keeper.rows(
                """select seq, seen_at, changed, changed_by, revisions.section, words_added
                from revisions join articles on articles.id = article where url = ?
                order by seq""",
                url,
            )
        )
    for one in found:
        assert one == found[0]
    assert [(row["seq"], row["seen_at"], row["changed"]) for row in found[0]] == [
        (1, utc_text(day(0)), None),
        (2, utc_text(day(2)), '["pictures"]'),
        (3, utc_text(day(3)), '["section"]'),
    ]


def test_a_page_that_loses_its_text_is_no_edit_in_any_order(keeper: Keeper) -> None:
    captures = [(0, ""), (1, "Thôn họp."), (2, ""), (3, "Thôn họp.")]
    expected = keep(keeper, captures)
    assert [row["body"] for row in expected[0]] == ["", "Thôn họp."]
    for n, order in enumerate(permutations(captures)):
        assert keep(keeper, order, f"http://lungvai.example/tin-tuc/{n}.html") == expected, order


def test_what_listings_say_counts_alike_before_and_after_the_page(keeper: Keeper) -> None:
    """A listing and a feed name an article whose page states a date only later, or never."""
    guess = replace(dated("2026-02-25"), evidence="guess")
    for name, stated in (("never", None), ("later", dated("2026-02-20"))):
        found = []
        for n, order in enumerate(permutations(range(5))):
            if n % 7:
                continue
            url = f"http://lungvai.example/tin-tuc/{name}-{n}.html"
            listed = [
                Link(url, "article", published=replace(dated(on), evidence=kind))  # type: ignore[arg-type]  # one of Evidence
                for on, kind in (("2026-02-27", "listing"), ("2026-02-26", "feed"))
            ]
            page = article(body=f"Thông báo {name} {n}.", url=url)
            readings = [
                (Reading("listing", "nukeviet", links=(listed[0],)), f"{url}/danh-sach/"),
                (read_as(page), url),
                (read_as(replace(page, published=guess)), url),
                (Reading("feed", "nukeviet", links=(listed[1],)), f"{url}/rss/"),
                (read_as(replace(page, published=stated)), url),
            ]
            for number in order:
                reading, asked = readings[number]
                keeper.keep(reading, day(number), url=asked)
            found.append(
                keeper.rows(
                    """select articles.published_on, published_evidence, seq, seen_at,
                        revisions.published_on as of_revision, first_seen_at, changed_at
                    from articles join revisions on article = articles.id where articles.url = ?""",
                    url,
                )
            )
        for one in found:
            assert one == found[0]
        told = "2026-02-26" if stated is None else "2026-02-20"
        assert [row["published_on"] for row in found[0]] == [told]
