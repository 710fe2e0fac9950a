"""Looks at the first bytes of a picture and refuses what should not be decoded at all.

A 17 kB PNG can unfold to 144 MB, so the size is read from the header, by hand, before any decoder sees the bytes.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from scanning.symbols import Refusal

MAX_BYTES: Final = 3_000_000
MAX_PIXELS: Final = 12_500_000  # "12 megapixel" sensors write 4032 x 3024 = 12.19 million
MAX_SIDE: Final = 6_000

_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG_WITH_ALPHA: Final = frozenset({4, 6})
_WEBP_ALPHA: Final = 0x10
PNG_HEAD: Final = 4096  # bytes within which a palette and its transparency stand
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


class Header(msgspec.Struct, frozen=True):
    """Kind and size of a picture as its header claims them, in pixels, and whether parts of it may be transparent."""

    kind: str
    width: int
    height: int
    clear: bool = False


def check(data: bytes) -> Header | Refusal:
    """The header of an acceptable JPEG, PNG or WebP, or the reason to refuse. Never raises."""
    if not data:
        return Refusal("empty", "No picture arrived.")
    if len(data) > MAX_BYTES:
        return Refusal(
            "too-large", f"The picture is larger than {MAX_BYTES // 1_000_000} MB. Send a smaller one."
        )
    try:
        header = sniff(data)
    except (struct.error, IndexError):
        return Refusal("cut-off", "The picture ends in its header. Take it again.")
    return (
        _acceptable(header)
        if header
        else Refusal("not-a-picture", "Only JPEG, PNG and WebP pictures are read.")
    )


def _acceptable(header: Header) -> Header | Refusal:
    if header.width < 1 or header.height < 1:
        return Refusal("no-size", "The picture's header gives no size.")
    if max(header.width, header.height) > MAX_SIDE or header.width * header.height > MAX_PIXELS:
        return Refusal(
            "too-many-pixels", f"The picture is {header.width} x {header.height}: 12 megapixels at most."
        )
    return header


def sniff(data: bytes) -> Header | None:
    """Kind and size by magic bytes; None when it is none of the three kinds. Raises struct.error on a cut header."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        if data[12:16] != b"IHDR":
            return None
        width, height, _, colours = struct.unpack_from(">IIBB", data, 16)
        return Header("png", width, height, colours in _PNG_WITH_ALPHA or b"tRNS" in data[:PNG_HEAD])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> Header | None:
    at = 2
    while True:
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Header("jpeg", width, height)
        elif marker in (0xD9, 0xDA):  # picture data before any size
            return None
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + max(length, 2)


def _webp(data: bytes) -> Header | None:
    chunk, clear = data[12:16], False
    if chunk == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        struct.unpack_from("B", data, 29)
        clear = bool(data[20] & _WEBP_ALPHA)
    elif chunk == b"VP8L":
        if data[20] != 0x2F:
            return None
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height, clear = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    elif chunk == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            return None
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        return None
    return Header("webp", width, height, clear)
