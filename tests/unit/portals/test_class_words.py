"""Words of classes and ids: which names of elements they find."""

import pytest

from portals.class_words import class_words, named
from portals.language_words import Words

WORDS = class_words()


@pytest.mark.parametrize(
    ("group", "found", "passed_over"),
    [
        (WORDS.files, "box attached-files", "profile"),
        (WORDS.files, "tx_dateien", "dateienlos"),
        (WORDS.others, "related-news", "unrelated"),
        (WORDS.others, "tin-lien-quan", "tin-lien-tuc"),
        (WORDS.fields, "news-title", "subtitles"),
        (WORDS.trails, "fil-d-ariane", "filet"),
        (WORDS.leads, "bai-trich-yeu", "leader"),
    ],
)
def test_a_word_stands_alone_between_signs(group: Words, found: str, passed_over: str) -> None:
    pattern = named(group)
    assert pattern.search(found)
    assert not pattern.search(passed_over)


def test_several_groups_are_one_pattern() -> None:
    pattern = named(WORDS.leads, WORDS.summaries)
    assert pattern.search("sapo")
    assert pattern.search("entry excerpt")
