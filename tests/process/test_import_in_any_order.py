"""What an import makes of captures does not depend on the order of their records."""

import random
from pathlib import Path

from tests.builders import foreign_warc as foreign
from tests.builders.rebuilt_archive import contents, imported
from tests.builders.sample_world import World

# When each copy of the portal was built (as its pages print it) and fetched.
COPIES = (
    ("09/03/2026 07:58", "2026-03-09T01:04:00Z"),
    ("17/03/2026 16:20", "2026-03-17T09:31:00Z"),
    ("02/04/2026 09:05", "2026-04-02T02:11:00Z"),
)
NAMES = ("nương", "ruộng", "rừng", "suối", "bản", "chợ")


def article(name: str, copy: int) -> bytes:
    """An article of a static copy; that of the market is edited in the last one."""
    title = f"Xã Suối Rút bàn việc {name} năm nay"
    first = f"{foreign.PARAGRAPHS[0]} Phiên họp lần này dành cho việc {name}."
    if (name, copy) == ("chợ", 2):
        first += " Chợ mới mở cửa từ tháng năm."
    built, _ = COPIES[copy]
    return foreign.page(title, first=first).replace(b"08/03/2026 07:15", built.encode())


def listing(copy: int) -> bytes:
    links = "".join(
        f'<li><a href="{foreign.url(str(n))}">Xã Suối Rút bàn việc {name} năm nay</a>'
        f"<span>({COPIES[copy][0]})</span></li>"
        for n, name in enumerate(NAMES)
    )
    return f"<html lang=vi><title>Tin tức</title><h1>Tin tức</h1><ul>{links}</ul></html>".encode()


def records() -> list[bytes]:
    found = []
    for copy, (_, at) in enumerate(COPIES):
        found.append(foreign.response(f"{foreign.PORTAL}/tin/", at, listing(copy)))
        for n, name in enumerate(NAMES):
            found.append(foreign.response(foreign.url(str(n)), at, article(name, copy)))
    return found


def rows(world: World, name: str, *files: Path) -> dict[str, list[dict[str, object]]]:
    archive = world.folder / name / "archive.db"
    archive.parent.mkdir()
    done = imported(world, *files, LOA_ARCHIVE=str(archive))
    assert done.exit_code == 0, done.output
    return contents(archive)


def test_static_copies_give_the_same_rows_in_any_order_and_no_date(world: World) -> None:
    in_order = rows(world, "in-order", foreign.warc(world.folder / "one.warc.gz", records()))
    assert len(in_order["articles"]) == len(NAMES)
    assert {row["published_on"] for row in in_order["articles"]} == {None}
    changed = [(row["seq"], row["seen_at"]) for row in in_order["revisions"] if row["seq"] != 1]
    assert changed == [(2, "2026-04-02T02:11:00.000Z")]
    shuffled = records()
    random.Random(4).shuffle(shuffled)
    for count in (1, 2):
        files = [
            foreign.warc(world.folder / f"{count}-{n}.warc.gz", shuffled[n::count])
            for n in range(count)
        ]
        assert rows(world, f"of-{count}", *files) == in_order
