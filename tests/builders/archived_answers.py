"""An invented site, its articles and readings, and a keeper that stores answers as a crawl does."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.database.archive import Archive
from pipelines.keep.records.answer import Answer, keep_answer
from pipelines.keep.records.outcome import Kept
from pipelines.keep.records.sites import keep_site
from pipelines.keep.visits.runs import open_run
from pipelines.keep.warc.writer import WarcWriter
from pipelines.read.html.markup import plain_markup
from pipelines.read.reading import Article, AttachmentLink, Dated, Image, Link, LinkKind, Reading
from portals.site import Site

SITE = Site(name="Xã Lũng Vài", url="http://lungvai.example/", platform="nukeviet", key="lungvai")
URL = "http://lungvai.example/tin-tuc/hop-dan-7.html"
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def dated(day: str = "2026-03-01", raw: str = "01/03/2026") -> Dated:
    return Dated(date.fromisoformat(day), None, "day", "selector", raw)


def article(
    title: str = "Họp dân bàn việc làm đường",
    body: str = "Tối qua, thôn họp.\n\nBà con nhất trí.",
    *,
    url: str = URL,
    lead: str | None = None,
    published: Dated | None = None,
    files: Iterable[str] = (),
    images: Iterable[str] = (),
) -> Article:
    links = tuple(AttachmentLink(file, "Tệp") for file in files)
    pictures = tuple(Image(image, None, n) for n, image in enumerate(images, 1))
    told = {
        "url": url,
        "title": title,
        "lead": lead,
        "body": body,
        "body_html": plain_markup(body),
        "author": "Lò Văn Pán",
        "section": "Tin tức",
        "language": "vi",
        "published": published,
        "images": pictures,
        "attachments": links,
        "extractor": "rules",
    }
    return Article(**{field.name: told.get(field.name) for field in fields(Article)})  # type: ignore[arg-type]  # what is not told is None


def read_as(one: Article, *links: Link) -> Reading:
    return Reading("article", "nukeviet", article=one, links=links)


class Keeper:
    """Keeps answers one by one, each with its bytes on disk, in one run."""

    def __init__(self, archive: Archive, site: Site = SITE, *, name: str = "run-1") -> None:
        self.archive, self.site = archive, site
        self.warc = WarcWriter(archive.captures, name=name)
        with archive.transaction() as db:
            keep_site(db, site, "file", AT)
            self.run = open_run(db, "crawl", site.key, AT)

    def keep(
        self,
        reading: Reading | None,
        at: datetime = AT,
        *,
        url: str = URL,
        status: int | None = 200,
        kind: LinkKind | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
    ) -> Kept:
        """One answer: what was read of it is given, its bytes are made up."""
        made_up = f"{url} {at} {reading!r}".encode() if body is None else body
        capture = Capture(
            self.site.key,
            url,
            at,
            status,
            headers,
            made_up if status else b"",
            error=None if status else "TimeoutError: too late",
        )
        place = self.warc.write(capture) if status is not None else None
        self.warc.sync()
        with self.archive.transaction() as db:
            return keep_answer(db, self.run, self.site, Answer(capture, place, reading, kind))

    def rows(self, query: str, *values: object) -> list[dict[str, object]]:
        return [dict(row) for row in self.archive.connection.execute(query, values)]

    def one(self, query: str, *values: object) -> dict[str, object]:
        (row,) = self.rows(query, *values)
        return row

    @property
    def warc_file(self) -> Path:
        (path,) = self.archive.captures.iterdir()
        return path
