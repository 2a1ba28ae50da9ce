"""The groups of copies as people see them: who said it first, who later, and what they altered."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.compare.copies.groups import TextGroup, text_groups
from pipelines.compare.copies.publication_order import (
    Appearance,
    Dating,
    appearance,
    first_of,
    is_before,
)
from pipelines.keep.copies.likenesses import TextsAtHand
from pipelines.keep.database.rows import insert_row
from pipelines.keep.database.timestamps import parse_utc

LISTED = "(select value from json_each(?))"
MEMBERS = f"""select sketch, articles.id, articles.key, site, timezone, published_at, published_on,
        published_precision, published_evidence, articles.first_seen_at
    from sketched_articles join articles on articles.id = sketched_articles.article
        join sites on sites.key = articles.site
    where sketch in {LISTED}"""


class Member(NamedTuple):
    """An article with a text that others have, too. `on`: the day that it prints; `day`: the day
    that lists sort it by.
    """

    text: int
    article: int
    key: str
    site: str
    on: date | None
    day: str
    appeared: Appearance

    @property
    def rank(self) -> tuple[object, ...]:
        """Earliest first, as far as is known; the same in every archive."""
        return (self.appeared.earliest or self.appeared.latest, self.key, self.site, self.article)


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """A group as it is kept: the row of `copy_groups` and those of `copies`, by article."""

    row: dict[str, object]
    copies: dict[int, dict[str, object]]


def regroup(
    db: Connection, articles: Iterable[int], texts: Iterable[int], at_hand: TextsAtHand
) -> None:
    """Make the groups anew to which these articles belonged, or these texts belong."""
    near = _near(db, texts)
    members = _members(db, _shared(db, near))
    by_text: dict[int, list[Member]] = defaultdict(list)
    for member in members:
        by_text[member.text].append(member)
    words = {text: count for text, count in _words(db, near).items() if text in by_text}
    groups = [
        _group(db, group, by_text, words, at_hand)
        for group in text_groups(words, _pairs(db, by_text))
        if sum(len(by_text[text]) for text in group.texts) > 1
    ]
    _store(db, {*articles, *_articles(db, near)}, groups)


def _near(db: Connection, texts: Iterable[int]) -> set[int]:
    """These texts, those like them, those like these, and so on."""
    known: set[int] = set()
    new = set(texts)
    while new:
        known |= new
        query = f"select other from likenesses where sketch in {LISTED}"
        new = {row[0] for row in db.execute(query, (json.dumps([*new]),))} - known
    return known


def _shared(db: Connection, texts: set[int]) -> set[int]:
    """Those of these texts that are like others, or that several articles have."""
    query = f"""select sketch from likenesses where sketch in {LISTED} union
        select sketch from sketched_articles join sketches on sketches.id = sketch
        where sketch in {LISTED} group by sketch having count(*) > 1"""
    listed = json.dumps([*texts])
    return {row[0] for row in db.execute(query, (listed, listed))}


def _articles(db: Connection, texts: set[int]) -> set[int]:
    query = f"select article from sketched_articles where sketch in {LISTED}"
    return {row[0] for row in db.execute(query, (json.dumps([*texts]),))}


def _words(db: Connection, texts: set[int]) -> dict[int, int]:
    query = f"select id, words from sketches where id in {LISTED}"
    return {row[0]: row[1] for row in db.execute(query, (json.dumps([*texts]),))}


def _pairs(db: Connection, members: Mapping[int, list[Member]]) -> Iterator[tuple[int, int]]:
    """Texts that are alike. With other names, they are copies only between portals."""
    sites = {text: {member.site for member in all_of} for text, all_of in members.items()}
    query = f"""select sketch, other, renamed from likenesses
        where sketch < other and sketch in {LISTED}"""
    for one, other, renamed in db.execute(query, (json.dumps([*members]),)):
        if not renamed or len(sites[one] | sites[other]) > 1:
            yield one, other


def _members(db: Connection, texts: set[int]) -> list[Member]:
    zones: dict[str, ZoneInfo] = {}
    members = []
    for text, article, key, site, zone, at, on, precision, evidence, seen_at in db.execute(
        MEMBERS, (json.dumps([*texts]),)
    ):
        dating = Dating(
            parse_utc(at) if at else None,
            date.fromisoformat(on) if on else None,
            precision,
            evidence,
            parse_utc(seen_at),
            zones.setdefault(zone, ZoneInfo(zone)),
        )
        appeared = appearance(dating)
        printed = None if appeared.known == "seen" else dating.on
        members.append(Member(text, article, key, site, printed, on or seen_at[:10], appeared))
    return sorted(members, key=lambda member: member.rank)


def _group(
    db: Connection,
    group: TextGroup,
    by_text: Mapping[int, list[Member]],
    words: dict[int, int],
    at_hand: TextsAtHand,
) -> CopyGroup:
    members = [one for text in group.texts | group.round_ups for one in by_text[text]]
    members.sort(key=lambda member: member.rank)
    place = first_of([member.appeared for member in members])
    first = None if place is None else members[place]
    measure = first or next(member for member in members if member.text in group.texts)
    texts = {member.text for member in members}
    kept = _kept(db, measure.text, words[measure.text], texts, at_hand)
    copies: dict[int, dict[str, object]] = {}
    for member in members:
        both = kept[member.text]
        copies[member.article] = {
            "position": _position(member, first),
            "known_from": member.appeared.known,
            "days_later": _days_later(member, first),
            "words_added": words[member.text] - both,
            "words_removed": words[measure.text] - both,
            "altered": round(1 - 2 * both / (words[member.text] + words[measure.text]), 3),
            "round_up": int(member.text in group.round_ups),
        }
    row: dict[str, object] = {
        "first": None if first is None else first.article,
        "compared_with": measure.article,
        "articles": len(members),
        "sites": len({member.site for member in members}),
        "words": words[measure.text],
        "newest_on": max(member.day for member in members),
    }
    return CopyGroup(row, copies)


def _position(member: Member, first: Member | None) -> str:
    if first is None:
        return "unknown"
    if member.article == first.article:
        return "first"
    return "later" if is_before(first.appeared, member.appeared) else "unknown"


def _days_later(member: Member, first: Member | None) -> int | None:
    if first is None or first.on is None or member.on is None:
        return None
    return max((member.on - first.on).days, 0)


def _kept(
    db: Connection, measure: int, words: int, texts: set[int], at_hand: TextsAtHand
) -> dict[int, int]:
    """How many words of the text `measure`, which has `words`, each of the others has."""
    rows = db.execute("select other, kept from likenesses where sketch = ?", (measure,))
    known = {measure: words, **{row[0]: row[1] for row in rows}}
    return {
        text: known[text] if text in known else at_hand.kept_words(measure, text)
        for text in sorted(texts)
    }


def _store(db: Connection, articles: set[int], groups: Sequence[CopyGroup]) -> None:
    """Keep these groups in place of those that had one of these articles. Writes what differs."""
    query = f"select * from copies where article in {LISTED}"
    held: dict[int, dict[int, dict[str, object]]] = {}
    for row in db.execute(query, (json.dumps([*articles]),)).fetchall():
        values = dict(row)
        group, article = values.pop("copy_group"), values.pop("article")
        held.setdefault(group, {})[article] = values
    for new in groups:
        group = next((old for old in held if held[old].keys() & new.copies.keys()), None)
        before = {} if group is None else held.pop(group)
        if group is None:
            group = insert_row(db, "copy_groups", new.row)
        else:
            settings = ", ".join(f"{name} = :{name}" for name in new.row)
            db.execute(
                f"update copy_groups set {settings} where id = :id", {**new.row, "id": group}
            )
        for article in before.keys() - new.copies.keys():
            db.execute("delete from copies where copy_group = ? and article = ?", (group, article))
        for article, values in new.copies.items():
            if before.get(article) != values:
                row = {"copy_group": group, "article": article, **values}
                names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
                db.execute(f"insert or replace into copies ({names}) values ({places})", row)
    for group in held:
        db.execute("delete from copies where copy_group = ?", (group,))
        db.execute("delete from copy_groups where id = ?", (group,))
