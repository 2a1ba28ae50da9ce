"""Issues and outcomes have words in both languages, all of them and no others."""

import re

from pipelines.keep.status.words import HEALTH, RUNS, WORDS, run_word
from pipelines.outcomes import IssueKind, RunOutcome
from tests import ROOT
from web.languages import LANGUAGES, said, speak
from web.languages.issue_words import issue_words, kinds

WEB = ROOT / "web"


def test_each_kind_of_issue_has_a_name_a_meaning_and_a_remedy_in_both_languages() -> None:
    assert set(kinds()) == set(IssueKind)
    for kind, parts in kinds().items():
        assert set(parts) == {"name", "means", "do"}, kind
        for texts in parts.values():
            assert set(texts) == set(LANGUAGES), kind
            assert all(len(text) > 5 for text in texts.values()), kind
            # A command is the same in both languages.
            commands = [re.findall("`([^`]+)`", text) for text in texts.values()]
            assert sorted(commands[0]) == sorted(commands[1]), kind


def test_each_outcome_of_a_run_has_its_word_and_its_meaning() -> None:
    meanings = (WEB / "templates/_runs.html").read_text("utf-8")
    assert set(re.findall(r'^    "([\w-]+)": _', meanings, re.M)) == set(RunOutcome) == set(RUNS)
    assert set(HEALTH) == set(WORDS)


def test_words_follow_the_language_and_name_the_site_in_commands() -> None:
    speak("en")
    assert "loa remove songmai" in issue_words("parked", "songmai").remedy
    assert said(run_word("interrupted")) == "interrupted"
    # A newer Loa or another tool may have words of its own.
    unknown = ["50% of it", "%(x)s", ""]
    assert [said(run_word(word)) for word in unknown] == unknown
    speak("vi")
    assert said(run_word("interrupted")) == "bị ngắt"
    assert "loa remove SITE" in issue_words("parked").remedy


def test_a_word_of_a_newer_loa_is_shown_as_it_is() -> None:
    assert issue_words("from-the-future").name == "from-the-future"
    assert said(run_word("from-the-future")) == "from-the-future"
