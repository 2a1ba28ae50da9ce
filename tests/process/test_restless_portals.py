"""A portal whose pages change at each answer, in nothing that an editor wrote."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.upkeep.verify import verify_archive
from tests.builders.edited_portal import SAMPLE_START, Watching, edit_each_kind
from tests.builders.edits import KINDS
from tests.builders.restless_portal import HOST, unserved_sample


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with Ingest(tmp_path / "archive.db", name="visits") as ingest:
        watched = Watching(unserved_sample()[1], HOST, ingest, SAMPLE_START)
        with watched.portal:
            yield watched


def test_counters_clocks_tokens_related_articles_and_banners_make_no_revision(
    watching: Watching,
) -> None:
    path = "/sitemap-vi.news.xml"
    for days in (0, 1, 40, 1, 100):  # long gaps: every article is asked for again
        assert watching.visit(days) == "ok"
    article = watching.paths()[0]
    assert watching.portal.page(article).body != watching.portal.page(article).body
    assert watching.portal.page(path).status == 200
    looked = watching.rows("select count(*) from captures join articles using (url)")
    articles = watching.rows("select count(*) from articles")
    assert looked[0][0] >= 2 * articles[0][0] > 0
    assert watching.revisions() == []


def test_ten_kinds_of_edits_are_named_each_by_its_own_name(watching: Watching) -> None:
    watching.visit()
    edited = edit_each_kind(watching, watching.paths(), set())
    assert set(edited.values()) == set(KINDS)
    files = [path for path in watching.portal.answers if "download" in path]
    watching.visit_only([*edited, *files])
    named = {edited.get(path, path): fields for path, _, _, fields in watching.revisions()}
    assert named == {name: kind.fields for name, kind in KINDS.items()}
    db = watching.ingest.archive
    assert verify_archive(db.connection, db.captures).problems == []
