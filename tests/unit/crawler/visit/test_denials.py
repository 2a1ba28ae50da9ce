"""When a visit asks whether all is denied to it, and when it leaves a host alone."""

from datetime import UTC, datetime, timedelta

from crawler.visit.denials import Denials
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.frontier.validators import Validators
from pipelines.outcomes import Outcome

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOME = "http://a.example/"


def known(path: str, origin: str = HOME) -> KnownPage:
    return KnownPage(1, origin + path, "article", 0, Validators(1, None, None, 0))


class Answers:
    """A visit's answers, a second apart."""

    def __init__(self) -> None:
        self.denials = Denials(HOME)
        self.seconds = 0

    def come(self, *outcomes: Outcome, path: str | None = None, origin: str = HOME) -> bool:
        """Whether the last of them ends the visit to the host."""
        left = False
        for outcome in outcomes:
            self.seconds += 1
            page = known(f"tin-{self.seconds}" if path is None else path, origin)
            left = self.denials.note(page, outcome, AT + timedelta(seconds=self.seconds))
        return left

    def proof(self, *, at_end: bool = False) -> str | None:
        page = self.denials.next_page((), at_end=at_end)
        return page.url if page else None


def test_after_ten_denials_in_a_row_it_requests_a_page_that_came_before() -> None:
    visit = Answers()
    visit.come(Outcome.LISTING, path="")
    assert not visit.come(*[Outcome.CLIENT_ERROR] * 9)
    assert visit.proof() is None
    visit.come(Outcome.REFUSED_CHALLENGE)  # the same with status 200
    assert visit.proof() == HOME
    assert visit.proof() is None  # once
    assert visit.come(Outcome.CLIENT_ERROR, path="")  # that is denied too: leave the host


def test_if_the_page_comes_the_next_proof_takes_twice_as_many_denials() -> None:
    visit = Answers()
    visit.come(Outcome.LISTING, path="")
    requests = 0
    for _ in range(70):
        assert not visit.come(Outcome.CLIENT_ERROR)
        if visit.proof() is not None:
            requests += 1
            assert not visit.come(Outcome.NOT_MODIFIED, path="")
    assert requests == 3  # after 10, 20 and 40


def test_one_denial_at_the_end_of_a_visit_is_enough() -> None:
    visit = Answers()
    visit.come(Outcome.LISTING, path="")
    assert visit.proof(at_end=True) is None
    visit.come(Outcome.CLIENT_ERROR)
    assert visit.proof() is None
    assert visit.proof(at_end=True) == HOME
    visit.come(Outcome.LISTING, path="")
    assert visit.proof(at_end=True) is None


def test_an_answer_between_shows_that_not_all_is_denied() -> None:
    visit = Answers()
    visit.come(Outcome.LISTING, path="")
    for between in (Outcome.ARTICLE_NEW, Outcome.GONE, Outcome.REDIRECT):
        visit.come(*[Outcome.CLIENT_ERROR] * 9)
        visit.come(between)
    assert visit.proof() is None
    visit.come(*[Outcome.CLIENT_ERROR] * 9)
    visit.come(Outcome.FAILED, Outcome.SERVER_ERROR)  # these show nothing
    visit.come(Outcome.CLIENT_ERROR)
    assert visit.proof() == HOME


def test_answers_count_in_the_order_in_which_they_were_fetched() -> None:
    visit = Answers()
    visit.come(Outcome.LISTING, path="")
    visit.come(*[Outcome.CLIENT_ERROR] * 10)
    slowly_read = AT + timedelta(seconds=1)
    visit.denials.note(known("cham"), Outcome.ARTICLE_NEW, slowly_read)
    assert visit.proof() == HOME


def test_a_site_that_gives_nothing_is_left_and_another_host_of_files_is_not() -> None:
    visit = Answers()
    assert not visit.come(*[Outcome.CLIENT_ERROR] * 30, origin="http://files.example/")
    assert not visit.come(*[Outcome.CLIENT_ERROR] * 9)
    assert visit.come(Outcome.CLIENT_ERROR)
