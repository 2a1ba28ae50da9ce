"""What happened on invented portals in twenty years: each article, and when Loa saw it.

All is made of numbers: article 7 of an archive of the same size is the same in every run.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from random import Random

from portals.sample.content import slug_of
from tests.bench.large_archive.language import Writer, person

DAY = 86_400.0
END = 1_795_564_800.0  # 2026-11-25T00:00:00Z
YEARS = 20
WATCHED_MOST, WATCHED_LEAST = 730, 180  # days
VISIT_EVERY = 4 * DAY
SECTIONS = (
    "Tin tức - Sự kiện",
    "Kinh tế",
    "Văn hóa - Xã hội",
    "Thông báo",
    "Cải cách hành chính",
    "Giáo dục",
    "Y tế",
    "Nông thôn mới",
    "Quốc phòng - An ninh",
    "Đảng - Đoàn thể",
    "Chỉ đạo điều hành",
    "Người tốt việc tốt",
)
LEVELS = ("province", "district", "commune")


@dataclass(frozen=True, slots=True)
class Portal:
    """An invented portal: since when it is watched (a Unix time), and how it looks now."""

    number: int
    key: str
    host: str
    name: str
    level: str
    watched_since: float
    sections: tuple[str, ...]
    health: str

    def visits(self) -> list[float]:
        """When each visit began."""
        count = int((END - self.watched_since) / VISIT_EVERY)
        return [self.watched_since + number * VISIT_EVERY for number in range(count + 1)]


@dataclass(frozen=True, slots=True)
class Plan:
    """When an article was published, and what later captures of its page showed (Unix times).

    `edits`: of its text; `looks`: no change; `gone`: an answer 410.
    """

    number: int
    portal: Portal
    published: float
    first_seen: float
    edits: tuple[float, ...]
    looks: tuple[float, ...]
    gone: tuple[float, ...]
    files: int

    @property
    def last_seen(self) -> float:
        return max((self.first_seen, *self.edits, *self.looks))


@dataclass(slots=True)
class Text:
    """One version of an article's text."""

    title: str
    lead: str | None
    paragraphs: list[str]


@dataclass(frozen=True, slots=True)
class Story:
    """What an article's page shows: its versions, oldest first, and what stands beside them.

    `pictures`: path and caption; `files`: name and text; `event`: the day on which it happened.
    """

    path: str
    versions: list[Text]
    author: str | None
    source: str | None
    section: str
    pictures: list[tuple[str, str | None]]
    files: list[tuple[str, str]]
    event: float | None
    added: list[int] = field(default_factory=list)


@cache
def portals(articles: int) -> tuple[Portal, ...]:
    """The portals of an archive of so many articles: from three to four hundred."""
    return tuple(_portal(number) for number in range(max(3, min(400, articles // 2_500))))


def _portal(number: int) -> Portal:
    luck = Random(f"portal {number}")
    place = " ".join(person(luck).split()[1:])
    level = LEVELS[min(2, int(luck.random() ** 0.7 * 3))]
    kind = {"province": "tỉnh", "district": "huyện", "commune": "xã"}[level]
    key = f"{slug_of(place)}-{number}"
    watched = luck.uniform(WATCHED_LEAST, WATCHED_MOST) * DAY
    return Portal(
        number,
        f"{key}-example",
        f"{key}.example",
        f"Cổng thông tin điện tử {kind} {place}",
        level,
        float(int(END - watched)),
        tuple(luck.sample(SECTIONS, luck.randint(5, 10))),
        luck.choices(("ok", "quiet", "suspect", "broken"), (85, 8, 4, 3))[0],
    )


@cache
def _shares(articles: int) -> list[float]:
    total, shares = 0.0, []
    for portal in portals(articles):
        total += 1 / (portal.number + 12)
        shares.append(total)
    return shares


def plan(number: int, articles: int) -> Plan:
    """The fate of one article of an archive of so many."""
    luck = Random(number)
    shares = _shares(articles)
    portal = portals(articles)[bisect_right(shares, luck.random() * shares[-1])]
    published = END - DAY - YEARS * 365 * DAY * luck.random() ** 1.5
    # During the working day of the portal's zone.
    published = published // DAY * DAY + luck.randrange(60, 660) * 60.0
    since = portal.watched_since
    if published < since:
        first = since + luck.random() * 2 * DAY
    else:
        first = since + ((published - since) // VISIT_EVERY + 1) * VISIT_EVERY
        first += luck.random() * 600
    first = min(first, END - 1)
    span = END - first
    chance = luck.random()
    edits: tuple[float, ...] = ()
    looks: tuple[float, ...] = ()
    gone: tuple[float, ...] = ()
    if chance < 0.06:
        count = luck.choices((1, 2, 3), (80, 15, 5))[0]
        edits = tuple(sorted(first + span * luck.uniform(0.02, 0.9) for _ in range(count)))
    elif chance < 0.07:
        gone = (first + span * luck.uniform(0.1, 0.9),)
    elif chance < 0.35:
        looks = (first + span * luck.uniform(0.1, 0.95),)
    files = luck.choices((0, 1, 2), (92, 6, 2))[0]
    return Plan(number, portal, published, first, edits, looks, gone, files)


def story(planned: Plan) -> Story:
    """What the page of a planned article shows."""
    luck = Random(-1 - planned.number)
    writer = Writer(luck)
    title = writer.sentence(luck.randint(9, 18))
    lead = f"{writer.sentence(luck.randint(22, 45))}." if luck.random() < 0.85 else None
    length = min(max(int(luck.lognormvariate(5.2, 0.8)), 40), 3_000)
    paragraphs = writer.paragraphs(length)
    event = None
    if luck.random() < 0.5:
        event = planned.published - luck.choice((0, 0, 1, 1, 2)) * DAY
        first = paragraphs[0]
        paragraphs[0] = f"Sáng {day_in_figures(event)}, {first[0].lower()}{first[1:]}"
    versions = [Text(title, lead, paragraphs)]
    added = [0]
    for _ in planned.edits:
        edited, words = _edited(versions[-1], writer, luck)
        versions.append(edited)
        added.append(words)
    folder = f"/uploads/news/{planned.number % 97}"
    pictures = [
        (
            f"{folder}/anh-{planned.number}-{place}.jpg",
            f"{writer.sentence(luck.randint(6, 16))}" if luck.random() < 0.7 else None,
        )
        for place in range(luck.choices((0, 1, 2, 3), (35, 40, 15, 10))[0])
    ]
    files = [
        (
            f"van-ban-{planned.number}-{place}.docx",
            "\n".join(writer.paragraphs(min(int(luck.lognormvariate(6.2, 0.8)), 6_000))),
        )
        for place in range(planned.files)
    ]
    section = luck.choice(planned.portal.sections)
    return Story(
        f"/{slug_of(section)}/{slug_of(title)[:90].strip('-')}-{planned.number}.html",
        versions,
        person(luck) if luck.random() < 0.55 else None,
        f"Báo {person(luck)}" if luck.random() < 0.3 else None,
        section,
        pictures,
        files,
        event,
        added,
    )


def _edited(before: Text, writer: Writer, luck: Random) -> tuple[Text, int]:
    """The text with one more sentence at the end of a paragraph, and how many words were added."""
    paragraphs = list(before.paragraphs)
    place = luck.randrange(len(paragraphs))
    more = f"{writer.sentence(luck.randint(6, 20))}."
    paragraphs[place] = f"{paragraphs[place]} {more}"
    return Text(before.title, before.lead, paragraphs), len(more.split())


def plans(articles: int) -> Iterator[Plan]:
    """The plans of all articles of an archive of so many."""
    return (plan(number, articles) for number in range(articles))


def day_in_figures(at: float) -> str:
    """A day as people write it: 13/10/2023."""
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%Y}"
