"""Losses that a portal never shows by an error: they are reported until they are over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests.builders.lossy_portal import LossyPortal
from tests.builders.watched_pages import Watched

BOX = "Địa chỉ: Ủy ban nhân dân xã Suối Mây, đầu cầu Bến Gỗ. Điện thoại: 0203 000 000." * 4
Watch = Callable[[LossyPortal], Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with ExitStack() as opened, Ingest(tmp_path / "archive.db", name="visits") as ingest:
        yield lambda portal: Watched(opened.enter_context(portal), ingest)


def state(watched: Watched) -> tuple[int, str, str, list[str]]:
    """Articles held, the last visit's outcome, the site's health, and its open issues."""
    ((held,),) = watched.rows("select count(*) from articles where site = :site")
    ((outcome,),) = watched.rows(
        "select outcome from runs where site = :site order by id desc limit 1"
    )
    ((health,),) = watched.rows("select health from sites where key = :site")
    return held, outcome, health, watched.issues()


def test_a_pager_that_no_rule_follows_is_reported_until_it_is_followed(watch: Watch) -> None:
    watched = watch(LossyPortal(followed=False))
    for days in (0, 1):
        watched.visit(days=days)
        assert state(watched) == (12, "incomplete", "suspect", ["listed-unfollowed"])
    ((detail,),) = watched.rows("select detail from issues where site = :site")
    assert "pages or more, of which 1 could be read (no link that Loa knows leads on)" in detail
    watched.portal.set_pager(followed=True)  # type: ignore[attr-defined]  # a LossyPortal
    watched.visit(days=1)
    assert state(watched) == (30, "ok", "ok", [])


def test_a_limit_says_so_itself(watch: Watch) -> None:
    watched = watch(LossyPortal())
    site = watched.site
    object.__setattr__(site.crawl, "max_pages", 15)
    watched.visit()
    held, outcome, health, issues = state(watched)
    assert (held < 30, outcome, health, issues) == (True, "stopped", "ok", [])


@pytest.mark.parametrize(
    ("portal", "kinds"),
    [
        (lambda: LossyPortal(title="Cổng thông tin điện tử xã Suối Mây"), {"titles-shared"}),
        # What all pages repeat is no text of theirs, or it is the text of all.
        (lambda: LossyPortal(text=BOX), {"texts-shared", "texts-missing"}),
    ],
)
def test_one_title_or_no_text_of_their_own_on_all_pages_is_never_well(
    watch: Watch, portal: Callable[[], LossyPortal], kinds: set[str]
) -> None:
    watched = watch(portal())
    watched.visit()
    held, outcome, health, issues = state(watched)
    assert (outcome, health) == ("suspect", "suspect")
    assert kinds & set(issues) if held else "no-articles" in issues
