"""The way back through the compiled dynamic program and the Euler walk; the compiled twin of `walk`."""

import numpy as np
from numpy.typing import NDArray

from .flattables import SECOND_WAY, SIDEWAYS, FlatTables
from .jit import entry, kernel
from .kerneltypes import Floor, Trail
from .roundkernels import SOURCE, UP, solve_keys
from .servekernels import OFFSET_BITS, effect_of, read_cuts
from .sortkernels import rank_of, sort_distinct

__all__ = ["walk_keys"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Packed = NDArray[np.uint16]
Steps = NDArray[np.int8]


@kernel
def origin(
    starts: Ints, entries: Packed, run: int, weights: Floats, value: float, before: Floats
) -> tuple[int, int]:
    """Which effect and state led here; the first in order."""
    for slot in range(starts[run], starts[run + 1]):
        entry = entries[slot]
        effect, source = int(np.int64(entry >> UP)), int(np.int64(entry & SOURCE))
        if before[source] + weights[effect] == value:
            return effect, source
    return -1, -1


@kernel
def trace(
    x: Ints, tables: FlatTables, trail: Trail, kept: Floats, rows: int, state: int, value: float
) -> Ints:
    """The slot of the effect chosen at each stage, or the state reached where a stage goes sideways."""
    chosen = np.zeros(rows, dtype=np.int64)
    for row in range(rows - 1, -1, -1):
        stage = trail.stages[row]
        if stage[0] == SIDEWAYS:
            chosen[row] = state
            steps = tables.step_sums[tables.step_at[stage[3]] + state]
            value -= steps * float(x[stage[8]] - x[stage[2]]) * 100.0
        run = tables.directory[stage[0], stage[3], stage[1]] + state
        weights = trail.weights[stage[5] :]
        effect, state = origin(tables.starts, tables.entries, run, weights, value, kept[stage[6] :])
        value = kept[stage[6] + state]
        if stage[0] != SIDEWAYS:
            chosen[row] = effect
    return chosen


@kernel
def segment_steps(segment: int, odd: int, gap: int) -> int:
    """How often one segment of an aisle is walked."""
    return 1 if odd else 0 if segment == gap else 2


@kernel
def add_edge(edges: Ints, count: int, a: int, b: int, mm: int, times: int) -> int:
    """Write an edge once or twice."""
    for _ in range(times):
        edges[count, 0], edges[count, 1], edges[count, 2] = a, b, mm
        count += 1
    return count


@kernel
def add_aisle(
    lengths: Ints, trail: Trail, row: int, slot: int, keys: Ints, edges: Ints, count: int, cuts: Ints
) -> int:
    """The steps in one sub-aisle. Nodes are keys without the loose-end bit; aisle ends are heads."""
    stage = trail.stages[row]
    blocks = lengths.size
    kind, block, column = stage[0], stage[1], stage[2]
    loose = np.zeros(2, dtype=np.int64)
    points, ends = read_cuts(keys, stage[7], stage[8], lengths[block], cuts, loose)
    front = (column * (2 * blocks + 1) + block) << OFFSET_BITS
    inside = front + ((blocks + 1) << OFFSET_BITS)
    effect = effect_of(kind, slot)
    odd = 1 if effect in (4, 6, 7, 9, 11) else 0
    for segment in range(points + 1):
        for end in range(ends):
            if segment > 0 and loose[end] == segment:
                odd ^= 1
        times = segment_steps(segment, odd, trail.gaps[stage[5] + slot])
        if times:
            a = front if segment == 0 else inside + (cuts[segment] << 1)
            b = front + (1 << OFFSET_BITS) if segment == points else inside + (cuts[segment + 1] << 1)
            count = add_edge(edges, count, a, b, cuts[segment + 1] - cuts[segment], times)
    return count


@kernel
def all_edges(floor: Floor, step_at: Ints, taken: Steps, trail: Trail, chosen: Ints, keys: Ints) -> Ints:
    """Every step of the round, in the order of the stages: (from key, to key, mm)."""
    crosses = floor.lengths.size + 1
    slots = 2 * floor.lengths.size + 1
    edges = np.zeros((2 * (chosen.size * crosses + 2 * keys.size + 4), 3), dtype=np.int64)
    cuts = np.zeros(keys.size + 2, dtype=np.int64)
    count = 0
    for row in range(chosen.size):
        stage = trail.stages[row]
        if stage[0] == SIDEWAYS:
            mm = floor.x[stage[8]] - floor.x[stage[2]]
            for cross in range(crosses):
                times = taken[step_at[stage[3]] + chosen[row], cross]
                a = (stage[2] * slots + cross) << OFFSET_BITS
                b = (stage[8] * slots + cross) << OFFSET_BITS
                count = add_edge(edges, count, a, b, mm, times)
        elif stage[0] <= SECOND_WAY:
            count = add_aisle(floor.lengths, trail, row, chosen[row], keys, edges, count, cuts)
    return edges[:count]


@kernel
def euler(edges: Ints, begin: int) -> tuple[Ints, Ints]:
    """Hierholzer from `begin`: (keys of the nodes walked, mm of each step)."""
    count = edges.shape[0]
    names = np.zeros(2 * count + 1, dtype=np.int64)
    names[0] = begin
    for half in range(2 * count):
        names[half + 1] = edges[half >> 1, half & 1]
    known = sort_distinct(names, 2 * count + 1)
    ends = np.zeros(2 * count, dtype=np.int64)
    first = np.zeros(known + 1, dtype=np.int64)
    for half in range(2 * count):
        ends[half] = rank_of(names, known, edges[half >> 1, half & 1])
        first[ends[half] + 1] += 1
    for node in range(known):
        first[node + 1] += first[node]
    fill = np.zeros(known, dtype=np.int64)
    for node in range(known):
        fill[node] = first[node]
    listed = np.zeros(2 * count, dtype=np.int64)
    for half in range(2 * count):
        listed[fill[ends[half]]] = half
        fill[ends[half]] += 1
    used = np.zeros(count, dtype=np.int64)
    stack, came = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    walked, steps = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    stack[0], came[0] = rank_of(names, known, begin), -1
    depth, done = 1, count + 1
    while depth:
        node = stack[depth - 1]
        while first[node] < fill[node] and used[listed[first[node]] >> 1] == 1:
            first[node] += 1
        if first[node] < fill[node]:
            half = listed[first[node]]
            used[half >> 1] = 1
            stack[depth], came[depth] = ends[half ^ 1], half >> 1
            depth += 1
        else:
            depth -= 1
            done -= 1
            walked[done] = names[node]
            steps[done] = edges[came[depth], 2] if came[depth] >= 0 else 0
    return walked[done:], steps[done:]


@entry
def walk_keys(floor: Floor, tables: FlatTables, keys: Ints, begin: int) -> tuple[float, Ints, Ints]:
    """The shortest round through sorted keys: (cost, keys of the nodes walked, mm of the step to each)."""
    cost, rows, state, trail, kept = solve_keys(floor, tables, keys, True)
    chosen = trace(floor.x, tables, trail, kept, rows, state, cost)
    edges = all_edges(floor, tables.step_at, tables.steps, trail, chosen, keys)
    walked, steps = euler(edges, begin)
    return cost, walked, steps
