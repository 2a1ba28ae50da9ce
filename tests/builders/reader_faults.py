"""Faults in reading processes: environment variables make one of their functions raise."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from pipelines.read.reader import read
from pipelines.read.task import Task

HOOK = Path(__file__).with_name("faulty_readers")
READER = "pipelines.read."


def faulty(place: str, every: int = 1) -> dict[str, str]:
    """The environment in which `module:function` raises in each reader, at each `every`-th call."""
    return {"PYTHONPATH": str(HOOK), "LOA_READER_FAULT": f"{place}:{every}"}


def places_reached(tasks: Iterable[Task]) -> list[str]:
    """The functions of the reader, as `module:function`, that reading these tasks calls."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_qualname
        if event == "call" and module.startswith(READER) and name in frame.f_globals:
            found.add(f"{module}:{name}")

    sys.setprofile(note)
    try:
        for task in tasks:
            read(task)
    finally:
        sys.setprofile(None)
    return sorted(found - {f"{READER}reader:read"})
