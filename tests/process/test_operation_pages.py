"""The list of portals, visits and issues, over HTTP on the archive that has everything."""

from typing import Any

import pytest

from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import ServedArchive, text_of


def english(face: ServedArchive, path: str, **params: str) -> Any:
    return face.page(path, _lang="en", **params)


def portals_of(page: Any) -> list[str]:
    return [
        href.rpartition("/")[2]
        for href in page.xpath("//ul[contains(@class, 'portals')]//div[@class='who']/a/@href")
    ]


def test_portals_that_look_broken_come_first(full_face: ServedArchive) -> None:
    page = english(full_face, "/sites")
    listed = portals_of(page)
    assert listed[:3] == ["hoptien", "lungpo", "thachlam"]
    assert len(listed) == 8
    why = next(text_of(one) for one in page.xpath("//div[@class='how']"))
    assert "The domain is parked or for sale" in why
    badges = [text_of(one) for one in page.xpath("//div[@class='how']/span[1]")]
    assert badges == [*["broken"] * 3, "never visited", "quiet", *["ok"] * 3]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "song mai"}, {"songmai"}),
        ({"q": "SÔNG"}, {"songmai"}),
        ({"q": "song lam"}, set()),
        ({"q": "deogio.example"}, {"deogio"}),
        ({"health": "quiet"}, {"anphu"}),
        ({"level": "district"}, {"anphu", "songmai", "thachlam"}),
        ({"level": "district", "health": "broken"}, {"thachlam"}),
        ({"q": "khong co"}, set()),
    ],
)
def test_portals_are_found_by_name_and_filters(
    full_face: ServedArchive, params: dict[str, str], found: set[str]
) -> None:
    assert set(portals_of(english(full_face, "/sites", **params))) == found


def test_portals_show_their_articles_newest_day_and_bars(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    page = english(full_face, "/sites", q="songmai")
    held = full_archive.rows("select count(*) from articles where site = 'songmai'")[0][0]
    assert f"{held} articles" in text_of(page)
    ((key,),) = full_archive.rows(
        "select key from articles where site = 'songmai' and published_on is not null"
        " order by published_on desc, published_at desc limit 1"
    )
    assert page.xpath("//div[@class='what']//a/@href") == [f"/a/{key}"]
    (bars,) = page.xpath("//svg[contains(@class, 'small')]/@aria-label")
    assert "articles, at most" in bars


def test_a_run_says_how_it_ended_and_what_it_brought(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    ((run, key),) = full_archive.rows(
        "select captures.run, articles.key from captures"
        " join revisions on revisions.id = captures.revision"
        " join articles on articles.id = revisions.article"
        " where articles.site = 'songmai' and captures.outcome = 'article-changed' limit 1"
    )
    page = english(full_face, f"/run/{run}")
    assert f"/a/{key}" in page.xpath("//main//li/a/@href")
    requests = full_archive.rows("select requests from runs where id = ?", run)[0][0]
    assert page.xpath("//dl[@class='counts']/div/dd")[0].text_content() == str(requests)


def test_a_run_shows_what_failed_and_which_issues_it_opened(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    ((run, capture),) = full_archive.rows(
        "select run, id from captures where outcome = 'server-error' order by id desc limit 1"
    )
    page = english(full_face, f"/run/{run}")
    assert f"/capture/{capture}" in page.xpath("//main//table//a/@href")
    issue, run = full_archive.rows(
        "select issues.id, captures.run from issues join captures on captures.id = issues.capture"
        " where kind = 'challenge'"
    )[0]
    opened = english(full_face, f"/run/{run}").xpath("//main//li/a/@href")
    assert f"/issue/{issue}" in opened


def test_each_run_and_each_issue_has_its_page_in_both_languages(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    paths = [f"/run/{number}" for (number,) in full_archive.rows("select id from runs")]
    paths += [f"/issue/{number}" for (number,) in full_archive.rows("select id from issues")]
    assert len(paths) > 30
    failed = {
        path: full_face.get(path, _lang=language).status_code
        for path in paths
        for language in ("vi", "en")
    }
    assert {path for path, status in failed.items() if status != 200} == set()


def test_runs_are_listed_newest_first_and_by_portal(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    newest = full_archive.rows("select id from runs order by started_at desc, id desc limit 50")
    shown = english(full_face, "/runs").xpath("//main//tbody/tr/th/a/@href")
    assert shown == [f"/run/{number}" for (number,) in newest]
    of_one = full_archive.rows(
        "select id from runs where site = 'anphu' order by started_at desc, id desc"
    )
    shown = english(full_face, "/runs", site="anphu").xpath("//main//tbody/tr/th/a/@href")
    assert shown == [f"/run/{number}" for (number,) in of_one]
    assert full_face.get("/runs?site=nobody").status_code == 404


def test_issues_are_grouped_by_kind_the_health_of_portals_first(full_face: ServedArchive) -> None:
    page = english(full_face, "/issues")
    heads = [text_of(one) for one in page.xpath("//section/h2/text()/..")]
    assert any(head.startswith("Challenge in place of pages 1 open issue") for head in heads)
    kinds = [" ".join(head.split()[:3]) for head in heads]
    assert kinds.index("Challenge in place") < kinds.index("Another date is")


def test_issues_are_chosen_by_kind_portal_and_state(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    def listed(**params: str) -> set[str]:
        links = english(full_face, "/issues", **params).xpath("//main//li/a/@href")
        return {href for href in links if href.startswith("/issue/")}

    def rows(condition: str) -> set[str]:
        found = full_archive.rows(f"select id from issues where {condition}")
        return {f"/issue/{number}" for (number,) in found}

    assert listed() == rows("closed_at is null")
    assert listed(kind="challenge") == rows("closed_at is null and kind = 'challenge'")
    assert listed(site="thachlam") == rows("closed_at is null and site = 'thachlam'")
    assert listed(state="closed") == rows("closed_at is not null") != set()


def test_an_issue_says_what_it_means_what_to_do_and_how_to_settle_it(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    ((number, capture),) = full_archive.rows(
        "select id, capture from issues where kind = 'challenge' and closed_at is null"
    )
    page = english(full_face, f"/issue/{number}")
    assert "checks the visitor before it shows anything" in text_of(page)
    assert "loa accept thachlam --kind challenge --because" in text_of(page)
    assert f"/capture/{capture}" in page.xpath("//main//a/@href")
    assert "/site/thachlam" in page.xpath("//main//a/@href")
    vietnamese = text_of(full_face.page(f"/issue/{number}", _lang="vi"))
    assert "Cần làm gì" in vietnamese
    assert "loa accept thachlam --kind challenge" in vietnamese


def test_an_accepted_issue_says_why(full_archive: FullArchive, full_face: ServedArchive) -> None:
    ((number, because),) = full_archive.rows("select issue, because from acceptances limit 1")
    page = text_of(english(full_face, f"/issue/{number}"))
    assert because in page
    assert "loa accept" not in page


@pytest.mark.parametrize("path", ["/run/999999", "/issue/999999", "/issues?site=nobody"])
def test_what_is_unknown_is_not_found(full_face: ServedArchive, path: str) -> None:
    assert full_face.get(path).status_code == 404
