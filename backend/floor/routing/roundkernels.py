"""The exact round of `exact` and `walk` as one compiled pass, for uniform floors without closures.

Places come as whole-number keys: ((column * slots + slot) << 23) + (offset << 1) + (1 for a loose end), where a column is
an aisle or a place on a cross-aisle, slots 0…blocks are its heads and the rest its sub-aisles. Sorted keys are in the
order of the stages, and the answers, ties included, are those of the plain Python path.
"""

import numpy as np
from numpy.typing import NDArray

from .flattables import (
    FIRST_WAY,
    LOOSE_HEAD,
    SECOND_WAY,
    SIDEWAYS,
    STATE_BITS,
    STOP_HEAD,
    FlatTables,
)
from .jit import kernel
from .kerneltypes import Floor, Trail
from .servekernels import OFFSET_BITS, PERCENT, weigh

__all__ = ["solve_keys"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Packed = NDArray[np.uint16]

# Unsigned, so that the compiler need not ask whether an index counts from the end.
SOURCE, UP = np.uint16((1 << STATE_BITS) - 1), np.uint16(STATE_BITS)
WEIGHTS = 8


# Kernels take the arrays they read, not whole tuples of them: that is what takes long to compile.


@kernel
def pull(
    starts: Ints, entries: Packed, runs: int, count: int, before: Floats, effects: Floats, after: Floats
) -> None:
    """The minimum over every run of one table."""
    slot = starts[runs]
    for state in range(count):
        best = np.inf
        stop = starts[runs + state + 1]
        while slot < stop:
            entry = entries[slot]
            cost = before[entry & SOURCE] + effects[entry >> UP]
            # A plain choice is one instruction; `min` asks for not-a-number as well.
            best = cost if cost < best else best  # noqa: FURB136
            slot += 1
        after[state] = best


@kernel
def kept_columns(floor: Floor, keys: Ints) -> tuple[Ints, int, int]:
    """Columns with work and the aisles next to a used place between aisles, their number, and where the last work is."""
    slots = 2 * floor.lengths.size + 1
    used = np.zeros(floor.x.size, dtype=np.int64)
    for i in range(keys.size):
        used[(keys[i] >> OFFSET_BITS) // slots] = 1
    last = 0
    for column in range(floor.x.size):
        if used[column] == 1:
            last = column
            for step in range(-1, 2, 2):
                beside = column
                while 0 <= beside < floor.x.size and floor.aisle[beside] == 0:
                    beside += step
                if 0 <= beside < floor.x.size and used[beside] == 0:
                    used[beside] = 2
    count = 0
    for column in range(floor.x.size):
        if used[column] > 0:
            used[count] = column
            count += 1
    return used, count, last


@kernel
def add_stage(trail: Trail, number: int, kind: int, place: int, column: int, low: int, high: int) -> int:
    """Write one stage; the layer goes up with the loose ends placed. Returns the next number."""
    level = trail.stages[number - 1, 4] if number else 0
    up = 2 if kind == SECOND_WAY else int(kind == FIRST_WAY) + int(kind == LOOSE_HEAD)
    row = trail.stages[number]
    row[0], row[1], row[2], row[3], row[4] = kind, place, column, level, level + up
    row[5], row[6], row[7], row[8] = number * WEIGHTS, 0, low, high
    return number + 1


@kernel
def lay_column(
    lengths: Ints, keys: Ints, key: int, column: int, inside: int, trail: Trail, number: int, cuts: Ints
) -> tuple[int, int]:
    """The stages of one column, heads first, and its sub-aisles if one can walk `inside`: (next key, next stage number)."""
    blocks = lengths.size
    slots = 2 * blocks + 1
    first = column * slots
    while key < keys.size and keys[key] >> OFFSET_BITS <= first + blocks:
        stop = key + 1
        while stop < keys.size and keys[stop] == keys[key]:
            stop += 1
        trail.weights[number * WEIGHTS + 1] = np.inf
        kind = LOOSE_HEAD if keys[key] & 1 else STOP_HEAD
        number = add_stage(trail, number, kind, (keys[key] >> OFFSET_BITS) - first, column, key, stop)
        key = stop
    if inside == 0:
        return key, number
    for block in range(blocks):
        stop = key
        while stop < keys.size and keys[stop] >> OFFSET_BITS == first + blocks + 1 + block:
            stop += 1
        kind = weigh(keys, key, stop, lengths[block], cuts, trail.weights, number * WEIGHTS, trail.gaps)
        number = add_stage(trail, number, kind, block, column, key, stop)
        key = stop
    return key, number


@kernel
def lay_stages(floor: Floor, sizes: Ints, keys: Ints) -> tuple[Trail, int, int]:
    """All stages with their weights: (trail, number of stages, stages until the last work is behind)."""
    slots = 2 * floor.lengths.size + 1
    columns, used, last = kept_columns(floor, keys)
    most = used * (floor.lengths.size + 1) + keys.size + 1
    stages = np.zeros((most, 9), dtype=np.int64)
    trail = Trail(stages, np.zeros(most * WEIGHTS), np.zeros(most * WEIGHTS, dtype=np.int64))
    cuts = np.zeros(keys.size + slots, dtype=np.int64)
    number, key, needed = 0, 0, 0
    for index in range(used):
        if index > 0:
            trail.weights[number * WEIGHTS + 1] = np.inf
            number = add_stage(trail, number, SIDEWAYS, 0, columns[index - 1], key, columns[index])
        key, number = lay_column(
            floor.lengths, keys, key, columns[index], floor.aisle[columns[index]], trail, number, cuts
        )
        if columns[index] == last:
            needed = number
    at = 0
    for row in range(number):
        stages[row, 6] = at
        at += sizes[stages[row, 3]]
    return trail, number, needed


@kernel
def solve_keys(
    floor: Floor, tables: FlatTables, keys: Ints, keep: bool
) -> tuple[float, int, int, Trail, Floats]:
    """The dynamic program over sorted keys: (cost, stages until the best end, its state, trail, cost vectors).

    With `keep` all cost vectors are kept for `walk_keys`; without it only the cost is of use.
    """
    trail, number, needed = lay_stages(floor, tables.sizes, keys)
    stages = trail.stages
    widest = 0
    for level in range(tables.sizes.size):
        widest = max(widest, tables.sizes[level])
    kept = np.empty((stages[number - 1, 6] if keep else 0) + 2 * widest)
    for state in range(tables.sizes[0]):
        kept[state] = np.inf if state else 0.0
    best, best_at, best_state = np.inf, -1, -1
    for row in range(number):
        low = stages[row, 6] if keep else (row & 1) * widest
        high = low + tables.sizes[stages[row, 3]] if keep else widest - low
        kind, level, up = stages[row, 0], stages[row, 3], stages[row, 4]
        runs = tables.directory[kind, level, stages[row, 1]]
        weights = trail.weights[stages[row, 5] :]
        pull(tables.starts, tables.entries, runs, tables.sizes[up], kept[low:], weights, kept[high:])
        if kind == SIDEWAYS:
            far = float(floor.x[stages[row, 8]] - floor.x[stages[row, 2]]) * PERCENT
            first = tables.step_at[level]
            for state in range(tables.sizes[level]):
                kept[high + state] += tables.step_sums[first + state] * far
        if row + 1 >= needed and (row + 1 == number or stages[row + 1, 0] == SIDEWAYS):
            for slot in range(tables.final_at[up], tables.final_at[up + 1]):
                state = tables.finals[slot]
                if kept[high + state] < best:
                    best, best_at, best_state = kept[high + state], row + 1, state
    return best, best_at, best_state, trail, kept
