"""What a sitemap says of edits: believed once, and not where it cannot be true."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from pipelines.keep.database.timestamps import utc_text
from portals.sample.content import Story
from portals.sample.portal import Answer
from tests.builders.watched_portal import WatchedPortal


def test_an_edit_that_the_sitemap_tells_of_is_looked_at_once(watch: WatchedPortal) -> None:
    watch.visit()
    story = watch.portal.stories[-1]
    address = watch.portal.address(story)
    watch.portal.edit(
        story.slug,
        paragraphs=("Lịch họp được dời sang tuần sau.",),
        modified=watch.clock.now + timedelta(minutes=30),
    )
    assert address in watch.visit()
    assert (
        watch.value(
            "select count(*) from revisions join articles on articles.id = article where url = ?",
            watch.url(address),
        )
        == 2
    )
    assert address not in watch.visit()


def sitemap_says(watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch, *stories: Story) -> None:
    """The sitemap has these stories edited at the very moment when it is asked for."""
    honest = watch.portal.respond

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        answer = honest(path, headers)
        if path != "/sitemap-vi.news.xml":
            return answer
        body = answer.body
        for story in stories:
            edited = (story.modified or story.published).isoformat().encode()
            place = body.index(watch.portal.address(story).encode())
            body = body[:place] + body[place:].replace(
                edited, utc_text(watch.clock.now).encode(), 1
            )
        return Answer(answer.status, body, answer.media_type, answer.headers)

    monkeypatch.setattr(watch.portal, "respond", respond)


def test_a_sitemap_that_has_everything_edited_just_now_makes_nothing_due(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitemap_says(watch, monkeypatch, *watch.portal.stories)
    watch.visit()
    assert "article" not in watch.kinds(watch.visit())


def test_an_article_whose_lastmod_always_moves_is_looked_at_twice_and_then_no_more(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = watch.portal.stories[-1]
    sitemap_says(watch, monkeypatch, story)
    watch.visit()
    assert [watch.portal.address(story) in watch.visit() for _ in range(4)] == [
        True,
        True,
        False,
        False,
    ]
