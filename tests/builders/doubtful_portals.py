"""Portals whose articles have addresses of the shape of traps, and traps whose links show titles.

Each is a function from a path to the bytes of its answer.
"""

import re
from collections.abc import Callable, Iterable
from hashlib import md5

from tests.faults.bad_inputs.case import SENTENCE, answer, article_page, html_answer

Answering = Callable[[str], bytes]
ABSENT = answer(b"", status="404 Not Found")


def lists(entries: Iterable[tuple[str, str]], *, before: str = "", after: str = "") -> bytes:
    """A page with headings that link addresses by titles."""
    headings = "".join(
        f'<div class="muc"><h3><a href="{path}">{title}</a></h3></div>' for path, title in entries
    )
    return html_answer(
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xã</title></head>'
        f"<body>{before}<main>{headings}</main>{after}</body></html>"
    )


def story(title: str) -> bytes:
    """The page of an article."""
    text = "".join(f"<p>{title}, đoạn thứ {n}. {SENTENCE}</p>" for n in ("nhất", "hai", "ba"))
    return html_answer(article_page(text, title=title, day="12/03/2025"))


def portal_of(address: str, count: int = 6, *besides: tuple[str, str]) -> Answering:
    """A front page that lists `count` articles at the addresses `address`, and `besides` others,
    which are no articles.
    """
    paths = {address.format(n): f"Chuyện thứ {n} của xã" for n in range(1, count + 1)}

    def portal(path: str) -> bytes:
        if path == "/":
            return lists((*besides, *paths.items()))
        if path in dict(besides):
            return html_answer(f"<html><body><p>{path}</p></body></html>")
        return story(paths[path]) if path in paths else ABSENT

    return portal


def with_a_calendar(path: str) -> bytes:
    """History in folders of months, below thirty days of a calendar that shows titles too."""
    days = tuple((f"/lich?ngay={day}", f"Sự kiện ngày {day} của xã nhà") for day in range(1, 31))
    if path.startswith("/lich?"):
        return calendar(path)
    return portal_of("/lich-su/2026/05/chuyen-cu-so-{}.html", 6, *days)(path)


def in_one_language(path: str) -> bytes:
    """A portal that carries ?lang=vi in all its addresses; each page can be switched to English."""
    sections = ("tin-tuc", "thong-bao", "van-hoa")
    where, _, query = path.partition("?")
    menu = "".join(f'<li><a href="/{name}?lang=vi">{name}</a></li>' for name in sections)
    before = f'<nav><ul>{menu}</ul></nav><a href="{where}?lang=en">English</a>'
    if where == "/":
        return lists([("/bai/tin-dau-trang.html?lang=vi", "Tin đầu trang")], before=before)
    if "lang=vi" not in query:
        return lists([], before=before)
    if where[1:] in sections:
        page = 2 if "page=2" in query else 1
        pager = "".join(f'<a href="{where}?lang=vi&page={n}">{n}</a> ' for n in (1, 2))
        entries = [
            (f"/bai{where}-bai-so-{page}{n}.html?lang=vi", f"Bài {where} {page} {n}")
            for n in range(3)
        ]
        return lists(entries, before=before, after=pager)
    return story(where) if where.startswith("/bai/") else ABSENT


def with_a_sorting_pager(path: str) -> bytes:
    """A list of four pages whose pager adds the order of its entries to the address."""
    if path.startswith("/node/"):
        return story(f"Tin {path}")
    number = int((re.search(r"page=(\d)", path) or ["", "0"])[1])
    later = f"/?sort_by=created&sort_order=DESC&page={number + 1}"
    pager = (
        f'<ul class="pagination"><li class="next"><a rel="next" href="{later}">Sau</a></li></ul>'
    )
    entries = [(f"/node/{number}{n}", f"Tin số {number}{n} của xã") for n in range(4)]
    return lists(entries, after=pager if number < 3 else "")


class WithSessions:
    """A portal that puts a new token into all links of each page.

    `menu`: into those of its menu too. `parameter` makes the token from a number.
    """

    def __init__(self, parameter: str, *, menu: bool) -> None:
        self.parameter, self.menu, self.pages = parameter, menu, 0

    def __call__(self, path: str) -> bytes:
        where = path.partition("?")[0]
        if where not in ("/", "/tin-tuc", "/thong-bao"):
            return story(where) if where.startswith("/bai/") else ABSENT
        self.pages += 1
        token = "?" + self.parameter.format(md5(str(self.pages).encode()).hexdigest(), self.pages)
        first = {"/": 0, "/tin-tuc": 2, "/thong-bao": 4}[where]
        entries = [
            (f"/bai/chuyen-so-{n}.html{token}", f"Chuyện {n}") for n in range(first, first + 4)
        ]
        sections = "".join(
            f'<li><a href="/{name}{token if self.menu else ""}">{name}</a></li>'
            for name in ("tin-tuc", "thong-bao")
        )
        return lists(entries, before=f"<nav><ul>{sections}</ul></nav>")


SESSIONS: dict[str, Callable[[], Answering]] = {
    "in all links": lambda: WithSessions("phien={0}", menu=True),
    "in the articles' links": lambda: WithSessions("phien={0}", menu=False),
    "a clock": lambda: WithSessions("t=17{1:08}", menu=True),
}

HONEST: dict[str, tuple[Answering, int]] = {
    "history by months": (portal_of("/lich-su/2026/05/chuyen-so-{}.html"), 6),
    "hours for citizens": (portal_of("/lich-tiep-cong-dan/2026/thong-bao-so-{}.html", 2), 2),
    "a folder three times": (portal_of("/vi/tin-tuc/tin-tuc/tin-tuc/bai-so-{}.html"), 6),
    "two folders twice": (portal_of("/tin/xa/tin/xa/bai-so-{}.html"), 6),
    "seven parameters": (portal_of("/xem?a=1&b=2&c=3&d=4&e=5&f=6&id={}"), 6),
    "history beside a calendar": (with_a_calendar, 6),
    "one language": (in_one_language, 19),
    "a pager that sorts": (with_a_sorting_pager, 16),
}


def calendar(path: str) -> bytes:
    """Each day of the calendar shows the titles of the next days."""
    day = int(path.rpartition("=")[2]) if "=" in path else 0
    return lists((f"/lich?ngay={day + n}", f"Sự kiện ngày {day + n} của xã") for n in range(1, 6))


def months(path: str) -> bytes:
    """Months without end, each with events that are no articles."""
    if path.startswith("/su-kien/"):
        return html_answer(f"<html><body><h1>{path[9:]}</h1><p>Nhà văn hoá</p></body></html>")
    month = int(path.rpartition("/")[2]) if path != "/" else 0
    events = [(f"/su-kien/hop-thon-so-{month}-{n}.html", f"Họp thôn {month} {n}") for n in range(3)]
    coming = ((f"/lich/2026/{month + n}", f"Sự kiện của tháng {month + n}") for n in range(1, 4))
    return lists((*coming, *events))


def filters(path: str) -> bytes:
    """Each filter can be added to those that are chosen."""
    joint = "&" if "?" in path else "?"
    return lists((f"{path}{joint}filter={n}&sort={n}", f"Loại văn bản {n}") for n in range(6))


def languages(path: str) -> bytes:
    """Folders without end, in three languages."""
    folder = path.partition("?")[0].rstrip("/")
    return lists(
        (f"{folder}/{n}?lang={code}", f"Trang {n} bằng tiếng {code}")
        for n in range(2)
        for code in ("en", "zh", "ja")
    )


TITLED_TRAPS: dict[str, Answering] = {
    "calendar": calendar,
    "months": months,
    "filters": filters,
    "languages": languages,
}
