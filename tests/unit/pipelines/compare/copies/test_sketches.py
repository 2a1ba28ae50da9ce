"""Sketches are the same on every machine and in every process."""

from random import Random

from pipelines.compare.copies.sketches import KEYS, sketch_of
from tests.builders.invented_news import EDITS, news

NUMBERS = " ".join(f"số{number}" for number in range(60))


def test_a_sketch_never_changes() -> None:
    # If a new rensa fails this, old sketches are of no use: a migration has to make them anew.
    sketch = sketch_of(f"Tin\n{NUMBERS}")
    assert sketch is not None
    assert sketch.words == 61
    assert sketch.id == 479719714015000341
    assert sketch.keys[:3] == [844824962, 6010496751, 10891413789]


def test_a_key_tells_its_place() -> None:
    sketch = sketch_of(NUMBERS)
    assert sketch is not None
    assert [key >> 32 for key in sketch.keys] == [*range(KEYS)]


def test_few_words_have_no_sketch() -> None:
    assert sketch_of("Xem tập tin kèm theo.") is None


def test_edited_texts_have_keys_in_common_and_others_hardly_any() -> None:
    luck = Random(3)
    for number, edit in enumerate(EDITS.values()):
        one, other = sketch_of(news(number).text), sketch_of(edit(news(number), 0.2, luck).text)
        assert one is not None
        assert other is not None
        assert len({*one.keys} & {*other.keys}) >= 5
    sketches = [sketch_of(news(number).text) for number in range(50)]
    keys = [{*sketch.keys} for sketch in sketches if sketch is not None]
    common = [len(keys[one] & keys[other]) for one in range(50) for other in range(one)]
    assert sum(count >= 3 for count in common) <= 5
