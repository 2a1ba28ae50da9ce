"""The rows of an invented article, as a crawl would have written them."""

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pipelines.read.addresses.article_key import article_key
from pipelines.read.text.clean_text import FINGERPRINT_VERSION
from tests.bench.large_archive.stories import DAY, Plan, Portal, Story, Text, day_in_figures

Row = dict[str, Any]

WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
PLACE = "div[itemtype*='NewsArticle'] span.h5"
EXTRACTOR = "nukeviet trafilatura 2.3.1"
ZONE = 7 * 3_600  # seconds by which the portals' clocks are ahead of UTC
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def instant(at: float) -> str:
    """A Unix time as the archive stores it."""
    return f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%S}.{int(at * 1000) % 1000:03d}Z"


@cache
def _day_of(number: int) -> tuple[str, str, str]:
    day = datetime.fromtimestamp(number * DAY, UTC)
    return f"{day:%Y-%m-%d}", WEEKDAYS[day.weekday()], f"{day:%d/%m/%Y}"


def printed(at: float) -> tuple[str, str, str]:
    """A time of publication in the portal's zone: its day, its instant and what the page prints."""
    local = int(at) + ZONE
    day, weekday, figures = _day_of(int(local // DAY))
    minutes = local % int(DAY) // 60
    told = f"{weekday} - {figures} {minutes // 60:02d}:{minutes % 60:02d}"
    return day, f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M}:00Z", told


def body_of(text: Text) -> str:
    """The text as the archive keeps it."""
    return "\n\n".join(text.paragraphs)


def pictured(host: str, story: Story) -> list[tuple[str, str | None]]:
    """The whole addresses of the pictures, each with its caption."""
    return [(f"https://{host}{path}", caption) for path, caption in story.pictures]


def markup_of(text: Text, pictures: list[tuple[str, str | None]]) -> str:
    """The text with its structure: the pictures stand behind the first paragraph."""
    parts = [f"<p>{one}</p>" for one in text.paragraphs]
    parts[1:1] = [f'<img src="{url}" alt="{caption or ""}">' for url, caption in pictures]
    return "".join(parts)


def fingerprint(*fields: str | None) -> str:
    """As `clean_text.fingerprint`, for text that is clean already."""
    digest = hashlib.sha256()
    for told in fields:
        normal = " ".join((told or "").split()).encode()
        digest.update(b"%d:%b" % (len(normal), normal))
    return f"{FINGERPRINT_VERSION}:{digest.hexdigest()}"


def _json(rows: list[Row]) -> str:
    known = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


class Rows:
    """The rows of one article, its versions, pictures and files."""

    def __init__(self, number: int, planned: Plan, story: Story) -> None:
        self.id, self.plan, self.story = number, planned, story
        self.portal: Portal = planned.portal
        self.url = f"https://{self.portal.host}{story.path}"
        self.day, self.at, self.raw = printed(planned.published)
        self.pictures = pictured(self.portal.host, story)
        self.files = [
            (f"https://{self.portal.host}/uploads/files/{name}", name, text)
            for name, text in story.files
        ]

    def article(self, revision: int) -> Row:
        """Its row, with its last revision."""
        text, plan, story = self.story.versions[-1], self.plan, self.story
        body = body_of(text)
        return {
            "id": self.id,
            "site": self.portal.key,
            "url": self.url,
            "title": text.title,
            "lead": text.lead,
            "body": body,
            "author": story.author,
            "source": story.source,
            "section": story.section,
            "language": "vi",
            "published_at": self.at,
            "published_on": self.day,
            "published_precision": "minute",
            "published_evidence": "selector",
            "published_raw": self.raw,
            "event_on": None if story.event is None else event_day(story.event),
            "first_seen_at": instant(plan.first_seen),
            "last_seen_at": instant(plan.last_seen),
            "changed_at": instant(plan.edits[-1]) if plan.edits else None,
            "removed_at": instant(plan.gone[-1]) if plan.gone else None,
            "revision": revision,
            "platform": "nukeviet",
            "word_count": len(f"{text.lead or ''} {body}".split()),
            "key": article_key(self.url),
            "body_html": markup_of(text, self.pictures),
        }

    def revision(self, number: int, seq: int, capture: int, seen: float) -> Row:
        """A revision; `seq` counts from 1."""
        text, story = self.story.versions[seq - 1], self.story
        body = body_of(text)
        texts = (text.title, text.lead, body, story.author, story.source)
        shown = (
            story.section,
            _json([{"url": url, "caption": caption} for url, caption in self.pictures]),
            _json([{"url": url, "name": name} for url, name, _ in self.files]),
        )
        later = seq > 1
        return {
            "id": number,
            "article": self.id,
            "seq": seq,
            "seen_at": instant(seen),
            "title": text.title,
            "lead": text.lead,
            "body": body,
            "author": story.author,
            "source": story.source,
            "published_on": self.day,
            "content_sha256": fingerprint(*texts),
            "extractor": EXTRACTOR,
            "capture": capture,
            "body_html": markup_of(text, self.pictures),
            "section": shown[0],
            "images": shown[1],
            "attachments": shown[2],
            "shown_sha256": fingerprint(*texts, *shown),
            "changed": '["body"]' if later else None,
            "words_added": story.added[seq - 1] if later else None,
            "words_removed": 0 if later else None,
            "figures_changed": 0 if later else None,
            "changed_by": "portal" if later else None,
        }

    def printed_date(self) -> Row:
        return {
            "article": self.id,
            "place": PLACE,
            "published_on": self.day,
            "published_at": self.at,
            "published_precision": "minute",
            "published_evidence": "selector",
            "published_raw": self.raw,
            "first_seen_at": instant(self.plan.first_seen),
            "last_seen_at": instant(self.plan.last_seen),
        }

    def images(self) -> list[Row]:
        return [
            {"article": self.id, "url": url, "caption": caption, "position": place}
            for place, (url, caption) in enumerate(self.pictures, 1)
        ]

    def attachments(self, captures: list[int]) -> list[Row]:
        return [
            {
                "article": self.id,
                "url": url,
                "name": name,
                "media_type": DOCX,
                "bytes": 2_000 + len(text) // 2,
                "sha256": sha256_of(url),
                "capture": capture,
                "text": text,
            }
            for (url, name, text), capture in zip(self.files, captures, strict=True)
        ]

    def page(self, number: int, found_on: int | None, revision: int) -> Row:
        """The row of its address in the frontier."""
        last = self.plan.gone[-1] if self.plan.gone else self.plan.last_seen
        return {
            "id": number,
            "site": self.portal.key,
            "url": self.url,
            "kind": "article",
            "state": "gone" if self.plan.gone else "held",
            "reason": "gone" if self.plan.gone else None,
            "identity": self.story.path.rpartition("/")[2].removesuffix(".html"),
            "depth": 1,
            "priority": 50,
            "found_on": found_on,
            "title": self.story.versions[0].title,
            "published_on": self.day,
            "published_evidence": "listing",
            "published_raw": day_in_figures(self.plan.published + ZONE),
            "first_seen_at": instant(self.plan.first_seen - 60),
            "last_fetched_at": instant(last),
            "next_due_at": None if self.plan.gone else instant(last + 90 * DAY),
            "article": self.id,
            "listed": 1,
            "revision": revision,
            "named_by": "listing",
            "named_at": instant(self.plan.first_seen - 60),
            "read_title": self.story.versions[0].title,
        }

    def sighting(self, captures: list[int]) -> list[Row]:
        """Its states, if it vanished; the captures are its first and the one that says so."""
        if not self.plan.gone:
            return []
        (since,) = self.plan.gone
        there = {
            "article": self.id,
            "state": "there",
            "since_at": instant(self.plan.first_seen),
            "until_at": instant(since),
            "confirmed_at": instant(self.plan.last_seen),
            "capture": captures[0],
            "url": self.url,
        }
        gone = {
            **there,
            "state": "gone",
            "since_at": instant(since),
            "until_at": None,
            "confirmed_at": instant(since),
            "capture": captures[1],
        }
        return [there, gone]


def event_day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def sha256_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def capture(number: int, run: int, portal: Portal, url: str, at: float, outcome: str) -> Row:
    """A capture; what belongs to one kind of them alone is added by the caller."""
    gone = outcome == "gone"
    return {
        "id": number,
        "run": run,
        "site": portal.key,
        "url": url,
        "fetched_at": instant(at),
        "status": 410 if gone else 200,
        "media_type": DOCX if outcome == "attachment" else "text/html",
        "bytes": 900 if gone else 18_000,
        "sha256": sha256_of(f"{url}{at}"),
        "outcome": outcome,
        "platform": None if gone or outcome == "attachment" else "nukeviet",
        "warc_file": f"crawl-{run:012d}-{portal.number:05d}.warc.gz",
        "warc_offset": number % 4_000 * 4_100,
        "warc_length": 4_000,
    }


def printed_json(rows: Rows) -> str:
    """What a capture says of the printed date."""
    told = [PLACE, rows.day, rows.at, "minute", "selector", rows.raw, 0]
    return json.dumps(told, ensure_ascii=False)
