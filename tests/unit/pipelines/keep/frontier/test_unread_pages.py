"""Pages that a fault of Loa left unread: none is final, and each version tries them twice."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.pages import begin_visit
from pipelines.keep.records.captures import deadly_bytes
from pipelines.keep.visits.counted_pages import report_unread
from pipelines.outcomes import WORKER_REFUSALS, Refusal
from pipelines.read.reading import Document, LinkKind, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, read_as
from tests.builders.frontier_queue import DAY, find, queue

HOUR = timedelta(hours=1)
PATH = URL.removeprefix(SITE.url)
LASTING = sorted(WORKER_REFUSALS - {Refusal.NOT_READ})


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def unread(refusal: Refusal) -> Reading:
    return Reading("refused", refusal=refusal, detail=f"{URL}: it did not go well")


def visit(keeper: Keeper, after: timedelta) -> list[str]:
    """What a visit that begins then asks for."""
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=AT + after)
    return queue(keeper, after=after)


def install_another_version(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        db.execute("update captures set unread_by = '0.0.1' where unread_by is not null")


@pytest.mark.parametrize("kind", ["article", "attachment"])
@pytest.mark.parametrize("refusal", LASTING)
def test_a_page_left_unread_is_tried_twice_by_each_version(
    keeper: Keeper, refusal: Refusal, kind: LinkKind
) -> None:
    find(keeper, PATH, kind=kind)
    keeper.keep(unread(refusal), kind=kind)
    assert keeper.one("select state, reason from pages") == {
        "state": "failing",
        "reason": f"refused-{refusal}",
    }
    assert visit(keeper, HOUR) == [PATH]
    keeper.keep(unread(refusal), AT + HOUR, kind=kind)
    assert visit(keeper, 365 * DAY) == []
    install_another_version(keeper)
    assert visit(keeper, 366 * DAY) == [PATH]
    keeper.keep(unread(refusal), AT + 366 * DAY, kind=kind)
    assert visit(keeper, 367 * DAY) == [PATH]
    keeper.keep(unread(refusal), AT + 367 * DAY, kind=kind)
    assert visit(keeper, 400 * DAY) == []


def test_a_page_for_which_the_machine_had_no_time_is_tried_every_day(keeper: Keeper) -> None:
    find(keeper, PATH)
    for day in range(20):
        assert visit(keeper, day * DAY + HOUR) == [PATH]
        keeper.keep(unread(Refusal.NOT_READ), AT + day * DAY + HOUR, kind="article")
    assert visit(keeper, 30 * DAY) == [PATH]


def test_another_failure_between_two_faults_gives_a_page_its_second_try_again(
    keeper: Keeper,
) -> None:
    find(keeper, PATH)
    keeper.keep(unread(Refusal.READER_FAILED), kind="article")
    keeper.keep(None, AT + HOUR, status=503, kind="article")
    keeper.keep(unread(Refusal.READER_FAILED), AT + DAY, kind="article")
    assert visit(keeper, 3 * DAY) == [PATH]


@pytest.mark.parametrize("refusal", LASTING)
def test_a_held_article_keeps_its_due_date_whatever_happens_to_its_reader(
    keeper: Keeper, refusal: Refusal
) -> None:
    keeper.keep(read_as(article()), kind="article")
    keeper.keep(unread(refusal), AT + DAY, kind="article")
    keeper.keep(unread(refusal), AT + 2 * DAY, kind="article")
    assert visit(keeper, 10 * DAY) == [PATH]
    assert keeper.one("select removed_at, title from articles")["removed_at"] is None
    keeper.keep(read_as(article("Họp dân lần hai")), AT + 10 * DAY, kind="article")
    assert keeper.one("select state, reason from pages") == {"state": "held", "reason": None}


def test_the_pages_that_older_archives_refused_for_good_are_due(keeper: Keeper) -> None:
    find(keeper, PATH)
    keeper.keep(unread(Refusal.READER_FAILED), kind="article")
    keeper.keep(unread(Refusal.READER_FAILED), AT + HOUR, kind="article")
    with keeper.archive.transaction() as db:  # as the migration leaves them
        db.execute("update captures set unread_by = null")
    assert visit(keeper, DAY) == [PATH]


def test_bytes_are_given_up_only_after_two_visits_and_only_by_the_version_they_killed(
    keeper: Keeper,
) -> None:
    def condemned() -> bool:
        return bool(deadly_bytes(keeper.archive.connection))

    keeper.keep(unread(Refusal.TOO_SLOW), body=b"a bomb")
    assert not condemned()
    keeper.keep(unread(Refusal.TOO_SLOW), AT + DAY, body=b"a bomb")
    assert condemned()
    install_another_version(keeper)
    assert not condemned()


def test_one_issue_counts_the_unread_pages_of_a_site_and_closes_when_all_are_read(
    keeper: Keeper,
) -> None:
    def issues() -> list[dict[str, object]]:
        with keeper.archive.transaction() as db:
            report_unread(db, SITE.key, AT + DAY)
        return keeper.rows("select kind, detail, closed_at is null as open from issues")

    addresses = [f"{SITE.url}tin/bai-{n}.html" for n in range(3)]
    for n, url in enumerate(addresses):
        refusal = Refusal.READER_FAILED if n else Refusal.TOO_SLOW
        at = AT + timedelta(minutes=n)
        keeper.keep(Reading("refused", refusal=refusal, detail=f"{url}: why"), at, url=url)
    (issue,) = issues()
    assert (issue["kind"], issue["open"]) == ("unread", 1)
    for said in (
        "unread: 3 (",
        "2 refused-reader-failed",
        "1 refused-too-slow",
        f"{addresses[2]}: why",
    ):
        assert said in str(issue["detail"])
    for url in addresses[1:]:
        keeper.keep(read_as(article(url=url)), AT + HOUR, url=url)
    (issue,) = issues()
    assert "unread: 1 (" in str(issue["detail"])
    document = Reading("attachment", document=Document("application/pdf", "Lịch họp"))
    keeper.keep(document, AT + HOUR, url=addresses[0])
    (issue,) = issues()
    assert issue["open"] == 0
