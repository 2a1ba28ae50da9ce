"""Certificates and their keys, made for a test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.builders.guarded_web import PUBLIC

NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, and those above it that a server sends along."""

    own: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        return sha256(self.own.public_bytes(Encoding.DER)).hexdigest()

    def secret(self, path: Path) -> Path:
        """Written as a server reads it."""
        chain = b"".join(one.public_bytes(Encoding.PEM) for one in (self.own, *self.above))
        path.write_bytes(
            self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain
        )
        return path


def certificate(
    name: str,
    by: Certificate | None = None,
    *,
    authority: bool = False,
    days: tuple[int, int] = (-30, 30),
) -> Certificate:
    """A certificate for a host, signed by another or by itself.

    `days`: valid from and to, counted from today.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.own.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        made = made.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address(PUBLIC))]),
            critical=False,
        )
    return Certificate(
        made.sign(by.key if by else key, hashes.SHA256()),
        key,
        (by.own, *by.above) if by and by.above else (),
    )
