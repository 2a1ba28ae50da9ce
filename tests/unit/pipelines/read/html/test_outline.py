"""Which parts of a page a reader sees."""

import pytest

from pipelines.read.html.outline import outline
from tests.builders.pages_of_no_family import TEXT, page_of


@pytest.mark.parametrize(
    "body",
    [
        f"<body style='visibility:hidden' class='hidden'>{TEXT}</body>",
        f"<body class='navigation-thin has-ads ad'>{TEXT}</body>",
        f"<body><div hidden><main>{TEXT}</main></div></body>",
        f"<body><button>Menu<div><main>{TEXT}</main></div></body>",
    ],
)
def test_what_holds_the_main_part_is_seen_and_is_no_furniture(body: str) -> None:
    found = [block for block in outline(page_of(body).root) if len(block.text) > 20]
    assert [block.zones for block in found] == [()]


def test_other_hidden_parts_are_not_seen() -> None:
    body = f"<body><div hidden><h2>Menu</h2></div><main>{TEXT}</main></body>"
    assert len(outline(page_of(body).root)) == 1


PROSE = "<p>Sáng nay hơn sáu chục người đã đắp lại ba trăm mét bờ kênh bị sạt từ tháng trước.</p>"


@pytest.mark.parametrize("zone", ["nav", "div class='newsletter-box'", "div class='sidebar'"])
def test_what_holds_most_of_a_page_s_prose_is_no_furniture(zone: str) -> None:
    blocks = outline(page_of(f"<{zone}>{PROSE * 3}<aside>{PROSE}</aside></{zone.split()[0]}>").root)
    assert [len(block.zones) for block in blocks] == [0, 0, 0, 1]


def test_a_hidden_menu_that_was_never_closed_hides_nothing_of_the_page() -> None:
    menu = "<div class='hidden'><a href='/a'>Mục</a>"
    assert [block.text for block in outline(page_of(f"{menu}</div><p>Bài</p>").root)] == ["Bài"]
    assert len(outline(page_of(f"{menu}<p>Bài</p><footer>Xã Khe Ngang</footer>").root)) == 3
