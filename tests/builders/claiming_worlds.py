"""Generated portals whose pages claim false addresses, and what an archive must hold of them.

A world has a few stories. Each story has one address or more, each address shows a version of the
story's text, and each page claims an address by a canonical link or og:url, truly or not. From
visit to visit stories are edited, pages lag behind, templates change, addresses go.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.builders.hostile_web import HTML, Exchange, Host, listing_html, respond

VISITS = 3
LATEST = "/2025/03/tin-moi-nhat-hom-nay/"
MARK = re.compile(r"mã (\d+)\.(\d+)")
# What a template may name as the address of each of its pages.
LIES = (
    "nothing", "itself", "one of all", "the newest", "the next", "nowhere", "two at once",
    "the front page", "an old address", "two that differ",
)  # fmt: skip


@dataclass
class Story:
    """One story: its addresses, the first of which is its main one, and how many versions it has
    at each visit.
    """

    number: int
    paths: list[str]
    versions: list[int]
    title: str
    first_visit: int = 0
    gone: int = VISITS  # the visit from which on its main address answers 404


@dataclass
class World:
    """A portal at `host`; `visit` counts from 0. `shown` has what each address showed last.

    `steady`: one template that lies in one way, from the first or second visit on; no address lags
    or fails.
    """

    seed: int
    host: Host
    visit: int = 0
    steady: bool = False
    stories: list[Story] = field(default_factory=list)
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = Random(self.seed)
        alike = rng.random() < 0.3  # notices that share one title
        for number in range(rng.randint(3, 5)):
            versions = [1]
            for _ in range(1, VISITS):
                versions.append(versions[-1] + (rng.random() < 0.4))
            main = f"/2025/03/bai-viet-{number}/"
            seconds = [
                f"/2025/03/xem-tin-{number}/",
                f"{main}?cview=linear",
                f"/2025/04/ban-sao-{number}/",
            ]
            self.stories.append(
                Story(
                    number,
                    [main, *rng.sample(seconds, rng.choice((0, 0, 1, 2)))],
                    versions,
                    "Thông báo của xã" if alike else f"Tin số {number} của xã Suối Mây",
                    rng.choice((0, 0, 0, 1)) if number else 0,
                    rng.choice((VISITS, VISITS, VISITS, 2)),
                )
            )
        self.lies = [rng.choice(LIES) for _ in range(VISITS)]
        if rng.random() < 0.5:
            self.lies = self.lies[:1] * VISITS  # a template that stays as it is
        self.by_og = rng.random() < 0.3
        # How the pages at second addresses name themselves, and which of them are cached.
        self.seconds = rng.choice(
            ("the main address", "the main address", "nothing", "as the rest")
        )
        self.lagging = rng.random() < 0.3
        self.hidden = rng.random() < 0.3  # the front page names second addresses in place of main
        self.latest = rng.random() < 0.4  # an address that always shows the newest story
        self.failing = rng.random() < 0.2
        if self.steady:
            lie = rng.choice(LIES[2:5])
            self.lies = [rng.choice(("itself", lie)), *[lie] * (VISITS - 1)]
            self.lagging = self.latest = self.failing = False
        self.rng = rng
        self.host.everywhere = self.answer

    @property
    def current(self) -> list[Story]:
        """The stories that are out, oldest first."""
        return [story for story in self.stories if story.first_visit <= self.visit]

    async def answer(self, exchange: Exchange) -> None:
        """The page at a path, as of this visit."""
        path = exchange.hit.path
        if path == "/":
            entries = [(path, story.title) for path, story in self.listed()]
            self.rng.shuffle(entries)
            await respond(exchange, listing_html(self.host.name, entries).encode(), 200, HTML)
            return
        if path == LATEST:
            newest = self.current[-1]
            shown = self.page(newest, LATEST, newest.versions[self.visit])
            self.shown[path] = newest.number, newest.versions[self.visit]
            await respond(exchange, shown.encode(), 200, HTML)
            return
        if path.startswith("/cu/"):
            await respond(exchange, b"", 301, Location=path.removeprefix("/cu"))
            return
        found = next((story for story in self.current if path in story.paths), None)
        if found is None or (path == found.paths[0] and self.visit >= found.gone):
            self.shown.pop(path, None)
            await respond(exchange, b"<h1>404</h1>", 404)
            return
        if self.failing and self.rng.random() < 0.3:
            self.shown.pop(path, None)
            await respond(exchange, b"<h1>503</h1>", 503)
            return
        version = found.versions[self.visit]
        if self.lagging and path != found.paths[0] and self.visit > found.first_visit:
            version = found.versions[self.visit - 1]
        self.shown[path] = found.number, version
        await respond(exchange, self.page(found, path, version).encode(), 200, HTML)

    def listed(self) -> Iterator[tuple[str, Story]]:
        """What the front page names."""
        if self.latest:
            yield LATEST, self.current[-1]
        for story in self.current:
            hides = self.hidden and len(story.paths) > 1
            for path in story.paths[1:] if hides else story.paths:
                yield path, story

    def page(self, story: Story, path: str, version: int) -> str:
        """An article's page, in the markup that WordPress themes share."""
        text = "".join(
            f"<p>Đoạn {n} của tin, mã {story.number}.{version}: bà con các thôn đã họp bàn việc "
            "làm đường và nhất trí với cách làm mà xã đưa ra từ tháng trước.</p>"
            for n in range(3)
        )
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{story.title}</title>'
            f'{self.head(story, path)}</head><body class="single single-post"><main>'
            f'<article class="post type-post hentry"><h1 class="entry-title">{story.title}</h1>'
            f'<time class="entry-date published" datetime="2026-11-{story.number + 1:02}"></time>'
            f'<div class="entry-content">{text}</div></article></main></body></html>'
        )

    def head(self, story: Story, path: str) -> str:
        """What the page claims."""
        claims = self.claims(story, path)
        if self.by_og:
            return "".join(f'<meta property="og:url" content="{claim}">' for claim in claims[:1])
        return "".join(f'<link rel="canonical" href="{claim}">' for claim in claims)

    def claims(self, story: Story, path: str) -> list[str]:
        """The addresses that a page names as its own."""
        base, lie = self.host.url.rstrip("/"), self.lies[self.visit]
        if path == LATEST:
            return [base + story.paths[0]]
        if path != story.paths[0] and self.seconds != "as the rest":
            return [] if self.seconds == "nothing" else [base + story.paths[0]]
        out = [one.paths[0] for one in self.current]
        following = out[(out.index(story.paths[0]) + 1) % len(out)]
        return {
            "nothing": [],
            "itself": [base + path],
            "one of all": [base + out[0]],
            "the newest": [base + out[-1]],
            "the next": [base + following],
            "nowhere": [f"{base}/2025/03/khong-co-{story.number}/"],
            "two at once": [f"{base}{path},{base}{following}"],
            "the front page": [f"{base}/"],
            "an old address": [f"{base}/cu{path}"],
            "two that differ": [base + path, base + following],
        }[lie]

    def faults(self, records: Iterable[Mapping[str, str]]) -> list[str]:
        """What is wrong with the revisions that an archive holds after this visit, in words.

        `records`: rows with a record's `url`, a revision's `body` in their order, and the record's
        `current` body.
        """
        found: list[str] = []
        held: dict[str, list[tuple[int, int]]] = {}
        now: dict[str, tuple[int, int]] = {}
        for row in records:
            path = "/" + row["url"].split("/", 3)[3]
            held.setdefault(path, []).append(_mark(row["body"]))
            now[path] = _mark(row["current"])
        for path, marks in held.items():
            story = next((one for one in self.stories if path in one.paths), None)
            if path == LATEST:
                continue  # a page of its own by another's text, or by a story's main address gone
            if story is None:
                found.append(f"{path}: no page has this address")
            elif {number for number, _ in marks} != {story.number}:
                found.append(f"{path}: has another story's text: {marks}")
            if any(after[1] <= before[1] for before, after in pairwise(marks)):
                found.append(f"{path}: a revision that was no edit: {marks}")
        texts = {mark for marks in held.values() for mark in marks}
        for path, mark in self.shown.items():
            if mark not in texts:
                found.append(f"{path}: its text {mark} is missing")
            is_main = path == self.stories[mark[0]].paths[0]
            if is_main and mark not in now.values():
                found.append(f"{path}: its text {mark} is nobody's present text: {now}")
        return found


def _mark(body: str) -> tuple[int, int]:
    mark = MARK.search(body)
    assert mark is not None, body
    return int(mark[1]), int(mark[2])
