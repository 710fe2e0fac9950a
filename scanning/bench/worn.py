"""Photographs made harder, in memory: turned, bent, crumpled, shaken, dimmed, dazzled, and stored badly; fixed seeds.

What reading was tuned on says little about the next picture. Each photograph of a set goes through one to three of these
wears, drawn by its name and a seed, so that a set is as many new ones as there are seeds, and a run repeats itself.
"""

from __future__ import annotations

import random as dice
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanning.engines import Grey

Sheet = npt.NDArray[np.float32]
LARGEST: Final = 1600  # pixels of the long side: dearer photographs would only take longer
QUALITIES: Final = (35, 90)


def worn(grey: Grey, name: str, seed: int) -> tuple[bytes, tuple[str, ...]]:
    """The picture as a worse photograph of the same thing: JPEG bytes, and the names of what was done to it."""
    draw = dice.Random(f"{name}{seed}")
    shrink = min(1.0, LARGEST / max(grey.shape))
    sheet = _float(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
    drawn = draw.sample(list(WEARS), draw.choice((1, 2, 2, 3)))
    chosen = [wear for wear in WEARS if wear in drawn]
    for wear in chosen:
        sheet = WEARS[wear](sheet, draw)
    noise = np.random.default_rng(draw.getrandbits(32)).normal(0, draw.uniform(0.5, 4), sheet.shape)
    quality = draw.randint(*QUALITIES)
    stored = cv2.imencode(".jpg", _bytes(sheet + noise), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return stored.tobytes(), tuple(chosen)


def _float(picture: object) -> Sheet:
    return np.asarray(picture, np.float32)


def _bytes(sheet: npt.NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(sheet, 0, 255), np.uint8)


def _mapped(sheet: Sheet, x: Sheet, y: Sheet) -> Sheet:
    return _float(cv2.remap(sheet, _float(x), _float(y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _grid(sheet: Sheet) -> tuple[Sheet, Sheet]:
    height, width = sheet.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return _float(x), _float(y)


def turned(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Held askew: mostly by less than 40 degrees, sometimes by any angle."""
    degrees = draw.uniform(-40, 40) if draw.random() < 0.7 else draw.uniform(-180, 180)
    height, width = sheet.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix[:, 2] += np.array(size) / 2 - np.array([width, height]) / 2
    return _float(cv2.warpAffine(sheet, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def tilted(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Seen from the side: each corner moved in by up to a seventh of the picture."""
    height, width = sheet.shape
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * np.array([width, height])
    seen = flat + inward * np.array([[draw.uniform(0, 0.14), draw.uniform(0, 0.14)] for _ in range(4)])
    matrix = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    return _float(
        cv2.warpPerspective(
            sheet, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    )


def curved(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Wrapped around a can or a bottle, its axis upright or lying."""
    if draw.random() < 0.3:
        return np.ascontiguousarray(curved(np.ascontiguousarray(sheet.T), draw).T)
    x, y = _grid(sheet)
    width = sheet.shape[1]
    curve, off = draw.uniform(0.4, 1.05), draw.uniform(-0.2, 0.2)
    part = x / width * 2 - 1
    bent = np.arcsin(np.clip((part - off) * np.sin(curve), -0.999, 0.999)) / curve + off
    return _mapped(sheet, (bent + 1) / 2 * width, y)


def crumpled(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Printed on a bag: pushed along by soft folds of a fifth of the picture."""
    height, width = sheet.shape
    random = np.random.default_rng(draw.getrandbits(32))
    reach = 0.1 * max(height, width)
    small = random.normal(0, 1, (2, 24, 24)).astype(np.float32)
    pushes = []
    for layer in small:
        soft = cv2.GaussianBlur(layer, (0, 0), 2.4)
        soft *= draw.uniform(0.1, 0.25) * reach / (float(np.abs(soft).max()) + 1e-6)
        pushes.append(_float(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)))
    x, y = _grid(sheet)
    return _mapped(sheet, x + pushes[0], y + pushes[1])


def shaken(sheet: Sheet, draw: dice.Random) -> Sheet:
    """A hand that moved while the shutter was open, along the picture's sides."""
    length = draw.uniform(0.004, 0.012) * max(sheet.shape)
    size = (max(1, round(length)), 1) if draw.random() < 0.6 else (1, max(1, round(length * 3)))
    return _float(cv2.blur(sheet, size))


def blurred(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Out of focus."""
    return _float(cv2.GaussianBlur(sheet, (0, 0), draw.uniform(0.5, 1.5) * max(sheet.shape) / 500))


def small(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Taken from farther away."""
    by = draw.uniform(0.6, 0.95)
    return _float(cv2.resize(sheet, None, fx=by, fy=by, interpolation=cv2.INTER_AREA))


def dim(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Low contrast and a bent tone curve."""
    toned = 255 * np.clip(sheet / 255, 0, 1) ** draw.uniform(0.5, 2.0)
    low, share = draw.uniform(0, 120), draw.uniform(0.2, 0.6)
    return _float(low + toned * share)


def shaded(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Light from one side, and the edge of a shadow."""
    x, y = _grid(sheet)
    angle = draw.uniform(0, 2 * np.pi)
    height, width = sheet.shape
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    edge = 1 / (1 + np.exp(-(along - draw.uniform(-0.3, 0.3)) * draw.choice((4.0, 40.0))))
    return _float(sheet * (1 - draw.uniform(0.3, 0.75) * edge))


def dazzled(sheet: Sheet, draw: dice.Random) -> Sheet:
    """Lamps mirrored in a glossy pack."""
    x, y = _grid(sheet)
    height, width = sheet.shape
    light = np.zeros_like(sheet)
    for _ in range(draw.randint(1, 3)):
        middle = draw.uniform(0.1, 0.9) * width, draw.uniform(0.1, 0.9) * height
        wide, high = draw.uniform(0.03, 0.14) * width, draw.uniform(0.03, 0.14) * height
        light += draw.uniform(90, 260) * np.exp(
            -(((x - middle[0]) / wide) ** 2) - ((y - middle[1]) / high) ** 2
        )
    return _float(sheet + light)


# In the order in which they happen: the pack, where it is held, the light, the lens.
WEARS: Final[dict[str, Callable[[Sheet, dice.Random], Sheet]]] = {
    "crumpled": crumpled,
    "curved": curved,
    "turned": turned,
    "tilted": tilted,
    "shaded": shaded,
    "dim": dim,
    "dazzled": dazzled,
    "small": small,
    "blurred": blurred,
    "shaken": shaken,
}
