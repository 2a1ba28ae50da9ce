"""Writes the captures of one process to a WARC file of its own; never appends to an older file."""

import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.warc.compose import (
    answer_record,
    failure_record,
    removal_record,
    rendered_record,
    settings_record,
    warcinfo_record,
)
from pipelines.keep.warc.reader import PLAIN_NAME, WarcPlace, look_up
from pipelines.keep.warc.record import UNKNOWN_REQUEST, Record, RequestedAs
from portals.errors import LoaError


class WarcWriteError(LoaError):
    """A capture could not be written to disk. Everything synced before is intact."""

    exit_code = 5


class WarcWriter:
    """Writes captures to folder/NAME.warc.gz, a new file that the first write makes.

    For one process and thread. The process buffers nothing, but only `sync` makes records survive a
    power cut, so a batch can share one. After a WarcWriteError the file holds only whole records,
    and the writer refuses to write or sync: unsynced records are not acknowledged.

    `began_at`: when the process began; the file's first record has this date, so that files can be
    read in the order in which they were written. None for the date of the first capture.
    """

    def __init__(self, folder: Path, *, name: str, began_at: datetime | None = None) -> None:
        if not PLAIN_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a plain file name")
        self._folder = folder
        self._path = folder / f"{name}.warc.gz"
        self._file: int | None = None
        self._end = 0
        self._folder_synced = False
        self._failed = False
        self.began_at = began_at
        self._settings: dict[str, str] = {}

    def write(
        self,
        capture: Capture,
        request: RequestedAs = UNKNOWN_REQUEST,
        *,
        same_as: WarcPlace | None = None,
    ) -> WarcPlace:
        """Appends an answer as a record, and returns the place of its bytes.

        `same_as`: the place of the address's last answer. If that can be read and has the same
        body, the new record only refers to it, and is the `own` of the place. Raises ValueError if
        no answer came.
        """
        if capture.status is None:
            raise ValueError(f"{capture.url}: no answer came, so there is nothing to keep")
        self._refuse_if_failed()
        sha256 = hashlib.sha256(capture.body).hexdigest()
        held = None
        if capture.rendered_from is not None:
            record = rendered_record(capture, sha256, request)
        else:
            held = _held_again(self._folder, same_as, capture.body, sha256)
            record = answer_record(capture, sha256, request, same_as=held)
        offset, length = self._add(record, capture.fetched_at)
        place = WarcPlace(self._path.name, offset, length, sha256, len(capture.body))
        return replace(same_as, own=place) if same_as is not None and held is not None else place

    def write_failure(self, capture: Capture, request: RequestedAs = UNKNOWN_REQUEST) -> None:
        """Appends a record that says why a request got no answer."""
        self._refuse_if_failed()
        self._add(failure_record(capture, request), capture.fetched_at)

    def write_removal(self, site: str, url: str, at: datetime) -> None:
        """Appends a record that says that the portal removed an article."""
        self._refuse_if_failed()
        self._add(removal_record(site, url, at), at)

    def write_settings(self, key: str, settings: str, at: datetime) -> None:
        """Appends a site's settings, unless they are the last of the site in this file."""
        if self._settings.get(key) != settings:
            self._refuse_if_failed()
            self._add(settings_record(key, settings, at), at)
            self._settings[key] = settings

    def _add(self, record: bytes, at: datetime) -> tuple[int, int]:
        """Appends a record, in a new file if it is the first; returns its offset and length."""
        try:
            if self._file is None:
                self._file = self._create()
                self._append(self._file, warcinfo_record(self._path.name, self.began_at or at))
            offset = self._end
            self._append(self._file, record)
        except OSError as error:
            raise self._failure(error) from error
        return offset, self._end - offset

    def sync(self) -> None:
        """Returns once everything written is on the disk, and the file's name is in its folder.

        Raises WarcWriteError if that cannot be promised.
        """
        self._refuse_if_failed()
        if self._file is None:
            return
        try:
            os.fsync(self._file)
            if not self._folder_synced:
                _sync_folder(self._folder)
                _sync_folder(self._folder.absolute().parent)
                self._folder_synced = True
        except OSError as error:
            # The kernel may have dropped the pages, and reports that only once.
            raise self._failure(error) from error

    def close(self) -> None:
        """Syncs, if no write failed, and closes the file. A second call does nothing."""
        try:
            if not self._failed:
                self.sync()
        finally:
            self._failed = True
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _refuse_if_failed(self) -> None:
        if self._failed:
            raise WarcWriteError(
                f"{self._path}: closed, or a write failed: start a new run, which makes a file of "
                "its own"
            )

    def _create(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def _append(self, file: int, record: bytes) -> None:
        # Write by position: a write that stopped half-way is overwritten or cut off.
        written = 0
        while written < len(record):
            written += os.pwrite(file, record[written:], self._end + written)
        self._end += written

    def _failure(self, error: OSError) -> WarcWriteError:
        self._failed = True
        if isinstance(error, FileExistsError) and self._path.exists():
            return WarcWriteError(
                f"{self._path}: exists already, and captures are never appended to: give this run "
                "another name"
            )
        if self._file is not None:
            # The failure of the write itself is reported. If a tail stays, the reader sees it as
            # Damage.
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
                if self._end == 0:
                    self._path.unlink()
        return WarcWriteError(
            f"{self._path}: cannot be written ({error.strerror}): free space or mend the disk, "
            "then run again; what was synced is whole"
        )


def _held_again(folder: Path, place: WarcPlace | None, body: bytes, sha256: str) -> datetime | None:
    """When the answer at a place was fetched, if it is whole and has the same body; else None."""
    if place is None or not body or place.sha256 != sha256:
        return None
    record = look_up(folder, place)
    if isinstance(record, Record) and record.kind == "response" and record.body == body:
        return record.date
    return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
