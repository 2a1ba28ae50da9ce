"""What is written about each revision: what changed, and whose doing it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.history.named_changes import name_changes, name_new_changes
from pipelines.keep.history.versions import shown_fingerprint
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Article, AttachmentLink, Document, Image, Reading
from tests.builders.archived_answers import AT, Keeper, article, dated, read_as

DAY = timedelta(days=1)
NAMES = "changed, words_added, words_removed, figures_changed, changed_by"
FIRST = dict.fromkeys(NAMES.split(", "))
FILE = "http://lungvai.example/quyet-dinh.pdf"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def named(keeper: Keeper) -> list[dict[str, object]]:
    return keeper.rows(f"select {NAMES} from revisions order by article, seq")


def changed(fields: str, added: int, removed: int, figures: int, by: str) -> dict[str, object]:
    values = (fields, added, removed, figures, by)
    return dict(zip(NAMES.split(", "), values, strict=True))


def page(**told: object) -> Article:
    first = article(published=dated(), body="Thôn họp ngày 1/3.\n\nBà con nhất trí.")
    images = (Image("http://lungvai.example/1.jpg", "Bà con đến họp.", 1),)
    one = replace(first, images=images, attachments=(AttachmentLink(FILE, "Quyết định"),))
    return replace(one, **told)  # type: ignore[arg-type]  # fields of Article


def keep_file(keeper: Keeper, content: bytes, days: int) -> None:
    reading = Reading("attachment", document=Document("application/pdf", None))
    keeper.keep(reading, AT + days * DAY, url=FILE, kind="attachment", body=content)


def test_a_revision_keeps_section_pictures_and_files(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    assert keeper.one("select section, images, attachments from revisions") == {
        "section": "Tin tức",
        "images": '[{"url":"http://lungvai.example/1.jpg","caption":"Bà con đến họp."}]',
        "attachments": '[{"url":"http://lungvai.example/quyet-dinh.pdf","name":"Quyết định"}]',
    }
    assert named(keeper) == [FIRST]


def test_each_revision_names_what_changed_since_the_one_before(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    keeper.keep(read_as(page(body="Thôn họp ngày 2/3.\n\nBà con nhất trí.")), AT + DAY)
    keeper.keep(read_as(page(author="Vàng A Sử", section="Thông báo")), AT + 2 * DAY)
    assert named(keeper) == [
        FIRST,
        changed('["body"]', 1, 1, 1, "portal"),
        changed('["body", "byline", "section"]', 1, 1, 1, "portal"),
    ]


def test_other_bytes_of_a_file_are_a_change_once_both_are_held(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    keep_file(keeper, b"%PDF-1.4 one", 1)
    keeper.keep(read_as(page(title="Họp dân")), AT + 2 * DAY)
    assert named(keeper)[1] == changed('["title"]', 0, 4, 0, "portal")
    keep_file(keeper, b"%PDF-1.4 two", 3)
    assert named(keeper)[1:] == [
        changed('["title"]', 0, 4, 0, "portal"),
        changed('["attachments"]', 0, 0, 0, "portal"),
    ]


def test_what_is_read_otherwise_from_the_same_bytes_is_the_readers_doing(keeper: Keeper) -> None:
    keeper.keep(read_as(page()), body=b"bytes")
    keeper.keep(read_as(page(lead="Tối qua.")), AT + DAY, body=b"bytes")
    keeper.keep(read_as(page(lead="Tối nay.")), AT + 2 * DAY, body=b"other bytes")
    keeper.keep(read_as(page(lead="Tối mai.")), AT + 3 * DAY, body=b"yet others")
    with keeper.archive.transaction() as db:
        db.execute(
            "update revisions set reread_at = ? where seq = 4", ("2026-04-01T00:00:00.000Z",)
        )
        name_changes(db, 1)
    assert [row["changed_by"] for row in named(keeper)] == [None, "reader", "portal", "reader"]


def test_a_day_that_follows_the_visits_is_no_re_dating(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    for day, title in ((8, "Họp dân"), (9, "Họp")):
        later = replace(dated(), on=date(2026, 3, day), raw=f"0{day}/03/2026")
        keeper.keep(read_as(page(published=later, title=title)), AT + day * DAY)
    assert [row["changed"] for row in named(keeper)][1:] == ['["title", "date"]'] * 2
    again = replace(dated(), on=date(2026, 3, 20), raw="20/03/2026")
    keeper.keep(read_as(page(published=again, title="Họp")), AT + 20 * DAY)
    assert keeper.one("select kind from issues where closed_at is null")["kind"] == (
        IssueKind.DATE_MOVES
    )
    assert [row["changed"] for row in named(keeper)][1:] == ['["title"]'] * 2


def test_the_names_do_not_depend_on_the_order_of_the_rows(keeper: Keeper) -> None:
    texts = ["Thôn họp ngày 1/3.", "Thôn họp ngày 2/3.", "Thôn họp, mưa to."]
    for number, body in enumerate(texts):
        keeper.keep(read_as(page(body=body)), AT + number * DAY)
    in_order = named(keeper)
    with keeper.archive.transaction() as db:
        db.execute("update revisions set seq = -seq")
        db.execute("update revisions set seq = seq + 4")
        name_changes(db, 1)
        backwards = named(keeper)
        db.execute("update revisions set seq = -seq")
        db.execute("update revisions set seq = seq + 4")
        name_changes(db, 1)
    assert [row["words_added"] for row in backwards] == [None, 3, 1]  # "họp," is not "họp"
    assert named(keeper) == in_order


def test_the_revisions_of_an_older_archive_get_names(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    keeper.keep(read_as(page(title="Họp dân", images=())), AT + DAY)
    with keeper.archive.transaction() as db:
        db.execute(
            "update revisions set images = null, attachments = null, section = null where seq = 1"
        )
        db.execute(f"update revisions set ({NAMES}) = (null, null, null, null, null)")
        name_new_changes(db)
    assert named(keeper) == [FIRST, changed('["title"]', 0, 4, 0, "portal")]


def shown(keeper: Keeper, one: Article, days: int) -> str:
    at = utc_text(AT + days * DAY)
    return shown_fingerprint(keeper.archive.connection, 1, one, at)


def kept(keeper: Keeper) -> list[object]:
    return [row["shown_sha256"] for row in keeper.rows("select * from revisions order by seq")]


def test_what_shows_the_same_has_the_fingerprint_of_its_revision(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    keeper.keep(read_as(page(title="Họp dân")), AT + DAY)
    first, second = kept(keeper)
    assert first != second
    picture = Image("http://lungvai.example/1.jpg?t=7", "Bà con đến họp.", 1)
    assert shown(keeper, page(), 2) == first
    assert shown(keeper, page(images=(picture,)), 2) == first
    assert shown(keeper, page(images=()), 2) == first
    assert shown(keeper, page(title="Họp dân", images=()), 2) == second
    for edit in (
        {"section": "Thông báo"},
        {"images": (replace(picture, caption="Bà con ra về."),)},
        {"images": (replace(picture, url="http://lungvai.example/2.jpg"),)},
        {"attachments": ()},
        {"body": "Thôn họp ngày 2/3."},
    ):
        assert shown(keeper, page(**edit), 2) not in (first, second)


def test_the_nearest_revision_counts_where_several_show_the_same(keeper: Keeper) -> None:
    """A page without pictures shows the same as two that have other ones."""
    keeper.keep(read_as(page()))
    keeper.keep(read_as(page(title="Họp dân")), AT + 2 * DAY)
    other = Image("http://lungvai.example/2.jpg", "Bà con ra về.", 1)
    keeper.keep(read_as(page(body="Khác.")), AT + 4 * DAY)
    keeper.keep(read_as(page(images=(other,), lead="Mới.")), AT + 6 * DAY)
    with keeper.archive.transaction() as db:
        db.execute("update revisions set lead = null where seq = 4")
    first, _, _, last = kept(keeper)
    assert shown(keeper, page(images=()), 1) == first
    assert shown(keeper, page(images=()), 7) == last


def test_an_older_archive_gives_the_fingerprint_of_the_text(keeper: Keeper) -> None:
    keeper.keep(read_as(page()))
    unknown = "shown_sha256 = null, section = null, images = null, attachments = null"
    with keeper.archive.transaction() as db:
        db.execute(f"update revisions set {unknown}")
    of_text = keeper.one("select content_sha256 from revisions")["content_sha256"]
    assert shown(keeper, page(section="Thông báo"), 1) == of_text
    assert shown(keeper, page(author="Vàng A Sử"), 1) != of_text
