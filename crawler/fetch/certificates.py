"""TLS, the certificate verified first. Of those that are not good only one that the site file names by its fingerprint is taken, for its host alone."""

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
# OpenSSL's codes (include/openssl/x509_vfy.h) as words that a person can act on; any other keeps its number.
FAULTS: Mapping[int, str] = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    **dict.fromkeys(
        (2, 19, 20, 21, 27), "of an unknown authority"
    ),  # or its server does not send the certificates between, as many portals'
    23: "revoked",
    62: "of another host",
}

Verdict = Callable[[SSL.Connection, X509, int, int, int], bool]


class BadCertificateError(OwnFault):
    """A certificate that is not good, and that no exception of the site file names. Its text says what is wrong, and what the exception would be."""

    word = Outcome.BAD_CERTIFICATE


@implementer(IPolicyForHTTPS)
class SiteTrust:
    """Whom one site trusts: the authorities that the system trusts, and its own exceptions. `connections`: makes them, with versions and ciphers as set.

    `seen`: how the last connection to a (host, port) was trusted, `verified`, or `exception: ` and what is wrong with the certificate.
    """

    def __init__(self, site: Site, connections: Any) -> None:
        self._connections = connections
        self.seen: dict[tuple[str, int], str] = {}
        self._allowed = frozenset(
            (exception.host, exception.sha256) for exception in site.tls_exception
        )

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_Judged":
        """What makes connections to a host, with our judgement of the certificate in place of Twisted's."""
        host = hostname.decode("ascii")
        return _Judged(
            self._connections.creatorForNetloc(hostname, port),
            lambda protocol: self._verdict(host, port, protocol),
        )

    def _verdict(self, host: str, port: int, protocol: Any) -> Verdict:
        """OpenSSL asks it for each certificate of the chain, from the authority's down to the host's own, which comes last and is decided on."""
        wrong: dict[str, None] = {}
        connecting = ref(
            protocol
        )  # the connection holds this function, and the protocol holds the connection
        address = host if port == 443 else f"{host}:{port}"

        def verdict(
            connection: SSL.Connection, certificate: X509, code: int, depth: int, good: int
        ) -> bool:
            if not good:
                wrong[FAULTS.get(code, f"not good (code {code} of OpenSSL)")] = None
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
            remedy = f'to take this one certificate all the same, put into the site file: [[tls_exception]] host = "{address}" sha256 = "{fingerprint}"'
            error = BadCertificateError(f"the certificate of {address} is {faults}; {remedy}")
            if (failed := connecting()) is not None:
                failed.failVerification(Failure(error))  # type: ignore[no-untyped-call]
            return False

        return verdict


@implementer(IOpenSSLClientConnectionCreator)
class _Judged:
    """Connections as Twisted makes them, whose certificates another judges."""

    def __init__(self, creator: Any, judge: Callable[[Any], Verdict]) -> None:
        self._creator = creator
        self._judge = judge

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """A connection for Twisted's protocol of TLS."""
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        connection.set_verify(
            SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._judge(protocol)
        )
        return connection


def _names(certificate: X509, host: str) -> bool:
    """Whether a certificate is for this host (RFC 9525)."""
    try:
        verify_service_identity(
            extract_patterns(certificate),
            [IPAddress_ID(host) if is_literal(host) else DNS_ID(host)],
            [],
        )
    except (VerificationError, CertificateError, ValueError):
        return False
    return True
