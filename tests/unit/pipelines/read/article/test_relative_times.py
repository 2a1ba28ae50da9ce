"""A time that the page counts back is never a part of the text or of a name, today or later."""

from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article
from pipelines.read.task import Task
from portals.site import Site

TITLE = "Bản Nà Lốc dựng lại cầu treo sau lũ"
TEXT = (
    "<p>Từ sáng sớm, trai bản Nà Lốc đã kéo cáp qua suối để dựng lại chiếc cầu treo bị lũ cuốn.</p>"
    "<p>Cầu dài ba mươi hai mét, mặt lát gỗ, do hai mươi hộ trong bản góp công làm trong mười ngày."
    "</p>"
)
# On the day of publication, and weeks later.
TIMES = [
    ("2 giờ trước", "1 tháng trước"),
    ("vài giây trước", "khoảng 6 tuần trước"),
    ("Hôm qua", "một tháng trước"),
    ("Hôm nay, 08:05", "cách đây 1 tháng"),
    ("3 weeks, 2 days ago", "2 months ago"),
    ("just now", "about 1 month ago"),
    ("a day ago", "over 1 month ago"),
    ("5m ago", "6w ago"),
]
PLACES = {
    "under the title": f"<h1>{TITLE}</h1><span class=date>{{}}</span>{TEXT}",
    "behind a name": f"<h1>{TITLE}</h1><h6>Posted by: <a href='/u/1'>Lò Mai</a> {{}}</h6>{TEXT}",
    "in a byline": f"<h1>{TITLE}</h1><p class=byline>Lò Mai, {{}}</p>{TEXT}",
    "beside a name": f"<h1>{TITLE}</h1><p><time>{{}}</time> · <b class=author>Lò Mai</b></p>{TEXT}",
    "in a row": f"<h1>{TITLE}</h1><div>Lò Mai | {{}} | 125 lượt xem</div>{TEXT}",
    "before a counter": f"<h1>{TITLE}</h1><p>{{}} - 12 bình luận</p>{TEXT}",
    "behind a label": f"<h1>{TITLE}</h1><div>Cập nhật {{}}</div>{TEXT}",
    "below the text": f"<h1>{TITLE}</h1>{TEXT}<p>{{}}</p>",
    "behind the signature": f"<h1>{TITLE}</h1>{TEXT}<p>Lò Mai - {{}}</p>",
}
NAMED = {"behind a name", "in a byline", "beside a name"}


def article(place: str, time: str) -> Article | None:
    page = (
        f"<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{TITLE}</title></head>"
        f"<body><div class=row><div class=middle>{PLACES[place].format(time)}</div></div></body>"
    )
    return read_page(page)


def read_page(page: str) -> Article | None:
    url = "http://na-loc.example/tin-tuc/ban-na-loc-dung-lai-cau-treo-sau-lu-12.html"
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    at = datetime(2026, 3, 1, 5, tzinfo=UTC)
    site = Site(name="Xã Nà Lốc", url="http://na-loc.example/", key="na-loc")
    capture = Capture("na-loc", url, at, 200, headers, page.encode())
    return read(Task(capture, site, "article", given_title=TITLE)).article


@pytest.mark.parametrize("line", ["Last updated {}", "{}", "Lò Mai - {}"])
@pytest.mark.parametrize("times", TIMES, ids=lambda it: it[0])
def test_a_line_at_the_end_of_a_family_s_text_counts_back_and_is_no_text(
    line: str, times: tuple[str, str]
) -> None:
    for time in times:
        page = (
            '<html lang="vi"><head><meta name="generator" content="WordPress 6.4"></head><body>'
            f'<article class="post type-post"><h1 class="entry-title">{TITLE}</h1>'
            f'<div class="entry-content">{TEXT}<p>{line.format(time)}</p></div></article></body>'
        )
        found = read_page(page)
        assert found is not None
        assert found.body.endswith("mười ngày.")


@pytest.mark.parametrize("times", TIMES, ids=lambda it: it[0])
@pytest.mark.parametrize("place", PLACES)
def test_the_text_and_the_names_are_the_same_weeks_later(
    place: str, times: tuple[str, str]
) -> None:
    for time in times:
        found = article(place, time)
        assert found is not None
        assert (found.title, found.lead) == (TITLE, None)
        assert found.body.startswith("Từ sáng sớm")
        assert found.body.endswith("mười ngày.")
        assert time not in found.body_html
        if place in NAMED:
            assert found.author == "Lò Mai"
        else:
            assert found.author in (None, "Lò Mai")
