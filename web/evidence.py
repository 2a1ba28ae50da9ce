"""The kept bytes behind the pages: WARC files in the folder `captures` beside the archive."""

import asyncio
from base64 import b64encode
from pathlib import Path

from pipelines.keep.records.captures import OWN_PLACE, PLACE, place_of
from pipelines.keep.warc.opened import Fault, OpenedRecord, fault_at
from pipelines.keep.warc.reader import WarcPlace
from web.archive import Archive, Row
from web.downloads import Download


def folder_of(archive: Archive) -> Path:
    """The folder of an archive's WARC files, which need not be there."""
    folder: Path = archive.database.captures
    return folder


def kept_place(row: Row) -> WarcPlace | None:
    """Where the bytes of a row with the columns PLACE lie; None if none were kept."""
    if any(row[name] is None for name in PLACE):
        return None
    return place_of(row)


def own_place(row: Row) -> WarcPlace | None:
    """Where the record of this very answer is, if an earlier record holds its bytes; else None."""
    file, offset, length = (row[name] for name in OWN_PLACE)
    return None if file is None else WarcPlace(file, offset, length, row["sha256"], row["bytes"])


async def opened(archive: Archive, place: WarcPlace) -> OpenedRecord:
    """The record at a place, to be closed. Raises RecordFault, whose `fault` says what is wrong."""
    return await asyncio.to_thread(OpenedRecord, folder_of(archive), place)


async def fault_of(archive: Archive, place: WarcPlace) -> Fault | None:
    """What is wrong with the bytes at a place, which are read for it; None if they are whole."""
    return await asyncio.to_thread(fault_at, folder_of(archive), place)


def body_as_sent(record: OpenedRecord, headers: dict[str, str]) -> Download:
    """The body of an opened record as an answer, which closes it. Its ETag is its SHA-256."""
    digest = record.place.sha256
    tag = {"etag": f'"{digest}"', "repr-digest": _repr_digest(digest)} if _is_hex(digest) else {}
    return Download(record.pieces(), record.bytes, {**headers, **tag}, close=record.close)


def _repr_digest(sha256: str) -> str:
    """As RFC 9530 writes it."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode('ascii')}:"


def _is_hex(digest: str) -> bool:
    return len(digest) == 64 and all(sign in "0123456789abcdef" for sign in digest)
