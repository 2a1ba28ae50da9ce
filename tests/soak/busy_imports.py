"""One WARC file imported five times, four of them beside busy processes: five equal archives."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.capture import Capture
from pipelines.keep.warc.writer import WarcWriter
from tests.builders.document_files import households
from tests.builders.hostile_web import article_html, article_path
from tests.builders.misbehaviour import attributes
from tests.builders.sample_world import Workplace

IMPORTS = int(os.environ.get("LOA_IMPORTS", "5"))
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOST = "http://xa-ban.example"
# What a tag of so many attributes costs grows with their square: from a part of the first try to
# more than both.
ATTRIBUTES = (0, 20_000, 60_000, 120_000)
HELD = (
    "select url, title, lead, body, author, published_on, first_seen_at from articles order by url",
    "select seq, seen_at, content_sha256 from revisions order by seen_at, content_sha256",
    "select url, media_type, bytes, text from attachments order by url",
    "select url, kind, state, reason from pages order by url",
    "select url, fetched_at, status, outcome, error from captures order by url",
    "select kind, url, detail from issues order by kind, url",
    "select outcome, requests, articles_new, refused from runs",
)


def captures() -> list[Capture]:
    """Articles, cheap and costly; the first one links to a sheet of 20,000 rows."""
    sheet = f"{HOST}/wp-content/uploads/2025/03/ho-dan.xlsx"
    found = []
    for n in range(40):
        page = article_html("ban", n).encode()
        page = page.replace(b"</body>", attributes(ATTRIBUTES[n if n < 4 else 0]) + b"</body>")
        if n == 0:
            page = page.replace(b"</article>", f'<a href="{sheet}">Hộ dân</a></article>'.encode())
        found.append((f"{HOST}{article_path(n)}", "text/html; charset=utf-8", page))
    found.append((sheet, "application/octet-stream", households(20_000, 6)))
    return [
        Capture("ban", url, AT + timedelta(minutes=n), 200, (("Content-Type", kind),), body)
        for n, (url, kind, body) in enumerate(found)
    ]


def imported(place: Workplace, file: Path, busy: int) -> list[list[dict[str, Any]]]:
    """What an archive holds after an import beside so many busy processes."""
    endless = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as beside:
        for _ in range(busy):
            process = subprocess.Popen(endless)
            beside.callback(process.wait)
            beside.callback(process.kill)
        done = subprocess.run(
            ["loa", "import", str(file)],
            executable=Path(sys.executable).with_name("loa"),
            env=place.environment,
            cwd=place.folder,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 7, done.stderr  # the worst of the pages cannot be read
    place.check()
    return [place.rows(query) for query in HELD]


def test_a_busy_machine_imports_what_an_idle_one_does(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, name="ban")
    for capture in captures():
        writer.write(capture)
    writer.close()
    cores = os.cpu_count() or 1
    idle = imported(Workplace(tmp_path / "idle"), tmp_path / "ban.warc.gz", 0)
    outcomes = [row["outcome"] for row in idle[4]]
    assert outcomes.count("refused-too-slow") == 1
    assert outcomes.count("article-new") == 39
    assert outcomes.count("attachment") == 1
    for number in range(1, IMPORTS):
        place = Workplace(tmp_path / f"busy-{number}")
        assert imported(place, tmp_path / "ban.warc.gz", number * cores) == idle, number
    print(f"measured: {IMPORTS} imports, the last beside {(IMPORTS - 1) * cores} busy processes")
