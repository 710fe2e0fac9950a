"""Lays a code's modules over a row of pixels: where it starts, how wide its modules are, how it bends."""

from __future__ import annotations

import functools
from typing import Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from scanning.bars.layouts import LAYOUTS, QUIET, SAMPLES
from scanning.bars.likely import Guess, closest, closest_free

Floats = npt.NDArray[np.float32]
BLURS: Final = (0.4, 0.7, 1.0, 1.4, 1.8)
Steps = tuple[float, float, float, float]

# How far the next guesses lie from the last, in modules (start, end, bend, curl), and the share of energy left unexplained
# above which a search is given up.
FREE_STEPS: Final[tuple[tuple[Steps, float], ...]] = (
    ((0.6, 0.6, 0.8, 0.0), 1.0),
    ((0.0, 0.0, 0.5, 0.6), 0.36),
    ((0.3, 0.3, 0.3, 0.0), 0.28),
    ((0.0, 0.0, 0.2, 0.3), 0.27),
    ((0.15, 0.15, 0.15, 0.0), 1.0),
)
HOPELESS: Final = Guess("", 1.0, 0.0)


class Fit(msgspec.Struct, frozen=True):
    """A code laid over a row: first and last pixel, its blur in modules, and the most likely text.

    `weakest` is the share of its energy that the least explained digit leaves; 1 where that was not asked.
    """

    kind: str
    start: float
    end: float
    blur: float
    guess: Guess
    weakest: float = 1.0


def edges(profile: Floats, module: float) -> Floats:
    """The slope of darkness along a row of grey, its strength evened out over windows of about two digits."""
    slope = -np.gradient(profile.astype(np.float32))
    power = cv2.GaussianBlur((slope**2)[None], (0, 0), sigmaX=max(2.0, 6 * module))[0]
    floor = 0.02 * float(power.max()) + 1e-3
    evened: Floats = slope / np.sqrt(power + floor)
    return evened


def sample(slope: Floats, kind: str, lays: Floats) -> Floats:
    """Rows of `SAMPLES` values a module, unit energy, one for each lay.

    A lay is (start, end, bend, curl): pixels of the first and last module, and by how many modules the middle and the
    two quarters are pushed along (perspective bends; a can or a bottle curls).
    """
    along, bow, curl = shapes_of(kind)
    start, module = lays[:, 0:1], (lays[:, 1:2] - lays[:, 0:1]) / LAYOUTS[kind].modules
    x = start + module * (along + lays[:, 2:3] * bow + lays[:, 3:4] * curl)
    return evened(between(slope, x))


def evened(rows: Floats) -> Floats:
    """The rows at unit energy a sample inside the code, in place."""
    inside = rows[:, QUIET * SAMPLES : -QUIET * SAMPLES]
    power = np.sqrt(np.einsum("ij,ij->i", inside, inside) / inside.shape[1]) + np.float32(1e-6)
    rows /= power[:, None]
    return rows


def between(slope: Floats, x: Floats) -> Floats:
    """The slope at places between pixels; nothing beyond its ends."""
    padded = np.pad(slope.astype(np.float32), (1, 2))
    x = np.clip(x + np.float32(1), 0, len(slope) + 1)
    at = x.astype(np.int32)
    low = padded.take(at)
    rows: Floats = low + (x - at.astype(np.float32)) * (padded.take(at + 1) - low)
    return rows


@functools.cache
def shapes_of(kind: str) -> tuple[Floats, Floats, Floats]:
    """Where the samples of a layout lie, in modules, and how a bend and a curl of one module push each along."""
    modules = LAYOUTS[kind].modules
    count = (modules + 2 * QUIET) * SAMPLES
    at = (np.arange(count, dtype=np.float32) + np.float32(0.5)) / SAMPLES - QUIET
    part = at / modules
    bow, curl = 4 * part * (1 - part), 10.4 * part * (1 - part) * (1 - 2 * part)
    return np.asarray(at, np.float32), np.asarray(bow, np.float32), np.asarray(curl, np.float32)


@functools.cache
def _grid(steps: Steps) -> Floats:
    axes = [(-step, 0.0, step) if step else (0.0,) for step in steps]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 4).astype(np.float32)


def around(lay: Floats, steps: Steps, modules: int) -> Floats:
    """The lay and its neighbours one step away in each of its four numbers, those with a step of 0 kept."""
    module = (lay[1] - lay[0]) / modules
    moved: Floats = lay + _grid(steps) * np.array([module, module, 1, 1], np.float32)
    return moved


def refine(slope: Floats, kind: str, start: float, end: float) -> Fit:
    """The lay near a start and an end that leaves least unexplained whatever the digits, and its most likely text.

    A place that stays far from every code is given up early, with an empty text.
    """
    modules = LAYOUTS[kind].modules
    lay = np.array([start, end, 0.0, 0.0], np.float32)
    blur = 0.7
    for steps, most in FREE_STEPS:
        lays = around(lay, steps, modules)
        rows = sample(slope, kind, lays)
        shares = closest_free(rows, kind, blur)
        best = int(shares.argmin())
        lay, row = lays[best], rows[best : best + 1]
        if shares[best] > most:
            return Fit(kind, float(lay[0]), float(lay[1]), blur, HOPELESS)
        blur = min(BLURS, key=lambda b: float(closest_free(row, kind, b)[0]))
    return Fit(kind, float(lay[0]), float(lay[1]), blur, closest(row[0], kind, blur))
