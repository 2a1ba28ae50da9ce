"""An archive in which things happen at each round, and alerts that are told of them."""

import sqlite3
import tomllib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from crawler.commands.service.alert import alert
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.states.course import Sighting
from pipelines.keep.states.sightings import write_states
from pipelines.outcomes import ArticleState
from pipelines.read.addresses.article_key import article_key
from pipelines.read.text.clean_text import fingerprint
from portals.errors import LoaError

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
SITES = {"xa": "Trang xã Nà Lượng", "huyen": "Trang huyện Lũng Vài"}


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    output: str


@dataclass
class AlertWorld:
    """A folder with archive.db and alerts.toml, and a clock that stands still until it is set."""

    folder: Path
    now: datetime = START

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.archive = self.folder / "archive.db"
        self.file = self.folder / "alerts.toml"
        with Archive.open(self.archive) as archive, archive.transaction() as db:
            db.execute(
                "insert into runs (id, kind, started_at) values (1, 'crawl', ?)",
                (utc_text(START),),
            )
            for key, name in SITES.items():
                db.execute(
                    """insert into sites (key, name, url, language, timezone, origin,
                        first_seen_at) values (?, ?, ?, 'vi', 'Asia/Ho_Chi_Minh', 'file', ?)""",
                    (key, name, f"http://{key}.example/", utc_text(START)),
                )
                db.execute(
                    """insert into captures (run, site, url, fetched_at, outcome)
                    values (1, ?, ?, ?, 'article-new')""",
                    (key, f"http://{key}.example/", utc_text(START)),
                )
        self.articles = 0

    def write(self, text: str) -> None:
        """Write alerts.toml."""
        tomllib.loads(text)
        self.file.write_text(text, encoding="utf-8")

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def publish(
        self, titles: Iterable[str], site: str = "xa", section: str | None = None, body: str = ""
    ) -> list[int]:
        """New articles; returns their rows."""
        at, rows = utc_text(self.now), []
        with Archive.open(self.archive) as archive, archive.transaction() as db:
            for title in titles:
                self.articles += 1
                url = f"http://{site}.example/tin-{self.articles}.html"
                texts = (title, body or f"Bài số {self.articles}: cầu mới dài 12 mét.")
                made = db.execute(
                    """insert into articles (site, url, key, title, lead, body, section,
                        published_on, published_precision, first_seen_at, last_seen_at,
                        word_count)
                    values (?, ?, ?, ?, 'Lời dẫn.', ?, ?, ?, 'day', ?, ?, 5)""",
                    (site, url, article_key(url), *texts, section, at[:10], at, at),
                )
                rows.append(made.lastrowid or 0)
                self._revise(db, rows[-1], 1, at, *texts)
        return rows

    def edit(self, article: int, title: str, body: str) -> None:
        """The portal edits an article."""
        at = utc_text(self.now)
        with Archive.open(self.archive) as archive, archive.transaction() as db:
            (seq,) = db.execute(
                "select 1 + max(seq) from revisions where article = ?", (article,)
            ).fetchone()
            self._revise(db, article, seq, at, title, body)
            db.execute(
                """update revisions set changed = '["title", "body"]', changed_by = 'portal',
                    words_added = 1, words_removed = 1, figures_changed = 1
                where article = ? and seq = ?""",
                (article, seq),
            )
            db.execute(
                "update articles set title = ?, body = ?, changed_at = ? where id = ?",
                (title, body, at, article),
            )

    def remove(
        self,
        article: int,
        state: ArticleState = ArticleState.GONE,
        to_url: str | None = None,
    ) -> None:
        """The portal takes an article down, or moves it."""
        at = utc_text(self.now)
        with Archive.open(self.archive) as archive, archive.transaction() as db:
            (url, first) = db.execute(
                "select url, first_seen_at from articles where id = ?", (article,)
            ).fetchone()
            there = Sighting(ArticleState.THERE, first, first, 1, url)
            write_states(db, article, [there, Sighting(state, at, at, 1, url, to_url)])

    def run(self, *options: str) -> Ran:
        """`loa alert` in this process, at the time of the clock."""
        arguments = ["--archive", str(self.archive), *options]
        done = CliRunner().invoke(alert, arguments, obj=lambda: self.now)
        if isinstance(done.exception, LoaError):
            return Ran(done.exception.exit_code, f"{done.output}loa: {done.exception}\n")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.output)

    def value(self, query: str, *values: object) -> Any:
        """The one value that a query of the archive gives."""
        with closing(sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchone()[0]

    def archive_write(self, statement: str) -> None:
        """Change the archive behind Loa's back."""
        with closing(sqlite3.connect(self.archive)) as db, db:
            db.execute(statement)

    def _revise(
        self, db: sqlite3.Connection, article: int, seq: int, at: str, title: str, body: str
    ) -> None:
        row = db.execute(
            """insert into revisions (article, seq, seen_at, title, lead, body, content_sha256,
                extractor, capture) values (?, ?, ?, ?, 'Lời dẫn.', ?, ?, '', 1)""",
            (article, seq, at, title, body, fingerprint(title, body)),
        )
        db.execute("update articles set revision = ? where id = ?", (row.lastrowid, article))
