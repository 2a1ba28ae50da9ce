"""Looking again over HTTP, on a clock that tests set: what is seen when, and for how many requests.

No due date is touched by hand.
"""

from datetime import timedelta

from pipelines.keep.upkeep.verify import verify_archive
from portals.sample.content import Story
from tests.builders.watched_portal import DAY, NOON, WatchedPortal, publish

TWO_MONTHS = 58 * DAY


def old_stories(watch: WatchedPortal, least: timedelta) -> list[Story]:
    return [
        story
        for story in watch.portal.stories
        if story.pointer is None and NOON - story.published > least
    ]


def revisions(watch: WatchedPortal, story: Story) -> int:
    query = """select count(*) from revisions join articles on articles.id = article
        where url = ?"""
    return int(watch.value(query, watch.url(watch.portal.address(story))))


def without_sitemap(watch: WatchedPortal) -> None:
    for path in ("/sitemap.xml", "/sitemap-vi.news.xml"):
        watch.portal.answer(path, 404)


def test_an_edit_of_an_old_article_and_another_file_are_seen_within_the_bounds(
    watch: WatchedPortal,
) -> None:
    watch.visit()
    old = old_stories(watch, 150 * DAY)
    edited = next(story for story in reversed(old) if not story.attachments)
    watch.portal.edit(edited.id, paragraphs=["Xã thu 1.205 triệu đồng.", "Bà con nhất trí."])
    filed = next(story for story in old if story.attachments)
    path = watch.portal.file_address(filed, 0)
    other = watch.portal.respond(path, {})
    seen: dict[str, int] = {}
    asked: list[str] = []
    for day in range(6, 91, 6):
        asked += watch.visit(6 * DAY)
        if revisions(watch, edited) == 2:
            seen.setdefault("text", day)
        if path in asked:
            seen.setdefault("file", day)
    assert other.status == 200
    assert seen["text"] * DAY <= TWO_MONTHS + 6 * DAY
    assert seen["file"] * DAY <= (88 + 6) * DAY
    half, whole = (
        watch.value(
            """select julianday(?) - julianday(last_fetched_at) from pages
            where kind = 'article' and state = 'held' and article is not null
            order by last_fetched_at desc limit 1 offset (select (count(*) - 1) / ? from pages
                where kind = 'article' and state = 'held' and article is not null)""",
            watch.clock.now.isoformat(),
            share,
        )
        for share in (2, 1)
    )
    assert half <= 29 + 6
    assert whole <= 58 + 6


def test_six_of_ten_that_left_a_section_are_requested_at_once_and_removed_by_the_next_visit(
    watch: WatchedPortal,
) -> None:
    without_sitemap(watch)
    watch.visit()
    section = max(watch.portal.content.categories, key=lambda one: len(first_page(watch, one.slug)))
    listed = [story for story in first_page(watch, section.slug) if story.pointer is None]
    taken = listed[1:10:2] + listed[2:3]
    for story in taken:
        watch.portal.remove(story.slug)
    addresses = {watch.portal.address(story) for story in taken}
    assert addresses <= set(watch.visit(DAY))
    assert watch.value("select count(*) from articles where removed_at is not null") == 0
    assert addresses <= set(watch.visit(DAY))
    removed = watch.rows("select url from articles where removed_at is not null")
    assert {row["url"] for row in removed} == {watch.url(address) for address in addresses}
    archive = watch.ingest.archive
    assert verify_archive(archive.connection, archive.captures).problems == []


def first_page(watch: WatchedPortal, category: str) -> list[Story]:
    """The stories that the first page of a section shows, the newest first."""
    path = f"/{category}/"
    shown = watch.portal.respond(path, {}).body.decode()
    stories = watch.portal.in_category(category)
    return [story for story in stories if watch.portal.address(story) in shown]


def test_what_new_articles_push_off_the_first_page_is_not_requested(watch: WatchedPortal) -> None:
    without_sitemap(watch)
    watch.visit()
    section = max(watch.portal.content.categories, key=lambda one: len(first_page(watch, one.slug)))
    before = first_page(watch, section.slug)
    for number in range(3):
        publish(watch, f"Thông báo số {number} của xã", category=section.slug)
    pushed = [story for story in before if story not in first_page(watch, section.slug)]
    assert pushed
    watch.visit(timedelta(hours=1))
    assert watch.value("select count(*) from pages where left_at is not null") == 0


def test_a_new_title_of_an_old_article_is_seen_by_the_next_visit(watch: WatchedPortal) -> None:
    watch.visit()
    section = watch.portal.content.categories[0].slug
    story = [one for one in first_page(watch, section) if one.pointer is None][-1]
    watch.portal.edit(story.id, title=story.title + " (sửa)")
    watch.visit(timedelta(hours=2))
    assert revisions(watch, story) == 2
    requested = watch.portal.address(story)
    assert requested not in watch.visit(timedelta(hours=2))


def test_an_edit_that_no_listing_shows_is_seen_within_two_visits_in_the_newest_article(
    watch: WatchedPortal,
) -> None:
    watch.visit()
    for _ in range(12):  # then its own day comes but every third day
        watch.visit(DAY)
    newest = next(story for story in watch.portal.stories if story.pointer is None)
    watch.portal.edit(newest.id, paragraphs=["Xã thu 1.205 triệu đồng.", "Bà con nhất trí."])
    watch.visit(DAY)
    watch.visit(DAY)
    assert revisions(watch, newest) == 2


def sections_of(watch: WatchedPortal) -> set[str]:
    return {f"/{category.slug}/" for category in watch.portal.content.categories}


def test_sections_that_the_sitemap_repeats_rest_in_daily_visits_and_have_their_turn(
    watch: WatchedPortal,
) -> None:
    watch.visit()
    sections = sections_of(watch) & set(watch.visit(DAY))
    assert len(sections) > 3
    assert not sections & set(watch.visit(DAY))
    turns = [sections & set(watch.visit(DAY)) for _ in range(6)]
    assert set.union(*turns) == sections
    assert max(map(len, turns)) <= 2
    assert sections <= set(watch.visit(timedelta(hours=1)))


def test_no_section_rests_without_a_sitemap_that_keeps_up(watch: WatchedPortal) -> None:
    watch.visit()
    sections = sections_of(watch) & set(watch.visit(DAY))
    watch.freeze(["/sitemap.xml", "/sitemap-vi.news.xml"])
    publish(watch, "Thông báo mới của xã", category=watch.portal.content.categories[0].slug)
    watch.visit(DAY)  # which finds it on the front page
    assert sections <= set(watch.visit(DAY))
