"""`loa add` reads the articles that it saw again, by the file that it wrote."""

from datetime import UTC, datetime

import pytest

from crawler.add.survey import Findings
from crawler.commands.add import _trial
from pipelines.capture import Capture
from portals.site import Site

URL = "https://xa-mau.example/tin/sua-cau-ben-go-truoc-mua-lu"
SITE = """name = "Xã Mẫu"
url = "https://xa-mau.example/"
language = "vi"
timezone = "Asia/Ho_Chi_Minh"
"""
TEXT = "<p>Xã sửa cầu Bến Gỗ trước mùa lũ; xe nhỏ đi đường vòng qua xóm Thượng.</p>"
PAGE = f"""<html><head><title>Sửa cầu Bến Gỗ trước mùa lũ</title></head><body>
<div class="khung"><h1>Sửa cầu Bến Gỗ trước mùa lũ</h1>
<p class="ngay">Ngày đăng: 14/05/2024 08:33</p><div class="noi-dung">{TEXT * 3}
<p>Dự kiến cuối tháng sáu xe lại qua cầu, kịp cho bà con chở lúa về sân phơi của từng xóm.</p></div>
<div class="canh"><p class="cu">Ngày đăng: 01/02/2023</p></div></div></body></html>"""


def trial(rules: str) -> tuple[list[str], list[str]]:
    """(titles shown, remarks) of a file with these rules."""
    capture = Capture(
        "xa-mau",
        URL,
        datetime(2024, 6, 1, 2, tzinfo=UTC),
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        PAGE.encode(),
    )
    site = Site(name="Xã Mẫu", url="https://xa-mau.example/", key="xa-mau")
    found = Findings(site, {}, {}, (), False, (capture,), {}, 0, 1, None, 1)
    examples, worse = _trial(found, "xa-mau", SITE + rules)
    return [title for title, _, _ in examples], worse


@pytest.mark.parametrize(
    ("rules", "lost"),
    [
        ("", []),
        ('[article]\nbody = [".noi-dung"]', []),
        ('[article]\nbody = [".noi-dung p:last-child"]', ["body"]),
        ('[article]\npublished = [".cu"]', ["published"]),
        ('[article]\ntitle = [".ngay"]', ["title"]),
    ],
)
def test_a_file_that_reads_less_than_was_read_without_it_is_told(
    rules: str, lost: list[str]
) -> None:
    titles, worse = trial(rules)
    assert len(titles) == 1
    assert worse == [f"{URL}: reads worse with this file: {name}" for name in lost]
