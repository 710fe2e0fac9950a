"""Looks along a row for where a retail code could stand and how wide its modules are, before anything is fitted.

For one module width the row is resampled once and correlated with every digit, so all starts of all layouts are scored
from one small table: explained energy by the guards plus, slot by slot, by whichever digit fits best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from scanning.bars.layouts import LAYOUTS, QUIET, REACH, SAMPLES, Layout, templates

if TYPE_CHECKING:
    from collections.abc import Iterable

Floats = npt.NDArray[np.float32]
BLUR: Final = 0.7
STEP: Final = 1.018


class Start(msgspec.Struct, frozen=True):
    """A layout that may stand at these pixels of a row; `left` is the share of energy it leaves unexplained."""

    kind: str
    start: float
    end: float
    left: float


def starts(slope: Floats, kinds: Iterable[str], along: float, keep: int = 24) -> dict[str, list[Start]]:
    """The most promising places for each layout along a row, best first.

    The bars are thought to fill `along` pixels: the code may fill them all, or share them with an add-on or with print.
    """
    found: dict[str, list[Start]] = {kind: [] for kind in kinds}
    widths = {
        kind: (along / (LAYOUTS[kind].modules * 1.75), along / (LAYOUTS[kind].modules * 0.92))
        for kind in found
    }
    module = min(low for low, _ in widths.values()) if widths else np.inf
    while module <= max((high for _, high in widths.values()), default=0):
        signal = _resampled(slope, module)
        digits = _explained(signal)
        for kind, (low, high) in widths.items():
            if low <= module <= high:
                found[kind] += _best_at(signal, digits, LAYOUTS[kind], module, len(slope))
        module *= STEP
    return {kind: _apart(sorted(some, key=lambda s: s.left), keep) for kind, some in found.items()}


def _resampled(slope: Floats, module: float) -> Floats:
    count = int((len(slope) / module + 2 * QUIET) * SAMPLES)
    x = ((np.arange(count) + 0.5) / SAMPLES - QUIET) * module
    return np.interp(x, np.arange(len(slope)), slope, left=0, right=0).astype(np.float32)


def _explained(signal: Floats) -> tuple[Floats, Floats]:
    """How much every digit, set by set, has in common with every stretch of the row, (30, positions); each digit's energy."""
    shapes = templates("EAN13", BLUR)
    stretches = np.ascontiguousarray(sliding_window_view(signal, shapes.digit.shape[1]))
    common = np.ascontiguousarray((stretches @ shapes.digit.T).T, dtype=np.float32)
    common /= np.float32(shapes.scale)
    return common, (shapes.digit**2).sum(axis=1)[:, None] / np.float32(shapes.scale**2)


def _best_at(
    signal: Floats, digits: tuple[Floats, Floats], layout: Layout, module: float, length: int
) -> list[Start]:
    window = (layout.modules + 2 * QUIET) * SAMPLES
    positions = len(signal) - window + 1
    if positions < 1:
        return []
    scale = np.float32(templates(layout.kind, BLUR).scale)
    costs = digits[1] * scale**2 - 2 * scale * digits[0]
    left, right = costs[:20].min(axis=0), costs[20:].min(axis=0)
    whole = templates(layout.kind, BLUR)
    base = np.correlate(signal, whole.guards, "valid")
    power = np.concatenate([[0.0], np.cumsum(signal**2)])
    total = power[window:] - power[:-window]
    rest = total + whole.energy - 2 * base
    for place, slot in enumerate(layout.slots):
        at = (QUIET + slot - REACH) * SAMPLES
        side = left if layout.kind == "UPCE" or place < len(layout.slots) / 2 else right
        rest = rest + side[at : at + positions]
    share = rest / np.maximum(total, window * 0.15)
    best = np.argpartition(share, 1)[:2] if positions > 1 else [0]
    return [
        Start(
            layout.kind,
            float(at / SAMPLES * module),
            float((at / SAMPLES + layout.modules) * module),
            float(share[at]),
        )
        for at in best
        if -3 * module <= at / SAMPLES * module <= length
    ]


def _apart(found: list[Start], keep: int) -> list[Start]:
    kept: list[Start] = []
    for start in found:
        module = (start.end - start.start) / LAYOUTS[start.kind].modules
        if len(kept) < keep and not any(
            k.kind == start.kind
            and abs(k.start - start.start) < module
            and abs(k.end - start.end) < 1.5 * module
            for k in kept
        ):
            kept.append(start)
    return kept
