"""Templates name the feeds that tell of what a page shows."""

from typing import Any

from datasette import hookimpl

from web.pages.feeds.followed import feeds_of, feeds_of_query


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates the functions `feeds_of` and `feeds_of_query`."""
    env.globals["feeds_of"] = feeds_of
    env.globals["feeds_of_query"] = feeds_of_query
