"""The order of a survey's requests: something of everything, not the first thirty links."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.add.sampling import MOST, next_of_sample
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import Skipped
from pipelines.keep.records.sites import keep_site
from pipelines.read.reading import Link, LinkKind
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE
from tests.builders.frontier_queue import address

GENERIC = platform_of("generic")


class Survey:
    """A frontier in which each page that is asked names others."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.asked: list[str] = []

    def names(self, on: str | None, *links: Link) -> None:
        """Let a page name links; None: the site's own."""
        with self.archive.transaction() as db:
            found = db.execute(
                "select id, depth from pages where url = ?", (None if on is None else address(on),)
            ).fetchone()
            origin = Origin(trusted=True) if found is None else Origin(found[0], found[1] + 1)
            discover(db, SITE.key, links, GENERIC, AT, origin)

    def ask(self, most: int) -> list[str]:
        """The next paths, asked one after another."""
        before = len(self.asked)
        while len(self.asked) < before + most:
            with self.archive.transaction() as db:
                page = next_of_sample(db, SITE.key, Skipped())
                if page is None:
                    break
                db.execute("update pages set last_fetched_at = 'now' where id = ?", (page.id,))
            self.asked.append(urlsplit(page.url).path.removeprefix("/"))
        return self.asked[before:]


def link(path: str, kind: LinkKind = "article", title: str | None = None) -> Link:
    section = title if kind == "listing" else None
    return Link(address(path), kind, None if section else title, section=section)


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[Survey]:
    """The front page was asked."""
    with Archive.open(tmp_path / "archive.db") as archive:
        with archive.transaction() as db:
            keep_site(db, SITE, "file", AT)
        made = Survey(archive)
        made.names(None, link("", "listing"))
        assert made.ask(1) == [""]
        yield made


def test_sitemaps_and_feeds_come_first_and_few_of_each(survey: Survey) -> None:
    survey.names("", *(link(f"rss/{n}", "feed") for n in range(9)))
    survey.names("", *(link(f"map/{n}", "sitemap") for n in range(9)), link("x", title="Họp"))
    asked = survey.ask(7)
    assert sum(one.startswith("map") for one in asked) == MOST["sitemap"]
    assert sum(one.startswith("rss") for one in asked) == MOST["feed"]
    assert asked[-1] == "x"


def test_sections_and_articles_take_turns(survey: Survey) -> None:
    survey.names("", *(link(f"gioi-thieu-{n}-cua-xa") for n in range(30)))
    survey.names("", *(link(f"tin-{n}", title=f"Họp xóm {n}") for n in range(30)))
    asked = survey.ask(10)
    assert sum(one.startswith("tin") for one in asked) == 5


def test_a_menu_is_looked_at_from_end_to_end_and_above_articles_first(survey: Survey) -> None:
    menu = [link(f"muc-{n:02}", "listing", f"Mục {n}") for n in range(20)]
    survey.names("", *menu, link("muc-07/hop-xom", title="Họp xóm"))
    asked = [one for one in survey.ask(6) if one.count("/") == 0]
    assert asked[:3] == ["muc-07", "muc-19", "muc-00"]


def test_articles_come_from_every_section(survey: Survey) -> None:
    survey.names("", *(link(f"m/{n}", "listing", f"Mục {n}") for n in range(3)))
    survey.ask(3)
    for n in range(3):
        survey.names(f"m/{n}", *(link(f"bai/{n}-{k}", title=f"Bài {k}") for k in range(9)))
    assert {one[4] for one in survey.ask(3)} == {"0", "1", "2"}


def test_a_shape_of_addresses_that_lead_nowhere_comes_last(survey: Survey) -> None:
    survey.names("", *(link(f"cu/{n}", title=f"Họp xóm {n}") for n in range(9)))
    survey.names("", *(link(f"moi/{n}", title=f"Sửa cầu {n}") for n in range(9)))
    first = survey.ask(2)
    with survey.archive.transaction() as db:
        db.execute("update pages set state = 'gone' where url like '%/cu/%'")
        db.execute(
            "update pages set state = 'waiting' where url like '%/cu/%' and last_fetched_at is null"
        )
    assert {one.partition("/")[0] for one in first} == {"cu", "moi"}
    assert {one.partition("/")[0] for one in survey.ask(6)} == {"moi"}


def test_lists_by_month_and_tag_wait_for_everything_else(survey: Survey) -> None:
    survey.names("", link("2026/03/", "listing", "Tháng 3"), link("tag/cau", title="cầu mới"))
    survey.names("", link("tin-tuc", "listing", "Tin tức"), link("bai-1", title="Sửa cầu"))
    assert set(survey.ask(2)) == {"tin-tuc", "bai-1"}
