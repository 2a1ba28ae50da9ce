"""Exports of many rows: `python -m tests.bench.exports [ROWS] [FOLDER]`.

Writes an archive of narrow articles, exports it in each format, reads each file back with the
library that its users have, and compares every row with the table. Prints time and memory; exits
with 1 if a file differs or an export held more than 200 MB.
"""

import resource
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from pipelines.keep.database.archive import Archive
from tests import ROOT
from tests.builders.exported_files import READERS, first_difference

MOST_BYTES = 200_000_000
# Prints the most memory that the process held, without that of the process that started it.
PROGRAM = """
import atexit, re
status = lambda: open("/proc/self/status").read()
atexit.register(lambda: print(re.search("VmHWM.*", status())[0], flush=True))
from crawler.cli import main
main()
"""
ROWS = """with recursive n(id) as (select 1 union all select id + 1 from n where id < :rows)
    insert into articles (id, key, site, url, title, lead, body, body_html, author, section,
        language, published_at, published_on, published_precision, published_evidence,
        published_raw, first_seen_at, last_seen_at, word_count, platform)
    select id, printf('k%015x', id * 2654435761), 'narrow', 'https://narrow.example/tin-' || id,
        'Xã họp bàn việc số ' || id, iif(id % 3, 'Sáng nay, xã họp.', null),
        'Đoạn một của tin ' || id || '.' || char(10, 10) || '- Đoạn hai: đường dài '
            || (id % 97) || ' km, "mới".',
        '<p>Đoạn một của tin ' || id || '.</p>', iif(id % 5, null, 'Nguyễn Văn ' || id),
        'Tin tức', 'vi', strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 - id * 60, 'unixepoch'),
        date(1700000000 - id * 60 + 25200, 'unixepoch'), 'minute', 'selector', 'lúc ' || id,
        '2025-07-01T02:00:00.000Z', '2025-07-02T02:00:00.000Z', 12, 'nukeviet'
    from n"""


def narrow_archive(path: Path, rows: int) -> None:
    """An archive of so many short articles, without what is made of them (search, counts)."""
    Archive.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        made = db.execute(
            "select type, name from sqlite_schema where type in ('index', 'trigger')"
            " and sql is not null and name not like '%sqlite%'"
        ).fetchall()
        for kind, name in made:
            if (kind, name) != ("index", "articles_facts"):
                db.execute(f"drop {kind} {name}")
        db.execute("pragma synchronous = off")
        db.execute("begin")
        db.execute(
            "insert into sites (key, name, url, language, timezone, origin, first_seen_at) values"
            " ('narrow', 'Xã', 'https://narrow.example/', 'vi', 'Asia/Ho_Chi_Minh', 'file', '2025')"
        )
        db.execute(ROWS, {"rows": rows})
        db.execute("commit")


def exported(archive: Path, target: Path, *options: str) -> tuple[float, int]:
    """Run `loa export`; the seconds of computing, and the most bytes of memory that it held."""
    asked = ("--archive", archive, "--format", target.suffix[1:], "--output", target, *options)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", PROGRAM, "export", *map(str, asked)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return computed, int(done.stdout.split()[1]) * 1024


def main() -> None:
    """Build, export, read back, compare."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    formats = sys.argv[3].split(",") if len(sys.argv) > 3 else list(READERS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made)
        archive = folder / "narrow.db"
        if not archive.exists():
            narrow_archive(archive, rows)
        print(f"{rows:,} articles, {archive.stat().st_size / 1e6:,.0f} MB")
        print(f"{'format':10}{'CPU s':>10}{'memory MB':>12}{'file MB':>10}  rows")
        failed = False
        for name in formats:
            target = folder / f"articles.{name}"
            target.unlink(missing_ok=True)
            options = ("--exact",) if name == "csv" else ()
            seconds, held = exported(archive, target, *options)
            wrong = first_difference(target, archive, "articles")
            failed = failed or wrong is not None or held > MOST_BYTES
            size = target.stat().st_size / 1e6
            print(
                f"{name:10}{seconds:10.1f}{held / 1e6:12.0f}{size:10.0f}  {wrong or 'equal'}",
                flush=True,
            )
    sys.exit(failed)


if __name__ == "__main__":
    main()
