"""What happens on the sample portals between the visits of the demo, from content/events.toml.

The tests' portals stay as they begin: only the demo lets these events happen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from portals.sample.content import (
    Block,
    SampleContentError,
    Story,
    read_stories,
    story_of,
)
from portals.sample.portal import Portal
from portals.strict_toml import read_toml, shape_toml


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a portal does before a visit (counted from 1), and how the demo tells it.

    `story`: the id of the story that is edited, moved or removed; `new`: the one that is published.
    An edit replaces words (each pair: old, new) and sets `modified`. A move sets the categories,
    the first of which is part of the address. A portal that closes answers every address with
    `page`.
    """

    before_visit: int
    portal: str
    does: Literal["publish", "edit", "move", "remove", "close"]
    told: str
    story: int = 0
    replace: tuple[tuple[str, ...], ...] = ()
    modified: datetime | None = None
    categories: tuple[str, ...] = ()
    page: str = ""
    new: Story | None = None

    def happen(self, portal: Portal) -> None:
        """Let it happen on the portal. Raises SampleContentError if it does not fit."""
        match self.does:
            case "publish":
                assert self.new is not None
                portal.publish(self.new)
            case "edit":
                story = portal.find(self.story)
                portal.edit(story.id, modified=self.modified, **_edited(story, self.replace))
            case "move":
                portal.edit(self.story, categories=self.categories)
            case "remove":
                portal.remove(self.story)
            case "close":
                portal.answer("*", 200, body=self.page.strip().encode())


def load_events(keys: Iterable[str]) -> tuple[Event, ...]:
    """The events in their order. `keys` are those of the portals.

    Raises PortalFileError or SampleContentError, which name the mistake.
    """
    with as_file(files("portals.sample") / "content" / "events.toml") as path:
        tables = read_toml(path)
        written = read_stories(keys)
        rows = enumerate(tables.pop("event", []), start=1)
        events = tuple(event_of(row, written, path, f"event {number}") for number, row in rows)
        if tables:
            raise SampleContentError(f"{path}: {', '.join(tables)}: unknown; write [[event]]")
    return events


def event_of(
    row: dict[str, Any], written: dict[str, Mapping[str, Any]], path: Path, at: str
) -> Event:
    """The event in a row. `written`: the stories by name, to which a new one is added; `at`: the
    row, for errors. Raises PortalFileError or SampleContentError.
    """
    new = row.pop("new", None)
    event = shape_toml(Event, row, path, f"{at}: ")
    if (event.does == "publish") != (new is not None):
        raise SampleContentError(f'{path}: {at}: `new` and does = "publish" go together')
    if new is None:
        return event
    known = {field.name for field in fields(Story)} - {"blocks"} | {"text", "from", "replace"}
    if unknown := set(new) - known:
        raise SampleContentError(f"{path}: {at}: new: unknown key {', '.join(sorted(unknown))}")
    story = story_of(new, written, f"{path}: {at}")
    written[f"{event.portal}:{story.id}"] = new
    return replace(event, new=story)


def _edited(story: Story, pairs: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """The texts of the story with the replacements; a paragraph that loses all words goes."""
    title, lead, blocks = story.title, story.lead, story.blocks
    for old, new in pairs:
        texts = [title, lead, *(line for block in blocks for line in (block.text, *block.lines))]
        if not any(old in text for text in texts):
            wrong = f"an event replaces {old!r}, which story {story.id} does not say"
            raise SampleContentError(f"events.toml: {wrong}; mend the words")
        title, lead = title.replace(old, new), lead.replace(old, new)
        blocks = tuple(_block(block, old, new) for block in blocks)
    kept = tuple(block for block in blocks if block.text or block.lines or block.kind == "image")
    return {"title": title, "lead": lead, "blocks": kept}


def _block(block: Block, old: str, new: str) -> Block:
    lines = tuple(line.replace(old, new) for line in block.lines)
    return replace(block, text=block.text.replace(old, new), lines=lines)
