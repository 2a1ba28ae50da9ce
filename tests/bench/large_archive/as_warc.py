"""Writes invented articles as WARC, to hold the rows of `build` against those of an import.

`python -m tests.bench.large_archive.as_warc 5000 FOLDER` writes captures, imports them with `loa
import`, builds the same articles by `build`, and prints where the two archives differ.
"""

import subprocess
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.warc.writer import WarcWriter
from portals.sample.documents import docx
from tests import ROOT
from tests.bench.large_archive.build import build
from tests.bench.large_archive.comparison import differences
from tests.bench.large_archive.rows import DOCX, printed
from tests.bench.large_archive.stories import Plan, Portal, Story, Text, plans, story

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<meta name="generator" content="NukeViet v4.5">
<meta property="article:section" content="{section}"><link rel="canonical" href="{url}">
</head><body>
<nav><a href="/">Trang nhất</a></nav>
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<h1 class="title margin-bottom-lg" itemprop="headline">{title}</h1>
<span class="h5">{printed}</span>
{lead}<div id="news-bodyhtml" class="bodytext margin-bottom-lg">{body}</div>
{files}{author}{source}</div>
<footer>Bản quyền thuộc về {portal}</footer></body></html>"""
HTML = "text/html; charset=utf-8"
FRONT_PAGE = PAGE.partition("<div")[0].format(title="Trang nhất", section="", url="/") + "".join(
    f'<div class="news_column"><h3><a href="/tin-khac/tin-{n}-{n}.html">Tin {n}: việc ở thôn {n}'
    "</a></h3></div>"
    for n in range(1, 13)
)
MISSING = "<html><head><title>410 Gone</title></head><body><h1>Gone</h1></body></html>"


def page(planned: Plan, told: Story, version: int) -> bytes:
    """The page of an article as a NukeViet portal shows it."""
    text: Text = told.versions[version]
    parts = [f"<p>{escape(one)}</p>" for one in text.paragraphs]
    parts[1:1] = [
        f'<figure><img src="{path}" alt="{escape(caption or "")}" width="640" height="420">'
        f"<figcaption>{escape(caption or '')}</figcaption></figure>"
        for path, caption in told.pictures
    ]
    links = "".join(
        f'<a href="/uploads/files/{name}" class="uk-button">{name}</a>' for name, _ in told.files
    )

    def signed(label: str, who: str | None) -> str:
        return f'<p class="h5 text-right"><strong>{label}: </strong>{who}</p>' if who else ""

    return PAGE.format(
        title=escape(text.title),
        section=escape(told.section),
        url=address(planned.portal, told.path),
        printed=printed(planned.published)[2],
        lead=f'<div class="hometext" itemprop="description">{text.lead}</div>' if text.lead else "",
        body="".join(parts),
        files=f"<div>{links}</div>" if links else "",
        author=signed("Tác giả", told.author),
        source=signed("Nguồn tin", told.source),
        portal=planned.portal.name,
    ).encode()


def address(portal: Portal, path: str) -> str:
    return f"https://{portal.host}{path}"


def captures(planned: Plan) -> list[Capture]:
    """The captures that told of an article, oldest first."""
    told = story(planned)
    url = address(planned.portal, told.path)

    def capture(
        at: float, body: bytes, url: str = url, *, status: int = 200, media_type: str = HTML
    ) -> Capture:
        when, headers = datetime.fromtimestamp(round(at, 3), UTC), (("Content-Type", media_type),)
        return Capture(planned.portal.key, url, when, status, headers, body)

    found = [capture(planned.first_seen, page(planned, told, 0))]
    for place, (name, text) in enumerate(told.files):
        file = address(planned.portal, f"/uploads/files/{name}")
        at = planned.first_seen + 1 + place
        found.append(capture(at, docx(text.splitlines()), file, media_type=DOCX))
    found += [
        capture(at, page(planned, told, number)) for number, at in enumerate(planned.edits, 1)
    ]
    found += [capture(at, page(planned, told, -1)) for at in planned.looks]
    for at in planned.gone:
        # A portal that answers nothing else may be broken: its front page is the witness.
        home = address(planned.portal, "/")
        found += [capture(at - 5, FRONT_PAGE.encode(), home)]
        found += [capture(at, MISSING.encode(), status=410)]
    return found


def write_warc(articles: int, folder: Path) -> Path:
    """Write the captures of all articles in the order of their time; returns the file."""
    all_of_them = [one for planned in plans(articles) for one in captures(planned)]
    writer = WarcWriter(folder, name="invented")
    for one in sorted(all_of_them, key=lambda one: one.fetched_at):
        writer.write(one)
    writer.close()
    return folder / "invented.warc.gz"


def main() -> None:
    """Build, import and compare."""
    articles, folder = int(sys.argv[1]), Path(sys.argv[2])
    built, imported = folder / "built" / "archive.db", folder / "imported" / "archive.db"
    for path in (built, imported):
        path.parent.mkdir(parents=True)
    build(articles, built)
    file = write_warc(articles, folder)
    loa = [sys.executable, "-m", "crawler", "import", str(file), "--archive", str(imported)]
    done = subprocess.run(loa, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    print(f"loa import: exit code {done.returncode}")
    for line in differences(built, imported) or ["no differences"]:
        print(line)


if __name__ == "__main__":
    main()
