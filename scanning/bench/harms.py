"""What photographs of goods suffer from, done to a drawn pack: bent round cans, wrapped, torn, dim, off a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import random as dice

Sheet = npt.NDArray[np.float32]
Harm = Callable[[Sheet, "dice.Random"], bytes]


def stored(
    sheet: Sheet, chance: dice.Random, quality: tuple[int, int] = (55, 90), noise: float = 2.0
) -> bytes:
    """The sheet with a camera's noise, as JPEG."""
    random = np.random.default_rng(chance.getrandbits(32))
    pixels = np.clip(sheet + random.normal(0, noise, sheet.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(*quality)])[1].tobytes()


def _grid(sheet: Sheet) -> tuple[Sheet, Sheet]:
    height, width = sheet.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _moved(sheet: Sheet, x: Sheet, y: Sheet) -> Sheet:
    moved = cv2.remap(sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _turned(sheet: Sheet, degrees: float) -> Sheet:
    height, width = sheet.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        sheet, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, np.float32)


def can(sheet: Sheet, chance: dice.Random) -> bytes:
    """Round a can or a bottle, its axis along or across the bars, with a streak of light along it."""
    if across := chance.random() < 0.3:
        sheet = np.ascontiguousarray(sheet.T)
    x, y = _grid(sheet)
    width = sheet.shape[1]
    radius = width / 2 * chance.uniform(1.02, 1.8)
    off = x - width / 2
    flat = radius * np.arcsin(np.clip(off / radius, -0.999, 0.999))
    bent = _moved(sheet, np.asarray(flat + width / 2, np.float32), y)
    shade = np.sqrt(np.clip(1 - (off / radius) ** 2, 0.05, 1))
    streak = np.exp(-(((off / width - chance.uniform(-0.3, 0.3)) / chance.uniform(0.01, 0.05)) ** 2))
    lit = np.asarray(bent * shade + chance.uniform(40, 200) * streak, np.float32)
    return stored(_turned(np.ascontiguousarray(lit.T) if across else lit, chance.uniform(-12, 12)), chance)


def steep(sheet: Sheet, chance: dice.Random) -> bytes:
    """Seen from the side in poor contrast."""
    height, width = sheet.shape
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * np.array([width, height])
    seen = flat + inward * np.array([[chance.uniform(0, 0.22), chance.uniform(0, 0.22)] for _ in range(4)])
    matrix = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    tilted = cv2.warpPerspective(sheet, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return stored(np.asarray(90 + tilted * chance.uniform(0.12, 0.4), np.float32), chance)


def coarse(sheet: Sheet, chance: dice.Random) -> bytes:
    """Small, and stored at a quality of about 30."""
    by = chance.uniform(0.4, 0.8)
    shrunk = cv2.resize(sheet, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    return stored(_turned(np.asarray(shrunk, np.float32), chance.uniform(-25, 25)), chance, (15, 35))


def night(sheet: Sheet, chance: dice.Random) -> bytes:
    """Too little light: grain, and a hand that was not still."""
    length = chance.randint(3, 9)
    stroke = np.zeros((length, length), np.float32)
    stroke[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), chance.uniform(0, 180), 1)
    stroke = np.asarray(cv2.warpAffine(stroke, turn, (length, length)), np.float32)
    shaken = cv2.filter2D(sheet, -1, stroke / max(float(stroke.sum()), 1e-3))
    dim = np.asarray(20 + shaken * chance.uniform(0.2, 0.5), np.float32)
    return stored(_turned(dim, chance.uniform(-20, 20)), chance, noise=chance.uniform(4, 14))


def torn(sheet: Sheet, chance: dice.Random) -> bytes:
    """Covered in places, from slivers to half a code: the rest must not be taken for another code."""
    for _ in range(chance.randint(6, 16)):
        x, y = chance.randrange(sheet.shape[1]), chance.randrange(sheet.shape[0])
        wide, high = chance.randint(8, 120), chance.randint(8, 220)
        angle, grey = chance.uniform(0, 180), chance.choice((30.0, 120.0, 200.0, 245.0))
        corners = cv2.boxPoints(((x, y), (wide, high), angle)).astype(np.int32)
        cv2.fillConvexPoly(sheet, corners, grey, cv2.LINE_AA)
    return stored(_turned(sheet, chance.uniform(-15, 15)), chance)


def inked(sheet: Sheet, chance: dice.Random) -> bytes:
    """Coloured ink that a camera sees little of; some codes are light on dark."""
    low, high = (chance.uniform(60, 150), chance.uniform(160, 220))
    return stored(np.asarray(low + (sheet / 255) * (high - low), np.float32), chance, noise=3)


def wrapped(sheet: Sheet, chance: dice.Random) -> bytes:
    """Under film: folds that push the print aside and mirror lamps."""
    x, y = _grid(sheet)
    push, light = np.zeros_like(sheet), np.zeros_like(sheet)
    for _ in range(chance.randint(4, 12)):
        angle = chance.uniform(0, np.pi)
        cross = np.cos(angle), np.sin(angle)
        off = (x - chance.randrange(sheet.shape[1])) * cross[0] + (
            y - chance.randrange(sheet.shape[0])
        ) * cross[1]
        width = chance.uniform(3, 16)
        push += chance.uniform(-5, 5) * np.exp(-((off / (3 * width)) ** 2))
        light += chance.uniform(0, 170) * np.exp(-((off / width) ** 2))
    moved = _moved(sheet, np.asarray(x + push, np.float32), np.asarray(y + push / 2, np.float32))
    return stored(_turned(np.asarray(moved + light, np.float32), chance.uniform(-15, 15)), chance)


def screen(sheet: Sheet, chance: dice.Random) -> bytes:
    """Shown on a screen and photographed: the raster of its dots beats with the camera's pixels."""
    x, y = _grid(sheet)
    pitch = chance.uniform(2.1, 4.5)
    raster = 1 + chance.uniform(0.15, 0.5) * np.sin(2 * np.pi * x / pitch) * np.sin(2 * np.pi * y / pitch)
    seen = cv2.GaussianBlur(np.asarray(sheet * raster, np.float32), (0, 0), chance.uniform(0.5, 0.9))
    by = chance.uniform(0.7, 1.3)
    resized = cv2.resize(_turned(np.asarray(seen, np.float32), chance.uniform(-8, 8)), None, fx=by, fy=by)
    return stored(np.asarray(resized, np.float32), chance)


def far(sheet: Sheet, chance: dice.Random) -> bytes:
    """A small part of a photograph of nine megapixels."""
    by = chance.uniform(0.5, 0.9)
    small = np.asarray(cv2.resize(sheet, None, fx=by, fy=by, interpolation=cv2.INTER_AREA), np.float32)
    whole = cv2.resize(sheet[:300, :400], (3450, 2600), interpolation=cv2.INTER_CUBIC)
    top, left = chance.randrange(2600 - small.shape[0]), chance.randrange(3450 - small.shape[1])
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    return stored(np.asarray(whole, np.float32), chance, (50, 70), 1.5)


def plain(sheet: Sheet, chance: dice.Random) -> bytes:
    """Held a little askew, in good light."""
    return stored(_turned(sheet, chance.uniform(-30, 30)), chance)


HARMS: Final[dict[str, Harm]] = {
    "plain": plain,
    "many": plain,
    "can": can,
    "steep": steep,
    "coarse": coarse,
    "night": night,
    "torn": torn,
    "inked": inked,
    "wrapped": wrapped,
    "screen": screen,
    "far": far,
}
