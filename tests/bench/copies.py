"""What it costs to find copies: `python -m tests.bench.copies [ARTICLES...]`.

Builds an archive for each number of articles (1,000, 3,000 and 10,000 if none is given; 100,000
takes some minutes) and prints what comparing them costs. Of a hundred articles, five are edited
copies of others and five are notices of one form, the dear case: each resembles all the others.

Seconds depend on the machine. What counts is how the cost of one article grows with their number,
and what it is beside storing the article: its row with the search index, without reading a page.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from pipelines.keep.copies.comparing import compare_waiting
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.rows import first_value
from tests import ROOT
from tests.builders.archived_news import Told, add_article
from tests.builders.invented_news import EDITS, form, news

NOTICES, COPIES = 0.05, 0.05
SITES = 20
BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
NOTICE = form(3, words=150, gaps=["figure"] * 4 + ["name"] * 2, printed=3)


def article(number: int, luck: Random) -> Told:
    """The article with this number."""
    kind = luck.random()
    if kind < NOTICES:
        text = NOTICE.filled(luck)
    elif kind < NOTICES + COPIES:
        edit = EDITS[luck.choice([*EDITS])]
        text = edit(news(luck.randrange(number + 1)), luck.random() * 0.3, luck)
    else:
        text = news(number)
    site, day = f"xa-{number % SITES}", BEGIN + timedelta(hours=number)
    return Told(f"http://{site}.invalid/{number}", text.text, site, on=f"{day:%Y-%m-%d}")


def measure(count: int, path: Path) -> None:
    """Build an archive of so many articles, compare them, and print one line."""
    luck = Random(1)
    storing = 0.0
    with Archive.open(path) as archive:
        for start in range(0, count, 1_000):
            told = [article(number, luck) for number in range(start, min(start + 1_000, count))]
            began = time.process_time()
            with archive.transaction() as db:
                for one in told:
                    add_article(db, one)
            storing += time.process_time() - began
        size, began = path.stat().st_size, time.process_time()
        compare_waiting(archive)
        comparing = time.process_time() - began
        groups = first_value(archive.connection, "select count(*) from copy_groups")
    grown = (path.stat().st_size - size) / count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:9} {comparing:8.1f} {comparing / count * 1e6:11.0f} {comparing / storing:9.2f}"
        f" {grown:8.0f} {peak:9.0f} {groups:7}",
        flush=True,
    )


def main() -> None:
    """Measure each number of articles in a process of its own, so that each has its own peak."""
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]), Path(sys.argv[3]))
        return
    print(" articles    CPU s  µs/article  /storing  bytes/a  peak MiB  groups")
    for count in sys.argv[1:] or ["1000", "3000", "10000"]:
        with tempfile.TemporaryDirectory() as folder:
            one = [sys.executable, "-m", "tests.bench.copies", "--one", count]
            subprocess.run([*one, str(Path(folder) / "archive.db")], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
