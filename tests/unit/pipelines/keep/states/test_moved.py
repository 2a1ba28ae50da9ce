"""A moved article stays one, in whatever order the captures of its addresses came to the archive,
and though the portal edited it at the new address.
"""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.states.sightings import tell_states
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.keep.visits.runs import close_run
from pipelines.outcomes import RunOutcome
from pipelines.read.reading import Reading
from tests.builders.archived_answers import AT, Keeper, article, dated, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
OLD, NEW = f"{HOME}tin/hop-dan-7.html", f"{HOME}su-kien/hop-dan-7.html"
WITNESSES = [f"{HOME}tin/tin-{n}.html" for n in range(3)]
FIRST = "Tối qua, thôn Lũng Vài họp dân bàn việc làm đường vào bản. " * 4
EDITED = "Xã dừng việc làm đường, vì chưa đủ tiền và còn chờ ý kiến của huyện. " * 4


def day(archive: Archive, number: int, old: Reading | int, new: Reading | None) -> None:
    """An import of what the two addresses answered on a day, and of others that are well."""
    keeper = Keeper(archive, name=f"import-{number}")
    at = AT + number * DAY
    archive.connection.execute("update runs set kind = 'import' where id = ?", (keeper.run,))
    keeper.keep(Reading("listing", "nukeviet"), at, url=HOME)
    for url in WITNESSES:
        keeper.keep(read_as(article(url, url=url, published=dated())), at, url=url)
    if isinstance(old, int):
        target = Reading("redirect", target=NEW) if old == 301 else None
        headers = (("Location", NEW),) if old == 301 else ()
        keeper.keep(target, at, url=OLD, status=old, headers=headers)
    else:
        keeper.keep(old, at, url=OLD)
    if new is not None:
        keeper.keep(new, at, url=NEW)
    with archive.transaction() as db:
        tell_states(db, keeper.run, at)
        close_run(db, keeper.run, outcome=RunOutcome.OK, detail=None, at=at)


def shown(url: str, body: str) -> Reading:
    return read_as(article(body=body, url=url, published=dated()))


@pytest.mark.parametrize("answer", [404, 301])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 2, 1), (2, 3, 0, 1), (3, 2, 1, 0)])
def test_an_article_that_was_edited_where_it_moved_to_is_one_in_any_order(
    archive: Archive, order: tuple[int, ...], answer: int
) -> None:
    days: list[tuple[Reading | int, Reading | None]] = [
        (shown(OLD, FIRST), None),
        (answer, shown(NEW, FIRST)),
        (answer, shown(NEW, FIRST)),
        (answer, shown(NEW, EDITED)),
    ]
    for number in order:
        day(archive, number, *days[number])
    rows = archive.connection.execute(
        """select articles.url, seq, substr(revisions.seen_at, 1, 10), revisions.body
        from articles join revisions on article = articles.id
        where articles.url not like '%/tin/tin-%' order by 1, 2"""
    ).fetchall()
    assert [tuple(row) for row in rows] == [
        (NEW, 1, "2026-03-02", FIRST),
        (NEW, 2, "2026-03-05", EDITED),
    ]
    assert verify_archive(archive.connection, archive.captures).problems == []
