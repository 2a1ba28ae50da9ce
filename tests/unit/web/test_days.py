"""Days and months with more articles than one page shows."""

from urllib.parse import parse_qsl

from datasette.utils.asgi import Request

from pipelines.keep.database.archive import Archive
from web.pages.portals.days import MONTH_ONLY, OF_DAYS, _asked, _listed


def fill(archive: Archive, on: str, precision: str, count: int) -> None:
    """So many articles of two portals; a third of them have a time of day, some the same."""
    with archive.transaction() as db:
        for key in ("an", "binh"):
            db.execute(
                "insert or ignore into sites (key, name, url, language, timezone, origin,"
                " first_seen_at) values (:key, :key, 'x', 'vi', 'UTC', 'address', '2020')",
                {"key": key},
            )
        for number in range(count):
            timed = precision == "day" and number % 3 == 0
            db.execute(
                "insert into articles (site, url, title, body, published_on, published_at,"
                " published_precision, first_seen_at, last_seen_at, word_count)"
                " values (?, ?, 'x', '', ?, ?, ?, '2020', '2020', 0)",
                (
                    ("an", "binh")[number % 2],
                    f"http://x.example/{on}/{precision}/{number}",
                    on,
                    f"{on}T{number % 4:02d}:00:00Z" if timed else None,
                    "minute" if timed else precision,
                ),
            )


def walk(archive: Archive, when: str, first: str, last: str, query: str) -> list[int]:
    """The articles of all pages, in order, from the first page on."""
    seen: list[int] = []
    while True:
        request = Request.fake(f"/day{query}")
        page = _listed(archive.connection, when, _asked(request, first, last))
        groups = [group["site"] for group in page["articles"]]
        assert groups == sorted(groups)
        seen += [one["id"] for group in page["articles"] for one in group["articles"]]
        if page["older"] is None:
            return seen
        assert dict(parse_qsl(page["older"][1:]))["after"]
        query = page["older"]


def test_the_pages_of_a_day_show_each_article_once(archive: Archive) -> None:
    fill(archive, "2020-07-01", "day", 123)
    fill(archive, "2020-07-01", "month", 61)
    fill(archive, "2020-07-02", "day", 5)
    found = walk(archive, OF_DAYS, "2020-07-01", "2020-07-01", "")
    assert len(found) == len(set(found)) == 123
    assert sorted(found) == list(range(1, 124))
    of_one = walk(archive, OF_DAYS, "2020-07-01", "2020-07-01", "?site=an")
    assert len(of_one) == len(set(of_one)) == 62


def test_the_pages_of_a_month_leave_out_articles_without_a_day(archive: Archive) -> None:
    fill(archive, "2020-07-01", "month", 61)
    fill(archive, "2020-07-31", "day", 70)
    assert len(walk(archive, OF_DAYS, "2020-07-01", "2020-07-31", "")) == 70
    apart = walk(archive, MONTH_ONLY, "2020-07-01", "2020-07-31", "?only=month")
    assert len(apart) == len(set(apart)) == 61


def test_a_page_that_begins_nowhere_begins_at_the_start(archive: Archive) -> None:
    fill(archive, "2020-07-01", "day", 3)
    for after in ("x", "an+2020-07-01+x", "a+b+c+d", "an+2020+99999999999999999999"):
        found = walk(archive, OF_DAYS, "2020-07-01", "2020-07-01", f"?after={after}")
        assert len(found) == 3
