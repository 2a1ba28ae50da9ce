"""Stores an article each second until its standard input ends: the crawl beside a measurement.

`python -m tests.bench.large_archive.writer ARCHIVE`
"""

import os
import select
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from pipelines.keep.database.archive import Archive
from tests.builders.archived_answers import Keeper, article, dated, read_as
from tests.builders.invented_news import news

GAP = 1.0  # seconds


def main() -> None:
    """Write until told to end."""
    path, took = Path(sys.argv[1]), list[float]()
    # The check of a large file once a day is no part of a measurement.
    path.with_name(f"{path.name}-lock").touch()
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name=f"bench-{os.getpid()}-{time.time_ns()}")
        print("writing", flush=True)
        while not select.select([sys.stdin], [], [], GAP)[0]:
            number, now = time.time_ns() // 1_000_000, datetime.now(UTC)
            told = news(number)
            url = f"http://lungvai.example/tin-tuc/tin-{number}.html"
            one = article(told.title, told.body, url=url, published=dated(f"{now:%Y-%m-%d}"))
            began = time.monotonic()
            keeper.keep(read_as(one), now, url=url, kind="article")
            took.append(1000 * (time.monotonic() - began))
        keeper.warc.close()
    took = sorted(took) or [0.0]
    print(
        f"{len(took)} articles stored; {took[len(took) // 2]:.0f} ms each, {took[-1]:.0f} at most"
    )


if __name__ == "__main__":
    main()
