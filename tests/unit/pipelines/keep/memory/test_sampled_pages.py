"""The sample of a portal's articles: the same whatever comes first, and never large."""

import random
from pathlib import Path

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.rows import first_value
from pipelines.keep.frontier.discovery import remember
from pipelines.keep.memory.sampled_pages import MOST_PAGES, sample_of, sample_page
from pipelines.keep.records.sites import keep_site
from pipelines.read.memory.portal_memory import LINE_SIZE, joined_lines
from pipelines.read.reading import Link
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE

GENERIC = platform_of("generic")


def lines(*numbers: int) -> bytes:
    return joined_lines(n.to_bytes(LINE_SIZE, "big") for n in numbers)


def sampled(folder: Path, captures: list[tuple[int, bytes]]) -> list[object]:
    folder.mkdir(exist_ok=True)
    with Archive.open(folder / "archive.db") as archive, archive.transaction() as db:
        keep_site(db, SITE, "file", AT)
        for number, found in captures:
            url = f"{SITE.url}tin/{number}"
            page = remember(db, SITE.key, Link(url, "article"), GENERIC, AT, asked=True)
            sample_page(db, SITE.key, page.id, url, found)
        query = "select sum(length(always) + length(sometimes)) from sampled_pages"
        assert first_value(db, query) <= 1_000_000
        return [*sample_of(db, SITE.key)]


def test_the_order_of_captures_makes_no_difference(tmp_path: Path) -> None:
    captures = [(n, lines(n, 1000 + look)) for n in range(150) for look in range(2)]
    first = sampled(tmp_path / "1", captures)
    random.Random(5).shuffle(captures)
    assert sampled(tmp_path / "2", captures) == first
    assert len(first) == MOST_PAGES


def test_the_largest_pages_fill_less_than_a_megabyte(tmp_path: Path) -> None:
    captures = [
        (n, lines(*range(look * 400, look * 400 + 400))) for n in range(70) for look in range(3)
    ]
    assert len(sampled(tmp_path, captures)) == MOST_PAGES
