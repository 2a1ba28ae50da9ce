"""One thing to tell of an article, as feeds and alerts tell it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from pipelines.outcomes import ArticleState


class Kind(StrEnum):
    """What happened: announcements.kind."""

    NEW = "new"
    EDITED = "edited"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit by the portal. `revision`: the row, and `seq`, its number among those of the article;
    the version before is `seq` - 1. `changed`: names of fields, as revisions.changed has them.
    """

    revision: int
    seq: int
    changed: tuple[str, ...]
    words_added: int
    words_removed: int
    figures_changed: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What the portal did with an article that is no longer simply there. `since_at`: when a
    capture first showed it, and `until_at`, when another state began; `to_url`: where the article
    or its address went; `asked`: the address that the proving capture asked for, and `status`, what
    came.
    """

    state: ArticleState
    since_at: datetime
    until_at: datetime | None
    to_url: str | None
    asked: str
    status: int | None


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing to tell of an article.

    `number`: its place in the order in which the archive learned what there is to tell. `at`: when
    Loa saw it (a removal: when it was certain); `told_at`: when the archive learned it, which is
    later where an import brought it. `article`: the row. `title`, `lead` and `capture`, the proof,
    are those of an edit's version. `url`: the article's address at the portal. `among`: how many
    articles of its site had the same key before it. All instants are UTC.
    """

    kind: Kind
    number: int
    at: datetime
    told_at: datetime
    article: int
    key: str
    site: str
    site_name: str
    url: str
    title: str
    lead: str | None
    section: str | None
    language: str | None
    published_on: str | None
    published_at: str | None
    published_precision: str | None
    first_seen_at: datetime
    capture: int | None
    among: int = 0
    edit: Edit | None = None
    removal: Removal | None = None

    @property
    def id(self) -> str:
        """Its name, a tag URI (RFC 4151): the same in every archive made of the same captures,
        wherever it is served, and never that of something else. It is made of the portal and the
        article's key; of an edit also of the instant of its version, and of a removal of its state
        and the instant since when.
        """
        same = f";{self.among + 1}" if self.among else ""
        article = f"tag:loa,2026:{quote(self.site, safe='')}/{self.key}{same}"
        if self.removal is not None:
            return f"{article}/{self.removal.state}/{_written(self.removal.since_at)}"
        if self.edit is not None:
            return f"{article}/{self.kind}/{_written(self.at)}"
        return f"{article}/{self.kind}"


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
