"""Names of changes: ten kinds of edits, and what is no edit."""

from dataclasses import replace

import pytest

from pipelines.compare.changes import Change, differs, what_changed
from pipelines.compare.version import File, Picture, Version

LEAD = "Sáng 12/5, xã Nam Nung khởi công con đường liên thôn."
FIRST = "Con đường dài 3.200 m, kinh phí 5,6 tỷ đồng."
SECOND = "Người dân hiến 400 m2 đất và tham gia san nền."
THIRD = "Công trình hoàn thành trong quý IV."
CAPTION = "Lãnh đạo huyện dự lễ khởi công. Ảnh: Lê An"
PAGE = Version(
    title="Khởi công đường liên thôn",
    lead=LEAD,
    body="\n\n".join([FIRST, SECOND, THIRD]),
    author="Lê An",
    source="Đài huyện",
    published_on="2019-05-12",
    section="Tin xã",
    pictures=(Picture("http://a.example/img/le.jpg", CAPTION), Picture("http://a.example/2.png")),
    files=(File("http://a.example/f.pdf", "Quyết định", "a" * 64), File("http://a.example/g.doc")),
)
PICTURES = PAGE.pictures or ()
FILES = PAGE.files or ()

EDITS = {
    "a letter in the title": (
        {"title": "Khởi công đường liên thốn"},
        Change(("title",), 1, 1, False, True),
    ),
    "a digit in the body": (
        {"body": PAGE.body.replace("5,6", "6,6")},
        Change(("body",), 1, 1, True, True),
    ),
    "a date": ({"published_on": "2019-05-13"}, Change(("date",), is_edit=True)),
    "an attachment's bytes": (
        {"files": (replace(FILES[0], sha256="b" * 64), FILES[1])},
        Change(("attachments",), is_edit=True),
    ),
    "an attachment gone": ({"files": FILES[:1]}, Change(("attachments",), is_edit=True)),
    "a caption": (
        {"pictures": (replace(PICTURES[0], caption=CAPTION.replace("huyện", "tỉnh")), PICTURES[1])},
        Change(("pictures",), 1, 1, False, True),
    ),
    "a caption taken away": (
        {"pictures": (replace(PICTURES[0], caption=None), PICTURES[1])},
        Change(("pictures",), 0, 10, False, True),
    ),
    "a paragraph gone": (
        {"body": f"{FIRST}\n\n{THIRD}"},
        Change(("body",), 0, 11, True, True),
    ),
    "a lead": ({"lead": LEAD.replace("Sáng", "Chiều")}, Change(("lead",), 1, 1, False, True)),
    "a lead gone": ({"lead": None}, Change(("lead",), 0, 11, True, True)),
    "an author": ({"author": "Lê Ân"}, Change(("byline",), is_edit=True)),
    "a section": ({"section": "Tin huyện"}, Change(("section",), is_edit=True)),
    "a picture swapped": (
        {"pictures": (Picture("http://a.example/img/ca.jpg", CAPTION), PICTURES[1])},
        Change(("pictures",), is_edit=True),
    ),
    "numbers that change places": (
        {"body": PAGE.body.replace("3.200", "400").replace("400 m2", "3.200 m2")},
        Change(("body",), 2, 2, True, True),
    ),
    "title, lead and body": (
        {"title": "Khánh thành đường", "lead": f"{LEAD} Mưa.", "body": f"{PAGE.body}\n\nHết."},
        Change(("title", "lead", "body"), 4, 4, False, True),
    ),
}


@pytest.mark.parametrize(("edited", "expected"), EDITS.values(), ids=EDITS)
def test_each_edit_is_named(edited: dict[str, object], expected: Change) -> None:
    after = replace(PAGE, **edited)  # type: ignore[arg-type]
    assert what_changed(PAGE, after) == expected
    assert differs(PAGE, after)
    back = what_changed(after, PAGE)
    assert back.fields == expected.fields
    assert (back.words_added, back.words_removed) == (expected.words_removed, expected.words_added)
    assert back.figures_changed == expected.figures_changed


NO_EDITS = {
    "nothing": {},
    "signs": {"body": PAGE.body.replace("5,6", "5,6\u00a0"), "title": f" {PAGE.title} "},
    "paragraphs joined": {"body": PAGE.body.replace("\n\n", "\n")},
    "the lead in the body": {"lead": None, "body": f"{LEAD}\n\n{PAGE.body}"},
    "the first paragraph as the lead": {
        "lead": f"{LEAD}\n\n{FIRST}",
        "body": f"{SECOND}\n\n{THIRD}",
    },
    "a caption in the body": {
        "body": PAGE.body.replace(SECOND, f"{CAPTION}\n\n{SECOND}"),
        "pictures": (replace(PICTURES[0], caption=None), PICTURES[1]),
    },
    "a caption joined to a paragraph": {
        "body": PAGE.body.replace(SECOND, f"{CAPTION} {SECOND}"),
        "pictures": (replace(PICTURES[0], caption=None), PICTURES[1]),
    },
    "tokens in addresses": {
        "pictures": (
            Picture("https://b.example/img/le-300x200.jpg?t=17", CAPTION),
            Picture("http://a.example/2.png?v=2"),
        ),
        "files": (
            File("http://a.example/f.pdf?token=1", "Quyết định", "a" * 64),
            File("http://a.example/g.doc?t=2"),
        ),
    },
    "bytes not held yet": {"files": (replace(FILES[0], sha256=None), FILES[1])},
    "unknown day and section": {"published_on": None, "section": None},
    "pictures and files not kept": {"pictures": None, "files": None},
}


@pytest.mark.parametrize("other", NO_EDITS.values(), ids=NO_EDITS)
def test_what_is_no_edit_has_no_name(other: dict[str, object]) -> None:
    after = replace(PAGE, **other)  # type: ignore[arg-type]
    assert what_changed(PAGE, after) == what_changed(after, PAGE) == Change()
    assert not differs(PAGE, after)
    assert not differs(after, PAGE)


LOST = {
    "with its caption": {},
    "its caption left as a paragraph": {"body": f"{PAGE.body}\n\n{CAPTION}"},
    "its caption left as two paragraphs": {
        "body": f"{PAGE.body}\n\n" + CAPTION.replace(". ", ".\n\n")
    },
    "its caption left at the head": {"body": f"{CAPTION}\n\n{PAGE.body}"},
    "its caption left as the lead": {"lead": f"{CAPTION}\n\n{LEAD}"},
    "its caption left at a paragraph's end": {
        "body": PAGE.body.replace(SECOND, f"{SECOND} {CAPTION}")
    },
}


@pytest.mark.parametrize("left", LOST.values(), ids=LOST)
def test_a_picture_that_came_or_went_is_no_edit(left: dict[str, str]) -> None:
    pictures = Change(("pictures",))
    after = replace(PAGE, pictures=PICTURES[1:], **left)  # type: ignore[arg-type]
    assert what_changed(PAGE, after) == what_changed(after, PAGE) == pictures


def test_a_picture_that_went_hides_no_edit() -> None:
    body = f"{PAGE.body.replace('5,6', '6,6')}\n\n{CAPTION}"
    after = replace(PAGE, pictures=PICTURES[1:], body=body)
    assert what_changed(PAGE, after) == Change(("body", "pictures"), 1, 1, True, True)


def test_a_paragraph_that_says_what_a_caption_says_may_go() -> None:
    """Only the body's copy went, and the caption stays."""
    before = replace(PAGE, body=f"{PAGE.body}\n\n{CAPTION}")
    assert what_changed(before, PAGE) == Change(("body",), 0, 10, False, True)


def test_two_captions_may_be_left_as_one_text() -> None:
    pictures = (
        Picture("http://a.example/1.jpg", "Đại biểu"),
        Picture("http://a.example/2.jpg", CAPTION),
    )
    before = replace(PAGE, pictures=pictures)
    body = PAGE.body.replace(SECOND, f"Đại biểu {CAPTION}\n\n{SECOND}")
    after = replace(PAGE, pictures=(), body=body)
    assert what_changed(before, after) == Change(("pictures",))


def test_a_moved_paragraph_changes_no_figures() -> None:
    after = replace(PAGE, body=f"{SECOND}\n\n{THIRD}\n\n{FIRST}")
    assert what_changed(PAGE, after) == Change(("body",), 10, 10, False, True)


def test_files_of_one_name_are_told_apart_by_their_addresses() -> None:
    one = File("http://a.example/?id=1", "Tại đây", "1" * 64)
    two = File("http://a.example/?id=2", "Tại đây", "2" * 64)
    before = replace(PAGE, files=(one, two))
    assert not differs(before, replace(PAGE, files=(two, one)))
    swapped = replace(PAGE, files=(one, replace(two, sha256="3" * 64)))
    assert what_changed(before, swapped).fields == ("attachments",)
