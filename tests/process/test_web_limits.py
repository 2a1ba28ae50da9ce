"""What a reader sees of a question that takes too much work, and what goes on beside it."""

from tests.builders.served_archive import ServedArchive

ENDLESS = "with recursive n(n) as (select 1 union all select n + 1 from n) select count(*) from n"


def test_a_question_that_takes_too_much_work_says_what_to_do(served: ServedArchive) -> None:
    answer = served.get("/archive", sql=ENDLESS, _lang="en")
    assert answer.status_code == 400
    assert "takes too much work" in answer.text
    assert "choose a portal, a year or a section" in answer.text


def test_parts_of_a_search_index_are_not_counted(served: ServedArchive) -> None:
    tables = served.get("/archive.json").json()["tables"]
    counts = {table["name"]: table["count"] for table in tables}
    assert counts["articles_fts_data"] is None
    assert counts["articles"] == 5
