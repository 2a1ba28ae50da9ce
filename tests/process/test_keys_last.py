"""Keys of articles are the same in every archive that holds them, however it was made."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.capture import Capture
from pipelines.keep.warc.writer import WarcWriter
from tests.builders.article_captures import PAGE
from tests.builders.sample_world import Workplace

APRIL, MAY = datetime(2026, 4, 7, 3, tzinfo=UTC), datetime(2026, 5, 7, 3, tzinfo=UTC)
HTTP, HTTPS = "http://lungvai.example/tin/", "https://www.lungvai.example/tin/"
SITE_FILE = """name = "Xã Lũng Vài"
url = "http://lungvai.example/"
hosts = ["www.lungvai.example"]
platform = "nukeviet"
"""
# printf %s lungvai.example/tin/tin-1.html | openssl dgst -sha256 -binary | base32 | head -c16
KEYS = {"1": "yehs2eeh6rd54bbc", "2": "sf5qsldrye7ix2nq", "3": "bgpkzhy2cxtmp2iq"}


def captures(start: str, numbers: Sequence[int], at: datetime) -> list[Capture]:
    return [
        Capture(
            "lungvai",
            f"{start}tin-{n}.html",
            at,
            200,
            (("Content-Type", "text/html"),),
            PAGE.replace("Ra quân".encode(), f"Ra quân đợt {n},".encode()),
        )
        for n in numbers
    ]


@pytest.fixture
def machines(tmp_path: Path) -> dict[str, Path]:
    """Files of two machines: one saw articles 1 and 2 in April, the other 2 and 3 in May, when the
    portal had turned to https and www.
    """
    seen = {"april": captures(HTTP, (1, 2), APRIL), "may": captures(HTTPS, (2, 3), MAY)}
    for name, made in seen.items():
        writer = WarcWriter(tmp_path / "files", name=name)
        for capture in made:
            writer.write(capture)
        writer.close()
    return {name: tmp_path / "files" / f"{name}.warc.gz" for name in seen}


@pytest.mark.parametrize("order", [("april", "may"), ("may", "april")])
def test_archives_of_two_machines_merge_under_the_same_keys(
    tmp_path: Path, machines: dict[str, Path], order: tuple[str, ...]
) -> None:
    place = Workplace(tmp_path / "place")
    if order[0] == "may":  # the site file of an operator, with a key of its own
        (place.sites / "xa-lung-vai.toml").write_text(SITE_FILE, encoding="utf-8")
    done = place.loa("import", *(machines[name] for name in order))
    assert done.returncode == 0, done.stderr
    rows = place.rows("select substr(title, 13, 1) as number, key from articles")
    assert sorted((row["number"], row["key"]) for row in rows) == sorted(KEYS.items())
    assert place.value("select count(distinct key) from article_keys") == 3
