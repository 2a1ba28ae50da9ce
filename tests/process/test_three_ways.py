"""`loa crawl URL`, `loa add` and a crawl by its file, and an import of the captures read alike."""

from pathlib import Path
from typing import Any

from pipelines.keep.database.archive import captures_folder, read_archive
from tests.builders.sample_world import Workplace
from tests.builders.small_portal import SmallPortal

# The evidence of a date is left out: the file may name the element that a label tells of, too.
READ = """title, lead, body, author, source, section, language,
    published_at, published_on, published_precision"""
# A family's signs, in a theme whose names its rules do not know.
HEAD = """<head><meta name="generator" content="WordPress 6.7">
    <link rel="https://api.w.org/" href="/wp-json/"><script src="/wp-includes/a.js"></script>"""


class InAThemeOfItsOwn(SmallPortal):
    """Its articles print a time of day and are signed; its sections go on over two pages."""

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        section, later, _ = path.partition("/trang/2")
        status, text = super().answer(section)
        if section.startswith("/chuyen-muc/"):
            shown, end, rest = text.partition("</main>")
            top, *entries = shown.split('<div class="muc">')
            entries = entries[3:] if later else entries[:3]
            pager = "" if later else f'<p class="sau"><a href="{path}/trang/2">Trang sau</a></p>'
            text = '<div class="muc">'.join([top, *entries]) + pager + end + rest
        text = text.replace("/03/2025", "/03/2025 23:40").replace("<head>", HEAD)
        signed = "<p><strong>Lò Thị Mận</strong></p><p>Nguồn: Báo Khe Sen</p></div></div></main>"
        return status, text.replace("</div></div></main>", signed)


def read_in(place: Workplace) -> dict[str, dict[str, Any]]:
    """What the articles say in the archive of a workplace, by address."""
    with read_archive(place.archive) as db:
        return {row["url"]: dict(row) for row in db.execute(f"select url, {READ} from articles")}


def test_a_portal_reads_alike_by_its_address_by_its_new_file_and_from_its_captures(
    tmp_path: Path,
) -> None:
    places = [Workplace(tmp_path / name) for name in ("address", "file", "import")]
    by_address, by_file, by_import = places
    with InAThemeOfItsOwn() as portal:
        ways = [
            by_address.loa("crawl", portal.url, "--delay", "0"),
            by_file.loa("add", portal.url, "--key", "hoptien", "--delay", "0"),
            by_file.loa("crawl", "hoptien", "--delay", "0"),
        ]
    captures = sorted(captures_folder(by_address.archive).rglob("*.warc.gz"))
    ways.append(by_import.loa("import", *captures))
    assert [(way.returncode, way.stderr) for way in ways if way.returncode] == []
    assert "reads worse" not in ways[1].stdout
    read, *others = map(read_in, places)
    assert {row["title"]: row["published_on"] for row in read.values()} == portal.truth
    assert {(row["author"], row["source"]) for row in read.values()} == {
        ("Lò Thị Mận", "Báo Khe Sen")
    }
    assert others == [read, read]
