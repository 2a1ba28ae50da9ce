"""Copies in an archive: the same in any order, also after edits, and never too many pairs."""

from pathlib import Path
from random import Random

from pipelines.keep.copies.comparing import compare_waiting, waiting_count
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.rows import first_value
from tests.builders.archived_news import Told, add_article, compared, found_copies, grouped
from tests.builders.invented_news import EDITS, News, form, news

NOTICE = form(5, words=120, gaps=["figure"] * 3 + ["name"], printed=3)


def portals(count: int, seed: int) -> list[Told]:
    """Articles of three portals: news, their copies under several names, notices of one form."""
    luck = Random(seed)
    told: list[Told] = []
    texts: list[News] = []
    for number in range(count):
        kind = luck.random()
        if kind < 0.3 or not texts:
            text = news(number)
        elif kind < 0.75:
            text = luck.choice(texts)
            if luck.random() < 0.8:
                text = EDITS[luck.choice([*EDITS])](text, luck.random() * 0.4, luck)
        else:
            text = NOTICE.filled(luck)
        texts.append(text)
        site = luck.choice(("xa", "huyen", "tinh"))
        day = f"2026-01-{luck.randint(1, 28):02d}" if luck.random() < 0.8 else None
        told.append(Told(f"http://{site}.invalid/{number}", text.text, site, on=day))
    return told


def test_the_order_of_articles_makes_no_difference(tmp_path: Path) -> None:
    articles = portals(130, seed=1)
    with compared(tmp_path / "at-once.db", articles) as archive:
        found = found_copies(archive.connection)
        sizes = [len(group) for group in found]
    assert len(sizes) > 7
    assert max(sizes) > 5
    for turn in range(2):
        luck = Random(turn)
        luck.shuffle(articles)
        with Archive.open(tmp_path / f"{turn}.db") as archive:
            rest = [*articles]
            while rest:
                some, rest = rest[: (size := luck.randint(1, 40))], rest[size:]
                with archive.transaction() as db:
                    for told in some:
                        add_article(db, told)
                compare_waiting(archive)
            assert found_copies(archive.connection) == found


def test_edited_and_deleted_articles_are_compared_again(tmp_path: Path) -> None:
    articles, others = portals(100, seed=2), portals(100, seed=3)
    luck = Random(7)
    with compared(tmp_path / "edited.db", articles) as archive:
        chosen = luck.sample(range(100), 40)
        with archive.transaction() as db:
            for number in chosen[:25]:
                title, _, body = others[number].text.partition("\n")
                db.execute(
                    "update articles set title = ?, body = ?, published_on = ? where url = ?",
                    (title, body.strip(), others[number].on, articles[number].url),
                )
            for number in chosen[25:]:
                whose = "(select id from articles where url = ?)"
                for query in ("article_keys where article in", "articles where id in"):
                    db.execute(f"delete from {query} {whose}", (articles[number].url,))
        assert waiting_count(archive.connection) == 40
        compare_waiting(archive)
        found = found_copies(archive.connection)
        counts = [
            first_value(archive.connection, f"select count(*) from {table}")
            for table in ("sketches", "sketch_keys", "likenesses", "copy_groups")
        ]
    present = []
    for number, told in enumerate(articles):
        if number in chosen[:25]:
            told = Told(told.url, others[number].text, told.site, on=others[number].on)
            if told.on is not None and articles[number].on is None:
                told = Told(told.url, told.text, told.site, on=told.on, evidence=None)
        if number not in chosen[25:]:
            present.append(told)
    with compared(tmp_path / "anew.db", present) as archive:
        assert found_copies(archive.connection) == found
        assert counts == [
            first_value(archive.connection, f"select count(*) from {table}")
            for table in ("sketches", "sketch_keys", "likenesses", "copy_groups")
        ]


def test_nothing_is_compared_twice(tmp_path: Path) -> None:
    with compared(tmp_path / "archive.db", portals(30, seed=4)) as archive:
        assert waiting_count(archive.connection) == 0
        with archive.transaction() as db:  # a visit that found every article unchanged
            db.execute("update articles set title = title, last_seen_at = '2026-04-01T00:00:00Z'")
        assert waiting_count(archive.connection) == 0
        assert compare_waiting(archive) == 0


def test_a_new_date_changes_who_was_first(tmp_path: Path) -> None:
    text = news(1).text
    told = [
        Told("http://xa.invalid/a", text, "xa", on="2026-01-02"),
        Told("http://tinh.invalid/b", text, "tinh"),
    ]
    with compared(tmp_path / "archive.db", told) as archive:
        rows = [row[:4] for row in found_copies(archive.connection)[0]]
        assert rows == [
            ("http://tinh.invalid/b", "unknown", "seen", None),
            ("http://xa.invalid/a", "first", "day", 0),
        ]
        with archive.transaction() as db:
            db.execute(
                """update articles set published_on = '2026-01-01', published_precision = 'day',
                    published_evidence = 'listing' where site = 'tinh'"""
            )
        compare_waiting(archive)
        rows = [row[:4] for row in found_copies(archive.connection)[0]]
        assert rows == [
            ("http://tinh.invalid/b", "first", "day", 0),
            ("http://xa.invalid/a", "later", "day", 1),
        ]


def test_other_names_make_a_copy_between_portals_alone(tmp_path: Path) -> None:
    text = news(9, 300).text + "\nNguồn: Công an huyện Sông Mai ngày 5/3, 12 xã."
    ours = text.replace("Sông Mai", "Thạch Lâm")
    told = [
        Told("http://xa.invalid/a", text, "xa"),
        Told("http://xa.invalid/b", ours, "xa"),
    ]
    with compared(tmp_path / "one.db", told) as archive:
        assert grouped(archive.connection) == set()
    told.append(Told("http://tinh.invalid/c", ours, "tinh"))
    with compared(tmp_path / "two.db", told) as archive:
        assert grouped(archive.connection) == {frozenset("abc")}


def test_thousands_of_articles_with_one_text_or_form_make_few_pairs(tmp_path: Path) -> None:
    text, luck = news(3).text, Random(2)
    told = [Told(f"http://xa.invalid/{number}", text) for number in range(500)]
    notices = [NOTICE.filled(luck).text for _ in range(500)]
    told += [Told(f"http://xa.invalid/n{n}", notice) for n, notice in enumerate(notices)]
    with compared(tmp_path / "archive.db", told) as archive:
        db = archive.connection
        assert first_value(db, "select count(*) from likenesses") < 100
        assert [len(group) for group in grouped(db) if len(group) > 9] == [500]
