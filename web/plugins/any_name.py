"""Applies what metadata.yml says about `archive` to an archive file of any name."""

from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import parse_metadata

METADATA = Path(__file__).parent.parent / "metadata.yml"
DESCRIBED = parse_metadata(METADATA.read_text(encoding="utf-8"))["databases"]["archive"]


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """The description of `archive`, for each served file with another name."""
    others = datasette.databases.keys() - {"archive", "_internal", "_memory"}
    return {"databases": dict.fromkeys(others, DESCRIBED)}
