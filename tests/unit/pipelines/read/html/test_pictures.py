"""The address of a picture that waits for a script, stands in for one, or comes in many sizes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.article.images import take_images
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.paragraphs import paragraphs_of
from pipelines.read.html.pictures import show_pictures
from pipelines.read.reader import read
from tests.builders.reading_tasks import HONEST_PAGE, reading_task

INLINE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def taken(markup: str) -> tuple[str, list[str]]:
    """(the addresses without their host, the paragraphs left)."""
    page = HtmlPage(
        f'<html><body><div id="b"><p>Trước.</p>{markup.replace("INLINE", INLINE)}<p>Sau.</p></div>',
        "https://vi-du.example/tin/bai-1.html",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    body = page.root.get_element_by_id("b")
    show_pictures(page, body)
    images = take_images(page, body, ())
    addresses = " ".join(image.url.removeprefix("https://vi-du.example") for image in images)
    return addresses, paragraphs_of(body)


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img src="INLINE" data-src="/a.jpg">', "/a.jpg"),
        ('<img src="/loading.gif" data-original="/a.jpg">', "/a.jpg"),
        ('<img src="/img/loading.svg" data-echo="/a.jpg">', "/a.jpg"),
        ('<img src="INLINE" data-url="/a.jpg" data-link="/bai.html">', "/a.jpg"),
        ('<img src="/grey.gif" data-thumb="/s.jpg" data-full="/a.jpg">', "/a.jpg"),
        ('<img src="/grey.gif" data-thumb="/s.jpg">', "/s.jpg"),
        ('<img src="/placeholder.png" data-image="/anh.ashx?id=15">', "/anh.ashx?id=15"),
        ('<img src="/pagespeed_static/1.Ji.gif" data-pagespeed-lazy-src="/a.jpg">', "/a.jpg"),
        ('<img data-src="//cdn.example/{width}/a.jpg" src="/a.jpg">', "/a.jpg"),
        ("""<img src="/e.gif" data-src='{"default":{"w":"80","src":"//vi-du.example/a.jpg"}}'>""",
         "/a.jpg"),
        (r"""<img src="/x.gif" data-src='[{"url": "\/a.jpg", "w": 80}]'>""", "/a.jpg"),
        ("""<div class="lazy" data-bg="url('/a.jpg')"></div>""", "/a.jpg"),
        ('<img data-src="/anh/hoi nghi.jpg">', "/anh/hoi%20nghi.jpg"),
        ('<img data-src="/a.jpg" style="display: none">', "/a.jpg"),
        ('<img src="/a.jpg" data-large-file="/a-1024.jpg" data-ll-status="loaded">', "/a.jpg"),
        ('<img src="/anh/a.jpg?RenditionID=5">', "/anh/a.jpg?RenditionID=5"),
        ('<a href="/a.jpg"><img src="/images/blank.gif"></a>', "/a.jpg"),
        ('<a href="/a.jpg"><img src="/s.jpg"></a>', "/s.jpg"),
        ('<img src="/loading-hang-hoa.jpg"><img src="/5/white-house.jpg">'
         '<img src="/5/920x920.jpg">',
         "/loading-hang-hoa.jpg /5/white-house.jpg /5/920x920.jpg"),
    ],
)  # fmt: skip
def test_a_picture_that_waits_for_a_script_has_its_own_address(markup: str, address: str) -> None:
    assert taken(markup) == (address, ["Trước.", "Sau."])


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img srcset="/1x.jpg 1x, /a.jpg 2x">', "/a.jpg"),
        ('<img srcset="/s.jpg, /a.jpg 2x">', "/a.jpg"),
        ('<img srcset="/w_3,c_x/a.jpg 300w,/w_9,c_x/a.jpg 900w">', "/w_9,c_x/a.jpg"),
        ('<img data-srcset="/s.jpg 400w, /a.jpg 800w 600h,/m.jpg 600w" src="INLINE">', "/a.jpg"),
        ('<img src="" srcset="INLINE 1x, /a.jpg 2x">', "/a.jpg"),
        ('<img src="/a.jpg" srcset="/s.jpg 300w, /xl.jpg 2000w">', "/a.jpg"),
        ('<picture><source srcset="/a.webp 800w, /s.webp 400w"><img alt="x"></picture>', "/a.webp"),
        ('<picture><source data-srcset="/a.webp"><img src="INLINE"></picture>', "/a.webp"),
        ('<picture><source srcset="/a.webp"><img src="/a.jpg"></picture>', "/a.jpg"),
        ('<picture><source srcset="/a.webp"></picture>', "/a.webp"),
        ('<img srcset=" , ,">', ""),
    ],
)  # fmt: skip
def test_the_largest_size_counts_where_a_picture_has_no_address_of_its_own(
    markup: str, address: str
) -> None:
    assert taken(markup) == (address, ["Trước.", "Sau."])


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<noscript><img src="/a.jpg"></noscript>', "/a.jpg"),
        ('<noscript>Bật JavaScript</noscript><img src="/a.jpg">', "/a.jpg"),
        ('<img class="lazy" src="INLINE" data-src="/a.jpg"><noscript><img src="/full.jpg">'
         '</noscript>', "/a.jpg"),
        ('<noscript><img src="/full.jpg"></noscript><img class="lazyload" data-src="/a.jpg">',
         "/a.jpg"),
        ('<span><img data-src="/a.jpg"></span><noscript><img src="/full.jpg"></noscript>',
         "/a.jpg"),
        ('<img data-cfsrc="/b.jpg" style="display:none"><noscript><img src="/a.jpg"></noscript>',
         "/a.jpg"),
        ('<img src="INLINE"><noscript><img src="/a.jpg"></noscript>', "/a.jpg"),
        ('<img src="/a.jpg"><noscript><img src="/b.jpg"></noscript>', "/a.jpg /b.jpg"),
        ('<noscript><figure><img src="/a.jpg"><figcaption>Cầu mới</figcaption></figure></noscript>',
         "/a.jpg"),
        ('<amp-img src="/a.jpg" width="1" height="1" layout="responsive"><noscript>'
         '<img src="/a.jpg"></noscript></amp-img>', "/a.jpg"),
        ('<amp-img srcset="/s.jpg 1x, /a.jpg 2x"><amp-img placeholder src="/s.jpg"></amp-img>'
         '</amp-img>', "/a.jpg"),
        ('<a-img src="/a.jpg"></a-img><lazy-image data-url="/b.jpg"></lazy-image>',
         "/a.jpg /b.jpg"),
        ('<image src="/a.jpg"></image><vimg data-src="/b.jpg"></vimg>', "/a.jpg /b.jpg"),
        ('<img-compare><img src="/a.jpg"><img src="/b.jpg"></img-compare>', "/a.jpg /b.jpg"),
        ('<noscript>&lt;img src="/a.jpg"&gt;</noscript>', "/a.jpg"),
        ('<div class="anh" data-src="/a.jpg"></div>', "/a.jpg"),
        ('<span data-picture><span data-src="/s.jpg"></span><span data-src="/l.jpg" data-media="x">'
         '</span><noscript><img src="/a.jpg"></noscript></span>', "/a.jpg"),
        ('<a href="/xem" data-full="/a.jpg"><img src="/s.gif"></a>', "/a.jpg"),
        ('<div class="lazyload" data-bg="/a.jpg"></div>', "/a.jpg"),
        ("<figure style=\"background-image: url('/a.jpg')\"><figcaption>Cầu</figcaption></figure>",
         "/a.jpg"),
    ],
)  # fmt: skip
def test_a_picture_in_another_element_is_taken_once(markup: str, address: str) -> None:
    assert taken(markup) == (address, ["Trước.", "Sau."])


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="INLINE">', '<img src="/1x1.png">', '<img src="/a/spacer.gif">',
        '<img src="/loading.svg">', '<img src="/js/ajax-loader.gif?v=2">',
        '<img src="about:blank">', '<img src="#">', '<img src="">', '<img src="/1px.png">',
        '<img src="/loading_spinner.gif">', '<img src="/no-image-available.png">',
        '<img src="/dem.php?id=1" width="1" height="1">', '<video poster="/a.jpg"></video>',
        '<noscript><img height="1" width="1" src="https://dem.example/tr?id=1"></noscript>',
        '<noscript>Bật JavaScript</noscript>',
        '<noscript><a href="/q"><img src="https://qc.example/avw.php?zone=720"></a></noscript>',
    ],
)  # fmt: skip
def test_a_placeholder_or_a_counter_is_no_picture(markup: str) -> None:
    assert taken(markup) == ("", ["Trước.", "Sau."])


def test_the_background_of_a_text_is_no_picture_and_the_text_stays() -> None:
    painted = '<div style="background:#fff url(/nen.jpg)">Khung có chữ.</div>'
    assert taken(painted) == ("", ["Trước.", "Khung có chữ.", "Sau."])


def test_the_caption_of_a_picture_within_the_page_stays_in_the_text() -> None:
    page = HONEST_PAGE.replace(
        "<p>Văn bản của bài.</p>",
        f'<p>Văn bản của bài.</p><figure><img src="{INLINE}"><figcaption>Bà Lê Thị Na trồng rừng'
        '</figcaption></figure><figure><noscript><img src="/a.jpg"></noscript>'
        "<figcaption>Cầu mới</figcaption></figure>",
    )
    article = read(reading_task(page)).article
    assert article is not None
    assert article.body == "Văn bản của bài.\n\nBà Lê Thị Na trồng rừng"
    assert [(image.url, image.caption) for image in article.images] == [
        ("https://vi-du.example/a.jpg", "Cầu mới")
    ]


def test_hostile_sizes_are_read_in_linear_time() -> None:
    for sizes in ("a" * 200_000 + " b", "a " * 100_000, ", " * 100_000, "a," * 100_000):
        taken(f'<img srcset="{sizes}">')
