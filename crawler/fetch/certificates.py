"""Verifies certificates. A bad one is accepted only if the site file names its fingerprint.

Such an exception holds for one host.
"""

from collections.abc import Callable, Mapping
from typing import Any
from weakref import ref

from OpenSSL import SSL
from OpenSSL.crypto import X509
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.fetch.own_fault import OwnFault
from pipelines.outcomes import Outcome
from portals.public_addresses import is_literal
from portals.site import Site

VERIFIED = "verified"
# OpenSSL's codes (include/openssl/x509_vfy.h) as words; any other code keeps its number.
CERTIFICATE_FAULTS: Mapping[int, str] = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    # Often the server does not send the intermediate certificates.
    **dict.fromkeys((2, 19, 20, 21, 27), "of an unknown authority"),
    23: "revoked",
    62: "of another host",
}

Verdict = Callable[[SSL.Connection, X509, int, int, int], bool]


class BadCertificateError(OwnFault):
    """A bad certificate without an exception in the site file.

    Its text names the fault and shows the exception to add.
    """

    word = Outcome.BAD_CERTIFICATE


@implementer(IPolicyForHTTPS)
class SiteTrust:
    """The trust of one site: the system's authorities, and the site's own exceptions.

    `connections` makes TLS connections, with versions and ciphers as set. `seen` says how the last
    connection to a (host, port) was trusted: `verified`, or `exception: ` and the fault of the
    certificate.
    """

    def __init__(self, site: Site, connections: Any) -> None:
        self._connections = connections
        self.seen: dict[tuple[str, int], str] = {}
        self._allowed = {(exception.host, exception.sha256) for exception in site.tls_exception}

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_JudgedConnections":
        """A maker of connections to one host; it judges certificates as `_verdict` does."""
        host = hostname.decode("ascii")
        return _JudgedConnections(
            self._connections.creatorForNetloc(hostname, port),
            lambda protocol: self._verdict(host, port, protocol),
        )

    def _verdict(self, host: str, port: int, protocol: Any) -> Verdict:
        """The callback that OpenSSL asks for each certificate of a chain.

        The authority's certificate comes first. The host's own comes last and decides.
        """
        wrong: dict[str, None] = {}
        # The connection holds this function, and the protocol holds the connection.
        connecting = ref(protocol)
        address = host if port == 443 else f"{host}:{port}"

        def verdict(
            connection: SSL.Connection, certificate: X509, code: int, depth: int, good: int
        ) -> bool:
            if not good:
                wrong[CERTIFICATE_FAULTS.get(code, f"not good (code {code} of OpenSSL)")] = None
            if depth > 0:
                return True
            if not _names(certificate, host):
                wrong["of another host"] = None
            if not wrong:
                self.seen[host, port] = VERIFIED
                return True
            faults = ", ".join(wrong)
            fingerprint = certificate.digest("sha256").decode("ascii").replace(":", "").lower()
            if (address, fingerprint) in self._allowed:
                self.seen[host, port] = f"exception: {faults}"
                return True
            error = BadCertificateError(
                f"the certificate of {address} is {faults}; to accept this one, put into the site"
                f' file: [[tls_exception]] host = "{address}" sha256 = "{fingerprint}"'
            )
            if (failed := connecting()) is not None:
                failed.failVerification(Failure(error))  # type: ignore[no-untyped-call]
            return False

        return verdict


@implementer(IOpenSSLClientConnectionCreator)
class _JudgedConnections:
    """Makes connections as Twisted does, but lets another function judge certificates."""

    def __init__(self, creator: Any, judge: Callable[[Any], Verdict]) -> None:
        self._creator = creator
        self._judge = judge

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """A connection for Twisted's TLS protocol."""
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        mode = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        connection.set_verify(mode, self._judge(protocol))
        return connection


def _names(certificate: X509, host: str) -> bool:
    """Whether a certificate names this host (RFC 9525)."""
    try:
        named = IPAddress_ID(host) if is_literal(host) else DNS_ID(host)
        verify_service_identity(extract_patterns(certificate), [named], [])
    except (VerificationError, CertificateError, ValueError):
        return False
    return True
