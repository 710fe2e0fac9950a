"""One sub-aisle in the compiled round: what each way to serve its stops costs, and which gap it leaves out."""

import numpy as np
from numpy.typing import NDArray

from .flattables import EMPTY_WAY, FIRST_WAY, FULL_WAY, SECOND_WAY
from .jit import kernel

__all__ = ["OFFSET_BITS", "PERCENT", "effect_of", "read_cuts", "weigh"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OFFSET_BITS = 23
PERCENT = 100.0


@kernel
def serve_closed(cuts: Ints, count: int, cost: Floats, gap: Ints) -> None:
    """`subaisle._closed` for open aisles; costs in mm."""
    whole = cuts[count + 1]
    if count > 0:
        cost[1], gap[1] = 2.0 * cuts[count], count
        cost[2], gap[2] = 2.0 * (whole - cuts[1]), 0
        for i in range(1, count):
            skipped = 2.0 * (whole - (cuts[i + 1] - cuts[i]))
            if skipped < cost[3]:
                cost[3], gap[3] = skipped, i
    else:
        cost[0], gap[0] = 0.0, 0
    cost[4], gap[4] = whole, -1
    cost[5], gap[5] = 2.0 * whole, -1


@kernel
def serve_one_end(cuts: Ints, count: int, k: int, cost: Floats, gap: Ints) -> None:
    """`subaisle._one_end` for open aisles."""
    whole = cuts[count + 1]
    front, back = cuts[k], whole - cuts[k]
    cost[7], gap[7] = front + 2.0 * (cuts[count] - cuts[k]), count
    cost[8], gap[8] = back + 2.0 * (cuts[k] - cuts[1]), 0
    for i in range(k, count):
        skipped = front + 2.0 * (back - (cuts[i + 1] - cuts[i]))
        if skipped < cost[9]:
            cost[9], gap[9] = skipped, i
    for i in range(1, k):
        skipped = back + 2.0 * (front - (cuts[i + 1] - cuts[i]))
        if skipped < cost[10]:
            cost[10], gap[10] = skipped, i
    cost[11], gap[11] = front + 2.0 * back, -1
    cost[12], gap[12] = 2.0 * front + back, -1


@kernel
def serve_two_ends(cuts: Ints, count: int, k: int, m: int, cost: Floats, gap: Ints) -> None:
    """`subaisle._two_ends` for open aisles."""
    whole = cuts[count + 1]
    between = cuts[m] - cuts[k]
    front, back = cuts[k], whole - cuts[m]
    cost[1], gap[1] = 2.0 * front + between + 2.0 * (cuts[count] - cuts[m]), count
    cost[2], gap[2] = 2.0 * (cuts[k] - cuts[1]) + between + 2.0 * back, 0
    for i in range(1, k):
        skipped = 2.0 * (front - (cuts[i + 1] - cuts[i])) + between + 2.0 * back
        if skipped < cost[3]:
            cost[3], gap[3] = skipped, i
    for i in range(m, count):
        skipped = 2.0 * front + between + 2.0 * (back - (cuts[i + 1] - cuts[i]))
        if skipped < cost[3]:
            cost[3], gap[3] = skipped, i
    cost[4], gap[4] = front + 2.0 * between + back, -1
    cost[5], gap[5] = 2.0 * front + between + 2.0 * back, -1
    for i in range(k, m):
        skipped = front + 2.0 * (between - (cuts[i + 1] - cuts[i])) + back
        if skipped < cost[6]:
            cost[6], gap[6] = skipped, i


@kernel
def read_cuts(keys: Ints, low: int, high: int, length: int, cuts: Ints, loose: Ints) -> tuple[int, int]:
    """Distinct offsets of keys low…high-1 into `cuts`, positions of loose ends into `loose`: (points, loose ends)."""
    count, ends = 0, 0
    cuts[0] = 0
    for i in range(low, high):
        offset = (keys[i] & ((1 << OFFSET_BITS) - 1)) >> 1
        if count == 0 or offset != cuts[count]:
            count += 1
            cuts[count] = offset
        if keys[i] & 1:
            loose[ends] = count
            ends += 1
    cuts[count + 1] = length
    return count, ends


@kernel
def weigh(
    keys: Ints, low: int, high: int, length: int, cuts: Ints, weights: Floats, at: int, gaps: Ints
) -> int:
    """Weights of one sub-aisle's effects, written from `at` on, "impossible" last. Returns the kind of table."""
    loose = np.zeros(2, dtype=np.int64)
    cost, gap = np.zeros(13), np.zeros(13, dtype=np.int64)
    for effect in range(13):
        cost[effect], gap[effect] = np.inf, -1
    count, ends = read_cuts(keys, low, high, length, cuts, loose)
    if ends == 0:
        serve_closed(cuts, count, cost, gap)
        kind = FULL_WAY if count else EMPTY_WAY
    elif ends == 1:
        serve_one_end(cuts, count, loose[0], cost, gap)
        kind = FIRST_WAY
    else:
        serve_two_ends(cuts, count, loose[0], loose[1], cost, gap)
        kind = SECOND_WAY
    for slot in range(7):
        effect = effect_of(kind, slot)
        weights[at + slot] = cost[effect] * PERCENT if effect >= 0 else np.inf
        gaps[at + slot] = gap[effect] if effect >= 0 else -1
    return kind


@kernel
def effect_of(kind: int, slot: int) -> int:
    """The effect number at a slot of `EMPTY`, `FULL`, `FIRST_END` or `SECOND_END`; -1 beyond."""
    if kind == EMPTY_WAY:
        return 0 if slot == 0 else slot + 3 if slot < 3 else -1
    if kind == FULL_WAY:
        return slot + 1 if slot < 5 else -1
    if kind == FIRST_WAY:
        return slot + 7 if slot < 6 else -1
    return slot + 1 if slot < 6 else -1
