"""What an operator chooses about a served archive."""

from dataclasses import dataclass

from datasette.app import Datasette

from web.place import AT_ROOT, Place

LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Serving:
    """How an archive is served.

    `public`: to people whom the operator does not know. `place`: where the site stands on the web.
    `trusted_hosts`: host names to answer for besides this computer's own and that of the place.
    `trusted_proxies`: addresses and networks of the proxies whose X-Forwarded-Proto and
    X-Forwarded-For are believed.
    """

    public: bool = False
    place: Place = AT_ROOT
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = LOOPBACK


def serving_of(datasette: Datasette) -> Serving:
    """How this archive is served; the defaults for a Datasette that we did not build."""
    serving: Serving = getattr(datasette, "serving", Serving())
    return serving
