"""Twenty pages lose a picture: no text changes, whether the caption stays or goes."""

import re
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests import SHARED
from tests.bench.serve_capture import pages_of
from tests.builders.edited_portal import START, Watching
from tests.builders.restless_portal import Edit, captured

CAPTURE = SHARED / "data" / "nukeviet" / "nukeviet.warc.gz"
PAGES = 20
PICTURE = re.compile(
    r"(<div style=\"text-align:center\">)(<img[^>]*/>)(?:<br />)?\s*(<em>[^<]+</em>)(</div>)"
)
WAYS: dict[str, Edit] = {
    "the picture goes, its caption stays": lambda text: PICTURE.sub(r"\1\3\4", text, count=1),
    "the picture goes with its caption": lambda text: PICTURE.sub("", text, count=1),
    "the picture goes, its caption is a paragraph": lambda text: PICTURE.sub(
        r"<p>\3</p>", text, count=1
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.skipif(not CAPTURE.exists(), reason="the captures with a truth are not beside this")
def test_no_text_changes(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    pages, host = pages_of(CAPTURE)
    with Ingest(tmp_path / "archive.db", name="visits") as ingest:
        watching = Watching(captured(pages), host.decode(), ingest, START)
        with watching.portal:
            watching.visit()
            edited = []
            for path in watching.paths():
                page = watching.portal.source(path)
                if page is not None and page.is_text and PICTURE.search(page.body.decode()):
                    watching.portal.edit(path, WAYS[way])
                    edited.append(path)
            edited = edited[:PAGES]
            assert len(edited) == PAGES
            watching.visit_only(edited)
        rows = watching.rows(
            """select articles.url, changed, words_added, words_removed from revisions
            join articles on articles.id = revisions.article where seq > 1"""
        )
        wrong = [row for row in rows if set(re.findall(r"\w+", row[1] or "?")) - {"pictures"}]
        wrong += [row for row in rows if row not in wrong and (row[2] or row[3])]
    for row in wrong[:5]:
        print(f"measured: WRONG {way}: {row}")
    print(f"measured: {way}: {len(wrong)} changes of text, {len(rows)} revisions, of {PAGES} pages")
    assert wrong == []
