"""Finds where bars stand in a picture and turns each place upright.

Parallel bars have gradients that all point one way. The structure tensor (the 2 x 2 matrix of averaged gradient
products) measures that: its coherence is 1 where every gradient in a window is parallel and 0 where they point anywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.board import Box
    from scanning.engines import Grey
    from scanning.symbols import Corners

CELLS: Final = 120  # cells along the long side of the tensor grid
CELLS_IN_KNOWN: Final = 24  # cells along a code already read
LARGE: Final = 300  # pixels of a code that still has its bars at half the size
FEWEST_ACROSS: Final = 40
COHERENT: Final = 0.55
STEP: Final = np.pi / 6
FEWEST_CELLS: Final = 10
FEWEST_BESIDE: Final = 20  # a code half as large as the one already read has 12 x 4
COMPONENTS: Final = 60
ONE_WAY: Final = 0.93  # how alike the directions of a patch are when it is one set of bars
PROBE: Final = 320
PROBE_ROWS: Final = 12
FINE_BLUR: Final = (7, 1)
COARSE_BLUR: Final = (81, 1)
FEWEST_CHANGES: Final = 13
ALIKE: Final = 0.5
MAX_ROWS: Final = 1 << 14
SQUARE: Final = np.ones((3, 3), np.uint8)
Floats = npt.NDArray[np.float32]


class Place(msgspec.Struct, frozen=True):
    """Where bars stand: centre and size in pixels, `angle` of the reading direction in radians, how bar-like it is."""

    x: float
    y: float
    along: float
    across: float
    angle: float
    strength: float


class Crop(msgspec.Struct, frozen=True):
    """A place turned upright, bars vertical, and the 2 x 3 matrix from crop pixels back to the picture."""

    grey: npt.NDArray[np.uint8]
    back: npt.NDArray[np.float64]
    place: Place
    scale: float

    def corners_in_picture(self, corners: Corners) -> Corners:
        """Corners found in the crop, as pixels of the picture it was cut from."""
        points = np.array(corners) @ self.back[:, :2].T + self.back[:, 2]
        return tuple((float(x), float(y)) for x, y in points)  # type: ignore[return-value]


def places(grey: Grey, most: int = 8, known: Iterable[Box] = ()) -> list[Place]:
    """The bar-like places of a picture outside the boxes already known, the most bar-like first, without overlaps."""
    known, found = list(known), []
    # Beside a code already read, others are about as large: cells of a part of it lose none.
    side = min((max(right - left, bottom - top) for left, top, right, bottom in known), default=0.0)
    xx, yy, xy, cell = _tensor(grey, side / CELLS_IN_KNOWN, halved=side > LARGE)
    for left, top, right, bottom in known:
        reach = 0.12 * max(right - left, bottom - top)
        hole = np.s_[
            max(0, int((top - reach) / cell)) : max(0, int((bottom + reach) / cell) + 1),
            max(0, int((left - reach) / cell)) : max(0, int((right + reach) / cell) + 1),
        ]
        xx[hole], yy[hole], xy[hole] = 0, 0, 0
    for window in (3,) if known else (3, 7):  # beside a code already read, others are about as large
        found += _at_window((xx, yy, xy), cell, window, FEWEST_BESIDE if known else FEWEST_CELLS)
    found = sorted(found, key=lambda place: -place.strength)[: 3 * most]
    kept: list[Place] = []
    for place in found:
        if len(kept) < most and not any(same(place, other) for other in kept):
            kept.append(place)
    return kept


def _tensor(grey: Grey, least: float, *, halved: bool) -> tuple[Floats, Floats, Floats, float]:
    """The averaged products of the gradients in cells of `least` pixels or more, and the size of a cell.

    `halved` takes them from the picture at half its size: for codes whose bars remain.
    """
    height, width = grey.shape
    by = 2 if halved else 1
    wide = max(height, width)
    cell = int(max(3.0, wide / CELLS, min(least, wide / FEWEST_ACROSS)) / by)
    size = (max(1, width // (by * cell)), max(1, height // (by * cell)))
    if halved:
        grey = np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    whole = grey[: size[1] * cell, : size[0] * cell]  # cells of whole pixels are averaged four times as fast
    dx = cv2.Scharr(whole, cv2.CV_16S, 1, 0)
    dy = cv2.Scharr(whole, cv2.CV_16S, 0, 1)
    means = [
        cv2.resize(cv2.multiply(a, b, dtype=cv2.CV_32F), size, interpolation=cv2.INTER_AREA)
        for a, b in ((dx, dx), (dy, dy), (dx, dy))
    ]
    first, second, third = (np.asarray(mean, np.float32) for mean in means)
    return first, second, third, float(by * cell)


def _at_window(means: tuple[Floats, ...], cell: float, window: int, fewest: int) -> list[Place]:
    xx, yy, xy = (np.asarray(cv2.blur(m, (window, window)), np.float32) for m in means)
    energy = xx + yy + 1e-3
    difference = xx - yy
    spread = np.sqrt(difference * difference + 4 * xy * xy)
    strong = energy > max(2_000.0, 0.08 * _percentile98(energy))
    mask = (strong & (spread > COHERENT * energy)).astype(np.uint8)
    tensor = (xx, yy, xy, spread)
    found = []
    closed = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, SQUARE), np.uint8)
    for ys, xs in _components(closed, fewest):
        cos2, sin2, whole = (float(m[ys, xs].sum()) for m in (difference, 2 * xy, spread))
        if np.hypot(cos2, sin2) > ONE_WAY * whole or len(xs) < 2 * fewest:
            found.append(_place(xs, ys, tensor, cell))
        else:
            found += _by_direction(xs, ys, tensor, cell, fewest)
    return found


def _percentile98(values: Floats) -> float:
    at = int(0.98 * (values.size - 1))
    return float(np.partition(values, at, axis=None)[at])


def _components(
    mask: npt.NDArray[np.uint8], fewest: int
) -> Iterable[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Rows and columns of the cells of each connected patch of at least so many, the largest first."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    for label in np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:COMPONENTS] + 1:
        left, top, wide, high, area = (int(number) for number in stats[label])
        if area < fewest:
            return
        ys, xs = np.nonzero(labels[top : top + high, left : left + wide] == label)
        yield ys + top, xs + left


def _by_direction(
    xs: npt.NDArray[np.intp], ys: npt.NDArray[np.intp], tensor: tuple[Floats, ...], cell: float, fewest: int
) -> list[Place]:
    """A patch of several directions taken apart: bars that touch print or other bars at an angle."""
    xx, yy, xy, _ = tensor
    angle = 0.5 * np.arctan2(2 * xy[ys, xs], (xx - yy)[ys, xs])
    low_y, low_x = int(ys.min()), int(xs.min())
    shape = (int(ys.max()) - low_y + 1, int(xs.max()) - low_x + 1)
    found = []
    for step in range(6):
        away = np.abs((angle - step * STEP + np.pi / 2) % np.pi - np.pi / 2)
        near = away < 0.75 * STEP
        if int(near.sum()) < fewest:
            continue
        part = np.zeros(shape, np.uint8)
        part[ys[near] - low_y, xs[near] - low_x] = 1
        found += [_place(x + low_x, y + low_y, tensor, cell) for y, x in _components(part, fewest)]
    return found


def _place(
    xs: npt.NDArray[np.intp], ys: npt.NDArray[np.intp], tensor: tuple[Floats, ...], cell: float
) -> Place:
    xx, yy, xy, spread = tensor
    sxx, syy, sxy = (float(m[ys, xs].sum()) for m in (xx, yy, xy))
    angle = 0.5 * float(np.arctan2(2 * sxy, sxx - syy))
    cos, sin = np.cos(angle), np.sin(angle)
    px, py = (xs + 0.5) * cell, (ys + 0.5) * cell
    u, v = px * cos + py * sin, py * cos - px * sin
    low_u, high_u = _ends(u, 0.01)
    low_v, high_v = _ends(v, 0.02)
    mid_u, mid_v = (low_u + high_u) / 2, (low_v + high_v) / 2
    strength = float(np.sqrt(spread[ys, xs]).sum()) * cell
    return Place(
        x=float(mid_u * cos - mid_v * sin),
        y=float(mid_u * sin + mid_v * cos),
        along=float(high_u - low_u + cell),
        across=float(high_v - low_v + cell),
        angle=angle,
        strength=strength,
    )


def _ends(values: npt.NDArray[np.float64], tail: float) -> tuple[float, float]:
    """The smallest and largest value without the outermost share of either tail."""
    ordered = np.sort(values)
    skip = round(tail * (len(ordered) - 1))
    return float(ordered[skip]), float(ordered[-1 - skip])


def same(a: Place, b: Place) -> bool:
    """Whether two places are about the same bars."""
    reach = 0.35 * min(max(a.along, a.across), max(b.along, b.across))
    if math.hypot(a.x - b.x, a.y - b.y) >= reach:
        return False
    turned = abs((a.angle - b.angle + math.pi / 2) % math.pi - math.pi / 2)
    return turned < 0.3 and 0.6 < (a.along * a.across) / (b.along * b.across) < 1.67


def upright(
    grey: Grey,
    place: Place,
    *,
    width: int = 1000,
    margin: float = 0.14,
    most_scale: float = 4.0,
    height: int | None = None,
    rows: int | None = None,
) -> Crop:
    """The place cut out with a margin on every side for quiet zones, reading left to right, about `width` pixels wide.

    With a `height` the place is squeezed into so many rows: enough to probe it, and cheap. With `rows` no more than these
    are cut, from its middle.
    """
    along = place.along * (1 + 2 * margin) + 8
    across = place.across * (1 + margin)
    scale = min(most_scale, width / along)
    size = (max(16, round(along * scale)), min(max(16, round(across * scale)), rows or MAX_ROWS))
    cos, sin = np.cos(place.angle) / scale, np.sin(place.angle) / scale
    squeeze = 1.0
    if height is not None:
        squeeze, size = size[1] / height, (size[0], height)
    back = np.array([[cos, -sin * squeeze, 0.0], [sin, cos * squeeze, 0.0]])
    back[:, 2] = np.array([place.x, place.y]) - back[:, :2] @ (np.array(size) / 2)
    method = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_CUBIC
    source = grey
    if scale < 0.5 and height is None:  # warping has no area filter of its own: shrink first
        source = np.asarray(
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        shrunk = back * scale
        method = cv2.INTER_LINEAR
    else:
        shrunk = back
        method = cv2.INTER_CUBIC
    cut = cv2.warpAffine(
        source, shrunk, size, flags=method | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return Crop(np.ascontiguousarray(cut, dtype=np.uint8), back, place, scale)


def place_of(corners: Corners) -> Place:
    """The place of a code an engine has found."""
    quad = np.array(corners)
    middle = quad.mean(axis=0)
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    down = (quad[3] + quad[2] - quad[0] - quad[1]) / 2
    length, height = float(np.hypot(*along)), float(np.hypot(*down))
    return Place(
        x=float(middle[0]),
        y=float(middle[1]),
        along=max(length, 8.0),
        across=max(height, 0.08 * length, 8.0),
        angle=float(np.arctan2(along[1], along[0])),
        strength=0.0,
    )


def enlarged(place: Place, by: float) -> Place:
    """The place in a picture so many times as large."""
    return Place(place.x * by, place.y * by, place.along * by, place.across * by, place.angle, place.strength)


def looks_like_bars(grey: Grey, place: Place) -> bool:
    """Whether a place goes dark and light often enough to be bars, and alike at two heights, as print does not."""
    strip = upright(grey, place, width=PROBE, margin=0.05, most_scale=8.0, height=PROBE_ROWS).grey
    waves = _waves(strip)
    loud = max(float(np.abs(wave).max()) for wave in waves)
    clear = waves[0][np.abs(waves[0]) > 0.12 * loud + 1e-3]
    if int((np.diff(np.sign(clear)) != 0).sum()) < FEWEST_CHANGES:
        return False
    first, second = (wave / (np.sqrt((wave**2).sum()) + 1e-6) for wave in waves)
    likeness = np.correlate(first[14:-14], second, "valid")
    return float(likeness.max()) > ALIKE


def _waves(strip: Grey) -> Floats:
    """The bars of a strip at two heights: two rows without their slow changes of light."""
    rows = np.stack([strip[2:6].mean(axis=0, dtype=np.float32), strip[6:10].mean(axis=0, dtype=np.float32)])
    return np.asarray(
        cv2.GaussianBlur(rows, FINE_BLUR, 0.8, None, 0.01)
        - cv2.GaussianBlur(rows, COARSE_BLUR, PROBE / 30, None, 0.01),
        np.float32,
    )
