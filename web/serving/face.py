"""Datasette over one archive, with our plugins, pages and limits."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils.asgi import Request
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from pipelines.keep.database.archive import captures_folder
from web import plugins
from web.archive import NAME
from web.links import absolute
from web.place import BaseAddressError
from web.plugins.pages import ROUTES
from web.serving.editions import Databases, Editions, pinned
from web.serving.lanes import Lanes, is_costly
from web.serving.public import is_internal, snapshot_of
from web.serving.served_file import ServedFile, Snapshot
from web.serving.settings import Serving

WEB = Path(__file__).resolve().parents[1]
LIMITS = {
    "num_sql_threads": 6,  # a page's short queries need not wait behind long searches
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "suggest_facets": False,
    "truncate_cells_html": 300,
    "allow_download": False,
}
PUBLIC_LIMITS = {
    "num_sql_threads": 4,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 200,
    "max_returned_rows": 500,
    "allow_csv_stream": False,
    "default_allow_sql": False,
}
COSTLY_THREADS = 2  # for what the public asks of tables and searches, beside those for cheap pages
# Packed already, or the exact bytes of a capture.
NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/pdf")
COMPRESSION = 4  # zlib's level: a tenth larger than its best, in a third of the time
T = TypeVar("T")


class Face(Datasette):  # type: ignore[misc]  # Datasette is not typed
    """Datasette that serves one archive, or snapshots of it to the public.

    `captures` is the folder of its WARC files, which stands beside `archive` unless it is named. It
    has no database of its own: Datasette keeps the names of all columns in `_internal`, writes
    them again where the schema changed, and reads them nowhere.
    """

    def __init__(self, archive: Path, serving: Serving, captures: Path | None = None) -> None:
        _register_plugins()
        _require_other_than_our_pages(serving.place.path)
        self.serving = serving  # before Datasette asks the plugins for what they wrap around it
        self.captures = captures or captures_folder(archive)
        self.editions, self.lanes = Editions(lambda: self._databases), Lanes()
        self._databases: Databases = {}
        super().__init__(
            template_dir=str(WEB / "templates"),
            static_mounts=[("static", str(WEB / "static"))],
            settings={
                **LIMITS,
                **(PUBLIC_LIMITS if serving.public else {}),
                "base_url": serving.place.path,
            },
        )
        self._costly = ThreadPoolExecutor(COSTLY_THREADS) if serving.public else self.executor
        self.databases = {}
        if serving.public:
            self.show(snapshot_of(self, archive, self.captures))
        else:
            self.add_database(ServedFile(self, archive, self.captures), name=NAME)

    @property
    def databases(self) -> Databases:
        """What is served: within a request, what was so at its beginning."""
        found = pinned()
        return self._databases if found is None else found

    @databases.setter
    def databases(self, databases: dict[str, Database]) -> None:
        self._databases = databases

    def show(self, snapshot: Snapshot) -> None:
        """Serve another snapshot from now on; requests under way go on with the one before."""
        snapshot.name = snapshot.route = NAME
        before, self._databases = self._databases, {NAME: snapshot}
        for one in before.values():
            if isinstance(one, Snapshot):
                self.editions.close_if_unused(one)

    def app(self) -> Callable[..., Awaitable[None]]:
        """The application, which compresses what it answers."""
        return GZipMiddleware(
            super().app(), compresslevel=COMPRESSION, exclude_content_types=NOT_COMPRESSED
        )

    def absolute_url(self, request: Request, path: str) -> str:
        """The whole address of a page; Datasette forgets the base path in some facets."""
        return absolute(self, request, path)

    async def refresh_schemas(self) -> None:
        """Nothing: see above."""

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What a function returns, in one of the threads that read."""
        threads = self._costly if is_costly() else self.executor
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    def _routes(self) -> list[tuple[re.Pattern[str], Any]]:
        routes: list[tuple[re.Pattern[str], Any]] = super()._routes()
        if not self.serving.public:
            return routes
        return [(path, view) for path, view in routes if not is_internal(path.pattern)]


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
    for replaced in ("datasette.handle_exception", "datasette.forbidden"):
        if pm.has_plugin(replaced):  # it makes its own page of each error too, and throws it away
            pm.unregister(name=replaced)
