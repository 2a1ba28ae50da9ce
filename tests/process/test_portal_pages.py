"""Pages about portals, days and months, over HTTP on the archive that has everything."""

from typing import Any

import pytest

from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import ServedArchive, text_of


def english(face: ServedArchive, path: str, **params: str) -> Any:
    return face.page(path, _lang="en", **params)


def hrefs(page: Any, start: str) -> list[str]:
    return [href for href in page.xpath("//main//a/@href") if href.startswith(start)]


def test_a_portal_says_how_it_stands_why_and_what_to_do(full_face: ServedArchive) -> None:
    (notice,) = english(full_face, "/site/hoptien").xpath("//section//div[@class='notice removed']")
    assert text_of(notice).startswith(
        "broken: nothing could be read for a day, or the portal says that it has closed."
    )
    assert "parked: http://hoptien.example/: its own text says so" in text_of(notice)
    page = text_of(english(full_face, "/site/hoptien"))
    assert "The domain is parked or for sale" in page
    assert "run loa remove hoptien; its articles stay" in page


def test_a_portal_says_that_a_person_paused_it(full_face: ServedArchive) -> None:
    page = english(full_face, "/site/lungpo")
    assert "not watched: paused on 20" in text_of(page)
    assert "A person paused its visits" in text_of(page)


def test_a_portal_shows_its_newest_articles_and_its_edits(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    page = english(full_face, "/site/songmai")
    key = full_archive.key("Sông Mai khởi công cầu Nà Hin")
    assert f"/a/{key}" in hrefs(page, "/a/")
    held = full_archive.rows("select count(*) from articles where site = 'songmai'")[0][0]
    assert page.xpath("//dl[@class='counts']/div/dd")[0].text_content() == str(held)
    assert "Tin tức" in text_of(page)


def test_the_calendar_of_a_portal_links_its_days_with_news_alone(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    page = english(full_face, "/site/songmai")
    year = page.xpath("//h2[@id='days']")[0].text_content().split()[-1]
    days = full_archive.rows(
        "select distinct published_on from articles where site = 'songmai'"
        " and published_on like ? || '%' order by 1",
        year,
    )
    assert hrefs(page, "/day/") == [f"/day/{on}?site=songmai" for (on,) in days]


def test_an_unknown_portal_or_day_is_not_found(full_face: ServedArchive) -> None:
    for path in (
        "/site/nobody",
        "/day/2020-02-30",
        "/month/2020-13",
        "/day/2020-07-10?site=nobody",
    ):
        assert full_face.get(path).status_code == 404, path


def test_articles_of_which_only_the_month_is_known_stand_apart(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    ((key, on),) = full_archive.rows(
        "select key, published_on from articles where published_precision = 'month'"
    )
    assert on.endswith("-01")
    assert f"/a/{key}" not in hrefs(english(full_face, f"/day/{on}"), "/a/")
    page = english(full_face, f"/month/{on[:7]}")
    (apart,) = page.xpath("//section[contains(@class, 'notice')]")
    assert hrefs(page, "/a/").count(f"/a/{key}") == 1
    assert f"/a/{key}" in apart.xpath(".//a/@href")


def test_a_day_shows_its_articles_by_portal_and_leads_to_the_days_around(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    days = [
        on
        for (on,) in full_archive.rows(
            "select distinct published_on from articles where published_precision <> 'month'"
            " order by 1"
        )
    ]
    before, on, after = days[-4:-1]
    page = english(full_face, f"/day/{on}")
    keys = full_archive.rows(
        "select key from articles where published_on = ? and published_precision <> 'month'", on
    )
    assert set(hrefs(page, "/a/")) == {f"/a/{key}" for (key,) in keys}
    assert page.xpath("//nav/a[@rel='prev']/@href")[0] == f"/day/{before}"
    assert page.xpath("//nav/a[@rel='next']/@href")[0] == f"/day/{after}"


def test_a_day_of_one_portal_shows_no_others(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    on, site, other = full_archive.rows(
        "select published_on, min(site), max(site) from articles where published_on is not null"
        " and published_precision <> 'month' group by 1 having count(distinct site) > 1"
        " order by 1 desc limit 1"
    )[0]
    page = english(full_face, f"/day/{on}", site=site)
    keys = full_archive.rows(
        "select key from articles where published_on = ? and site = ?", on, site
    )
    assert set(hrefs(page, "/a/")) == {f"/a/{key}" for (key,) in keys}
    assert other not in " ".join(hrefs(page, "/site/"))


@pytest.mark.parametrize(
    "path",
    ["/day/1999-01-01", "/month/1999-01", "/day/9999-12-31", "/month/9999-12", "/month/0001-01"],
)
def test_a_time_without_news_says_so_and_is_no_error(full_face: ServedArchive, path: str) -> None:
    assert "The archive has no article of this" in text_of(english(full_face, path))


def test_the_first_and_the_last_month_have_no_link_beyond(full_face: ServedArchive) -> None:
    for month, beside in (("9999-12", "/month/9999-11"), ("0001-01", "/month/0001-02")):
        pager = english(full_face, f"/month/{month}").xpath("//nav[@class='pager']//a/@href")
        assert pager == [beside]


@pytest.mark.parametrize("year", ["9999", "0001", "\u0660" * 4, "0000", "99999", "x"])
def test_any_year_of_a_portal_is_answered(full_face: ServedArchive, year: str) -> None:
    assert "articles" in text_of(english(full_face, "/site/songmai", year=year))
