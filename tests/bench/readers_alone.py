"""Read the pages of an archive in one process, for comparison; print how many there were.

`python -m tests.bench.readers_alone bare_extraction|lxml ARCHIVE`
"""

import sys
from pathlib import Path

import lxml.html
from trafilatura import bare_extraction

from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.records.captures import places_where
from pipelines.keep.warc.reader import read_record


def pages(archive: Path) -> list[bytes]:
    """The HTML pages that a crawl kept, as they came."""
    with read_archive(archive) as db:
        wanted = "status = 200 and media_type = 'text/html' order by id"
        places = [place for _, place in places_where(db, wanted)]
    return [read_record(captures_folder(archive), place).body for place in places]


def main() -> None:
    """Reads every page once, one way."""
    way, archive = sys.argv[1], Path(sys.argv[2])
    bodies = pages(archive)
    for body in bodies:
        if way == "bare_extraction":
            bare_extraction(body.decode("utf-8", "replace"), with_metadata=True)
        elif way == "lxml":
            lxml.html.document_fromstring(body)
    print(len(bodies))


if __name__ == "__main__":
    main()
