"""A revisit that waits for a later file is afterwards what it was."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.imports.originals import head_as_text, head_from_text
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import walk_warc
from tests.builders import foreign_warc as foreign

HEAD = b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \x85\r\nX-Name: \xc3\xa9\r\n\r\n"


def waiting(tmp_path: Path, **fields: str) -> Record:
    path = tmp_path / "one.warc"
    date = "2026-03-09T01:00:00.123456Z"
    path.write_bytes(foreign.revisit(foreign.url("đường"), date, HEAD, **fields))
    (found,) = walk_warc(path)
    assert isinstance(found, Record)
    assert len(found.headers) == 2
    return found


def test_a_waiting_revisit_keeps_all_but_its_bytes(tmp_path: Path) -> None:
    revisit = waiting(tmp_path, WARC_Refers_To="<urn:uuid:1>", WARC_Payload_Digest="sha1:ABC")
    assert revisit.fields["warc-refers-to"] == "<urn:uuid:1>"
    assert head_from_text(head_as_text(revisit)) == replace(revisit, block=b"", body=b"")


def test_what_only_our_own_records_have_waits_too(tmp_path: Path) -> None:
    rendered = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    ours = replace(waiting(tmp_path), rendered_from=rendered, names=("urn:uuid:2", "sha1:ABC"))
    assert head_from_text(head_as_text(ours)) == replace(ours, block=b"", body=b"")
