"""A portal whose pages name other addresses as their own, as its answers reach an archive."""

from datetime import timedelta
from typing import Any

from pipelines.keep.database.archive import Archive
from pipelines.keep.records.outcome import Kept
from pipelines.keep.states.sightings import tell_states
from pipelines.outcomes import Refusal
from pipelines.read.reading import Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as


class ClaimingPortal:
    """Answers by address, each a minute after the one before."""

    def __init__(self, archive: Archive) -> None:
        self.keeper, self.at = Keeper(archive), AT

    def show(self, url: str, text: str, *, claims: str | None = None, title: str = "") -> Kept:
        self.at += timedelta(minutes=1)
        read = read_as(article(title or f"Tin {text[:1]}", text, url=claims or url))
        return self.keeper.keep(read, self.at, url=url, kind="article")

    def answer(self, url: str, status: int, **headers: str) -> Kept:
        self.at += timedelta(minutes=1)
        sent = tuple(headers.items())
        return self.keeper.keep(None, self.at, url=url, status=status, kind="article", headers=sent)

    def refuse(self, url: str) -> Kept:
        self.at += timedelta(minutes=1)
        refused = Reading("refused", refusal=Refusal.NOT_AN_ARTICLE, detail="a menu")
        return self.keeper.keep(refused, self.at, url=url, kind="article")

    @property
    def records(self) -> dict[str, list[str]]:
        """By address: the texts of each record's revisions, in order."""
        found: dict[str, list[str]] = {}
        for row in self.keeper.rows(
            """select url, revisions.body from articles
                join revisions on revisions.article = articles.id order by articles.id, seq"""
        ):
            found.setdefault(str(row["url"]).removeprefix(SITE.url), []).append(str(row["body"]))
        return {url: found[url] for url in sorted(found)}

    @property
    def is_removed(self) -> bool:
        """Whether the run, were it over now, had removed the only article."""
        with self.keeper.archive.transaction() as db:
            tell_states(db, self.keeper.run, self.at)
        return self.keeper.one("select removed_at from articles")["removed_at"] is not None

    def state(self, url: str) -> Any:
        return self.keeper.one("select state from pages where url = ?", url)["state"]
