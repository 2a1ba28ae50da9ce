"""Language files: what the loader takes and refuses, and how phrases become patterns."""

import re
from pathlib import Path

import pytest

from portals.errors import PortalFileError
from portals.languages import FOLDER, any_of, check_numbers, every, languages, load_language


def written(folder: Path, text: str) -> Path:
    path = folder / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_language_needs_only_a_name(tmp_path: Path) -> None:
    language = load_language(written(tmp_path, 'name = "A language"'))
    assert (language.key, language.name, language.dates.months) == ("xx", "A language", ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "name: is missing; it must be given"),
        ('name = "x"\nkey = "xx"', "key: is taken from the file's name; remove it"),
        ('name = "x"\n[dates]\nmonhts = []', "dates.monhts: unknown key; allowed here: ago, at,"),
        ('name = "x"\n[dates]\nmonths = ["jan"]', "dates.months[0]: should be a list, not 'jan'"),
        (
            'name = "x"\n[dates]\nmonths = [["jan"]]',
            "dates.months: has 1 entries; give all 12 in their order",
        ),
        (
            'name = "x"\n[bylines]\nby = ["by [the"]',
            "bylines.by: the brackets of 'by [the' do not close, or one [ ] holds another",
        ),
        (
            'name = "x"\n[dates]\nat = ["at", "[a[t]]"]',
            "dates.at: the brackets of '[a[t]]' do not close, or one [ ] holds another",
        ),
        (
            'name = "x"\n[furniture]\nwidgets = ["hear {text}"]',
            "furniture.this_text: is missing; it stands for {text} in other phrases",
        ),
        ('name = "x"\n[dates]\ndigits = "012"', "dates.digits: has 3 entries; give all 10"),
        (
            'name = "x"\n[dates]\nfiller = ["Date"]',
            "dates.filler: 'Date' is never met; write 'date' in NFC",
        ),
        (
            'name = "x"\n[bylines]\nby = ["bo\u031b\u0309i"]',
            "bylines.by: 'bo\u031b\u0309i' is never met; write 'bo\u031b\u0309i' in NFC",
        ),
        (
            'name = "x"\n[dates.back]\ntoday = ["to[ ]day"]',
            "dates.back: 'to[ ]day' has brackets, but is looked up; write out every form of it",
        ),
        (
            'name = "x"\n[dates]\nzones = [{ names = ["xst"], offset = "7" }]',
            "dates.zones.offset: should be an offset from UTC such as '+07:00', not '7'",
        ),
        (
            'name = "x"\n[dates]\nshapes = ["year day"]',
            "dates.shapes[0]: should be one of 'day month year', 'month day year', 'month year'",
        ),
    ],
)
def test_a_fault_names_file_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PortalFileError) as caught:
        load_language(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_every_file_is_loaded() -> None:
    assert set(languages()) == {path.stem for path in FOLDER.glob("*.toml")}
    assert {"vi", "en", "de", "fr", "es", "it", "pt"} <= set(languages())


def test_words_of_all_languages_are_joined_once() -> None:
    ordinals = every(lambda language: language.dates.ordinals)
    assert {"st", "er", "º"} <= set(ordinals)
    assert len(ordinals) == len(set(ordinals))


@pytest.mark.parametrize(
    ("phrase", "matched", "refused"),
    [
        ("a.m.", ["a.m."], ["acmc"]),
        ("publié[e][s] le", ["publié le", "publiée le", "publiées le"], ["publiéele", "publié"]),
        ("[date] [last] update[d]", ["updated", "last update", "date last update"], ["lastupdate"]),
        ("put [bài|tin] on", ["put on", "put bài on", "put tin on"], ["put bài tin on", "put  on"]),
        ("stand [vom]", ["stand", "stand vom"], ["stand ", "standvom"]),
        ("(a|b) of", ["a of", "b of"], ["a", "ab of"]),
    ],
)
def test_a_phrase_is_a_small_template(phrase: str, matched: list[str], refused: list[str]) -> None:
    pattern = re.compile(any_of([phrase]))
    assert [text for text in (*matched, *refused) if pattern.fullmatch(text)] == matched


def test_the_longest_phrase_is_tried_first_and_no_phrase_matches_nothing() -> None:
    found = re.match(any_of(["in", "in bài viết", "in ra"]), "in bài viết này")
    assert found is not None
    assert found[0] == "in bài viết"
    assert re.search(any_of([]), "") is None


def test_a_word_has_one_number_in_all_languages() -> None:
    check_numbers("months", {"aa": (("mei",), ("juni",)), "bb": (("mei", "mai"), ())})
    with pytest.raises(PortalFileError) as caught:
        check_numbers("months", {"aa": (("mei",), ("juni",)), "bb": ((), ("mei",))})
    assert str(caught.value) == (
        f"{FOLDER / 'bb'}.toml: dates.months: 'mei' is number 1 in aa.toml and 2 here; "
        "leave it out of one of them"
    )
