"""Chooses what a survey requests next: a few pages of each kind, from many sections.

A menu names fifty pages and a front page as many articles; in their order, a survey would see only
the pages about the portal itself, and articles of one section.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection, Row
from typing import Literal

from pipelines.keep.frontier.pages import KNOWN_PAGE, KnownPage, Skipped, known_page
from pipelines.keep.frontier.walk import LATER_PAGE
from pipelines.outcomes import Outcome
from pipelines.read.addresses.pages_without_news import is_standing_page
from pipelines.read.addresses.second_lists import is_second_list
from pipelines.read.addresses.shape import shape_of

Group = Literal["front", "sitemap", "feed", "section", "article", "later", "doubtful"]

# Pages in all; a robots.txt may redirect five times, which makes 30 requests.
MOST_PAGES = 24
MOST_ROBOTS = 6
FIRST: tuple[Group, ...] = ("front", "sitemap", "feed")
# Pages of each group, and its share of the requests.
MOST: dict[Group, int] = {
    **{"front": 3, "sitemap": 4, "feed": 2},
    **{"section": 10, "article": 10, "later": 2, "doubtful": 3},
}


def next_of_sample(db: Connection, site: str, skipped: Skipped) -> KnownPage | None:
    """The next page of a site's survey, or None if it has seen enough."""
    rows = db.execute(
        f"""select {KNOWN_PAGE}, state, reason, title, section, found_on from pages
        where site = ? and kind not in ('robots', 'attachment') order by priority, id""",
        (site,),
    ).fetchall()
    by_id = {row["id"]: row for row in rows}
    asked: defaultdict[Group, list[Row]] = defaultdict(list)
    waiting: defaultdict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        origin = _origin(row, by_id)
        group = _group(origin, by_id)
        if row["last_fetched_at"] is not None or row["url"] in skipped.urls:
            asked[group].append(row)
        elif row["state"] == "waiting" and not _is_left(row["url"], skipped):
            if origin is not row:  # a portal that leads on is followed at once
                return known_page(row)
            waiting[group].append(row)
    for group in FIRST:
        if waiting[group] and len(asked[group]) < MOST[group]:
            return known_page(waiting[group][0])
    open_groups = [
        group for group in _CHOICES if waiting[group] and len(asked[group]) < MOST[group]
    ]
    if not open_groups:
        doubtful = waiting["doubtful"] if len(asked["doubtful"]) < MOST["doubtful"] else []
        return known_page(doubtful[0]) if doubtful else None
    group = min(open_groups, key=lambda one: _seen(asked[one]) / MOST[one])
    choose = _CHOICES[group]
    return known_page(choose(waiting[group], asked[group], rows))


def _seen(asked: Sequence[Row]) -> int:
    """How many requested pages were not gone."""
    return sum(row["state"] != "gone" for row in asked)


def _origin(row: Row, by_id: dict[int, Row]) -> Row:
    """The page whose redirects lead to this one; itself if none does."""
    for _ in by_id:
        before = by_id.get(row["found_on"])
        if before is None or before["reason"] != Outcome.REDIRECT:
            break
        row = before
    return row


def _group(row: Row, by_id: dict[int, Row]) -> Group:
    """What a page seems to be before it is requested.

    A page that the front page links without a title may be a section, whatever its address.
    """
    if row["kind"] in ("sitemap", "feed"):
        return "sitemap" if row["kind"] == "sitemap" else "feed"
    if row["depth"] == 0:
        return "front"
    if row["doubt"] is not None or is_second_list(row["url"]):
        return "doubtful"
    if row["kind"] == "listing":
        # A menu's entry has a name; a pager of unknown form shows numbers.
        named = row["section"] is not None and row["priority"] < LATER_PAGE
        return "section" if named else "later"
    named_by = by_id.get(row["found_on"])
    from_front = named_by is not None and named_by["depth"] == 0 and named_by["kind"] == "listing"
    return "section" if from_front and row["title"] is None else "article"


def _is_left(url: str, skipped: Skipped) -> bool:
    return any(url.startswith(host) for host in skipped.hosts)


def _next_section(waiting: Sequence[Row], asked: Sequence[Row], rows: Iterable[Row]) -> Row:
    """A page whose address is above those of articles, if there is one; else the farthest in the
    menu from those requested; pages about the portal last.
    """
    names = [row["url"] for row in rows if row["kind"] == "article"]
    seen = [row["id"] for row in asked]
    in_vain = _shapes_in_vain(asked)

    def rank(row: Row) -> tuple[bool, bool, bool, int]:
        folder = row["url"].rstrip("/") + "/"
        above = any(name != folder and name.startswith(folder) for name in names)
        distance = min((abs(row["id"] - one) for one in seen), default=0)
        hopeful = _shape(row) not in in_vain
        return hopeful, above, not is_standing_page(row["url"]), distance

    return max(waiting, key=rank)


def _next_article(waiting: Sequence[Row], asked: Sequence[Row], rows: Iterable[Row]) -> Row:
    """One whose shape of address was requested least, from the page that has brought the fewest so
    far; shapes that brought nothing come last.
    """
    sources = Counter(row["found_on"] for row in asked)
    shapes = Counter(_shape(row) for row in asked)
    in_vain = _shapes_in_vain(asked)

    def rank(row: Row) -> tuple[bool, bool, int, int]:
        return (
            _shape(row) in in_vain,
            row["title"] is None,
            shapes[_shape(row)],
            sources[row["found_on"]],
        )

    return min(waiting, key=rank)


def _shapes_in_vain(asked: Iterable[Row]) -> set[str]:
    """The shapes of which every requested address is gone."""
    gone = {_shape(row) for row in asked if row["state"] == "gone"}
    return gone - {_shape(row) for row in asked if row["state"] != "gone"}


def _shape(row: Row) -> str:
    return shape_of(row["url"].rstrip("/"))


def _next_later(waiting: Sequence[Row], asked: Sequence[Row], rows: Iterable[Row]) -> Row:
    return waiting[0]


_CHOICES: dict[Group, Callable[[Sequence[Row], Sequence[Row], Iterable[Row]], Row]] = {
    **{"article": _next_article, "section": _next_section, "later": _next_later}
}
