"""Slides a claimed code along a row until it fits: the few numbers of a lay by Gauss-Newton, instead of by trying many lays.

A code that lies a little off shows an error that is its own slope times how far each place is off, so the way back is a small
least-squares problem whose matrix does not depend on the picture (inverse compositional alignment: Baker and Matthews,
"Lucas-Kanade 20 years on", International Journal of Computer Vision 56, 2004). A wide blur reaches far, a narrow one is exact.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from scanning.bars.align import BLURS, shapes_of
from scanning.bars.layouts import LAYOUTS, SAMPLES, claim

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
FAR: Final = (1.8, 1.0)  # blurs from far to near, then twice the one the row itself has
NEAR: Final = 2
LONGEST: Final = 1.5  # modules by which one step may move anything
DAMPING: Final = 1e-3  # of the strongest direction: what a code hardly shows is hardly moved


def slide(slope: Floats, kind: str, text: str, lay: Floats) -> Floats:
    """The lay (start, end, bend, curl; see `align.sample`) near `lay` at which the claimed text suits the row best."""
    modules = LAYOUTS[kind].modules
    pixels = np.arange(len(slope))
    module = (lay[1] - lay[0]) / modules
    at = lay * (1, 1, module, module)  # bend and curl in pixels too
    for blur in FAR:
        at = at - module * _off(np.interp(at @ _basis(kind), pixels, slope, 0, 0), *_ways(kind, text, blur))
    row = np.interp(at @ _basis(kind), pixels, slope, 0, 0)
    blur = max(BLURS, key=lambda b: float(row @ claim(kind, text, b)))
    for _ in range(NEAR):
        at = at - module * _off(row, *_ways(kind, text, blur))
        row = np.interp(at @ _basis(kind), pixels, slope, 0, 0)
    module = (at[1] - at[0]) / modules
    return np.asarray(at / (1, 1, module, module), np.float32)


def _off(row: Doubles, shape: Doubles, back: Doubles, rest: Doubles) -> Doubles:
    """How far a lay is off, in modules, by what its row differs from the claim; nothing where they are opposed."""
    power = float(row @ shape)
    off = back @ row / power - rest if power > 0 else np.zeros(4)
    return np.asarray(np.minimum(np.maximum(off, -LONGEST), LONGEST))


@functools.cache
def _basis(kind: str) -> Doubles:
    """How far each sample goes along with the start, the end, the bend and the curl of a lay: (4, samples)."""
    along, bow, curl = shapes_of(kind)
    part = along / LAYOUTS[kind].modules
    return np.stack([1 - part, part, bow, curl]).astype(np.float64)


@functools.lru_cache(maxsize=64)
def _ways(kind: str, text: str, blur: float) -> tuple[Doubles, Doubles, Doubles]:
    """A claim at unit energy, the (4, samples) matrix from how a row differs from it to how far the lay is off, and
    what that matrix makes of the claim itself.
    """
    shape = claim(kind, text, blur).astype(np.float64)
    ways = np.gradient(shape) * SAMPLES * _basis(kind)
    square = ways @ ways.T
    square += np.eye(4) * DAMPING * np.trace(square)
    back = np.linalg.solve(square, ways)
    return shape, back, back @ shape
