"""Twenty edits on a portal whose pages change at each answer: each is seen and named, alone."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.upkeep.verify import verify_archive
from tests import SHARED
from tests.bench.serve_capture import pages_of
from tests.builders.edited_portal import START, Watching, edit_each_kind
from tests.builders.edits import KINDS
from tests.builders.restless_portal import captured

CAPTURE = SHARED / "data" / "nukeviet" / "nukeviet.warc.gz"
BOUND = 92  # days until an old article is looked at again
VISITS = int(os.environ.get("LOA_VISITS", str(BOUND)))
SINCE = datetime.fromisoformat(os.environ.get("LOA_START", START.isoformat()))


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    if not CAPTURE.exists():
        pytest.skip("the captures with a truth are not beside this checkout")
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    pages, host = pages_of(CAPTURE)
    with Ingest(tmp_path / "archive.db", name="visits") as ingest:
        watched = Watching(captured(pages), host.decode(), ingest, SINCE)
        with watched.portal:
            yield watched


def test_nothing_but_unrest_makes_no_revision_in_five_visits(watching: Watching) -> None:
    for _ in range(5):
        assert watching.visit() == "ok"
    articles = watching.rows("select count(*) from articles")
    print(f"measured: 5 visits, {articles[0][0]} articles, {len(watching.revisions())} revisions")
    assert watching.revisions() == []
    assert watching.rows("select kind, detail from issues where closed_at is null") == []


def test_twenty_edits_are_all_seen_and_each_is_named(watching: Watching) -> None:
    for _ in range(3):
        watching.visit()
    newest = watching.listed()
    used: set[str] = set()
    listed = edit_each_kind(watching, newest, used)
    old = edit_each_kind(watching, [p for p in watching.paths() if p not in newest], used)
    seen, requests = dict[str, int](), list[int]()
    for number in range(1, VISITS + 1):
        watching.visit()
        requests.append(len(watching.portal.asked))
        for path, *_ in watching.revisions():
            seen.setdefault(path, number)
        if {*listed, *old} <= seen.keys():
            break
    named = {path: fields for path, _, _, fields in watching.revisions()}
    wrong = []
    for where, edited, within in (("listed", listed, 2), ("old", old, BOUND)):
        for path, kind in edited.items():
            visit, fields = seen.get(path), named.get(path, frozenset())
            right = visit is not None and visit <= within and fields == KINDS[kind].fields
            line = f"{where} {kind}: visit {visit}, named {' '.join(sorted(fields)) or 'nothing'}"
            print(f"measured: {'' if right else 'WRONG '}{line} ({path})")
            wrong += [] if right else [line]
    others = [row for row in watching.revisions() if row[0] not in {**listed, **old}]
    twice = len(watching.revisions()) - len(others) - len(seen.keys() & {*listed, *old})
    average = sum(requests) / len(requests)
    print(
        f"measured: {len(listed) + len(old) - len(wrong)} of {len(listed) + len(old)} right, "
        f"{len(others)} other revisions, {twice} twice, {average:.1f} requests a visit"
    )
    db = watching.ingest.archive
    assert verify_archive(db.connection, db.captures).problems == []
    assert (wrong, others, twice) == ([], [], 0)
