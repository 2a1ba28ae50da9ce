"""The guard of every connection: it allows only addresses of the public internet.

It checks the address of the real connection, whatever name led there.
"""

from typing import Any

from zope.interface import directlyProvides, providedBy

from crawler.fetch.own_fault import OwnFault
from pipelines.outcomes import Outcome
from portals.public_addresses import is_public


class BlockedAddressError(OwnFault):
    """A connection that was not opened because its address is not public."""

    word = Outcome.BLOCKED_ADDRESS

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is not an address of the public internet;"
            " crawl.allow_private in the site file allows it for the site's own hosts"
        )


class GuardedReactor:
    """The reactor as one request sees it: it opens TCP connections to public addresses only.

    Twisted resolves a name, then connects to its addresses one by one through `connectTCP`. So
    nothing is gained by a name that resolves differently in between.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        # Twisted finds out from a reactor's interfaces how it resolves names.
        directlyProvides(self, providedBy(reactor))

    def connectTCP(self, host: str, port: int, *arguments: Any, **keywords: Any) -> Any:
        """Connect as Twisted does.

        Raises BlockedAddressError for an address that is not public and for an unresolved name.
        """
        if not is_public(host):
            raise BlockedAddressError(host)
        return self._reactor.connectTCP(host, port, *arguments, **keywords)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)
