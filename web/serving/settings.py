"""What an operator chooses about a served archive."""

from dataclasses import dataclass

from datasette.app import Datasette


@dataclass(frozen=True, slots=True)
class Serving:
    """How an archive is served.

    `public`: to people whom the operator does not know. `base_url`: the path below which all pages
    stand; it begins and ends with a slash. `address`: the public address of the front page, such as
    `https://news.example/archive/`; None if it is that of each request. `trusted_hosts`: host names
    to answer for besides this computer's own.
    """

    public: bool = False
    base_url: str = "/"
    address: str | None = None
    trusted_hosts: tuple[str, ...] = ()


def serving_of(datasette: Datasette) -> Serving:
    """How this archive is served; the defaults for a Datasette that we did not build."""
    serving: Serving = getattr(datasette, "serving", Serving())
    return serving
