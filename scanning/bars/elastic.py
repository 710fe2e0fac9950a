"""Lays a claimed code over bars that are pushed along by folds: bags, labels that come off, crumpled film.

A lay has one bend and one curl; a fold pushes a few digits only. Here each stretch of about a digit may be moved by itself, by
up to four modules and by little more than its neighbour, and the cheapest way through all stretches is found exactly by dynamic
programming (Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978).
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from scanning.bars.align import BLURS, HOPELESS, Fit, between, evened
from scanning.bars.layouts import LAYOUTS, QUIET, SAMPLES, claim
from scanning.bars.likely import closest

Floats = npt.NDArray[np.float32]
STRETCH: Final = 7  # modules moved as one, about
FARTHEST: Final = 4.0  # modules by which a stretch may be moved
STEP: Final = 0.25
STEEPEST: Final = 3  # steps by which neighbours may differ
STIFF: Final = 0.5  # cost of a difference of one step, squared, in samples of unit energy
LEAST_LIKENESS: Final = 0.55


def lay_elastically(slope: Floats, kind: str, text: str, span: tuple[float, float]) -> Fit:
    """The text most likely behind a row when the claimed one may be pushed along by folds, and how clearly it leads.

    `span` is where the code's first and last pixel are thought to be; its ends may be moved like all else.
    """
    start, end = span
    module = (end - start) / LAYOUTS[kind].modules
    blur = BLURS[1]
    moved = np.zeros(len(_knots(kind)), np.float32)
    for _ in range(2):
        moved = _cheapest(_costs(slope, kind, evened(claim(kind, text, blur)[None].copy())[0], start, module))
        row = _row(slope, kind, start, module, moved)
        likeness = [float(row @ claim(kind, text, b)) for b in BLURS] / np.sqrt(float(row @ row))
        if max(likeness) < LEAST_LIKENESS:
            return Fit(kind, start, end, blur, HOPELESS)
        blur = BLURS[int(np.argmax(likeness))]
    return Fit(kind, start, end, blur, closest(row, kind, blur))


@functools.cache
def _knots(kind: str) -> Floats:
    modules = LAYOUTS[kind].modules
    return np.linspace(0, modules, round(modules / STRETCH) + 1, dtype=np.float32)


@functools.cache
def _moves() -> Floats:
    return np.arange(-FARTHEST, FARTHEST + STEP / 2, STEP, dtype=np.float32)


@functools.cache
def _places(kind: str) -> tuple[list[npt.NDArray[np.intp]], list[Floats]]:
    """The samples of each stretch, and where each lies between its two knots, 0 to 1."""
    modules = LAYOUTS[kind].modules
    at = (np.arange(modules * SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
    knots = _knots(kind)
    which = np.searchsorted(knots, at, side="right") - 1
    samples = [np.flatnonzero(which == stretch) for stretch in range(len(knots) - 1)]
    return samples, [(at[some] - knots[i]) / (knots[i + 1] - knots[i]) for i, some in enumerate(samples)]


def _costs(slope: Floats, kind: str, shape: Floats, start: float, module: float) -> list[Floats]:
    """For each stretch what it costs to move its left end by `m` and its right end by `m + d`: (moves, differences)."""
    moves = _moves()
    differences = np.arange(-STEEPEST, STEEPEST + 1, dtype=np.float32)
    stiff = STIFF * differences**2
    plain = _row(slope, kind, start, module, np.zeros(len(_knots(kind)), np.float32), even=False)
    power = np.sqrt((plain[QUIET * SAMPLES : -QUIET * SAMPLES] ** 2).mean()) + 1e-6
    costs = []
    for samples, part in zip(*_places(kind), strict=True):
        at = (samples + np.float32(0.5)) / SAMPLES
        pushed = moves[:, None, None] + differences[None, :, None] * np.float32(STEP) * part
        seen = between(slope, (start + module * (at + pushed)).astype(np.float32)) / power
        wanted = shape[QUIET * SAMPLES + samples]
        costs.append(np.asarray(((seen - wanted) ** 2).sum(axis=2) + stiff, np.float32))
    return costs


def _cheapest(costs: list[Floats]) -> Floats:
    """How far each knot is moved, in modules, on the cheapest way through all stretches."""
    moves = _moves()
    count, width = costs[0].shape
    to = np.arange(count)[:, None] + np.arange(width) - STEEPEST
    inside = (to >= 0) & (to < count)
    to = np.clip(to, 0, count - 1)
    after, chosen = np.zeros(count, np.float32), []
    for cost in reversed(costs):
        total = np.where(inside, cost + after[to], np.inf)
        chosen.append(total.argmin(axis=1))
        after = total.min(axis=1)
    at = int(after.argmin())
    way = [at]
    for choice in reversed(chosen):
        at = int(to[at, choice[at]])
        way.append(at)
    return np.asarray(moves[way], np.float32)


def _row(
    slope: Floats, kind: str, start: float, module: float, moved: Floats, *, even: bool = True
) -> Floats:
    """The row sampled where its stretches were moved to, at unit energy or as it is."""
    modules = LAYOUTS[kind].modules
    at = (np.arange((modules + 2 * QUIET) * SAMPLES, dtype=np.float32) + np.float32(0.5)) / SAMPLES - QUIET
    pushed = np.interp(at, _knots(kind), moved)
    row = between(slope, (start + module * (at + pushed)).astype(np.float32)[None])
    return np.asarray(evened(row)[0] if even else row[0], np.float32)
