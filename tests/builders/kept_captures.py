"""An archive with captures that a test writes, their bytes in real WARC files beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.capture import Capture, media_type_of
from pipelines.keep.database.migrations import migrations
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.captures import OWN_PLACE, PLACE, in_columns
from pipelines.keep.warc.reader import WarcPlace
from pipelines.keep.warc.writer import WarcWriter
from pipelines.read.addresses.article_key import article_key

AT = datetime(2024, 3, 5, 2, 0, tzinfo=UTC)
SITE = "khelau"
PORTAL = "https://khelau.example"


class KeptCaptures:
    """Writes archive.db and captures/ into a folder. `add` gives a capture's number.

    Use it in a `with` block, which makes the WARC file whole.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "archive.db"
        self.db = Database(self.path)
        migrations.apply(self.db)
        self.db.enable_wal()
        self._writer = WarcWriter(folder / "captures", name="visit-1")
        site = {"key": SITE, "name": "Xã Khe Lau", "url": f"{PORTAL}/", "language": "vi"}
        self._insert("sites", site | {"timezone": "Asia/Ho_Chi_Minh", "origin": "file"})
        self._insert("runs", {"id": 1, "kind": "crawl", "site": SITE})
        self._count = 0

    def __enter__(self) -> "KeptCaptures":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self.db.close()

    def add(
        self,
        body: bytes = b"",
        media_type: str = "text/html; charset=utf-8",
        path: str = "/tin.html",
        **columns: Any,
    ) -> int:
        """Keep an answer to a request, an hour after the one before. `columns` go into its row;
        `headers` are more headers, `same_as` is the place of an equal answer.
        """
        self._count += 1
        headers = (("Content-Type", media_type), *columns.pop("headers", ()))
        status = columns.pop("status", 200)
        at = AT + timedelta(hours=self._count)
        kept = Capture(SITE, PORTAL + path, at, status, headers, body)
        kept = replace(kept, error=columns.get("error"))
        row = {"id": self._count, "run": 1, "site": SITE, "url": kept.url, "status": status}
        row |= {"fetched_at": utc_text(at), "outcome": "article-new"}
        row["media_type"] = media_type_of(media_type)
        if status is not None:
            place = self._writer.write(kept, same_as=columns.pop("same_as", None))
            row |= zip(PLACE, in_columns(place), strict=True)
            if place.own is not None:
                row |= zip(OWN_PLACE, in_columns(place.own), strict=False)
        self._insert("captures", row | columns)
        return self._count

    def place(self, capture: int) -> WarcPlace:
        """Where a capture's bytes are."""
        (row,) = self.db.query(f"select {', '.join(PLACE)} from captures where id = ?", [capture])
        return WarcPlace(*row.values())

    def row(self, capture: int) -> dict[str, Any]:
        """What a file's row says of the capture that holds it."""
        place = self.place(capture)
        return {"capture": capture, "bytes": place.bytes, "sha256": place.sha256}

    def article(self, capture: int, title: str) -> int:
        """An article with one revision, read from a capture."""
        url = f"{PORTAL}/tin-{capture}.html"
        seen = {"first_seen_at": utc_text(AT), "last_seen_at": utc_text(AT), "revision": capture}
        text = {"title": title, "body": "Một đoạn.", "url": url, "site": SITE, "word_count": 2}
        self._insert("articles", {"id": capture, "key": article_key(url), **text, **seen})
        version = {"seq": 1, "seen_at": utc_text(AT), "title": title, "body": "Một đoạn."}
        made = {"content_sha256": "0" * 64, "extractor": "rules", "capture": capture}
        self._insert("revisions", {"id": capture, "article": capture, **version, **made})
        return capture

    def attachment(self, article: int, **columns: Any) -> int:
        """A file that an article links to."""
        number = self.db.table("attachments").count + 1
        url = f"{PORTAL}/tep-{number}.pdf"
        self._insert("attachments", {"id": number, "article": article, "url": url} | columns)
        return number

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        moment = {"sites": "first_seen_at", "runs": "started_at"}.get(table)
        if moment is not None:
            row = {moment: utc_text(AT), **row}
        with self.db.atomic():
            self.db.table(table).insert(row)
