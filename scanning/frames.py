"""Turns the bytes of an accepted picture into grey pixels, and grey pixels into variants that engines read better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scanning.engines import Grey
    from scanning.header import Header

MAX_PIXELS_STILL: Final = 2_500_000
MAX_PIXELS_LIVE: Final = 1_300_000
WITH_COLOURS, WITH_ALPHA, OPAQUE = 3, 4, 255

cv2.setNumThreads(1)


class Decoded(msgspec.Struct, frozen=True):
    """A picture in grey, capped in pixels, its scale to the original, and the uncapped one where it was decoded as well."""

    grey: npt.NDArray[np.uint8]
    scale: float
    whole: npt.NDArray[np.uint8] | None


def decode(data: bytes, head: Header, *, still: bool) -> Decoded | None:
    """The picture in grey, turned as its camera held it. None when the decoder gives up."""
    limit = MAX_PIXELS_STILL if still else MAX_PIXELS_LIVE
    pixels = head.width * head.height
    reduced = head.kind == "jpeg" and pixels > 4 * limit
    whole = _on_paper(data) if head.clear else None
    if whole is None:
        whole = _decoded(data, cv2.IMREAD_REDUCED_GRAYSCALE_2 if reduced else cv2.IMREAD_GRAYSCALE)
    if whole is None:
        return None
    grey = whole
    if grey.size > limit:
        ratio = (limit / grey.size) ** 0.5
        grey = _bytes(cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA))
    return Decoded(grey, float((grey.size / pixels) ** 0.5), None if reduced else whole)


def _on_paper(data: bytes) -> Grey | None:
    """A picture that may be transparent in parts, laid on white paper: labels are drawn as bars on nothing. None without them."""
    try:
        drawn = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if drawn is None or drawn.ndim != WITH_COLOURS or drawn.shape[2] != WITH_ALPHA:
        return None
    if drawn.dtype == np.uint16:
        drawn = np.asarray(drawn // 257, np.uint8)
    plain = cv2.cvtColor(drawn, cv2.COLOR_BGRA2GRAY)
    alpha = np.asarray(cv2.extractChannel(drawn, 3), np.uint8)
    if int(alpha.min(initial=OPAQUE)) == OPAQUE:
        return _bytes(plain)
    grey, opacity = plain.astype(np.uint16), alpha.astype(np.uint16)
    return _bytes((grey * opacity + OPAQUE * (OPAQUE - opacity)) // OPAQUE)


def decode_whole(data: bytes) -> Grey | None:
    """Every pixel of a picture whose header was accepted."""
    return _decoded(data, cv2.IMREAD_GRAYSCALE)


def _decoded(data: bytes, flag: int) -> Grey | None:
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error:
        return None
    return None if grey is None or grey.size == 0 else _bytes(grey)


def _bytes(picture: object) -> Grey:
    return np.ascontiguousarray(picture, dtype=np.uint8)


def local_contrast(grey: Grey) -> Grey:
    """Contrast evened out tile by tile (CLAHE): brings back bars in shade and in haze."""
    return _bytes(cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(grey))


def unsharp(grey: Grey, sigma: float = 3.0, amount: float = 2.0) -> Grey:
    """The picture minus its blurred self: edges stand out, and so does noise."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    return _bytes(cv2.addWeighted(grey, 1 + amount, soft, -amount, 0))


def softened(grey: Grey, sigma: float = 1.0) -> Grey:
    return _bytes(cv2.GaussianBlur(grey, (0, 0), sigma))


def doubled(grey: Grey, factor: float = 2.0) -> Grey:
    """Enlarged, for codes whose modules are less than two pixels wide."""
    return _bytes(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))


def turned(grey: Grey, degrees: float) -> tuple[Grey, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """The picture turned about its middle with nothing cut off, and the 2 x 3 matrix back to its pixels."""
    height, width = grey.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix[:, 2] += np.array(size) / 2 - np.array([width, height]) / 2
    spun = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _bytes(spun), np.asarray(cv2.invertAffineTransform(matrix), np.float64)


def deblurred(crop: Grey, sigma: float, rounds: int = 8) -> Grey:
    """Richardson-Lucy deconvolution along the rows of an upright crop (Richardson 1972, Lucy 1974)."""
    seen = crop.astype(np.float32) + 1
    guess = seen.copy()
    for _ in range(rounds):
        again = cv2.GaussianBlur(guess, (0, 0), sigmaX=sigma, sigmaY=0.1)
        guess *= cv2.GaussianBlur(seen / np.maximum(again, 1e-3), (0, 0), sigmaX=sigma, sigmaY=0.1)
    return _bytes(np.clip(guess - 1, 0, 255))
