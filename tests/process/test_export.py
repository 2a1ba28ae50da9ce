"""`loa export`: whole rows in four formats, hostile texts, cuts that are named, kills, files."""

import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from crawler.commands.articles.export import export
from pipelines.export import parquet, spreadsheet
from pipelines.export.export import export_file
from pipelines.export.part_file import ExportError, PartFile
from pipelines.export.sources import exportable
from pipelines.keep.search.asked import ask
from pipelines.keep.search.every import every_answer
from pipelines.keep.search.reach import reached
from portals.errors import UnknownSiteError
from tests import ROOT
from tests.bench.exports import narrow_archive
from tests.builders.exported_files import READERS, first_difference, table_rows
from tests.builders.full_archive import FullArchive
from tests.builders.hostile_archive import hostile_archive
from tests.builders.hostile_texts import FOR_BROWSERS, FORMULAS

FORMATS = tuple(READERS)
# Spreadsheets run what begins so, after blanks.
RUNS = re.compile(r"[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
KILLS = int(os.environ.get("LOA_EXPORT_KILLS", "2"))
# A process that is killed once so many rows are written; a safe point comes every few batches.
DYING = """
import os, signal, sys
import pipelines.export.export as export
from crawler.commands.articles.export import _Told
export.AT_ONCE, export.KEEP_BYTES, at = 50, 100_000, int(sys.argv.pop(1))
_Told.rows = lambda self, rows: os.kill(os.getpid(), signal.SIGKILL) if 0 < at <= rows else None
from crawler.cli import main
main()
"""


def run(archive: Path, *asked: object) -> Result:
    """`loa export`, within this process; raises what it raises."""
    done = CliRunner().invoke(export, ["--archive", str(archive), *map(str, asked)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def to_file(archive: Path, what: str, target: Path, *options: object) -> str:
    """What `loa export` says of a file that it made."""
    done = run(archive, what, "--format", target.suffix[1:], "-o", target, *options)
    assert done.exit_code == 0, done.output
    return done.stderr


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "archive.db"
    hostile_archive(path, FOR_BROWSERS, everywhere=True)
    return path


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("narrow") / "archive.db"
    narrow_archive(path, 2_345)
    return path


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_holds_exactly_the_rows_of_each_table(
    full_archive: FullArchive, tmp_path: Path, kind: str
) -> None:
    with closing(sqlite3.connect(f"file:{full_archive.path}?mode=ro", uri=True)) as db:
        tables = [one for one in exportable(db) if one not in ("coverage", "losses")]
    assert {"articles", "revisions", "attachments", "images", "captures", "sites"} <= set(tables)
    for table in tables:
        target = tmp_path / f"{table}.{kind}"
        exact = ("--exact",) if kind == "csv" else ()
        to_file(full_archive.path, table, target, *exact)
        assert first_difference(target, full_archive.path, table) is None, table
    assert to_file(full_archive.path, "coverage", tmp_path / f"coverage.{kind}")
    key, *_ = next(READERS[kind][0](tmp_path / f"revisions.{kind}"))
    assert key == "key"


def test_a_table_that_is_larger_than_a_sheet_and_a_row_group(
    narrow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 500)
    monkeypatch.setattr(spreadsheet, "ROWS", 1_001)
    for kind in FORMATS:
        target = tmp_path / f"articles.{kind}"
        to_file(narrow, "articles", target, *(("--exact",) if kind == "csv" else ()))
        assert first_difference(target, narrow, "articles") is None, kind
    assert pq.ParquetFile(tmp_path / "articles.parquet").num_row_groups == 5
    book = openpyxl.load_workbook(tmp_path / "articles.xlsx", read_only=True)
    assert book.sheetnames == ["articles", "articles 2", "articles 3"]


def test_parquet_has_types_and_a_value_that_does_not_fit_is_kept_as_text(
    narrow: Path, hostile: Path, tmp_path: Path
) -> None:
    to_file(narrow, "articles", tmp_path / "a.parquet")
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.names[0] == "key"
    assert schema.field("published_at").type == pa.timestamp("us", "UTC")
    assert schema.field("published_on").type == pa.date32()
    assert schema.field("word_count").type == pa.int64()
    to_file(narrow, "revisions", tmp_path / "r.parquet")
    assert pq.read_schema(tmp_path / "r.parquet").field("figures_changed").type == pa.bool_()
    to_file(narrow, "holdings", tmp_path / "h.parquet")
    assert pq.read_schema(tmp_path / "h.parquet").field("waiting").type == pa.int64()

    told = to_file(hostile, "revisions", tmp_path / "h2.parquet")
    assert "which is not of type instant; the column is text in this file" in told
    assert "which is not of type flag; the column is integer in this file" in told
    assert first_difference(tmp_path / "h2.parquet", hostile, "revisions") is None
    column = pq.ParquetFile(tmp_path / "h2.parquet").metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"


def test_nothing_foreign_runs_in_a_sheet(hostile: Path, tmp_path: Path) -> None:
    for table in ("articles", "revisions", "attachments", "images", "sites"):
        target = tmp_path / f"{table}.xlsx"
        to_file(hostile, table, target)
        book = openpyxl.load_workbook(target)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert len(cells) > 500
        assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
        assert not any(sheet._hyperlinks or sheet.legacy_drawing for sheet in book)
        for line in csv.reader(io.StringIO(run(hostile, table, "--format", "csv").stdout, "")):
            assert [cell for cell in line if RUNS.match(cell) and not cell.isdigit()] == []
    told = {row[4] for row in csv.reader(io.StringIO(run(hostile, "--format", "csv").stdout, ""))}
    assert {f"'{text}" for text in FORMULAS} <= told
    to_file(hostile, "articles", tmp_path / "exact.csv", "--exact")
    assert first_difference(tmp_path / "exact.csv", hostile, "articles") is None
    assert run(hostile, "--format", "csv", "--bom").stdout_bytes.startswith(b"\xef\xbb\xbfkey,id,")


def test_json_lines_are_exact_and_move_no_cursor(hostile: Path, tmp_path: Path) -> None:
    for table in ("articles", "revisions", "captures"):
        to_file(hostile, table, tmp_path / f"{table}.jsonl")
        assert first_difference(tmp_path / f"{table}.jsonl", hostile, table) is None
        text = (tmp_path / f"{table}.jsonl").read_bytes().decode()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", text)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """An archive whose texts no cell of a sheet can hold whole, and numbers that none holds."""
    path = tmp_path / "odd.db"
    narrow_archive(path, 8)
    texts = ["x" * 32_767, "y" * 32_768, "😀" * 16_384, "a\x01b\x1fc", "a\r\nb", "_x0041_", " =1 "]
    with closing(sqlite3.connect(path)) as db, db:
        for number, text in enumerate(texts, 1):
            db.execute("update articles set body = ? where id = ?", (text, number))
        db.execute("update articles set word_count = ? where id = 8", (2**60 + 1,))
    return path


def test_xlsx_names_each_cell_that_it_does_not_hold_whole(odd: Path, tmp_path: Path) -> None:
    told = to_file(odd, "articles", tmp_path / "a.xlsx")
    assert "articles: 5 cells are not whole; the sheet 'Cut cells' names each" in told
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["articles", "Cut cells"]
    rows, cut = book.worksheets
    names = [cell.value for cell in rows[1]]
    body = {row: rows.cell(row, names.index("body") + 1).value for row in range(2, 10)}
    assert body[2] == "x" * 32_767
    for row, letter in ((3, "y"), (4, "😀")):
        assert body[row].startswith(letter * 16_000)
        assert body[row].endswith(spreadsheet.CUT)
        assert 32_766 <= len(body[row].encode("utf-16-le")) // 2 <= 32_767
    assert (body[5], body[6], body[8]) == ("a\ufffdb\ufffdc", "a\nb", " =1 ")
    assert openpyxl.utils.escape.unescape(body[7]) == "_x0041_"
    _, *named = cut.iter_rows(values_only=True)
    keys = [cell.value for cell in rows["A"]]
    assert [(line[1], line[3], line[4], line[5]) for line in named] == [
        (3, "body", keys[2], 32_768),
        (4, "body", keys[3], 16_384),
        (5, "body", keys[4], 5),
        (6, "body", keys[5], 4),
        (9, "word_count", keys[8], 19),
    ]
    assert all(rows[f"{line[2]}{line[1]}"].value is not None for line in named)
    assert rows.cell(9, names.index("word_count") + 1).value == str(2**60 + 1)


def test_a_choice_of_articles(full_archive: FullArchive, tmp_path: Path) -> None:
    target = tmp_path / "some.jsonl"
    archive = full_archive.path
    (site,) = full_archive.rows(
        "select site from articles group by site order by count(*) limit 1"
    )[0]
    (day,) = full_archive.rows(
        "select published_on from articles where published_on > '' order by 1 limit 1 offset 4"
    )[0]
    for where, options in (
        (f"site = '{site}'", ("--site", site)),
        (f"published_on >= '{day}'", ("--since", day)),
        (f"published_on <= '{day}'", ("--until", day)),
        (f"published_on <= '{day}' and site = '{site}'", ("--site", site, "--until", day)),
    ):
        to_file(archive, "articles", target, *options, "--force")
        assert first_difference(target, archive, "articles", where) is None, where
    seen = full_archive.rows("select min(seen_at) from revisions")[0][0][:10]
    to_file(archive, "revisions", target, "--until", seen, "--force")
    assert (
        first_difference(target, archive, "revisions", f"substr(seen_at, 1, 10) <= '{seen}'")
        is None
    )


def test_a_search_takes_all_answers(full_archive: FullArchive, narrow: Path) -> None:
    with closing(sqlite3.connect(f"file:{full_archive.path}?mode=ro", uri=True)) as db:
        url = db.execute("select url from articles limit 1").fetchone()[0]
        for typed in ("xã", "xã -họp", '"xã họp"', "site:a after:2020", "title:xã", url, "", "zzz"):
            asked = ask(typed)
            reach = reached(db, asked)
            assert reach.is_whole
            assert set(every_answer(db, asked)) == {one.id for one in reach.articles}, typed
        (word, count) = max(
            ((typed, len(list(every_answer(db, ask(typed))))) for typed in ("xã", "họp", "đường")),
            key=lambda one: one[1],
        )
        assert count > 3
    lines = run(full_archive.path, "--format", "jsonl", "--search", word).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["id"] for one in found] == sorted({one["id"] for one in found}, reverse=True)
    assert len(found) == count
    assert run(full_archive.path, "--format", "jsonl", "--search", "zzz").stdout == ""
    # More than a page of hits can rank, over several statements.
    lines = run(narrow, "--format", "jsonl", "--search", "after:2000").stdout.splitlines()
    assert len(lines) == 2_345


def test_a_saved_query_is_taken_with_its_parameters(full_archive: FullArchive) -> None:
    done = run(full_archive.path, "vanished", "--format", "csv")  # a table has that name too
    assert done.stdout.startswith("key,site,sighting,")
    all_of_them = run(full_archive.path, "who_publishes_most", "--format", "jsonl").stdout
    of_none = run(
        full_archive.path, "who_publishes_most", "--format", "jsonl", "--param", "year=1900"
    )
    assert len(all_of_them.splitlines()) > 3
    assert of_none.stdout == ""
    assert "its SQL ends at" not in of_none.stderr
    day = run(
        full_archive.path,
        "version_of_a_day",
        "--format",
        "jsonl",
        "--param",
        "day=9999-01-01",
        "--param",
        "key=" + full_archive.rows("select key from articles limit 1")[0][0],
    )
    assert len(day.stdout.splitlines()) == 1
    assert "its SQL ends at" not in day.stderr
    found = run(full_archive.path, "search", "--format", "jsonl", "--param", "q=xã")
    assert len(found.stdout.splitlines()) == 50
    # A part of the statement ends it, not its last line.
    assert "search: its SQL ends at 50 rows; there may be more" in found.stderr


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("nothing", "--format", "csv"), "'nothing' is neither a table nor a saved query. Tab"),
        (("articles_fts_data", "--format", "csv"), "is neither a table nor a saved query"),
        (("holdings", "--format", "csv", "--site", "x"), "a saved query has --param"),
        (("late_edits", "--format", "csv", "--param", "x=1"), "late_edits takes site=..."),
        (("holdings", "--format", "csv", "--param", "x=1"), "holdings takes none"),
        (("articles", "--format", "csv", "--param", "x=1"), "a table has none"),
        (("runs", "--format", "csv", "--since", "2025-01-01"), "days choose among articles, capt"),
        (("runs", "--format", "csv", "--search", "x"), "a search finds articles only"),
        (("--format", "csv", "--search", "xã after:2025-99"), "'after:2025-99' cannot be used"),
        (("--format", "csv", "--search", " "), "--search: asks for nothing"),
        (("hosts", "--format", "csv", "--site", "narrow"), "its rows belong to no site"),
        (("articles", "--format", "jsonl", "--bom"), "--exact and --bom are for --format csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told(narrow: Path, asked: Sequence[str], told: str) -> None:
    done = run(narrow, *asked)
    assert done.exit_code == 2
    assert told in done.stderr
    with pytest.raises(UnknownSiteError, match="'nobody': is not in"):
        run(narrow, "--format", "csv", "--site", "nobody")


def test_no_file_is_lost(narrow: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        to_file(narrow, "sites", target)
    assert target.read_text() == "mine"
    to_file(narrow, "sites", target, "--force")
    assert target.read_text().startswith("key,")
    for other in (narrow, tmp_path, Path(f"{narrow}-lock")):
        with pytest.raises(ExportError, match="is the archive itself, or not a file"):
            run(narrow, "--format", "csv", "-o", other, "--force")
    with pytest.raises(ExportError, match="its folder does not exist"):
        to_file(narrow, "sites", tmp_path / "none" / "a.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv"]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_rows_are_those_of_one_moment(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, target = tmp_path / "archive.db", tmp_path / f"articles.{kind}"
    narrow_archive(archive, 1_200)
    copy = tmp_path / "before.db"
    with closing(sqlite3.connect(archive)) as db:
        db.execute("vacuum into ?", (str(copy),))

    def written_meanwhile(db, source, how, target, stamp, tell):  # type: ignore[no-untyped-def]
        with closing(sqlite3.connect(archive)) as writer, writer:
            writer.execute("update articles set title = 'later'")
            writer.execute("delete from articles where id % 2")
        return export_file(db, source, how, target, stamp, tell)

    monkeypatch.setattr("crawler.commands.articles.export.export_file", written_meanwhile)
    to_file(archive, "articles", target, *(("--exact",) if kind == "csv" else ()))
    assert first_difference(target, copy, "articles") is None
    assert len(list(table_rows(archive, "articles"))) == 601


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_that_was_killed_is_finished_by_the_next(
    narrow: Path, tmp_path: Path, kind: str
) -> None:
    target, whole = tmp_path / "killed" / f"a.{kind}", tmp_path / f"a.{kind}"
    target.parent.mkdir()
    to_file(narrow, "articles", whole)
    goes_on = kind in ("jsonl", "csv")
    kills = KILLS if goes_on else 1
    for number in range(1, kills + 1):
        done = _export_until(2_345 * number // (kills + 1), narrow, target)
        assert done.returncode == -signal.SIGKILL
        assert not target.exists()
    done = _export_until(0, narrow, target)
    assert done.returncode == 0, done.stderr
    assert ("went on after" in done.stderr) == goes_on
    if kind == "xlsx":  # it tells the time of its making
        assert list(READERS[kind][0](target)) == list(READERS[kind][0](whole))
    else:
        assert target.read_bytes() == whole.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_killed_export_begins_again_if_something_changed(tmp_path: Path) -> None:
    archive, target = tmp_path / "archive.db", tmp_path / "a.jsonl"
    narrow_archive(archive, 1_000)
    for change in ("", "update articles set title = 'Tin khác' where id = 3"):
        assert _export_until(800, archive, target).returncode == -signal.SIGKILL
        if change:
            with closing(sqlite3.connect(archive)) as db, db:
                db.execute(change)
        done = _export_until(0, archive, target)
        assert ("went on after" in done.stderr) == (not change)
        assert first_difference(target, archive, "articles") is None
        target.unlink()
    # Other rows, or another way to write them, are no continuation either.
    assert _export_until(800, archive, target).returncode == -signal.SIGKILL
    assert "went on" not in _export_until(0, archive, target, "--since", "2023-11-14").stderr


@pytest.mark.parametrize("identity", ["other", None])
def test_rows_of_another_export_are_never_taken_for_safe(
    tmp_path: Path, identity: str | None
) -> None:
    target = tmp_path / "rows"
    with PartFile(target, "one") as part:
        part.file.write(b"one\n" * 2)
        part.keep(2)
    with PartFile(target, identity) as part:  # longer, and left before its first safe point
        part.file.write(b"other\n" * 9)
    with PartFile(target, "one") as part:
        assert (part.rows, part.file.tell(), part.file.read()) == (0, 0, b"")


def _export_until(
    rows: int, archive: Path, target: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """`loa export` in a process that is killed after so many rows; 0: never."""
    asked = ("export", "--archive", archive, "--format", target.suffix[1:], "-o", target, *options)
    command = [sys.executable, "-c", DYING, str(rows), *map(str, asked)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_other_commands_do_not_load_the_writers_of_files() -> None:
    program = (
        "import sys, click; from crawler.cli import COMMANDS, loa;"
        "[loa.get_command(click.Context(loa), name) for name in COMMANDS];"
        "print({'pyarrow', 'xlsxwriter'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_pipe_that_closes_ends_the_export_quietly_and_a_full_disk_is_told(narrow: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "crawler",
        "export",
        "--format",
        "jsonl",
        "--archive",
        str(narrow),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
    for kind in ("jsonl", "xlsx"):
        command[5] = kind
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, "No space left on device" in done.stderr) == (12, True)
        assert "Traceback" not in done.stderr
