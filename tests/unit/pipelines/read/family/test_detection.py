"""Which family made a page: signs of the portal's own, and what was only learned of its site."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.capture import Capture
from pipelines.read.family.detection import detect
from pipelines.read.html.page import HtmlPage
from pipelines.read.task import Task
from portals.site import Site

URL = "https://vi-du.example/tin/mot-bai-viet"
AT = datetime(2024, 6, 1, 2, tzinfo=UTC)


SHAREPOINT = '<script>var _spPageContextInfo = {};</script><form id="aspnetForm"></form>'


def family_of(
    body: str, *, head: str = "", named: str | None = None, learned: str | None = None
) -> str:
    text = f"<html><head><title>Tin</title>{head}</head>{body}</html>"
    site = Site(name="Cổng", url="https://vi-du.example/", platform=named, key="vi-du")
    page = HtmlPage(text, URL, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=AT)
    return detect(page, Task(Capture("vi-du", URL, AT, 200), site, learned=learned)).key


@pytest.mark.parametrize(
    ("address", "family"),
    [
        ("/wp-content/uploads/a.jpg", "wordpress"),
        ("https://vi-du.example/wp-content/uploads/a.jpg", "wordpress"),
        ("//cdn.vi-du.example/wp-content/uploads/a.jpg", "wordpress"),
        ("https://www.vi-du.example/wp-content/uploads/a.jpg", "wordpress"),
        ("https://khac.example/wp-content/uploads/a.jpg", "generic"),
        ("//khac.example/wp-content/uploads/a.jpg", "generic"),
        ("HTTPS://khac.example:8443/cu/wp-content/uploads/a.jpg", "generic"),
    ],
)
def test_a_picture_of_another_host_is_no_sign_of_the_portal_s_family(
    address: str, family: str
) -> None:
    text = f'<body class="single-post"><p>Trích đăng:</p><img src="{address}"></body>'
    assert family_of(text) == family


def test_a_sign_of_its_own_counts_beside_those_of_others() -> None:
    foreign = '<img src="https://khac.example/wp-content/a.jpg">' * 3
    own = '<script src="/wp-includes/js/x.js"></script><img src="/wp-content/uploads/a.jpg">'
    assert family_of(foreign + own) == "wordpress"


@pytest.mark.parametrize(
    "body",
    [
        # hAtom, a microformat that themes of many programs use
        '<article class="hentry"><p class="entry-content">B</p></article>',
        '<img src="/wp-content/uploads/2015/a.jpg">',  # kept when the portal moved
        '<div class="journal-content-article"><p>Dán từ Liferay</p></div>',
        '<h2 data-role="sapo">A</h2><div class="detail-content afcbc-body">Dán từ báo</div>',
        '<div class="com-content-article__body">Dán từ Joomla</div>',
        "<div data-drupal-messages>Dán từ Drupal</div>",
        '<div id="news-bodyhtml">Dán từ NukeViet</div>',
        '<script src="/media/system/js/x.js"></script>',  # Django's folder for uploads
        '<form id="aspnetForm" method="post"></form>',  # any program in ASP.NET
        "<p>Skip Ribbon Commands</p>",
    ],
)
def test_one_sign_makes_no_family(body: str) -> None:
    assert family_of(body) == "generic"


@pytest.mark.parametrize(
    "program",
    [
        "Pelican",
        "Hugo 0.128.0",
        "Jekyll v4.3.2",
        "Ghost 5.82",
        "TYPO3 CMS",
        "SPIP 4.2.8",
        "blogger",
    ],
)
def test_a_generator_that_is_another_program_counts_against_a_family(program: str) -> None:
    moved = '<img src="/wp-content/uploads/a.jpg"><img src="/wp-includes/images/smilies/b.gif">'
    assert family_of(moved) == "wordpress"
    assert family_of(moved, head=f'<meta name="generator" content="{program}">') == "generic"


@pytest.mark.parametrize("plugin", ["Site Kit by Google 1.173.0", "WP Rocket 3.20", "Họ hàng 1.8"])
def test_a_plug_in_or_theme_that_names_itself_hides_no_family_with_signs_enough(
    plugin: str,
) -> None:
    said = f'<meta name="generator" content="{plugin}">'
    page = '<body class="single-post"><img src="/wp-content/a.jpg"><i src="/wp-includes/b"></body>'
    assert family_of(page, head=said) == "wordpress"
    named = said + '<meta name="Generator" content="WordPress 6.7">'
    assert family_of("<body></body>", head=named) == "wordpress"


def test_a_framework_as_generator_says_nothing_of_families_that_never_name_themselves() -> None:
    said = '<meta name="GENERATOR" content="Microsoft SharePoint">'
    menu = '<a href="/portal/KenhTin/Tin.aspx">Tin</a><form id="aspnetForm"></form>'
    assert family_of(menu, head=said) == "portal-pages"


def test_a_page_without_signs_is_of_the_site_files_family_and_not_of_a_learned_one() -> None:
    assert family_of("<p>Không dấu hiệu</p>", named="nukeviet") == "nukeviet"
    assert family_of("<p>Không dấu hiệu</p>", learned="nukeviet") == "generic"
    assert family_of('<div class="news_column"></div>', learned="nukeviet") == "nukeviet"


def test_a_page_with_the_signs_of_a_broad_family_stays_with_the_narrower_one_that_was_learned() -> (
    None
):
    assert family_of(SHAREPOINT) == "sharepoint"
    assert family_of(SHAREPOINT, learned="sharepoint-lacviet") == "sharepoint-lacviet"
