"""`loa demo`: the sample portals answer while the archive is served."""

from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from crawler.commands import demo


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
