"""One chooser weighs what every source proposes for a field."""

from collections.abc import Iterator

from pipelines.read.article.candidates import Candidate, choose
from pipelines.read.reading import ReadingLog


def test_the_weightiest_candidate_wins_and_the_first_of_equals() -> None:
    log = ReadingLog()
    candidates = [
        Candidate("Hà", "meta author", 0.3),
        Candidate("Lan", "a line", 0.6, "Tác giả: Lan"),
        Candidate("Mai", "another line", 0.6),
    ]
    chosen = choose("author", candidates, log)
    assert chosen is candidates[1]
    assert [(one.value, one.weight, one.chosen) for one in log.explanations] == [
        ("Hà", 0.3, False),
        ("Lan", 0.6, True),
        ("Mai", 0.6, False),
    ]
    assert log.explanations[1].raw == "Tác giả: Lan"


def test_a_decisive_candidate_ends_the_search() -> None:
    asked = []

    def propose() -> Iterator[Candidate[str]]:
        for name in ("selector", "layout"):
            asked.append(name)
            yield Candidate(name, name, 1.0)

    chosen = choose("title", propose(), ReadingLog())
    assert chosen is not None
    assert (chosen.value, asked) == ("selector", ["selector"])


def test_without_a_candidate_there_is_no_choice() -> None:
    log = ReadingLog()
    assert choose("title", [], log) is None
    assert log.explanations == []
