"""An article's record is the same in whatever order its captures came to the archive."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.upkeep.verify import verify_archive
from tests.builders.archived_answers import AT, URL, Keeper, article, dated, read_as

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


def keep(keeper: Keeper, captures: Iterable[tuple[int, str]], url: str = URL) -> tuple[object, ...]:
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
