"""Print twins and documents' cards, and articles that only look like them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.refusals.not_news import document_card, is_print_twin


@pytest.mark.parametrize(
    "path",
    [
        "/print/tin/bai-12.html",
        "/savefile/tin/bai-12.html",
        "/bai?print=1",
        "/bai?id=3&tmpl=component",
        "/web/guest/x?p_p_state=pop_up",
        "/print.php?id=12",
        "/in.php?id=12",
        "/tin/inbai.aspx?id=2",
        "/index.php?act=in&id=12",
    ],
)
def test_a_print_twin_is_known_by_its_address(path: str) -> None:
    assert is_print_twin("https://vi-du.example" + path)


@pytest.mark.parametrize(
    "path",
    [
        "/tin/in-an-tai-lieu-12.html",
        "/tin/blueprint/bai.html",
        "/bai?printer=hp",
        "/",
        "/index.php?id=12",
        "/info.aspx?id=2",
        "/index.php?act=intro",
    ],
)
def test_an_articles_address_is_no_print_twin(path: str) -> None:
    assert not is_print_twin("https://vi-du.example" + path)


def card_of(body: str) -> tuple[str, str] | None:
    return document_card(
        HtmlPage(
            f"<body>{body}</body>",
            "https://vi-du.example/",
            zone=ZoneInfo("UTC"),
            fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
        )
    )


ROWS = (
    ("Số, ký hiệu", "31/QĐ-UBND"),
    ("Ngày ban hành", "05/04/2021"),
    ("Người ký", "Lò Văn Sẻ"),
    ("Ghi chú", ""),
)


def test_a_table_of_labels_and_values_is_a_documents_card() -> None:
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in ROWS)
    card = card_of(
        f"<table><tr><td>Trang tin</td></tr><tr><td>Xem: 9<table>{rows}</table></td></tr></table>"
    )
    assert card is not None
    described, beside = card
    assert described.startswith("Số, ký hiệu")
    assert "05/04/2021" in described
    assert "05/04/2021" not in beside
    assert "Trang tin" in beside
    assert (
        card_of(
            "<dl>" + "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in ROWS) + "</dl>"
        )
        is not None
    )


def test_a_list_of_documents_and_a_text_about_one_are_no_card() -> None:
    heads = "".join(f"<th>{label}</th>" for label, _ in ROWS)
    assert (
        card_of(
            f"<table><tr>{heads}</tr>"
            + "".join(
                f"<tr><td>{n}</td><td>05/04/2021</td><td>A</td><td></td></tr>" for n in range(9)
            )
            + "</table>"
        )
        is None
    )
    assert (
        card_of("<p>Ngày ban hành: 05/04/2021. Người ký: Lò Văn Sẻ. Số, ký hiệu: 31.</p>") is None
    )
