"""Datasette over one archive, with our plugins, pages and limits."""

import asyncio
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils.asgi import Request

from web import plugins
from web.archive import NAME
from web.links import absolute
from web.place import BaseAddressError
from web.plugins.pages import ROUTES
from web.serving.served_file import ServedFile
from web.serving.settings import Serving

WEB = Path(__file__).resolve().parents[1]
LIMITS = {
    "num_sql_threads": 6,  # a page's short queries need not wait behind long searches
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "suggest_facets": "off",
    "truncate_cells_html": 300,
    "allow_download": False,
}
T = TypeVar("T")


class Face(Datasette):  # type: ignore[misc]  # Datasette is not typed
    """Datasette that serves one archive.

    It has no database of its own: Datasette keeps the names of all columns in `_internal`, writes
    them again where the schema changed, and reads them nowhere.
    """

    def __init__(self, archive: Path, serving: Serving) -> None:
        _register_plugins()
        _require_other_than_our_pages(serving.place.path)
        self.serving = serving  # before Datasette asks the plugins for what they wrap around it
        super().__init__(
            template_dir=str(WEB / "templates"),
            static_mounts=[("static", str(WEB / "static"))],
            settings={
                **LIMITS,
                "base_url": serving.place.path,
                "default_allow_sql": not serving.public,
            },
        )
        self.databases: dict[str, Database] = {}
        self.add_database(ServedFile(self, archive), name=NAME)

    def absolute_url(self, request: Request, path: str) -> str:
        """The whole address of a page; Datasette forgets the base path in some facets."""
        return absolute(self, request, path)

    async def refresh_schemas(self) -> None:
        """Nothing: see above."""

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What a function returns, in one of the threads that read."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)


def _require_other_than_our_pages(base_path: str) -> None:
    """Raise BaseAddressError if a base path begins as the path of one of our pages does.

    Then nobody could tell whether a proxy had taken it away.
    """
    begun = {found[1] for pattern, _ in ROUTES if (found := re.match(r"\^/([\w-]+)", pattern))}
    first = base_path.split("/")[1]
    if first in {*begun, NAME, "static"}:
        raise BaseAddressError(
            f"base path {base_path}: Loa has pages below /{first}/; choose another, such as /loa/"
        )


def _register_plugins() -> None:
    """Make the modules of web/plugins known to Datasette, once for all faces.

    The last one is called first. What `asgi_wrapper` returns first is the innermost; so `guard` is
    around all others but those that say `tryfirst`.
    """
    for found in sorted(module.name for module in iter_modules(plugins.__path__)):
        module: Any = import_module(f"{plugins.__name__}.{found}")
        if not pm.is_registered(module):
            pm.register(module)
