"""What a citation says of one version of an article, and of the capture that proves it."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote

ARCHIVE = "Loa"
# What addresses consist of (RFC 3986), and %.
_OF_ADDRESSES = "!#$%&'()*+,-./:;=?@[]_~"


@dataclass(frozen=True, slots=True)
class PublishedOn:
    """A day of publication, or its month. `is_certain`: whether the portal states it."""

    on: date
    precision: Literal["day", "month"]
    is_certain: bool

    @property
    def parts(self) -> tuple[int, ...]:
        """The year, the month and, if it is known, the day."""
        whole = (self.on.year, self.on.month, self.on.day)
        return whole if self.precision == "day" else whole[:2]

    @property
    def iso(self) -> str:
        """ISO 8601, as far as it is known: 2026-03-05 or 2026-03."""
        return self.on.isoformat()[: 10 if self.precision == "day" else 7]


@dataclass(frozen=True, slots=True)
class Proof:
    """The capture that showed the version: its instant in UTC, to the second, and the SHA-256 of
    its bytes, if they are known.
    """

    at: datetime
    sha256: str | None

    @property
    def iso(self) -> str:
        """ISO 8601: 2026-11-30T22:48:20Z."""
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def stamp(self) -> str:
        """The same without signs that an address must encode: 20261130T224820Z."""
        return f"{self.at:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True)
class Citation:
    """One version of an article. The texts are the portal's and may be anything; each format
    escapes them.

    `url`: the article's address on its portal; `path`: where the archive shows this version, and
    `permalink`: the same as a whole address; `language`: a BCP 47 code.
    """

    key: str
    title: str
    author: str | None
    publisher: str
    published: PublishedOn | None
    language: str | None
    url: str
    path: str
    permalink: str
    proof: Proof | None

    @property
    def name(self) -> str:
        """A name that no other version has: letters, digits and hyphens."""
        return f"loa-{self.key}" + (f"-{self.proof.stamp}" if self.proof else "")

    @property
    def note(self) -> str:
        """What the fields of no format hold, in English: files must not vary by their reader."""
        said = []
        if self.published and not self.published.is_certain:
            said.append("The date of publication is not certain.")
        if self.proof:
            proof = f"Captured {self.proof.iso}"
            said.append(f"{proof}, SHA-256 {self.proof.sha256}." if self.proof.sha256 else proof)
        return " ".join([*said, f"Archived at {self.permalink}"])


def one_line(text: str) -> str:
    """A text in one line, without control characters and lone surrogates."""
    visible = (" " if one.isspace() else one for one in text if one.isspace() or _is_text(one))
    return " ".join("".join(visible).split())


def safe_address(address: str, but: str = "") -> str:
    """An address with everything encoded that ends a field somewhere: blanks, quotation marks,
    angle brackets, braces, backslashes. Letters of all scripts stay. `but`: more to encode.
    """
    kept = "".join(one for one in _OF_ADDRESSES if one not in but)
    return "".join(
        one if one.isalnum() or one in kept else quote(one, safe="") for one in one_line(address)
    )


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")
