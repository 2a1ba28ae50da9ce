"""A file with an unknown entry is refused; the refusal names file, key and what is allowed."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from portals.errors import LoaError, PortalFileError
from portals.strict_toml import read_toml, shape_toml


@dataclass(frozen=True, slots=True)
class Office:
    street: str
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Council:
    name: str
    level: Literal["commune", "district"] = "commune"
    seats: int = 0
    share: float = 0.0
    sits: bool = True
    since: date = date(2021, 5, 23)
    motto: str | None = None
    offices: tuple[Office, ...] = ()
    names: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    seat: Office = Office("")


FILE = Path("council.toml")


def refusal(tables: dict[str, object]) -> str:
    with pytest.raises(PortalFileError) as caught:
        shape_toml(Council, tables, FILE)
    return str(caught.value)


def test_every_type_that_a_file_may_hold_is_taken_as_it_stands() -> None:
    tables = {
        "name": "HĐND xã Suối Mây",
        "level": "district",
        "seats": 25,
        "share": 0.5,
        "sits": False,
        "since": date(2016, 5, 22),
        "motto": "Gần dân",
        "offices": [{"street": "Ven Hồ"}, {"street": "Ven Sông", "floor": 2}],
        "names": ["a", "b"],
        "pattern": r"\d+",
        "seat": {"street": "Chợ Cũ"},
    }
    council = shape_toml(Council, tables, FILE)
    assert council == Council(
        name="HĐND xã Suối Mây",
        level="district",
        seats=25,
        share=0.5,
        sits=False,
        since=date(2016, 5, 22),
        motto="Gần dân",
        offices=(Office("Ven Hồ"), Office("Ven Sông", 2)),
        names=("a", "b"),
        pattern=re.compile(r"\d+"),
        seat=Office("Chợ Cũ"),
    )


def test_what_a_file_leaves_out_takes_the_default() -> None:
    assert shape_toml(Council, {"name": "x"}, FILE) == Council("x")


def test_a_whole_number_is_taken_where_a_number_is_asked_for() -> None:
    share = shape_toml(Council, {"name": "x", "share": 3}, FILE).share
    assert (share, type(share)) == (3.0, float)


@pytest.mark.parametrize(
    ("tables", "key", "allowed"),
    [
        (
            {"name": "x", "nmae": "y"},
            "nmae",
            (
                "unknown key; allowed here: level, motto, name, names, offices, pattern, seat, "
                "seats, share, since, sits"
            ),
        ),
        ({}, "name", "is missing; it must be given"),
        ({"name": 3}, "name", "should be a string, not 3"),
        (
            {"name": "x", "level": "province"},
            "level",
            "should be one of 'commune', 'district', not 'province'",
        ),
        (
            {"name": "x", "level": ["commune"]},
            "level",
            "should be one of 'commune', 'district', not ['commune']",
        ),
        ({"name": "x", "seats": 2.5}, "seats", "should be a whole number, not 2.5"),
        ({"name": "x", "seats": True}, "seats", "should be a whole number, not True"),
        ({"name": "x", "share": "half"}, "share", "should be a number, not 'half'"),
        ({"name": "x", "share": False}, "share", "should be a number, not False"),
        ({"name": "x", "sits": 1}, "sits", "should be true or false, not 1"),
        ({"name": "x", "sits": "yes"}, "sits", "should be true or false, not 'yes'"),
        (
            {"name": "x", "since": "2021-05-23"},
            "since",
            "should be a date (2020-01-31), not '2021-05-23'",
        ),
        ({"name": "x", "motto": 1}, "motto", "should be a string, not 1"),
        ({"name": "x", "names": "a"}, "names", "should be a list, not 'a'"),
        ({"name": "x", "names": ["a", 2]}, "names[1]", "should be a string, not 2"),
        (
            {"name": "x", "pattern": "("},
            "pattern",
            "is not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ({"name": "x", "pattern": 5}, "pattern", "is not a regular expression"),
        ({"name": "x", "seat": "Chợ Cũ"}, "seat", "should be a table, not 'Chợ Cũ'"),
        (
            {"name": "x", "seat": {"street": "a", "door": 1}},
            "seat.door",
            "unknown key; allowed here: floor, street",
        ),
        ({"name": "x", "seat": {"floor": 1}}, "seat.street", "is missing; it must be given"),
        ({"name": "x", "offices": {"street": "a"}}, "offices", "should be a list"),
        (
            {"name": "x", "offices": [{"street": "a"}, {"street": "b", "floor": "2"}]},
            "offices[1].floor",
            "should be a whole number, not '2'",
        ),
        ({"name": "x", "offices": [{}]}, "offices[0].street", "is missing; it must be given"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_file_its_key_and_what_is_allowed(
    tables: dict[str, object], key: str, allowed: str
) -> None:
    message = refusal(tables)
    assert message.startswith(f"council.toml: {key}: {allowed}")
    assert "\n" not in message


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(
        PortalFileError,
        match=(
            r"none\.toml: cannot be read \(No such file or directory\); check the name and its "
            r"permissions"
        ),
    ):
        read_toml(tmp_path / "none.toml")


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xa.toml").mkdir()
    with pytest.raises(PortalFileError, match=r"xa\.toml: cannot be read"):
        read_toml(tmp_path / "xa.toml")


def test_a_file_in_a_legacy_encoding_is_refused_and_told_to_be_saved_as_utf_8(
    tmp_path: Path,
) -> None:
    file = tmp_path / "xa.toml"
    file.write_bytes('name = "Su\u1ed1i"'.encode("utf-16"))
    with pytest.raises(
        PortalFileError, match=r"xa\.toml: is not UTF-8 \(byte 0\); save it as UTF-8"
    ):
        read_toml(file)


def test_a_file_that_is_no_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "xa.toml"
    file.write_text('name = "x"\nurl = http://x/\n', encoding="utf-8")
    with pytest.raises(PortalFileError, match=r"xa\.toml: is not valid TOML: .*line 2"):
        read_toml(file)


def test_the_refusal_of_a_file_is_an_error_that_the_commands_print_as_one_line() -> None:
    assert issubclass(PortalFileError, LoaError)
    assert PortalFileError("x").exit_code == 3
