"""Takes apart what was found as one: labels side by side or below each other whose bars ran together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from scanning.localise import ALIKE, PROBE, Place, upright

if TYPE_CHECKING:
    from scanning.engines import Grey
    from scanning.symbols import Corners

TALL: Final = 0.5
SPLIT_ROWS: Final = 48
LONG: Final = 2.6  # times as long as high: perhaps labels side by side
HIGH: Final = 0.9  # times as high as long: perhaps labels below each other
FEWEST_PIXELS: Final = 260
SHOWN: Final = 800
QUIET_LEVEL: Final = 0.3  # of the usual change along bars; between labels there is less
QUIET_PART: Final = 0.09  # of a label's length; no code has a space as wide, and quiet zones are wider
LEAST_PART: Final = 0.3  # of the longest label: less is print beside it


def parts(grey: Grey, place: Place) -> list[Place]:
    """The place, or the places of each label when it spans several with paper between their bars."""
    if max(place.along, place.across) < FEWEST_PIXELS:
        return [place]
    beside = place.along > LONG * place.across
    if not beside and place.across < HIGH * place.along:
        return [place]
    strip = upright(grey, place, width=SHOWN, margin=0.0, most_scale=1.0)
    change = np.abs(np.diff(strip.grey.astype(np.float32), axis=1))
    spans = _spans(change.mean(axis=0 if beside else 1))
    if len(spans) < 2:
        return [place]
    cos, sin = np.cos(place.angle), np.sin(place.angle)
    whole, found = place.along if beside else place.across, []
    for first, last in spans:
        off, length = ((first + last) / 2 - 0.5) * whole, (last - first) * whole
        x, y = (off * cos, off * sin) if beside else (-off * sin, off * cos)
        size = {"along": length} if beside else {"across": length}
        found.append(msgspec.structs.replace(place, x=place.x + x, y=place.y + y, **size))
    return found


def _spans(change: npt.NDArray[np.float32]) -> list[tuple[float, float]]:
    """Where along a line, 0 to 1, something changes, with quiet between; stretches too short to be a label left out."""
    reach = max(3, len(change) // 60) | 1
    level = np.convolve(change, np.ones(reach) / reach, "same")
    loud = level > QUIET_LEVEL * float(np.percentile(level, 75))
    turns = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]]))).reshape(-1, 2)
    joined: list[list[int]] = []
    longest = max((int(end - start) for start, end in turns), default=0)
    for start, end in turns:
        if joined and start - joined[-1][1] < QUIET_PART * longest:
            joined[-1][1] = int(end)
            longest = max(longest, joined[-1][1] - joined[-1][0])
        else:
            joined.append([int(start), int(end)])
    return [
        (start / len(change), end / len(change))
        for start, end in joined
        if end - start >= LEAST_PART * longest
    ]


def split(grey: Grey, corners: Corners) -> list[Corners]:
    """The corners of each code when `corners` enclose several of the same text below each other.

    Rows across bars are all alike; between two labels they are not.
    """
    quad = np.array(corners, np.float32)
    width, height = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[3] - quad[0]))
    if height < TALL * width or height < SPLIT_ROWS:
        return [corners]
    flat = np.array([[0, 0], [PROBE, 0], [PROBE, SPLIT_ROWS], [0, SPLIT_ROWS]], np.float32)
    strip = cv2.warpPerspective(grey, cv2.getPerspectiveTransform(quad, flat), (PROBE, SPLIT_ROWS)).astype(
        np.float32
    )
    strip -= strip.mean(axis=1, keepdims=True)
    first = strip[SPLIT_ROWS // 12]
    alike = strip @ first / (np.sqrt((strip**2).sum(axis=1)) * np.sqrt((first**2).sum()) + 1e-3) > ALIKE
    changes = np.flatnonzero(np.diff(np.concatenate([[0], alike.astype(np.int8), [0]])))
    spans = [(a, b) for a, b in changes.reshape(-1, 2) if b - a >= SPLIT_ROWS // 12]
    if len(spans) < 2 or spans[0][1] - spans[0][0] > 0.8 * SPLIT_ROWS:
        return [corners]
    left, right = quad[3] - quad[0], quad[2] - quad[1]
    parts = []
    for a, b in np.array(spans) / SPLIT_ROWS:
        points = (quad[0] + a * left, quad[1] + a * right, quad[1] + b * right, quad[0] + b * left)
        parts.append(tuple((float(x), float(y)) for x, y in points))
    return parts  # type: ignore[return-value]
