"""Saved queries answer, offer lists to choose from, and have a page that explains them."""

import re
import sqlite3
from urllib.parse import urlencode

import pytest

from tests import ROOT
from tests.builders.full_archive import FullArchive
from tests.builders.full_portals import BRIDGE, BUDGET
from tests.builders.served_archive import METADATA, ServedArchive, text_of
from web.answers import column_label
from web.pages.questions import topics
from web.questions import LISTS, parameter_name, parameters

QUERIES = METADATA["queries"]
GUIDE = ROOT / "docs/questions-in-sql.md"


def rows(served: ServedArchive, name: str, **chosen: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = served.get(
        f"/archive/{name}.json", _shape="array", **chosen
    ).json()
    return found


def test_the_page_explains_each_question_and_leads_to_it(full_face: ServedArchive) -> None:
    page = full_face.page("/questions?_lang=en")
    asked = page.xpath("//li[contains(@class, 'card')]/h3/a/@href")
    assert sorted(asked) == sorted(f"/archive/{name}" for name in QUERIES)
    assert {query["topic"] for query in QUERIES.values()} == set(topics())
    assert page.xpath("string(//li[@id='q-vanished']//pre)").strip() == QUERIES["vanished"]["sql"]
    assert "Which portals have fallen silent?" in text_of(page)
    assert "Cổng nào lâu không đăng tin?" in text_of(full_face.page("/questions"))


@pytest.mark.parametrize("name", QUERIES)
def test_each_question_shows_its_fields_by_name_and_offers_its_sql(
    full_face: ServedArchive, name: str
) -> None:
    page = full_face.page(f"/archive/{name}")
    assert page.xpath("count(//h1)") == 1
    assert [
        parameter for parameter in parameters(name) if parameter_name(parameter) == parameter
    ] == []
    for parameter in parameters(name):
        chosen = page.xpath("//main//form//*[@name=$name]", name=parameter)
        assert [one.tag for one in chosen] == ["select" if parameter in LISTS else "input"]
    assert QUERIES[name].get("params", []) == parameters(name)


def test_lists_hold_what_the_archive_holds(full_face: ServedArchive) -> None:
    page = full_face.page("/archive/vanished")
    portals = page.xpath("//select[@name='site']/option/@value")
    assert {"songmai", "deogio"} <= set(portals)
    states = page.xpath("//select[@name='state']/option/@value")
    assert {"gone", "moved", "unlisted"} <= set(states)
    years = full_face.page("/archive/who_publishes_most").xpath("//select[@name='year']/option")
    assert {"2023", "2025"} <= {year.get("value") for year in years}
    (kept,) = full_face.page("/archive/vanished?site=deogio").xpath("//option[@selected]/@value")
    assert kept == "deogio"


def test_answers_tell_what_editors_did(full_face: ServedArchive, full_archive: FullArchive) -> None:
    figures = rows(full_face, "figures_changed")
    assert [row["title"] for row in figures] == [BRIDGE]
    dates = rows(full_face, "moved_dates")
    assert [row["title"] for row in dates] == [BUDGET]
    often = rows(full_face, "edited_most", site="songmai")
    assert (often[0]["title"], often[0]["changes"]) == (BRIDGE, 3)
    pairs = {(row["first_site"], row["later_site"]) for row in rows(full_face, "who_copies_whom")}
    assert ("songmai", "thachlam") in pairs
    assert rows(full_face, "copied_most")[0]["sites"] == 3
    key = full_archive.key(BRIDGE)
    versions = rows(full_face, "evidence_of_an_article", key=key)
    assert [row["seq"] for row in versions] == [1, 2, 3, 4]
    (then,) = rows(full_face, "version_of_a_day", key=key, day="2999-01-01")
    assert then["seq"] == 4
    gone = {row["state"] for row in rows(full_face, "vanished", site="deogio")}
    assert {"gone", "soft-404"} <= gone
    assert rows(full_face, "word_by_portal", q="hội chợ nông sản")[0]["articles"]


def test_answers_read_in_words(full_face: ServedArchive) -> None:
    page = full_face.page("/archive/figures_changed")
    assert page.xpath("//th/text()")[:3] == ["Tiêu đề", "Cổng thông tin", "Lúc thấy"]
    cells = [cell.text_content() for cell in page.xpath("//tbody/tr[1]/td")]
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", cells[2])
    assert cells[4] == "nội dung"
    answered = {column for name in QUERIES for column in columns_of(full_face, name)}
    unnamed = {column for column in answered if column_label(column) == column}
    assert unnamed <= {"robots_text"}


def columns_of(served: ServedArchive, name: str) -> list[str]:
    found: list[str] = served.get(f"/archive/{name}.json").json()["columns"]
    return found


def test_the_guide_names_each_question_and_its_own_sql_runs(full_archive: FullArchive) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    named = re.findall(r"^- `(\w+)`", guide, flags=re.M)
    assert sorted(named) == sorted(QUERIES)
    blocks = re.findall(r"(?:^    .*\n)+", guide, flags=re.M)
    assert len(blocks) >= 5
    with sqlite3.connect(f"file:{full_archive.path}?mode=ro", uri=True) as db:
        for block in blocks:
            db.execute(block)


def test_an_address_with_a_choice_that_is_gone_still_shows_it(full_face: ServedArchive) -> None:
    asked = urlencode({"site": "<script>x"})
    page = full_face.page(f"/archive/vanished?{asked}")
    assert page.xpath("//select[@name='site']/option[@selected]/text()") == ["<script>x"]
