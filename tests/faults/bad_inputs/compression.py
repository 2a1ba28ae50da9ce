"""Bodies that are compressed wrongly, cut, or to a thousandth of what they become."""

import gzip
import zlib
from collections.abc import Callable
from functools import cache

import brotli

from tests.faults.bad_inputs.case import SENTENCE, BadInput, answer, article_page

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

PAGE = article_page().encode()
TYPE = "Content-Type: text/html; charset=utf-8"
ZIPPED = gzip.compress(PAGE, mtime=0)
BARE = zlib.compress(PAGE, wbits=-15)
UNDECODABLE = ("refused-undecodable",)
READ = ("article-new",)


def _bad(
    name: str,
    coding: str,
    body: bytes | Callable[[], bytes],
    outcomes: tuple[str, ...],
) -> BadInput:
    def made() -> bytes:
        return body if isinstance(body, bytes) else body()

    return BadInput(
        name,
        lambda: answer(made(), TYPE, *([f"Content-Encoding: {coding}"] if coding else [])),
        outcomes,
        made,
        (SENTENCE,) if outcomes == READ else (),
    )


@cache
def _bomb(coding: str) -> bytes:
    """100 megabytes of blanks, small."""
    blanks = b" " * (100 << 20)
    if coding == "gzip":
        return gzip.compress(blanks, 9, mtime=0)
    return bytes(brotli.compress(blanks, quality=5) if coding == "br" else zstd.compress(blanks))


CASES = [
    _bad("gzip cut, with the right length", "gzip", ZIPPED[:-300], UNDECODABLE),
    _bad("gzip without its trailer", "gzip", ZIPPED[:-8], READ),
    _bad("gzip with half its trailer", "gzip", ZIPPED[:-4], READ),
    _bad("gzip with a wrong checksum", "gzip", ZIPPED[:-8] + bytes(4) + ZIPPED[-4:], READ),
    _bad("gzip with a wrong length", "gzip", ZIPPED[:-4] + bytes(4), READ),
    _bad("gzip without a word", "", ZIPPED, READ),
    _bad("gzip without a word, cut", "", ZIPPED[:-300], UNDECODABLE),
    _bad("gzip twice, said once", "gzip", gzip.compress(ZIPPED, mtime=0), READ),
    _bad("gzip said, but zlib's deflate", "gzip", zlib.compress(PAGE), READ),
    _bad("deflate without a checksum", "deflate", zlib.compress(PAGE)[:-4], READ),
    _bad("brotli without a word", "", brotli.compress(PAGE), READ),
    _bad("zstd without a word", "", zstd.compress(PAGE), READ),
    _bad("a bomb in gzip without a word", "", lambda: _bomb("gzip"), UNDECODABLE),
    _bad(
        "gzip with a flipped byte",
        "gzip",
        ZIPPED[:200] + bytes([ZIPPED[200] ^ 255]) + ZIPPED[201:],
        UNDECODABLE,
    ),
    _bad("gzip of nothing", "gzip", gzip.compress(b"", mtime=0), ("refused-empty",)),
    _bad("gzip said, nothing sent", "gzip", b"", ("refused-empty",)),
    _bad("gzip with rubbish behind it", "gzip", ZIPPED + b"\n<!-- cache -->", READ),
    _bad(
        "gzip in two members",
        "gzip",
        gzip.compress(PAGE[:700], mtime=0) + gzip.compress(PAGE[700:], mtime=0),
        READ,
    ),
    _bad("gzip of 20,000 empty members", "gzip", gzip.compress(b"", mtime=0) * 20_000, UNDECODABLE),
    _bad("gzip said, but plain", "gzip", PAGE, READ),
    _bad("gzip twice, said twice", "gzip, gzip", gzip.compress(ZIPPED, mtime=0), READ),
    _bad("five codings", "gzip, gzip, gzip, gzip, gzip", ZIPPED, UNDECODABLE),
    _bad("a coding that nobody knows", "sdch", b"\x1f\x9d\x90" + ZIPPED[3:], UNDECODABLE),
    _bad("a coding that nobody knows, but plain", "sdch", PAGE, READ),
    _bad("deflate without zlib's head", "deflate", BARE, READ),
    _bad("deflate cut", "deflate", zlib.compress(PAGE)[:-200], UNDECODABLE),
    _bad("brotli cut", "br", brotli.compress(PAGE)[:-100], UNDECODABLE),
    _bad("brotli said, but plain", "br", PAGE, READ),
    _bad("zstd cut", "zstd", zstd.compress(PAGE)[:-100], UNDECODABLE),
    _bad("a bomb in gzip", "gzip", lambda: _bomb("gzip"), UNDECODABLE),
    _bad("a bomb in brotli", "br", lambda: _bomb("br"), UNDECODABLE),
    _bad("a bomb in zstd", "zstd", lambda: _bomb("zstd"), UNDECODABLE),
    _bad(
        "a bomb in two layers of gzip",
        "gzip, gzip",
        lambda: gzip.compress(_bomb("gzip"), mtime=0),
        UNDECODABLE,
    ),
]
