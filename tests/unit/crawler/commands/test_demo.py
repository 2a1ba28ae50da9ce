"""`loa demo`: the sample portals answer while the archive is served."""

from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from crawler.cli import loa
from crawler.commands import demo
from crawler.commands.site_names import choose_sites
from pipelines.keep.database.archive import Archive
from pipelines.keep.records.sites import keep_site
from tests.builders.archived_answers import AT


def test_the_portals_answer_while_their_archive_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []
    answers: list[int] = []

    def crawl(sites: Any, archive: Path) -> list[Any]:
        addresses.extend(site.url for site, _ in sites)
        return []

    def serve(archive: Path, port: int) -> None:
        for url in addresses:
            with urlopen(url) as answer:
                answers.append(answer.status)

    monkeypatch.setattr(demo, "PORTS", (0, 0, 0))
    monkeypatch.setattr(demo, "visit_sites", crawl)
    monkeypatch.setattr(demo, "serve_archive", serve)
    result = CliRunner().invoke(demo.demo, ["--archive", str(tmp_path / "archive.db")])
    assert result.exit_code == 0
    assert answers == [200, 200, 200]


def test_status_asks_for_no_site_files_of_the_sample_portals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"

    def crawl(sites: Any, archive: Path) -> list[Any]:
        with Archive.open(archive) as opened, opened.transaction() as db:
            for site, origin in sites:
                keep_site(db, site, origin, AT)
        return []

    monkeypatch.setattr(demo, "PORTS", (0, 0, 0))
    monkeypatch.setattr(demo, "visit_sites", crawl)
    CliRunner().invoke(demo.demo, ["--archive", str(path), "--crawl-only"])
    shown = CliRunner().invoke(loa, ["status", "--archive", str(path)]).output
    assert "put the files back" not in shown
    (songmai,) = choose_sites(["songmai"], path)  # `loa crawl songmai` visits it
    assert songmai.site.crawl.allow_private
