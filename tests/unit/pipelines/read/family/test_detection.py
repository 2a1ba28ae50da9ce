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


def family_of(body: str, *, named: str | None = None, learned: str | None = None) -> str:
    text = f"<html><head><title>Tin</title></head><body>{body}</body></html>"
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
    assert family_of(f'<p>Trích đăng:</p><img src="{address}">') == family


def test_a_sign_of_its_own_counts_beside_those_of_others() -> None:
    foreign = '<img src="https://khac.example/wp-content/a.jpg">' * 3
    assert family_of(f'{foreign}<script src="/wp-includes/js/x.js"></script>') == "wordpress"


def test_a_page_without_signs_is_of_the_site_files_family_and_not_of_a_learned_one() -> None:
    assert family_of("<p>Không dấu hiệu</p>", named="nukeviet") == "nukeviet"
    assert family_of("<p>Không dấu hiệu</p>", learned="nukeviet") == "generic"
    assert family_of('<div class="news_column"></div>', learned="nukeviet") == "nukeviet"


def test_a_page_with_the_signs_of_a_broad_family_stays_with_the_narrower_one_that_was_learned() -> (
    None
):
    assert family_of("<script>var _spPageContextInfo = {};</script>") == "sharepoint"
    assert (
        family_of("<script>var _spPageContextInfo = {};</script>", learned="sharepoint-lacviet")
        == "sharepoint-lacviet"
    )
