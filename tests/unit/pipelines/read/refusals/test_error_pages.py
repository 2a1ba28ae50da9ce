"""Pages that are no articles, and articles that only speak of such things."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.refusals.error_pages import (
    challenge,
    needs_browser,
    refused_by_form,
    refused_by_text,
    refused_by_title,
)


def title_refusal(title: str, heading: str = "") -> str | None:
    return refused_by_title(
        HtmlPage(
            f"<title>{title}</title><h1>{heading}</h1><p>x</p>",
            "https://vi-du.example/",
            zone=ZoneInfo("UTC"),
            fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        '<script>document.cookie="D1N=ab12cd34"+"; path=/";window.location.reload(true);</script>',
        "<html><body><script>document.cookie='D1N=00';location.href='/';</script></body></html>",
        "<title>Just a moment...</title>",
        "<p>Checking your browser before accessing vi-du.example</p>",
    ],
)
def test_a_page_that_tests_the_visitor_is_a_challenge(text: str) -> None:
    assert challenge(text) == "challenge"


@pytest.mark.parametrize(
    "text",
    [
        "<p>Tin ngắn.</p><script>document.cookie='theme=1'</script>",
        "<script>document.cookie='a=1'</script>"
        + "<p>Đoạn văn dài của bài viết.</p>" * 200
        + "<script>location.reload()</script>",
        "<article><p>Bảo vệ trang web bằng DDoS Protection</p></article>",
    ],
)
def test_an_ordinary_page_with_a_cookie_is_no_challenge(text: str) -> None:
    assert challenge(text) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("404 Not Found", "soft-404"),
        ("Lỗi 404", "soft-404"),
        ("Không tìm thấy trang – Xã Đồng Vàng", "soft-404"),
        ("Trang không tồn tại", "soft-404"),
        ("Website đang bảo trì", "maintenance"),
        ("Đang nâng cấp", "maintenance"),
        ("Đăng nhập", "login"),
        ("Đăng nhập \u2039 Thị trấn", "login"),
        ("Kết quả tìm kiếm", "search"),
        ("Access Denied", "blocked"),
        ("403 Forbidden", "blocked"),
    ],
)
def test_a_page_that_admits_what_it_is_is_refused(title: str, kind: str) -> None:
    assert title_refusal(title) == kind
    assert title_refusal("Cổng thông tin", title) == kind


@pytest.mark.parametrize(
    "title",
    [
        "Không để sót người nghèo",
        "Hướng dẫn đăng nhập dịch vụ công trực tuyến",
        "Tìm kiếm cứu nạn trên hồ Bến Mộc: hai người được đưa vào bờ an toàn trong đêm",
        "404 hộ dân được cấp nước sạch",
        "Tin tức",
        "Xã Đồng Vàng bảo trì đường liên thôn, vận động bà con góp công sức trong tháng",
    ],
)
def test_a_title_that_speaks_of_such_things_is_not_refused(title: str) -> None:
    assert title_refusal(title) is None


def text_refusal(html: str, *, names_articles: bool = False) -> str | None:
    page = HtmlPage(
        html,
        "https://vi-du.example/",
        zone=ZoneInfo("UTC"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    return refused_by_text(page, names_articles=names_articles)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<h1>vi-du.example</h1><p>This domain is for sale.</p>", "parked"),
        ("<p>Tên miền vi-du.example đã hết hạn, xin liên hệ nhà đăng ký.</p>", "parked"),
        ("<h1>Welcome to nginx!</h1><p>Further configuration is required.</p>", "parked"),
        ("<p>Related searches</p><iframe src='https://sedoparking.com/x'></iframe>", "parked"),
        ("<p>Một bước nữa</p><form><div class='g-recaptcha'></div></form>", "captcha"),
        ("<form><p>Nhập mã xác nhận trong hình để tiếp tục</p><input name='ma'></form>", "captcha"),
        ("<form><p>Cổng nội bộ</p><input type='password'></form>", "login"),
        ("<h2>HTTP Error 503. The service is unavailable.</h2>", "maintenance"),
        ("<p>Hệ thống đang quá tải, xin quay lại sau.</p>", "maintenance"),
        ("<p>Website đang được nâng cấp.</p>", "maintenance"),
        ("<p>Bài viết không tồn tại hoặc đã bị xóa.</p>", "soft-404"),
        (
            "<nav>"
            + "<a>Mục lục của cổng</a> " * 200
            + "</nav><p>Không tìm thấy nội dung yêu cầu</p>",
            "soft-404",
        ),
    ],
)
def test_a_page_without_articles_is_refused_for_what_its_text_says(html: str, kind: str) -> None:
    assert text_refusal(html) == kind


@pytest.mark.parametrize(
    "html",
    [
        "<p>Trụ sở ở đầu cầu Bến Gỗ. Điện thoại: 0123.</p>",
        "<p>Tổ bảo trì đường gồm 503 người.</p>",
        "<nav>"
        + "<a>Mục lục của cổng</a> " * 200
        + "</nav><form><input type='password'></form><div class='g-recaptcha'></div>",
    ],
)
def test_a_page_that_says_nothing_of_the_kind_is_left_to_others(html: str) -> None:
    assert text_refusal(html) is None


def test_a_listing_with_a_log_in_form_and_a_captcha_is_a_listing() -> None:
    assert (
        text_refusal(
            (
                "<form><input type='password'><div class='g-recaptcha'></div></form>"
                "<p>Không tìm thấy tin nào khác</p>"
            ),
            names_articles=True,
        )
        is None
    )
    assert text_refusal("<p>Buy this domain</p>", names_articles=True) == "parked"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Đăng nhập", "login"),
        ("ĐĂNG NHẬP HỆ THỐNG", "login"),
        ("Kết quả tìm kiếm:", "search"),
        ("Không tìm thấy trang", "soft-404"),
        ("404 - Not Found", "soft-404"),
        ("Đăng nhập cổng dịch vụ công bằng tài khoản định danh", None),
        ("Tìm kiếm hai người mất tích trên sông", None),
        ("Không tìm thấy dấu vết của đàn voi rừng", None),
        ("404 hộ thoát nghèo", None),
    ],
)
def test_a_title_is_that_of_a_form_only_where_it_says_nothing_else(
    title: str, kind: str | None
) -> None:
    assert refused_by_form(title) == kind


SCRIPT = "<script src='/main.js'></script>"
SENTENCE = "Trạm y tế của xã nghỉ tiếp dân từ trưa mai đến hết tuần."


@pytest.mark.parametrize(
    ("body", "is_shell"),
    [
        (f"<is-tin></is-tin>{SCRIPT}", True),
        (f"<noscript>Hãy bật JavaScript.</noscript><div id='vo'></div>{SCRIPT}", True),
        (f"<main id='m'><div class='quay'><!-- --></div></main>{SCRIPT}", True),
        ("<div id='app'></div><script>mo()</script>", False),
        (f"<div id='root'><p>Đang tải…</p></div>{SCRIPT}", True),
        (
            f"<div id='app'><p>Mời bà con xem tin mới nhất ở bảng tin của thôn.</p></div>{SCRIPT}",
            False,
        ),
        (f"<div id='app'><img src='/a.jpg'></div>{SCRIPT}", False),
        (f"<div id='app'></div><p>{'Tin của xã. ' * 40}</p>{SCRIPT}", False),
        (f"<h1>Tạm nghỉ</h1><p>{SENTENCE}</p><div class='man'></div>{SCRIPT}", False),
        (f"<div><h2>Tạm nghỉ</h2><div><p>{SENTENCE}</p></div></div><main></main>{SCRIPT}", False),
        (f"<h1>Xã Khe</h1><div id='app'></div><p>Bản quyền: xã Khe</p>{SCRIPT}", True),
        (f"<h1>Xã Khe</h1><p>JavaScript: {SENTENCE}</p><div id='app'></div>{SCRIPT}", True),
        (f"<noscript><h1>Khe</h1><p>{SENTENCE}</p></noscript><div id='app'></div>{SCRIPT}", True),
    ],
)
def test_a_page_that_its_scripts_fill_is_known_by_its_emptiness(body: str, is_shell: bool) -> None:
    page = HtmlPage(
        f"<html><head><title>Xã Khe</title></head><body>{body}</body></html>",
        "https://xa.example/tin/1",
        zone=ZoneInfo("UTC"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    assert needs_browser(page) is is_shell
