"""What strangers wrote reaches a terminal as text, in JSON too."""

import json
from pathlib import Path

from click.testing import CliRunner

from crawler.commands.articles.copies import copies
from tests.builders.archived_news import Told, compared
from tests.builders.invented_news import news

# A colour, its form in one byte, a direction of writing, two ends of lines, a bell.
HOSTILE = "Tin \x1b[31m \x9b31m \u202etxet \u2028 \x85 \x07 hết"


def test_a_group_of_copies_is_one_line_of_json_without_controls(tmp_path: Path) -> None:
    text = f"{HOSTILE}\n{news(4, 120).body}"
    told = [Told(f"http://{site}.invalid/1", text, site) for site in ("xa", "huyen")]
    with compared(tmp_path / "archive.db", told) as archive:
        path = str(archive.path)
    shown = CliRunner().invoke(copies, ["--json", "--archive", path]).stdout
    (line,) = shown.splitlines()
    assert {one["title"] for one in json.loads(line)["copies"]} == {HOSTILE}
    for sign in "\x1b\x9b\u202e\x07":
        assert sign not in line
    assert "hết" in line
