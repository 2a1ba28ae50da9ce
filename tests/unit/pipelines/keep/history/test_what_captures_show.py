"""Which readings of an article make a revision: an edit of anything that people see, and no border
that moved, no token and no picture that only came or went.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.read.reading import Article, AttachmentLink, Image
from tests.builders.archived_answers import AT, Keeper, article, dated, read_as

DAY = timedelta(days=1)
CAPTION = "Bà con đến họp rất đông. Ảnh: Lò Pán"
BODY = "Thôn họp ngày 1/3.\n\nBà con nhất trí."
PICTURE = Image("http://lungvai.example/1.jpg", CAPTION, 1)
FILE = AttachmentLink("http://lungvai.example/quyet-dinh.pdf", "Quyết định")
EDITS: dict[str, dict[str, object]] = {
    "title": {"title": "Họp dân bàn việc làm đưởng"},
    "lead": {"lead": "Sáng nay."},
    "body": {"body": BODY.replace("1/3", "2/3")},
    "byline": {"author": "Vàng A Sử"},
    "section": {"section": "Thông báo"},
    "attachments": {"attachments": ()},
    "pictures": {"images": (replace(PICTURE, caption="Bà con đến họp. Ảnh: Lò Pán"),)},
    "pictures ": {"images": (replace(PICTURE, url="http://lungvai.example/2.jpg"),)},
}
SAME: dict[str, dict[str, object]] = {
    "a token": {"images": (replace(PICTURE, url="http://lungvai.example/1.jpg?v=7"),)},
    "a token of a file": {"attachments": (replace(FILE, url=f"{FILE.url}?token=7"),)},
    "a lost picture": {"images": ()},
    "its caption left": {"images": (), "body": f"{BODY}\n\n{CAPTION}"},
    "a caption read as text": {
        "images": (replace(PICTURE, caption=None),),
        "body": f"{CAPTION}\n\n{BODY}",
    },
    "the first paragraph as the lead": {
        "lead": "Thôn họp ngày 1/3.",
        "body": "Bà con nhất trí.",
    },
}


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def page(**told: object) -> Article:
    first = replace(article(published=dated(), body=BODY), images=(PICTURE,), attachments=(FILE,))
    return replace(first, **told)  # type: ignore[arg-type]  # fields of Article


def outcomes(keeper: Keeper, *seen: tuple[Article, int]) -> list[str]:
    """The outcomes of readings, each seen on a day, in the order of their arrival."""
    found = [str(keeper.keep(read_as(one), AT + day * DAY).outcome) for one, day in seen]
    assert verify_archive(keeper.archive.connection, keeper.archive.captures).problems == []
    return found


@pytest.mark.parametrize(("name", "edit"), EDITS.items(), ids=EDITS)
def test_each_edit_is_a_revision_with_its_name(
    keeper: Keeper, name: str, edit: dict[str, object]
) -> None:
    edited = page(**edit)
    assert outcomes(keeper, (page(), 0), (edited, 1), (edited, 2)) == [
        *("article-new", "article-changed", "article-unchanged"),
    ]
    last = keeper.one("select changed, changed_by, seen_at from revisions where seq = 2")
    assert last == {
        "changed": f'["{name.strip()}"]',
        "changed_by": "portal",
        "seen_at": "2026-03-03T01:00:00.000Z",
    }
    assert keeper.one("select changed_at from articles") == {"changed_at": last["seen_at"]}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_what_shows_the_same_is_unchanged(keeper: Keeper, other: dict[str, object]) -> None:
    shown = [(page(), 0), (page(**other), 1), (page(), 2)]
    assert outcomes(keeper, *shown) == ["article-new", *["article-unchanged"] * 2]
    assert keeper.one("select changed_at from articles") == {"changed_at": None}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_an_edit_shows_beside_what_is_the_same(keeper: Keeper, other: dict[str, object]) -> None:
    body = str(other.get("body", BODY)).replace("nhất trí", "chưa nhất trí")
    edited = page(**{**other, "body": body})
    assert outcomes(keeper, (page(), 0), (edited, 1))[1] == "article-changed"
    changed = str(keeper.one("select changed from revisions where seq = 2")["changed"])
    assert changed.startswith('["body"')


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_the_first_capture_of_a_state_gives_its_revision_whatever_came_first(
    keeper: Keeper, other: dict[str, object]
) -> None:
    first, same, edited = page(), page(**other), page(title="Hoãn họp", **other)
    outcomes(keeper, (same, 1), (edited, 2), (first, 0))
    columns = "title, body, lead, images, attachments, content_sha256, shown_sha256, changed"
    found = keeper.rows(f"select {columns} from revisions order by seq")
    assert [row["title"] for row in found] == [first.title, "Hoãn họp"]
    assert (found[0]["body"], found[0]["lead"]) == (first.body, first.lead)
    assert str(found[1]["changed"]).startswith('["title"')


def test_an_older_archive_makes_no_revision_of_what_it_did_not_keep(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    kept = "section, images, attachments, shown_sha256"
    with keeper.archive.transaction() as db:
        db.execute(f"update revisions set ({kept}) = (null, null, null, null)")
    later = (page(section="Khác", images=()), 1), (page(title="Hoãn họp"), 2)
    assert outcomes(keeper, *later) == ["article-unchanged", "article-changed"]
    assert keeper.one("select changed from revisions where seq = 2") == {"changed": '["title"]'}
