"""Draws the pictures of the sample portals: landscapes as small PNG files.

Their bytes are the same each time.
"""

import struct
import zlib
from colorsys import hls_to_rgb
from functools import cache
from math import isqrt, sin

WIDTH, HEIGHT = 360, 240
RADIUS, SUN_AT = 24, 42  # of the sun: its size, and its middle counted from above
SKY, SUN, HILLS, FIELDS = range(4)


@cache
def landscape(seed: str) -> bytes:
    """A landscape with hills under a sun; `seed` decides its shape and colours."""
    mark = zlib.crc32(seed.encode())
    far = _ridge(mark % 97, 90 + mark // 360 % 50, 26)
    near = _ridge(mark % 61, 178, 12)
    sun = 60 + mark // 40_000 % 240
    columns = [_column(x, int(far[x]), int(near[x]), sun) for x in range(WIDTH)]
    rows = b"".join(b"\0" + bytes(row) for row in zip(*columns, strict=True))
    land = 75 + mark // 40 % 60
    palette = ((190 + mark % 40, 84, 55), (42, 72, 90), (land + 30, 55, 28), (land, 38, 38))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    return png_file(
        (b"IHDR", head),
        (b"PLTE", b"".join(map(_rgb, palette))),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )


def png_file(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG file of these chunks, each a name and its content."""
    file = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        checksum = zlib.crc32(name + content)
        file += struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
    return file


def _ridge(shift: int, height: int, steepness: int) -> list[float]:
    """The height of a ridge at each place from left to right, counted from above."""
    return [
        height + steepness * (sin((x + shift * 9) / 47) + sin((x + shift * 5) / 19) / 3)
        for x in range(WIDTH)
    ]


def _column(x: int, far: int, near: int, sun: int) -> bytes:
    """The colours of one column from above; `sun`: where the middle of the sun is."""
    sky = bytearray([SKY]) * min(far, near)
    if abs(x - sun) < RADIUS:
        half = isqrt(RADIUS**2 - (x - sun) ** 2)
        sky[SUN_AT - half : SUN_AT + half] = bytes([SUN]) * (2 * half)
    hills = bytes([HILLS]) * (near - len(sky))
    return bytes(sky) + hills + bytes([FIELDS]) * (HEIGHT - near)


def _rgb(colour: tuple[int, int, int]) -> bytes:
    """Hue in degrees, lightness and saturation in per cent, as three bytes."""
    hue, lightness, saturation = colour
    parts = hls_to_rgb(hue % 360 / 360, lightness / 100, saturation / 100)
    return bytes(round(255 * part) for part in parts)
