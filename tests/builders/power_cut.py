"""Archives that lost bytes to a power cut, seen as the next writer sees them."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.keep.database.archive import Archive, captures_folder, read_archive
from pipelines.keep.frontier.pages import Skipped, next_to_ask
from pipelines.keep.upkeep.lost_bytes import find_losses
from pipelines.keep.upkeep.verify import Report, verify_archive
from pipelines.read.reading import Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as

LATER = AT + timedelta(hours=5)  # when no article is due yet by its own plan
ETAG = (("ETag", '"v1"'),)


def url_of(n: int) -> str:
    return f"{SITE.url}tin/{n}.html"


def reading_of(n: int) -> Reading:
    return read_as(article(f"Bài {n}", f"Đoạn {n}. " * 300, url=url_of(n)))


def keep_articles(keeper: Keeper, numbers: range) -> None:
    for n in numbers:
        keeper.keep(
            reading_of(n), AT + timedelta(minutes=n), url=url_of(n), kind="article", headers=ETAG
        )


def archive_of_eight(folder: Path) -> Path:
    """An archive of eight articles in one WARC file, closed in order."""
    path = folder / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keep_articles(keeper, range(8))
        keeper.warc.close()
    return path


def open_and_find_losses(path: Path, at: datetime = LATER) -> Archive:
    """A writer that has looked, as each does when its first run begins."""
    archive = Archive.open(path)
    with archive.transaction() as db:
        find_losses(db, archive.captures, at)
    return archive


def find_losses_in(path: Path, at: datetime = LATER) -> None:
    open_and_find_losses(path, at).close()


def addresses_due(archive: Archive, at: datetime = LATER) -> Iterator[str]:
    """The addresses that a visit asks for, and whether with a condition."""
    asked: list[str] = []
    while (
        page := next_to_ask(
            archive.connection, SITE.key, visit_began=at, now=at, skipped=Skipped(asked)
        )
    ) is not None:
        assert (page.validators.etag, page.validators.last_modified) == (None, None)
        asked.append(page.url)
        yield page.url


def rows(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with read_archive(path) as db:
        return [tuple(row) for row in db.execute(query, values)]


def open_issues(path: Path) -> list[tuple[object, ...]]:
    return rows(path, "select site, kind, detail from issues where closed_at is null")


def lost_captures(path: Path) -> list[object]:
    return [
        row[0]
        for row in rows(path, "select id from captures where lost_at is not null order by id")
    ]


def verified(path: Path) -> Report:
    with read_archive(path) as db:
        return verify_archive(db, captures_folder(path))


def warc_path(path: Path, name: str = "run-1") -> Path:
    return captures_folder(path) / f"{name}.warc.gz"


def cut_after(path: Path, after: int) -> None:
    """Leaves so many whole records of the file, and a bit of the next."""
    (ends,) = rows(path, "select warc_offset + warc_length from captures where id = ?", after)
    assert isinstance(ends[0], int)
    os.truncate(warc_path(path), ends[0] + 100)
