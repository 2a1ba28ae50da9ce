"""Lists that only repeat what sections name are told by their addresses and names."""

import pytest

from pipelines.read.addresses.second_lists import is_second_list, names_section

HOST = "http://bandoi.example"


@pytest.mark.parametrize(
    "path",
    [
        *("/2026/03/", "/luu-tru/2026", "/archive/202603", "/blog/2026/03.html", "/?m=202603"),
        *("/index.php?/archives/2026/03", "/tin?year=2026&month=3"),
        *("/tag/cau-moi", "/tags/cau-moi.html", "/tu-khoa/cau-moi/", "/?tag=cau-moi"),
        *("/tac-gia/lan-anh.html", "/index.php?/authors/2-Lan-Anh", "/autor/meyer/"),
        *("/tim-kiem.html", "/?s=cau", "/suche?q=bruecke"),
        *("/tin-tuc/page/2/", "/tin-tuc?trang=3", "/tin-tuc/feed/", "/index.php?/feeds/tin.rss"),
    ],
)
def test_a_list_by_month_tag_author_or_search_and_a_later_page_are_second(path: str) -> None:
    assert is_second_list(f"{HOST}{path}")


@pytest.mark.parametrize(
    "path",
    [
        *("/tin-tuc", "/tin-2026", "/bau-cu-2026/", "/chuyen-muc/12/", "/muc.aspx?id=7"),
        *("/2026/03/sua-cau-moi.html", "/stage/", "/vintage", "/co-quan-tac-gia/"),
    ],
)
def test_a_section_and_an_article_are_no_second_lists(path: str) -> None:
    assert not is_second_list(f"{HOST}{path}")


@pytest.mark.parametrize(
    ("text", "names"),
    [("Tin tức", True), ("2", False), ("⟩", False), ("next page →", False), ("Trang sau", False)],
)
def test_numbers_arrows_and_words_that_lead_on_name_no_section(text: str, names: bool) -> None:
    assert names_section(text) is names
