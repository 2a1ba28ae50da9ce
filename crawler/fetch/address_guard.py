"""The guard of every connection: only addresses of the public internet, judged by the address that is really connected, whatever name led there."""

from typing import Any

from zope.interface import directlyProvides, providedBy

from crawler.fetch.own_fault import OwnFault
from pipelines.outcomes import Outcome
from portals.public_addresses import is_public


class BlockedAddressError(OwnFault):
    """A connection that was not opened, because its address is none of the public internet."""

    word = Outcome.BLOCKED_ADDRESS

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is not an address of the public internet; crawl.allow_private in the site file allows it for the site's own hosts"
        )


class GuardedReactor:
    """The reactor as one request sees it. It opens no TCP connection to an address that is not public, and is the reactor in every other respect.

    Twisted resolves a name and then connects to the addresses that it gave, one by one, by this method: a name that changes its mind in between gains nothing.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        directlyProvides(
            self, providedBy(reactor)
        )  # Twisted asks a reactor by interface how it resolves names

    def connectTCP(self, host: str, port: int, *arguments: Any, **keywords: Any) -> Any:
        """Twisted's own, for public addresses. Raises BlockedAddressError for any other, and for a name that nobody resolved."""
        if not is_public(host):
            raise BlockedAddressError(host)
        return self._reactor.connectTCP(host, port, *arguments, **keywords)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)
