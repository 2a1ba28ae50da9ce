"""A page that leads on before it shows anything is a redirect; one with a text to read is not."""

from dataclasses import replace

import pytest

from pipelines.outcomes import Refusal
from pipelines.read.reader import read
from pipelines.read.reading import LinkKind, Reading
from tests.builders.reading_tasks import HONEST_PAGE, reading_task

HOME = "https://vi-du.example/"
ADDRESS = HOME + "tin/bai-1.html"  # where reading_task puts every page
TARGET = HOME + "moi/trang.html"
MOVED = "<p>Trang đã chuyển, xin chờ hoặc <a href='/moi/trang.html'>bấm vào đây</a>.</p>"
TITLES = "".join(
    f"<li><h3><a href='/tin/hop-dan-xom-{n}.html'>Họp dân xóm {n} bàn việc làm đường</a></h3></li>"
    for n in range(1, 9)
)
LONG = "<p>" + "Cổng thông tin đang được sắp xếp lại theo đơn vị hành chính mới. " * 10 + "</p>"


def reading_of(
    page: str, *, header: str | None = None, kind: LinkKind = "article", at: str = ADDRESS
) -> Reading:
    task = reading_task(page)
    more = () if header is None else (("Refresh", header),)
    capture = replace(task.capture, url=at, headers=(*task.capture.headers, *more))
    return read(replace(task, capture=capture, expected=kind))


def refresh(content: str, body: str = "", head: str = "") -> str:
    return f'<html><head>{head}<meta http-equiv="refresh" content="{content}"></head>{body}</html>'


def script(code: str, body: str = "") -> str:
    return f"<html><head><script>{code}</script></head><body>{body}</body></html>"


@pytest.mark.parametrize("kind", ["article", "listing", "feed"])
@pytest.mark.parametrize("body", ["", MOVED, f"<body>{MOVED}</body>"])
def test_an_empty_page_with_a_refresh_is_a_redirect(kind: LinkKind, body: str) -> None:
    reading = reading_of(refresh("0; url=/moi/trang.html", body), kind=kind)
    assert (reading.kind, reading.target) == ("redirect", TARGET)


@pytest.mark.parametrize(
    "content",
    [
        "0;url=/moi/trang.html",
        "0;URL='/moi/trang.html'",
        "3; Url = &quot;/moi/trang.html&quot;",
        "0, url=/moi/trang.html",
        "0 url=/moi/trang.html",
        " 5 ; url=/moi/trang.html ",
        "0.5; url=/moi/trang.html",
        ".5; url=/moi/trang.html",
        "0; /moi/trang.html",  # `url=` may be left out
        "0;url='/moi/trang.html",  # an open quote
        "0;url='/moi/trang.html' target='_top'",
        "0;url=../moi/trang.html",
        "0;url=//vi-du.example/moi/trang.html",
        "0;url=https://vi-du.example/moi/./trang.html#dau-trang",
        "0;url=\n/moi/trang.html",
        "0;url=/moi/trang.html?utm_source=cu&amp;PHPSESSID=1",
        "60;url=/moi/trang.html",
    ],
)
def test_a_refresh_is_read_as_browsers_read_it(content: str) -> None:
    assert reading_of(refresh(content)).target == TARGET
    if "&quot;" not in content and "\n" not in content:
        assert reading_of("", header=content).target == TARGET
        assert reading_of("<html><body></body></html>", header=content).target == TARGET


@pytest.mark.parametrize(
    "page",
    [
        '<META HTTP-EQUIV="REFRESH" CONTENT="0;URL=/moi/trang.html">',
        "<meta content='0;url=/moi/trang.html' http-equiv=refresh />",
        refresh("0;url=trang.html", head='<base href="/moi/">'),
        '<noscript><meta http-equiv="refresh" content="0;url=/moi/trang.html"></noscript>',
        '<!--<meta http-equiv="refresh" content="0;url=/cu.html">-->'
        + refresh("0;url=/moi/trang.html"),
        refresh("soon; url=/khong.html") + refresh("0;url=/moi/trang.html"),
        refresh("0;url=javascript:history.back()") + refresh("0;url=/moi/trang.html"),
        script("location.href='/moi/trang.html'")
        + '<noscript><meta http-equiv="refresh" content="0;url=/khong-kich-ban.html"></noscript>',
        '<frameset rows="100%"><frame src="/moi/trang.html"></frameset>',
        '<iframe src="/moi/trang.html" width="100%" height="100%"></iframe>',
        '<iframe src="https://do.example/x" width="0" height="0"></iframe>'
        '<iframe src="/moi/trang.html" style="border:0"></iframe>',
    ],
)
def test_other_ways_to_lead_on(page: str) -> None:
    assert reading_of(page).target == TARGET


def test_the_header_comes_before_the_element() -> None:
    page = refresh("0; url=/khong.html")
    assert reading_of(page, header="0; url=/moi/trang.html").target == TARGET


def test_a_line_of_text_with_a_header_leads_on() -> None:
    task = reading_task("Moved", content_type="text/plain")
    headers = (*task.capture.headers, ("Refresh", "0; url=/moi/trang.html"))
    assert read(replace(task, capture=replace(task.capture, headers=headers))).target == TARGET


def test_a_page_in_place_of_a_file_may_lead_to_the_file() -> None:
    page = refresh("3; url=/tep/ke-hoach.pdf", "<p>Tệp sẽ được tải xuống sau 3 giây.</p>")
    assert reading_of(page, kind="attachment").target == f"{HOME}tep/ke-hoach.pdf"
    for other in (refresh("3"), "<p>Không tìm thấy tệp.</p>", refresh("3; url=/", LONG)):
        assert reading_of(other, kind="attachment").refusal == Refusal.NOT_A_FILE


def test_an_address_in_the_header_may_be_in_utf_8() -> None:
    said = "0; url=/tin/bài".encode().decode("latin-1")
    assert reading_of("", header=said).target == HOME + "tin/b%C3%A0i"


@pytest.mark.parametrize(
    "code",
    [
        'location.href="/moi/trang.html"',
        "window.location = '/moi/trang.html';",
        'window.location.href\n=\n"/moi/trang.html"\n',
        "document.location='/moi/trang.html'",
        "top.location.href = '/moi/trang.html';",
        "self.location='/moi/trang.html'",
        "parent.window.location='/moi/trang.html'",
        "location.replace('/moi/trang.html')",
        'window.location.assign("/moi/trang.html");',
        "setTimeout(\"location.href='/moi/trang.html'\", 0)",
        "setTimeout('window.location.href=\"/moi/trang.html\";', 1500);",
        'setTimeout("location=\\"/moi/trang.html\\"", 0)',
        "setTimeout(function () { location.href = '/moi/trang.html' }, 10)",
        "window.onload = () => location.replace(`/moi/trang.html`)",
        "if (top != self) { top.location = self.location } location = '/moi/trang.html'",
        "if (top == self) { location = '/moi/trang.html' }",
        'location = "https:\\/\\/vi-du.example\\/moi\\/trang.html";',
        "<!--\nlocation='/moi/trang.html'\n//-->",
        "// location = '/cu.html'\nlocation = '/moi/trang.html' // here",
        "/* location='/cu.html' */ location='/moi/trang.html'",
        "var old = 'http://cu.example/'; location='/moi/trang.html'",
        "location='/moi/trang.html'; location.href='/moi/trang.html'",
    ],
)
def test_a_line_of_script_is_a_redirect_where_the_page_holds_nothing_else(code: str) -> None:
    reading = reading_of(script(code))
    assert (reading.kind, reading.target) == ("redirect", TARGET)
    assert reading_of(script(code, MOVED), kind="listing").target == TARGET


def test_what_the_body_does_when_it_is_loaded_is_a_script() -> None:
    page = "<body onLoad=\"window.location='/moi/trang.html'\"></body>"
    assert reading_of(page).target == TARGET


@pytest.mark.parametrize(
    "code",
    [
        "location.href = '/moi/' + name + '.html'",
        "location.href = base + '/moi/trang.html'",
        "location.href = base",
        "var to = '/a.html'; if (phone) { to = '/b.html' } location = to",
        "var to = '/moi/trang.html'; location = to",
        'location = "\\u002fmoi\\x2ftrang.html"',
        "var to = '/moi/trang.html'; location = to + name",
        "location = '/moi/trang.html?t='.concat(Date.now())",
        "location.replace(decodeURIComponent('%2Fmoi'))",
        "location.href = `/moi/${name}.html`",
        "location.pathname = '/moi/trang.html'",
        "location.protocol = 'https:'",
        "if (phone) location='/m/'; else location='/may-tinh/'",
    ],
)
def test_an_address_that_a_script_works_out_is_told_and_not_guessed(code: str) -> None:
    reading = reading_of(script(code))
    assert (reading.refusal, reading.target) == (Refusal.COMPUTED_REDIRECT, None)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Không có gì.</p>",
        script("map.location = 'Lũng Vài'; x.relocation = '/a'"),
        script("if (location.href == '/moi/trang.html') stop()"),
        script("location = 'itms-apps://itunes.example/app/1'"),
        script("location.hash = '#dau-trang'"),
        script("if (top !== self) top.location.href = document.location.href;"),
        script("location = '/moi/trang.html'", LONG),
        "<script src='/app.js'></script><div id='root'></div>" + script("location='/cu-qua.html'"),
        refresh("0;url=market://details?id=app"),
        refresh("url=/moi/trang.html"),  # without seconds, browsers ignore it
        refresh("0abc;url=/moi/trang.html"),
        refresh("1800;url=/moi/trang.html"),
        refresh("60;url=/moi/trang.html", LONG),
        '<template><meta name="refresh" content="0;url=/moi/trang.html"></template>',
        '<iframe src="https://video.example/v/1"></iframe>',
        '<iframe src="/dem.html" height="1"></iframe>',
    ],
)
def test_other_pages_lead_nowhere(page: str) -> None:
    reading = reading_of(page)
    assert (reading.refusal, reading.target) in (
        (Refusal.NOT_AN_ARTICLE, None),
        (Refusal.NEEDS_BROWSER, None),
    )


def test_a_location_beside_status_200_is_ignored() -> None:
    task = reading_task("<p>Không có gì.</p>")
    headers = (*task.capture.headers, ("Location", "/moi/trang.html"))
    assert read(replace(task, capture=replace(task.capture, headers=headers))).kind == "refused"


@pytest.mark.parametrize(
    "content",
    ["0;url=/dang-nhap", "0; url=https://apps.example/loa", "5", "300", "3;url=/moi/trang.html"],
)
def test_an_article_with_a_refresh_stays_an_article(content: str) -> None:
    assert reading_of(refresh(content, HONEST_PAGE)).kind == "article"
    assert reading_of(HONEST_PAGE, header=content).kind == "article"
    assert reading_of(HONEST_PAGE + script("location='/dang-nhap'")).kind == "article"


@pytest.mark.parametrize("content", ["300", "0", "30;url=/", "3;url=/moi/trang.html"])
def test_a_list_with_a_refresh_stays_a_list(content: str) -> None:
    page = refresh(content, f"{LONG}<ul>{TITLES}</ul>")
    assert reading_of(page, kind="listing", at=HOME).kind == "listing"


def test_a_list_that_sends_guests_to_a_log_in_does_not_name_it() -> None:
    said = "5;URL=/users/login/?nv_redirect=dOQRmeOqVuolvTYDKVrHhEgzF9D"
    reading = reading_of(refresh(said, f"{LONG}<ul>{TITLES}</ul>"), kind="listing", at=HOME)
    assert reading.kind == "listing"
    assert not any("login" in link.url for link in (*reading.links, *reading.unasked))


def test_a_short_list_is_no_page_that_only_leads_on() -> None:
    titles = "".join(f"<h3><a href='/tin/hop-dan-{n}.html'>Họp dân {n}</a></h3>" for n in range(5))
    for page in (
        refresh("30;url=/trang-2.html", titles),
        refresh("0", titles),
        refresh("5; url=/?luc=08:30", titles),
        script("function home() { location = '/' }", titles),
        script("function find() { location = '/tim?q=' + q.value }", titles),
    ):
        assert reading_of(page, kind="listing", at=HOME).kind == "listing"


def test_a_page_in_the_portals_frame_that_leads_on_at_once_is_a_redirect() -> None:
    frame = f"{LONG}<p>Bài viết đã chuyển.</p><ul>{TITLES}</ul>"
    assert reading_of(refresh("3;url=/moi/trang.html", frame)).target == TARGET
    assert reading_of(refresh("30;url=/moi/trang.html", frame)).target is None
    log_in = reading_of(refresh("5;url=/users/login/?nv_redirect=dOQRmeOq", frame))
    assert log_in.target is None
    other = reading_of(refresh("3;url=/tin?id=9", frame), at=f"{HOME}tin?id=5")
    assert other.target == f"{HOME}tin?id=9"


@pytest.mark.parametrize(
    "page",
    [
        refresh("0"),
        refresh("5;url="),
        refresh("0;url=/tin/bai-1.html#dau"),
        script("location.reload()"),
    ],
)
def test_a_page_that_waits_to_be_loaded_again_leads_to_itself(page: str) -> None:
    assert reading_of(page).target == ADDRESS


def test_a_page_that_admits_a_fault_is_refused_for_it() -> None:
    page = refresh("5;url=/", "<title>404 Not Found</title><p>Về trang chủ sau 5 giây</p>")
    assert reading_of(page).refusal == Refusal.SOFT_404


def test_the_frames_of_a_frameset_are_lists_to_look_at() -> None:
    page = (
        '<frameset cols="20%,80%"><frame src="menu.html"><frame src="/chinh.html" name="main">'
        '<frame src="https://quang-cao.example/"><frame></frameset>'
    )
    reading = reading_of(page, kind="listing", at=HOME)
    assert reading.kind == "listing"
    assert reading_of(page, kind="article").links == ()
    assert [(link.url, link.kind) for link in reading.links] == [
        (HOME + "menu.html", "listing"),
        (HOME + "chinh.html", "listing"),
    ]


@pytest.mark.parametrize(("seconds", "kind"), [(0, "redirect"), (1, "redirect"), (5, "refused")])
def test_a_shell_that_scripts_fill_leads_on_only_at_once(seconds: int, kind: str) -> None:
    shell = '<div id="app"></div><script src="/app.js"></script>'
    reading = reading_of(refresh(f"{seconds}; url=/moi/trang.html", f"<body>{shell}</body>"))
    assert reading.kind == kind
    assert reading.refusal == (Refusal.NEEDS_BROWSER if kind == "refused" else None)
