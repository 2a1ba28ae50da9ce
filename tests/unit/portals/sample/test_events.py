"""What happens on the sample portals in the demo, and the mistakes that its file may have."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from portals.errors import LoaError
from portals.sample import SamplePortals
from portals.sample.events import Event, event_of, load_events
from tests.builders.sample_client import ask


def test_all_events_happen_and_every_story_is_told_of_in_full(portals: SamplePortals) -> None:
    before = {key: len(portal.stories) for key, portal in portals.portals.items()}
    for event in load_events(portals.portals):
        event.happen(portals[event.portal])
    after = {key: len(portal.stories) for key, portal in portals.portals.items()}
    assert {key: after[key] - before[key] for key in after} == {
        "songmai": 2,
        "thachlam": 0,  # one more, and one less
        "anphu": 1,
    }
    assert "đã hết hạn" in ask(portals.urls["anphu"] + "bat-ky").text
    songmai = portals["songmai"]
    shown = ask(songmai.url.rstrip("/") + songmai.address(songmai.find(61)))
    assert "112,8 tỷ đồng" in shown.text
    assert "94,5 tỷ đồng" not in shown.text
    assert "Bà nhấn mạnh" not in shown.text


def test_the_same_words_are_republished_and_others_are_altered(portals: SamplePortals) -> None:
    first, same, altered, *_ = (one.new for one in load_events(portals.portals) if one.new)
    assert same.blocks == first.blocks
    assert altered.blocks != first.blocks


def test_an_edit_of_words_that_are_not_there_is_refused(portals: SamplePortals) -> None:
    event = Event(2, "songmai", "edit", "…", story=61, replace=(("không có câu này", ""),))
    with pytest.raises(LoaError, match="'không có câu này', which story 61 does not say"):
        event.happen(portals["songmai"])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"does": "burn"}, "event 1: does: should be one of 'publish'"),
        ({"wen": 2}, "event 1: wen: unknown key"),
        ({"does": "publish"}, 'event 1: `new` and does = "publish" go together'),
        ({"does": "publish", "new": {"id": 9, "titel": "…"}}, "new: unknown key titel"),
    ],
)
def test_a_mistake_in_the_file_is_named(wrong: dict[str, Any], told: str) -> None:
    file = files("portals.sample") / "content" / "events.toml"
    row = next(
        row for row in tomllib.loads(file.read_text("utf-8"))["event"] if row["does"] == "edit"
    )
    with pytest.raises(LoaError, match=told):
        event_of({**row, **wrong}, {}, Path("events.toml"), "event 1")
