"""What happens to the articles of a changing portal, and an archive that watches it once a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.ingest import Ingest
from pipelines.keep.database.archive import read_archive
from pipelines.keep.upkeep.verify import verify_archive
from portals.site import site_for_address
from tests.builders.changing_portal import (
    ERROR_PAGE,
    REPAIR,
    SECTION,
    ChangingPortal,
    Piece,
    Portal,
)
from tests.builders.clocked_visit import SetClock, visit

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
VICTIM = 7  # in the middle of the first page of the listing


@dataclass
class Watched:
    """A portal and the archive that watches it once a day."""

    served: ChangingPortal
    ingest: Ingest
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    @property
    def portal(self) -> Portal:
        return self.served.portal

    @property
    def victim(self) -> Piece:
        return next(piece for piece in self.portal.pieces if piece.number == VICTIM)

    def visit(self, days: float = 1) -> list[str]:
        """One visit; gives what it asked for."""
        self.clock.now += timedelta(days=days)
        since = len(self.served.asked)
        visit(site_for_address(self.served.url), self.ingest, self.clock, delay=0)
        return self.served.asked[since:]

    def rows(self, query: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self.ingest.archive.connection.execute(query)]

    def states(self) -> dict[str, list[str]]:
        """By path: the states of each article that was ever seen otherwise than there."""
        found: dict[str, list[str]] = {}
        for row in self.rows(
            """select articles.url, state from sightings
                join articles on articles.id = article order by since_at, sightings.id"""
        ):
            found.setdefault("/" + row["url"].removeprefix(self.served.url), []).append(
                row["state"]
            )
        return found

    def check(self) -> None:
        captures = self.ingest.archive.captures
        with read_archive(captures.parent / "archive.db") as db:
            assert verify_archive(db, captures).problems == []


Event = Callable[[Portal], None]


def the(portal: Portal) -> Piece:
    return next(piece for piece in portal.pieces if piece.number == VICTIM)


def answers(status: int, content: str = ERROR_PAGE, to: str | None = None) -> Event:
    """The article leaves the listing, and its address answers so."""

    def happens(portal: Portal) -> None:
        path = the(portal).path
        portal.unlisted.add(path)
        portal.answers[path] = status, content, {} if to is None else {"Location": to}

    return happens


def leads_to_error_page(portal: Portal) -> None:
    answers(302, "", "/khong-tim-thay")(portal)
    portal.answers["/khong-tim-thay"] = 200, ERROR_PAGE, {}


def moves(status: int | None) -> Event:
    def happens(portal: Portal) -> None:
        piece = the(portal)
        portal.move(piece, "/chuyen-de/chuyen-ve-ban.html")
        if status is not None:
            portal.answers[piece.path] = status, "", {"Location": "/chuyen-de/chuyen-ve-ban.html"}

    return happens


def renames_section(status: int | None) -> Event:
    def happens(portal: Portal) -> None:
        for piece in list(portal.pieces):
            path = piece.path.replace(SECTION, "/ban-tin")
            portal.move(piece, path)
            if status is not None:
                portal.answers[piece.path] = status, "", {"Location": path}

    return happens


def unlists(portal: Portal) -> None:
    portal.unlisted.add(the(portal).path)


def fails(portal: Portal) -> None:
    answers(500, "<h1>Runtime Error</h1>")(portal)


def all_answer(status: int, content: str, **headers: str) -> Event:
    def happens(portal: Portal) -> None:
        portal.everywhere = lambda path: (status, content, headers)

    return happens


def all_articles_answer(status: int, content: str, **headers: str) -> Event:
    """The listings stay as they are."""

    def happens(portal: Portal) -> None:
        portal.everywhere = lambda path: (
            (status, content, headers) if path.endswith(".html") else None
        )

    return happens


def publishes(portal: Portal) -> None:
    for n in range(5):
        portal.publish(f"Tin mới ra số {n} của xã")


def reorders(portal: Portal) -> None:
    portal.order = lambda piece: piece.number * 7 % 12


def shortens(portal: Portal) -> None:
    portal.length = 4


def unpins(portal: Portal) -> None:
    portal.pinned = ()


def empties(portal: Portal) -> None:
    portal.unlisted = {piece.path for piece in portal.pieces}


def keeps_etags(portal: Portal) -> None:
    portal.etags = True


def is_slow(portal: Portal) -> None:
    """A third of the articles fails for a day."""
    for piece in portal.pieces[::3]:
        portal.answers[piece.path] = 504, "", {}


HEALTHY: dict[str, Event] = {
    "news": publishes,
    "another order": reorders,
    "a shorter listing": shortens,
    "a pinned entry goes": unpins,
    "an empty listing": empties,
    "304": keeps_etags,
    "errors for a day": is_slow,
    "404 for all": all_answer(404, ERROR_PAGE),
    "404 for articles": all_articles_answer(404, ERROR_PAGE),
    "not found with 200": all_articles_answer(200, ERROR_PAGE),
    "all lead home": all_articles_answer(302, "", Location="/"),
    "repair with 503": all_answer(503, REPAIR),
    "repair with 200": all_answer(200, REPAIR),
    "all lead to the repair": all_answer(302, "", Location="/bao-tri"),
}
