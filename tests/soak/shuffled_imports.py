"""A district portal's captures of six days, imported in any order by many commands: one history."""

import json
import os
import random
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests import SHARED
from tests.builders.rebuilt_archive import contents, imported
from tests.builders.sample_world import Workplace

FOLDER = SHARED / "data" / "krongno"
ORDERS = int(os.environ.get("LOA_ORDERS", "10"))
COMMANDS = 9  # imports in one order
Row = dict[str, Any]
# What was new or changed when a capture came depends on what had come before.
OF_ARRIVAL = ("outcome",)
ABOUT = ("url", "of_article", "seq", "fetched_at", "place", "published_raw", "position")
ROWS = ["articles", "revisions", "attachments", "images", "printed_dates", "captures"]

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the captures with a truth are not beside this checkout"
)


def members(data: bytes) -> Iterator[bytes]:
    """The records of a packed WARC file, as they stand in it."""
    while data:
        unpack = zlib.decompressobj(31)
        unpack.decompress(data)
        size = len(data) - len(unpack.unused_data)
        yield data[:size]
        data = data[size:]


@pytest.fixture(scope="module")
def records() -> list[bytes]:
    return [one for file in sorted(FOLDER.glob("*.warc.gz")) for one in members(file.read_bytes())]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return Workplace(tmp_path_factory.mktemp("shuffled"))


def history(place: Workplace, name: str, parts: list[list[bytes]]) -> dict[str, list[Row]]:
    """What an archive holds after the import of each part by a command of its own."""
    archive = place.folder / name / "archive.db"
    archive.parent.mkdir()
    for number, part in enumerate(parts):
        file = place.folder / f"{name}-{number}.warc.gz"
        file.write_bytes(b"".join(part))
        done = imported(place, file, LOA_ARCHIVE=str(archive))
        assert done.exit_code in (0, 7), done.output
        file.unlink()
    return {
        table: [{name: row[name] for name in row if name not in OF_ARRIVAL} for row in rows]
        for table, rows in contents(archive).items()
        if table in ROWS
    }


@pytest.fixture(scope="module")
def in_order(place: Workplace, records: list[bytes]) -> dict[str, list[Row]]:
    return history(place, "in-order", [records])


def test_the_true_changes_are_found_and_no_others(
    place: Workplace, in_order: dict[str, list[Row]]
) -> None:
    truth = json.loads((FOLDER / "revisions.json").read_text())
    wanted = {(url, day) for url, row in truth.items() for day in row["text_changed_on"]}
    db = place.folder / "in-order" / "archive.db"
    place.archive = db
    columns = {row["name"] for row in place.rows("select name from pragma_table_info('revisions')")}
    named = "changed" if "changed" in columns else "null as changed"
    later = place.rows(
        f"""select articles.url, substr(seen_at, 1, 10) as day, {named} from revisions
        join articles on articles.id = revisions.article where seq > 1"""
    )
    found = {(row["url"], row["day"]): row["changed"] for row in later}
    for key in sorted(wanted | found.keys()):
        verdict = "right" if key in wanted and key in found else "WRONG"
        print(
            f"measured: {verdict} {'true' if key in wanted else 'no'} change {key} {found.get(key)}"
        )
    assert found.keys() == wanted


@pytest.mark.parametrize("seed", range(ORDERS))
def test_any_order_gives_the_same(
    place: Workplace, records: list[bytes], in_order: dict[str, list[Row]], seed: int
) -> None:
    shuffled = random.Random(seed).sample(records, len(records))
    parts = [shuffled[n::COMMANDS] for n in range(COMMANDS)]
    found = history(place, f"order-{seed}", parts)
    wrong = {table: differing(in_order[table], found[table]) for table in ROWS}
    for table, columns in wrong.items():
        for column, (count, sample) in columns.items():
            print(f"measured: WRONG order {seed}, {table}.{column}: {count} rows, as {sample}")
    print(f"measured: order {seed}: {'WRONG' if any(wrong.values()) else 'identical'}")
    assert not any(wrong.values())


def differing(rows: list[Row], others: list[Row]) -> dict[str, tuple[int, str]]:
    """By column: in how many rows two tables differ, with one of these; rows are paired by what
    they are about.
    """
    one, other = (
        {tuple(row.get(name) for name in ABOUT): row for row in of} for of in (rows, others)
    )
    found = dict[str, tuple[int, str]]()
    for key in one.keys() | other.keys():
        a, b = one.get(key), other.get(key)
        columns = [name for name in a if a[name] != b[name]] if a and b else ["(row)"]
        for name in columns:
            sample = f"{key[0] or key[1]}: {cut(a, name)} | {cut(b, name)}"
            found[name] = (found.get(name, (0, ""))[0] + 1, sample)
    return found


def cut(row: Row | None, name: str) -> str:
    return str(row.get(name, "there") if row else "missing")[:80]
