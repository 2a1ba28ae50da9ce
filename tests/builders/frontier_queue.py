"""Addresses put into the frontier of one site, and the order in which a visit asks for them."""

from collections.abc import Collection
from datetime import timedelta

from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import Skipped, next_to_ask
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, LinkKind
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper

DAY = timedelta(days=1)
NUKEVIET = platform_of("nukeviet")
HOME = "http://lungvai.example/"


def address(path: str) -> str:
    return f"{HOME}{path}"


def find(keeper: Keeper, *paths: str, kind: LinkKind = "article", trusted: bool = False) -> int:
    with keeper.archive.transaction() as db:
        return discover(
            db,
            SITE.key,
            [Link(address(path), kind) for path in paths],
            NUKEVIET,
            at=AT,
            origin=Origin(trusted=trusted),
        )


def queue(
    keeper: Keeper, *, after: timedelta = timedelta(0), left: Collection[str] = ()
) -> list[str]:
    """Everything that a visit beginning then would ask for, in order."""
    asked: list[str] = []
    while page := next_to_ask(
        keeper.archive.connection,
        SITE.key,
        visit_began=AT + after,
        now=AT + after,
        skipped=Skipped(asked, left),
    ):
        asked.append(page.url)
    return [url.removeprefix(HOME) for url in asked]


def named(*paths: str) -> bytes:
    return listed_names([Link(address(path), "article") for path in paths], NUKEVIET)


ARTICLES = tuple(f"tin/bai-{n}.html" for n in range(1, 11))
