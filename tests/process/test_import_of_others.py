"""`loa import` takes files of other tools for what they say, and never for more."""

from pathlib import Path

import pytest

from tests.builders import foreign_warc as foreign
from tests.builders.foreign_warc import page, record, response, url, warc
from tests.builders.rebuilt_archive import contents, imported, rebuilt
from tests.builders.sample_world import Workplace

DAY_1, DAY_2, DAY_3 = "2026-03-09T01:00:00Z", "2026-03-16T01:00:00Z", "2026-03-23T01:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "place")


def take(place: Workplace, *files: Path) -> str:
    """Imports files; returns what the import says at its end."""
    done = imported(place, *files)
    assert done.exit_code == 0, done.output
    return str(place.rows("select detail from runs order by id desc limit 1")[0]["detail"])


def outcomes(place: Workplace, address: str) -> list[str]:
    rows = place.rows("select outcome from captures where url = ? order by fetched_at", address)
    return [row["outcome"] for row in rows]


def texts(place: Workplace, address: str) -> list[str]:
    """The first sentence of each revision."""
    rows = place.rows(
        """select revisions.body from revisions join captures on captures.id = capture
        where captures.url = ? order by revisions.article, seq""",
        address,
    )
    return [row["body"].partition(".")[0] for row in rows]


FIRST = foreign.PARAGRAPHS[0].rstrip(".")


def test_a_cut_capture_never_shortens_a_record(place: Workplace) -> None:
    names = ("marked", "short", "unended", "altered")
    whole = {name: page(f"Sửa đường vào bản số {at}") for at, name in enumerate(names)}
    chunks = b"%x\r\n" % 900 + whole["unended"][:900] + b"\r\n"
    alone, late = page("Chỉ có phần đầu"), page("Phần đầu trước, cả bài sau")
    block = foreign.answer(page("Bài chia làm hai đoạn"))
    of_two = {"WARC_Segment_Number": "2", "WARC_Segment_Total_Length": str(len(block))}
    file = warc(
        place.folder / "cut.warc.gz",
        [
            *(response(url(name), DAY_1, body) for name, body in whole.items()),
            response(url("alone"), DAY_1, alone[:700], WARC_Truncated="disconnect"),
            response(url("late"), DAY_1, late[:700], WARC_Truncated="time"),
            record("response", url("two"), DAY_1, block[:600], WARC_Segment_Number="1"),
            response(url("marked"), DAY_2, whole["marked"][:900], WARC_Truncated="length"),
            record("continuation", url("two"), DAY_1, block[600:], **of_two),
            response(
                url("short"), DAY_2, whole["short"][:900], foreign.TYPE, "Content-Length: 9999"
            ),
            response(url("unended"), DAY_2, chunks, foreign.TYPE, "Transfer-Encoding: chunked"),
            response(
                *(url("altered"), DAY_2, page("Sửa đường", first="Tin bị cắt.")),
                WARC_Payload_Digest=foreign.digest(whole["altered"]),
            ),
            response(url("late"), DAY_3, late),
        ],
    )
    detail = take(place, file)
    assert "captures with only a part of an answer, from which no text was taken: 6" in detail
    for name in names:
        assert outcomes(place, url(name)) == ["article-new", "failed"]
        assert texts(place, url(name)) == [FIRST]
    assert outcomes(place, url("alone")) == ["failed"]
    assert outcomes(place, url("late")) == ["failed", "article-new"]
    assert outcomes(place, url("two")) == ["article-new"]
    assert {row["body"].count("\n\n") for row in place.rows("select body from articles")} == {2}
    (issue,) = place.rows("select * from issues where kind = 'capture-cut'")
    assert "part of an answer: 6;" in issue["detail"]
    assert issue["url"] == url("altered")
    assert place.value("select fetched_at from captures where id = ?", issue["capture"])[:10] == (
        "2026-03-16"
    )
    assert issue["closed_at"] is None
    assert contents(rebuilt(place)) == contents(place.archive)

    again = [response(url(name), DAY_3, body) for name, body in whole.items()]
    assert "part" not in take(place, warc(place.folder / "whole.warc.gz", again))
    assert place.value("select closed_at from issues where kind = 'capture-cut'") is None
    last = [response(url("alone"), DAY_3, alone)]
    take(place, warc(place.folder / "last.warc.gz", last))
    assert place.value("select closed_at from issues where kind = 'capture-cut'") is not None
    assert place.value("select count(*) from revisions where seq > 1") == 0
    place.check()
