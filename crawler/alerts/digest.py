"""What an alert has to tell, as plain values: no mark-up, one line a text, addresses checked."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from crawler.alerts.alerts_file import KINDS, Alert, Kind
from crawler.terminal.escaping import DANGEROUS
from pipelines.compare.differences import Differences
from pipelines.compare.layout import Gap, folded
from pipelines.compare.lines import Line
from pipelines.keep.announcements.announcement import Announcement

MOST_SHOWN = 50  # entries of an e-mail
LONGEST_TEXT = 300  # characters of a title or lead
LONGEST_ADDRESS = 2_000
MOST_ROWS = 20  # paragraphs of a difference
LONGEST_ROW = 1_000  # characters of a paragraph
SPACES = re.compile(r"\s+")
WORDS = 12  # words of what stayed the same, shown on either side of a change

Side = str
# Words with the side that has them; none at all stand for paragraphs that are left out.
ShownRow = tuple[tuple[Side, str], ...]


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that an edit changed, in paragraphs. An empty row: what is left out."""

    field: str
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell. `page`: its address in the face; `link`: at the portal; None where there
    is none that is safe. `moved_to`: on the portal's own host, else None.
    """

    id: str
    kind: Kind
    at: datetime
    title: str
    lead: str | None
    site: str
    site_name: str
    section: str | None
    published_on: str | None
    published_precision: str | None
    page: str | None
    link: str | None
    state: str | None = None
    moved_to: str | None = None
    changed: tuple[str, ...] = ()
    difference: tuple[ShownField, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What one alert tells at one time, the newest first. `search`: where the face shows more."""

    key: str
    alert: str
    made_at: datetime
    entries: tuple[Entry, ...]
    face: str | None
    search: str | None

    @property
    def counts(self) -> dict[Kind, int]:
        """How many of each kind, without those of which there are none."""
        found = Counter(one.kind for one in self.entries)
        return {kind: found[kind] for kind in KINDS if found[kind]}


def digest_of(
    alert: Alert,
    announcements: Iterable[Announcement],
    face: str | None,
    hosts: Callable[[str], str | None],
    made_at: datetime,
) -> Digest:
    """The digest of some announcements. `hosts`: the host of a portal, by its key."""
    newest = sorted(announcements, key=lambda one: (one.at, one.number), reverse=True)
    entries = tuple(_entry(one, face, hosts(one.site)) for one in newest)
    return Digest(
        digest_key(alert.name, [one.id for one in entries]),
        alert.name,
        made_at,
        entries,
        face,
        None if face is None else _search(alert, face),
    )


def digest_key(alert: str, ids: Iterable[str]) -> str:
    """A name made of what is told: the same things have the same, whenever they are told."""
    told = "\n".join([alert, *sorted(ids)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def one_line(text: str | None, most: int = LONGEST_TEXT) -> str:
    """A stranger's text on one line, without what a mail program could obey."""
    plain = SPACES.sub(" ", DANGEROUS.sub(" ", text or "")).strip()
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def safe_address(url: str | None, host: str | None) -> str | None:
    """An address of a portal, escaped; None if it is no web address or leads to another host."""
    if not url or len(url) > LONGEST_ADDRESS or host is None:
        return None
    try:
        parts = urlsplit(url)
        found = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or found is None or "@" in parts.netloc:
        return None
    if _bare(found) != _bare(host) and not found.endswith("." + _bare(host)):
        return None
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def shown_difference(found: Differences) -> tuple[ShownField, ...]:
    """The paragraphs that differ, with a little of what stands around, cut to a few."""
    return tuple(
        ShownField(one.field, tuple(_row(line) for line in folded(one.lines)[:MOST_ROWS]))
        for one in found.fields
    )


def _row(line: Line | Gap) -> ShownRow:
    if isinstance(line, Gap):
        return ()
    row: list[tuple[Side, str]] = []
    room = LONGEST_ROW
    for place, run in enumerate(line.runs):
        text = run.text
        if run.side == "same":
            text = _shortened(text, place == 0, place == len(line.runs) - 1)
        text = one_line(text, room)
        if row and row[-1][0] == run.side:
            row[-1] = (run.side, f"{row[-1][1]} {text}")
        else:
            row.append((run.side, text))
        room -= len(text)
        if room <= 1:
            break
    return tuple(row)


def _shortened(text: str, is_first: bool, is_last: bool) -> str:
    """What both versions have, without what is far from a change."""
    words = text.split(" ")
    head, tail = words[: 0 if is_first else WORDS], words[len(words) if is_last else -WORDS :]
    if is_first and is_last:
        head = words[: 2 * WORDS]
    if len(head) + len(tail) + 1 >= len(words):
        return text
    return " ".join([*head, "\N{HORIZONTAL ELLIPSIS}", *tail])


def _entry(one: Announcement, face: str | None, host: str | None) -> Entry:
    removal, edit = one.removal, one.edit
    return Entry(
        id=one.id,
        kind=one.kind.value,
        at=one.at,
        title=one_line(one.title) or one_line(one.url),
        lead=one_line(one.lead) or None,
        site=one.site,
        site_name=one_line(one.site_name),
        section=one_line(one.section) or None,
        published_on=one.published_on,
        published_precision=one.published_precision,
        page=None if face is None else f"{face}a/{quote(one.key, safe='')}",
        link=safe_address(one.url, host),
        state=None if removal is None else str(removal.state),
        moved_to=None if removal is None else safe_address(removal.to_url, host),
        changed=() if edit is None else edit.changed,
    )


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _search(alert: Alert, face: str) -> str:
    """Where the face shows what an alert asks for, the newest first. Several sites are words of the
    question; several sections have no such word, so all are shown.
    """
    sites = alert.sites
    words = [alert.search, *(f"site:{site}" for site in sites if len(sites) > 1)]
    asked = [("q", " ".join(filter(None, words)))]
    asked += [("site", site) for site in sites if len(sites) == 1]
    asked += [("section", one) for one in alert.sections if len(alert.sections) == 1]
    asked += [("files", "1")] * alert.files
    given = [(name, value) for name, value in asked if value]
    return f"{face}search?{urlencode([*given, ('order', 'newest')])}" if given else face
