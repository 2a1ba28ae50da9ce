"""Keeps what the public sees near the archive: makes snapshots, and shows each that is whole."""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pebble import ProcessPool

from pipelines.keep.database.archive import ALWAYS_CHECKED_BYTES, NoArchiveError
from pipelines.keep.database.read_only import file_stamp
from pipelines.keep.database.snapshot import SnapshotError, check_snapshot, take_snapshot
from portals.errors import LoaError
from web.serving.face import Face
from web.serving.public import snapshot_of
from web.serving.served_file import ReplacedError

LOOK_SECONDS = 0.5  # between two looks at the snapshot's file
PRIORITY = 15  # nice: what people wait for comes first
SMALL_BYTES = 32 << 20  # of a file that is copied or checked before a process has begun
LOG = logging.getLogger("uvicorn.serving")  # uvicorn shows what its children say

T = TypeVar("T")
Stamp = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What is shown to the public: `file`, a snapshot of `archive`.

    It is made anew every `minutes` if the archive changed; with 0, somebody else does it.
    """

    archive: Path
    file: Path
    minutes: float

    def prepare(self) -> None:
        """See that there is a snapshot to show; an older one will do until the next is made.

        Raises SnapshotError, ArchiveError and NoSpaceError.
        """
        if self.file.exists() and self.archive.exists() and self.file.samefile(self.archive):
            raise SnapshotError(
                f"{self.file}: is the archive itself; name another file with --snapshot"
            )
        if not self.minutes and not self.file.exists():
            raise NoArchiveError(
                f"{self.file}: there is no snapshot yet; `loa snapshot {self.file}` makes one, and "
                "so does the server without --refresh 0"
            )
        try:
            size = self.file.stat().st_size if self.file.exists() else 0
            check_snapshot(self.file, whole=size <= ALWAYS_CHECKED_BYTES)
        except LoaError:
            if not self.minutes:
                raise
            take_snapshot(self.archive, self.file)

    def is_behind(self) -> bool:
        """Whether the archive was written after the snapshot, or there is no snapshot."""
        log = Path(f"{os.path.realpath(self.archive)}-wal")
        return max(map(_written_at, (self.archive, log))) > _written_at(self.file)


class Publisher:
    """Shows each new snapshot of a publication in a face."""

    def __init__(self, face: Face, publication: Publication) -> None:
        self._face, self._of = face, publication
        self._shown = self._seen = self._refused = self._stamp()
        self._made_from: Stamp = None
        self._whole: Stamp = None

    async def run(self) -> None:
        """Look for new snapshots, and make them when they are due, until it is cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._look())
            if self._of.minutes:
                both.create_task(self._make())

    async def _make(self) -> None:
        while True:
            archive = self._archive_stamp()
            changed = archive != self._made_from and (self._made_from or self._of.is_behind())
            if changed or self._stamp() is None:
                await self._take(archive)
            await asyncio.sleep(60 * self._of.minutes)

    async def _take(self, archive: Stamp) -> None:
        began = time.monotonic()
        try:
            await _aside(take_snapshot, self._of.archive, self._of.file)
        except Exception as problem:  # whatever it was: the next may succeed
            LOG.error("no new snapshot: %s; the present one stays", problem)
            return
        LOG.info("made and checked a snapshot in %.1f s", time.monotonic() - began)
        self._made_from, self._whole = archive, self._stamp()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            present = self._stamp()
            # A file that grows is looked at once it stays as it is.
            if present == self._seen and present not in (None, self._shown, self._refused):
                await self._show(present)
            self._seen = present

    async def _show(self, present: Stamp) -> None:
        began = time.monotonic()
        try:
            if present != self._whole:
                await _aside(check_snapshot, self._of.file)
            if self._stamp() != present:
                return  # replaced meanwhile: looked at again at once
            opened = partial(snapshot_of, self._face, self._of.file, self._face.captures)
            self._face.show(await asyncio.to_thread(opened))
        except ReplacedError:
            return
        except Exception as problem:  # whatever it is: what is shown now is whole
            self._refused = present
            LOG.error("refused: %s; the present snapshot stays", problem)
        else:
            self._shown = present
            LOG.info("a new snapshot is shown, %.1f s after it was found", time.monotonic() - began)

    def _archive_stamp(self) -> Stamp:
        try:
            return file_stamp(self._of.archive)
        except OSError:
            return None

    def _stamp(self) -> Stamp:
        try:
            found = self._of.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _written_at(path: Path) -> int:
    """Nanoseconds; 0 if there is no such file. The crawler takes away its log when it ends."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


async def _aside(work: Callable[..., T], *arguments: Path) -> T:
    """What a function returns or raises, in a process to which all others come first.

    The first argument is the file that it reads.
    """
    if arguments[0].stat().st_size <= SMALL_BYTES:
        return await asyncio.to_thread(work, *arguments)
    pool = ProcessPool(
        max_workers=1, initializer=_step_back, context=multiprocessing.get_context("spawn")
    )
    try:
        found: T = await asyncio.wrap_future(pool.schedule(work, args=arguments))
        return found
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)


def _step_back() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the server, which ends us
    os.nice(PRIORITY)
