"""What is refused before any decoder sees it."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanning import header, read
from scanning.bench.render import draw
from scanning.header import Header
from scanning.symbols import Refusal

GREY = np.full((37, 53), 200, np.uint8)


def encoded(kind: str, picture: np.ndarray = GREY, **options) -> bytes:
    return cv2.imencode(kind, picture)[1].tobytes()


def png_claiming(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(("kind", "name"), [(".jpg", "jpeg"), (".png", "png"), (".webp", "webp")])
def test_sizes_are_read_from_the_header(kind, name):
    """Each accepted kind tells its size without being decoded."""
    assert header.check(encoded(kind)) == Header(name, 53, 37)


@pytest.mark.parametrize("flags", [[cv2.IMWRITE_WEBP_QUALITY, 101], [cv2.IMWRITE_WEBP_QUALITY, 60]])
def test_both_webp_codings(flags):
    """Lossless and lossy WebP keep their size in different places."""
    data = cv2.imencode(".webp", GREY, flags)[1].tobytes()
    assert header.check(data) == Header("webp", 53, 37)


@pytest.mark.parametrize("name", [".png", ".webp"])
def test_bars_drawn_on_nothing_are_read_as_on_paper(name):
    """A label exported with a transparent ground is black on white, whatever colour its clear pixels have."""
    bars = np.pad(draw("Code128", "BIN-01-0203", 3.0), 40, constant_values=255)
    clear = np.zeros((*bars.shape, 4), np.uint8)
    clear[..., 3] = 255 - bars
    data = encoded(name, clear)
    assert _clear(data)
    assert [(s.text, s.confirmed) for s in read(data).symbols] == [("BIN-01-0203", True)]
    assert not _clear(encoded(name))


def _clear(data):
    seen = header.check(data)
    assert isinstance(seen, header.Header)
    return seen.clear


def test_sixteen_bits_and_narrow_strips_are_read():
    """A PNG of 16 bits is read as one of 8; a narrow strip is not turned into a huge square."""
    bars = np.pad(draw("Code128", "BIN-01-0203", 3.0), 40, constant_values=255)
    assert read(encoded(".png", bars.astype(np.uint16) * 257)).confirmed
    strip = read(encoded(".png", np.full((1, 6000), 128, np.uint8)))
    assert strip.error is None
    assert not strip.stages.get("turns", 0) > 100


def test_jpeg_with_metadata_before_its_size():
    """Segments of any length may stand before the size, fill bytes too."""
    data = encoded(".jpg")
    extra = b"\xff\xe1" + struct.pack(">H", 1000) + b"\x00" * 998 + b"\xff"
    assert header.check(data[:2] + extra + data[2:]) == Header("jpeg", 53, 37)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"\x00" * 40, "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
        (b"II*\x00" + b"\x00" * 40, "not-a-picture"),
        (png_claiming(12_000, 12_000), "too-many-pixels"),
        (png_claiming(40_000, 2), "too-many-pixels"),
        (png_claiming(0, 10), "no-size"),
        (encoded(".png")[:18], "cut-off"),
        (encoded(".jpg")[:6], "cut-off"),
        (b"\x00" * 3_000_001, "too-large"),
    ],
)
def test_bad_pictures_are_values_with_a_reason(data, reason):
    """A bomb, a stub, another kind: refused with a reason and a sentence, never raised."""
    reading = read(data)
    assert reading.error is not None
    assert reading.error.reason == reason
    assert reading.error.sentence
    assert not reading.symbols


def test_a_header_without_its_picture_is_refused():
    """A right header with nothing decodable behind it is a damaged picture."""
    reading = read(png_claiming(100, 100))
    assert reading.error is not None
    assert reading.error.reason == "not-decodable"


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP"]),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_no_bytes_make_the_header_check_raise(data, magic):
    """Any bytes behind any magic give a header within the limits or a refusal."""
    found = header.check(magic + data)
    assert isinstance(found, Header | Refusal)
    if isinstance(found, Header):
        assert found.width * found.height <= header.MAX_PIXELS


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_broken_pictures_never_raise(data):
    """A real picture with bytes cut off or overwritten is read as well as it goes."""
    whole = bytearray(encoded(data.draw(st.sampled_from([".jpg", ".png", ".webp"]))))
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(whole)))
    reading = read(bytes(whole[:cut]), budget_ms=50)
    assert reading.error is not None or reading.width > 0
