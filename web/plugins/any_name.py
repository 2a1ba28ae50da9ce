"""Gives an archive under any file name the descriptions, facets and saved queries that metadata.yml keeps under `archive`."""

from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import parse_metadata

METADATA = Path(__file__).parent.parent / "metadata.yml"
DESCRIBED: dict[str, Any] = parse_metadata(METADATA.read_text(encoding="utf-8"))["databases"][
    "archive"
]


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """The description of `archive` for each served file that is not called so."""
    return {
        "databases": {
            name: DESCRIBED
            for name in datasette.databases
            if name not in ("archive", "_internal", "_memory")
        }
    }
