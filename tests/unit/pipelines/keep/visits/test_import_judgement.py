"""What an import tells of its sites: what looks wrong, and what is normal for captures."""

from datetime import timedelta

from pipelines.keep.database.archive import Archive
from pipelines.keep.status.statuses import site_statuses
from pipelines.keep.visits.accept import accept_issues
from pipelines.keep.visits.import_judgement import judge_import
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import IssueKind, Refusal, RunOutcome
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as

LISTING = f"{SITE.url}tin-tuc/"
MINUTE = timedelta(minutes=1)
HTML = (("Content-Type", "text/html"),)


class Import:
    """Captures of one portal, and what their import says."""

    def __init__(self, archive: Archive) -> None:
        self.keeper, self.at = Keeper(archive), AT

    def take(self, name: str, reading: Reading | None) -> None:
        self.at += MINUTE
        self.keeper.keep(reading, self.at, url=f"{LISTING}{name}", headers=HTML)

    def articles(self, count: int, *, title: str = "Tin", body: str = "Chữ của bài") -> None:
        for number in range(count):
            url = f"{LISTING}bai-{number}.html"
            self.take(
                f"bai-{number}.html",
                read_as(article(f"{title} {number}", f"{body} {number}.", url=url)),
            )

    def refused(self, count: int, why: Refusal, word: str = "trang") -> None:
        for number in range(count):
            self.take(f"{word}-{number}.html", Reading("refused", refusal=why, detail="so it is"))

    def lists(self, *names: str) -> None:
        links = tuple(Link(f"{LISTING}{name}.html", "article", f"Tên {name}") for name in names)
        self.take("", Reading("listing", "nukeviet", links=links))

    def ends(self) -> tuple[str, str, list[str]]:
        """The outcome, the words of `loa status`, and the open issues."""
        keeper = self.keeper
        with keeper.archive.transaction() as db:
            ending = judge_import(db, keeper.run, Ending(RunOutcome.OK, None), self.at)
            db.execute("update runs set kind = 'import' where id = ?", (keeper.run,))
            keeper.run = open_run(db, "import", None, self.at)
        self.detail = ending.detail or ""
        (status,) = site_statuses(keeper.archive.connection, now=self.at)
        told = [
            str(row["kind"])
            for row in keeper.rows("select kind from issues where closed_at is null order by kind")
        ]
        return ending.outcome, status.health, told


NORMAL = ("ok", "never visited", list[str]())


def test_listings_that_name_what_a_file_lacks_are_normal_and_counted(archive: Archive) -> None:
    one = Import(archive)
    one.articles(3)
    one.lists("bai-0", "bai-1", "bai-2", *(f"khac-{number}" for number in range(40)))
    assert one.ends() == NORMAL
    assert one.detail == "lungvai: articles that listings name and the import lacks: 40"


def test_old_pages_that_are_gone_or_of_no_kind_are_normal_and_mentioned(archive: Archive) -> None:
    one = Import(archive)
    one.articles(5)
    one.refused(9, Refusal.SOFT_404, "cu")
    one.refused(19, Refusal.NOT_AN_ARTICLE)
    assert one.ends() == NORMAL
    assert one.detail.startswith("lungvai: 19 of 33 pages are neither articles nor listings")


def test_pages_without_one_article_are_reported_from_a_hundred_on(archive: Archive) -> None:
    one = Import(archive)
    one.refused(99, Refusal.NOT_AN_ARTICLE)
    assert one.ends() == NORMAL
    assert one.detail.startswith("no article among 99 pages: `loa read`")
    one.refused(100, Refusal.NOT_AN_ARTICLE, "khac")
    assert one.ends() == ("suspect", "suspect", ["no-articles"])
    assert "no-articles: none of 100 imported pages was read as an article" in one.detail
    one.articles(1)
    assert one.ends() == NORMAL


def test_walls_in_place_of_most_pages_are_reported_until_they_are_captured_anew(
    archive: Archive,
) -> None:
    one = Import(archive)
    one.articles(10)
    one.refused(10, Refusal.CAPTCHA)
    assert one.ends() == NORMAL
    one.refused(30, Refusal.LOGIN, "noi-bo")
    assert one.ends() == ("suspect", "suspect", ["login"])
    assert "30 of 30 imported pages are refused as login" in one.detail
    url = f"{LISTING}noi-bo-29.html"
    one.take("noi-bo-29.html", read_as(article("Tin nội bộ", "Nay ai cũng đọc.", url=url)))
    assert one.ends() == NORMAL


def test_furniture_taken_for_titles_or_texts_is_reported_and_can_be_accepted(
    archive: Archive,
) -> None:
    one = Import(archive)
    one.articles(20)
    for number in range(4):
        url = f"{LISTING}chung-{number}.html"
        one.take(
            f"chung-{number}.html", read_as(article("Cổng thông tin", f"Bài {number}.", url=url))
        )
        url, text = f"{LISTING}rong-{number}.html", "Liên hệ: thôn Thượng."
        one.take(f"rong-{number}.html", read_as(article(f"Việc {number}", text, url=url)))
    assert one.ends() == ("suspect", "suspect", ["texts-shared", "titles-shared"])
    with archive.transaction() as db:
        kinds = [IssueKind.TITLES_SHARED, IssueKind.TEXTS_SHARED]
        accept_issues(db, SITE, kinds, "forms", one.at)
    one.lists("bai-0")
    assert one.ends() == NORMAL


def test_listed_pages_that_are_no_articles_are_reported(archive: Archive) -> None:
    one = Import(archive)
    one.articles(6)
    one.refused(3, Refusal.NOT_AN_ARTICLE)
    one.lists(
        *(f"bai-{number}" for number in range(6)), *(f"trang-{number}" for number in range(3))
    )
    assert one.ends() == ("suspect", "suspect", ["entries-refused"])
