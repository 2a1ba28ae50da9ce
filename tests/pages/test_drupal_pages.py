"""Pages of Drupal portals: comments are not part of a node, and forms are no news."""

from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.addresses.family_rules import matches
from pipelines.read.reader import read
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.site import Site

SITE = Site(name="Phường Bến Mộc", url="http://benmoc.example/", key="benmoc")
TEXT = (
    "<p>Hơn hai trăm đoàn viên dọn vệ sinh các tuyến phố.</p>"
    "<p>Bốn tấn rác được thu gom trong một buổi sáng.</p>"
)


def read_node(
    node: str,
    *,
    kind: str = "article",
    signature: str = "",
    comment: str = "",
    heading: str = "Ra quân dọn vệ sinh",
) -> Reading:
    markup = (
        "<html xml:lang='vi'><head><meta name='Generator' content='Drupal 7 (http://drupal.org)'></head>"
        f"<body class='html page-node node-type-{kind}'><h1 id='page-title'>{heading}</h1>"
        f"<div id='node-5' class='node node-{kind}'>{node}"
        f"<div class='content'><div class='field field-name-body'>{TEXT}{signature}</div>"
        f"</div>{comment}</div></body></html>"
    )
    capture = Capture(
        "benmoc",
        "http://benmoc.example/tin-tuc/ra-quan-don-ve-sinh",
        datetime(2021, 3, 20, tzinfo=UTC),
        200,
        (("content-type", "text/html"),),
        markup.encode(),
    )
    return read(Task(capture, SITE, "article"))


def submitted(name: str, when: str) -> str:
    return (
        f"<div class='submitted'>Được đăng bởi <span class='username'>{name}</span> vào {when}"
        "</div>"
    )


def commented(name: str, when: str) -> str:
    return (
        "<div id='comments' class='comment-wrapper'><h2>Bình luận</h2>"
        f"<div class='comment clearfix'>{submitted(name, when)}<p>Hay quá.</p></div></div>"
    )


def test_a_commenter_and_the_day_of_a_comment_are_none_of_the_node_s() -> None:
    article = read_node(
        submitted("admin", "T6, 12/03/2021 - 09:15"),
        comment=commented("Hoàng Hà", "T2, 15/03/2021 - 10:00"),
    ).article
    bare = read_node("", comment=commented("Hoàng Hà", "T2, 15/03/2021 - 10:00")).article
    assert article is not None
    assert bare is not None
    assert article.published is not None
    assert (article.author, article.published.on.isoformat()) == (None, "2021-03-12")
    assert (bare.author, bare.published) == (None, None)


@pytest.mark.parametrize("said", ["schema:dateCreated", "dc:date dc:created"])
def test_the_exact_time_of_a_comment_is_not_the_node_s(said: str) -> None:
    time = f"<span property='{said}' content='2021-03-{{}}T10:00:00+07:00'></span>"
    comment = (
        f"<section class='comments'><article class='comment'>{time.format('15')}"
        "<p>Hay quá.</p></article></section>"
    )
    unknown, known = (
        read_node("", comment=comment).article,
        read_node(f"<article>{time.format('12')}</article>", comment=comment).article,
    )
    assert unknown is not None
    assert known is not None
    assert unknown.published is None
    assert known.published is not None
    assert known.published.on.isoformat() == "2021-03-12"


@pytest.mark.parametrize(
    "name", ["Hoàng Hà (chưa xác thực)", "Hoàng Hà (chưa được kiểm chứng)", "Paul (not verified)"]
)
def test_who_has_not_logged_in_is_never_an_author(name: str) -> None:
    article = read_node(submitted(name, "T6, 12/03/2021 - 09:15")).article
    assert article is not None
    assert article.author is None


@pytest.mark.parametrize("posted", ["Ban biên tập", "Đức Bình"])
def test_who_signs_in_the_text_wrote_what_another_posted(posted: str) -> None:
    article = read_node(
        submitted(posted, "T6, 12/03/2021 - 09:15"), signature="<p>Tin, ảnh: Lò Văn Inh</p>"
    ).article
    assert article is not None
    assert article.author == "Lò Văn Inh"


@pytest.mark.parametrize("kind", ["forum", "poll", "webform", "book"])
def test_what_visitors_write_or_fill_in_and_handbooks_are_no_news(kind: str) -> None:
    assert read_node(submitted("Lò Văn Inh", "T6, 12/03/2021 - 09:15"), kind=kind).article is None
    assert (
        read_node(submitted("Lò Văn Inh", "T6, 12/03/2021 - 09:15"), kind=f"{kind}-review").article
        is not None
    )


def test_the_forum_is_not_asked_for() -> None:
    ignored = platform_of("drupal").addresses.ignore
    assert matches("http://benmoc.example/forum/12", ignored)
    assert not matches("http://benmoc.example/forum-doanh-nghiep-lan-thu-hai", ignored)
