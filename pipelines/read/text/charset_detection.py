"""Guess the charset of bytes that are not UTF-8 and do not say what they are."""

import re
from dataclasses import dataclass

from pipelines.read.text.plausible_text import is_plausible

# The charsets of the web (WHATWG Encoding Standard), in the detector's words, and what each is
# decoded with: the larger charset that contains it.
_CHARSETS = {
    **{
        name: name
        for name in ("gb18030", "big5hkscs", "cp932", "cp949", "koi8-r", "koi8-u", "cp866")
    },
    **{f"cp{number}": f"cp{number}" for number in (874, *range(1250, 1259))},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 5, 6, 7, 8, 13, 15)},
    "euc_jis_2004": "euc_jp",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}
_SEEN = 200_000  # bytes
_NEAR = 0.5  # how far behind the best guess one in the page's own language may be
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.I)


@dataclass(frozen=True, slots=True)
class Guess:
    """A charset (Python's name) in which bytes read like writing. `weight`: how well its letters
    fit a language, from 0 to 1.
    """

    encoding: str
    weight: float


def guesses(body: bytes, language: str | None) -> list[Guess]:
    """The charsets in which `body` reads like writing, the likeliest first.

    `language`: what the page or its site says; it decides between guesses of nearly equal weight.
    """
    import chardet  # its models take a tenth of a second to load, and few pages need them

    found = chardet.detect_all(
        _MARKUP.sub(b" ", body[:_SEEN]),
        ignore_threshold=True,
        max_bytes=_SEEN,
        prefer_superset=False,
        compat_names=False,
        include_encodings=_CHARSETS,
    )
    best = max((guess["confidence"] for guess in found), default=0.0)
    found.sort(
        key=lambda guess: (
            guess["language"] == language and guess["confidence"] >= _NEAR * best,
            guess["confidence"],
        ),
        reverse=True,
    )
    likely = [
        Guess(_CHARSETS[guess["encoding"]], guess["confidence"])
        for guess in found
        if guess["encoding"] in _CHARSETS
    ]
    return [
        guess
        for guess in likely
        if is_plausible(body.decode(guess.encoding, "replace"), guess.encoding)
    ]
