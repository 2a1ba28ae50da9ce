"""Which addresses name later pages of a listing, and what is left without their number."""

import pytest

from pipelines.read.addresses.pagers import (
    entries_before,
    is_later_page,
    may_be_later_page,
    page_number,
    without_number,
)

HOST = "http://xa.example"


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/tin?page=2", 2),
        ("/tin?loai=5&trang=3", 3),
        ("/tin/page/4/", 4),
        ("/tin/page-5.html", 5),
        ("/tin/trang-6?loai=5", 6),
        ("/aktuelles/seite/7", 7),
        ("/noticias?pagina=8", 8),
        ("/n?tx_news%5BcurrentPage%5D=9&cHash=0a", 9),
    ],
)
def test_the_number_of_a_later_page(path: str, number: int) -> None:
    assert page_number(HOST + path) == number
    assert is_later_page(HOST + path)


@pytest.mark.parametrize(
    "path",
    [
        "/seite/438312/rathaus.html",
        "/tin/page/24680/bai-viet",
        "/trang-tri-le-hoi",
        "/spip.php?page=imprimer",
        "/tin?xpage=2",
        "/bai-viet-2024.html",
    ],
)
def test_the_number_of_an_article_is_none_of_a_page(path: str) -> None:
    assert not may_be_later_page(HOST + path)
    assert page_number(HOST + path) is None


def test_a_short_parameter_may_count_pages_and_may_be_an_articles() -> None:
    url = f"{HOST}/index.php?p=12"
    assert may_be_later_page(url)
    assert not is_later_page(url)
    assert page_number(url) == 12


def test_a_number_amid_a_path_counts_only_in_a_pagers_company() -> None:
    url = f"{HOST}/tin/page/2/bai-viet"
    assert not may_be_later_page(url)
    assert page_number(url) == 2


def test_a_portal_may_count_entries() -> None:
    assert entries_before(f"{HOST}/tin?limitstart=20") == 20
    assert entries_before(f"{HOST}/spip.php?rubrique4&debut_bai=10") == 10
    assert entries_before(f"{HOST}/tin") is None


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("/tin", "/tin?page=2"),
        ("/tin?c=4", "/tin?c=4&page=2"),
        ("/tin?c=4", "/tin?page=2&c=4"),
        ("/tin/", "/tin/trang-2"),
        ("/tabid/57/default.aspx", "/tabid/57/page/2/default.aspx"),
        ("/n?a%5BcurrentPage%5D=2&cHash=0a", "/n?a%5BcurrentPage%5D=3&cHash=1b"),
    ],
)
def test_all_pages_of_a_listing_are_one_without_their_number(first: str, later: str) -> None:
    assert without_number(HOST + first) == without_number(HOST + later)
