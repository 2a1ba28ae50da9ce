"""Describes the archive, whatever its file is called, in the language of the request."""

from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from web.descriptions import DESCRIPTIONS
from web.languages import language


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """The descriptions, with those of `archive` for each served file."""
    described = DESCRIPTIONS[language()]
    served = datasette.databases.keys() - {"_internal", "_memory"}
    return {**described, "databases": dict.fromkeys(served, described["databases"]["archive"])}
