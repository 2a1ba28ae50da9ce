"""Sweeps over a sample portal: what they find, and how they go on."""

from datetime import timedelta

import pytest

from tests.builders.watched_portal import HOUR, NOON, WatchedPortal, publish

DAY = timedelta(days=1)


def without_sitemap(watch: WatchedPortal) -> None:
    for path in ("/sitemap.xml", "/sitemap-vi.news.xml"):
        watch.portal.answer(path, 404)


def test_a_full_sweep_finds_what_was_put_in_under_an_old_date(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_sitemap(watch)
    # The box of the most read changes at each answer, and may name the story by chance.
    monkeypatch.setattr(type(watch.portal), "most_read", lambda portal: ())
    watch.visit()
    category = max(
        watch.portal.content.categories, key=lambda each: len(watch.portal.in_category(each.slug))
    ).slug
    watch.freeze([path for path in watch.naming() if "/rss/" in path])
    story = publish(watch, "Quyết định của xã từ năm cũ", category=category, days_ago=9000)
    assert not any("/page-" in path for path in watch.visit())
    assert not watch.held(story)
    paths = watch.visit(31 * DAY)
    assert any(path.startswith(f"/{category}/page-") for path in paths)
    assert watch.held(story)
    assert not any("/page-" in path for path in watch.visit())
    assert watch.value("select sweep_began_at from sites") is None


def test_an_article_that_left_a_listing_is_looked_at_in_the_same_visit_and_then_removed(
    watch: WatchedPortal,
) -> None:
    without_sitemap(watch)
    watch.visit()
    gone = next(
        story
        for story in watch.portal.stories
        if story.pointer is None and (NOON - story.published) > 400 * DAY
    )
    address = watch.portal.address(gone)
    watch.portal.remove(gone.slug)
    # Its section still shows older ones; its own day would come in two months.
    assert address in watch.visit(DAY)
    assert watch.value("select removed_at from articles where url = ?", watch.url(address)) is None
    assert address in watch.visit(HOUR)
    assert (
        watch.value("select removed_at from articles where url = ?", watch.url(address)) is not None
    )
    assert watch.value("select count(*) from articles where removed_at is not null") == 1


def test_a_sweep_that_was_cut_off_goes_on_with_the_next_visit(watch: WatchedPortal) -> None:
    without_sitemap(watch)
    watch.visit()
    swept = [len(watch.visit(31 * DAY, max_pages=5)), 1]
    assert watch.value("select sweep_began_at from sites") is not None
    while watch.value("select sweep_began_at from sites") is not None:
        swept.append(len(watch.visit(max_pages=12)))
        assert len(swept) < 20
    assert (
        watch.value(
            "select count(*) from pages where kind = 'listing' and state = 'held' and "
            "last_fetched_at < (select swept_at from sites)"
        )
        == 0
    )
