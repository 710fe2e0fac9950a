"""The way back through the compiled dynamic program and the Euler walk; the compiled twin of `walk`."""

import numpy as np
from numpy.typing import NDArray

from .flattables import SECOND_WAY, SIDEWAYS, FlatTables
from .jit import kernel
from .kerneltypes import Floor, Trail
from .roundkernels import SOURCE, UP, solve_keys
from .servekernels import OFFSET_BITS, effect_of, read_cuts

__all__ = ["walk_keys"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def origin(
    tables: FlatTables, trail: Trail, row: int, state: int, value: float, before: Floats
) -> tuple[int, int]:
    """Which effect and state led here; the first in order."""
    stage = trail.stages[row]
    run = tables.directory[stage[0], stage[3], stage[1]] + state
    for slot in range(tables.starts[run], tables.starts[run + 1]):
        entry = tables.entries[slot]
        effect, source = int(np.int64(entry >> UP)), int(np.int64(entry & SOURCE))
        if before[source] + trail.weights[stage[5] + effect] == value:
            return effect, source
    return -1, -1


@kernel
def trace(
    floor: Floor, tables: FlatTables, trail: Trail, kept: Floats, rows: int, state: int, value: float
) -> Ints:
    """The slot of the effect chosen at each stage, or the state reached where a stage goes sideways."""
    chosen = np.full(rows, -1, dtype=np.int64)
    for row in range(rows - 1, -1, -1):
        stage = trail.stages[row]
        if stage[0] == SIDEWAYS:
            chosen[row] = state
            steps = tables.steps[tables.step_at[stage[3]] + state].sum()
            value -= steps * float(floor.x[stage[8]] - floor.x[stage[2]]) * 100.0
        effect, state = origin(tables, trail, row, state, value, kept[stage[6] :])
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
    floor: Floor, trail: Trail, row: int, slot: int, keys: Ints, edges: Ints, count: int, cuts: Ints
) -> int:
    """The steps in one sub-aisle. Nodes are keys without the loose-end bit; aisle ends are heads."""
    stage = trail.stages[row]
    blocks = floor.lengths.size
    kind, block, column = stage[0], stage[1], stage[2]
    loose = np.zeros(2, dtype=np.int64)
    points, ends = read_cuts(keys, stage[7], stage[8], floor.lengths[block], cuts, loose)
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
def all_edges(floor: Floor, tables: FlatTables, trail: Trail, chosen: Ints, keys: Ints) -> Ints:
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
                times = tables.steps[tables.step_at[stage[3]] + chosen[row], cross]
                a = (stage[2] * slots + cross) << OFFSET_BITS
                b = (stage[8] * slots + cross) << OFFSET_BITS
                count = add_edge(edges, count, a, b, mm, times)
        elif stage[0] <= SECOND_WAY:
            count = add_aisle(floor, trail, row, chosen[row], keys, edges, count, cuts)
    return edges[:count]


@kernel
def euler(edges: Ints, begin: int) -> tuple[Ints, Ints]:
    """Hierholzer from `begin`: (keys of the nodes walked, mm of each step)."""
    count = len(edges)
    names = np.unique(np.append(edges[:, :2].copy().reshape(-1), np.int64(begin)))
    ends = np.searchsorted(names, edges[:, :2].copy().reshape(-1))
    degree = np.zeros(names.size + 1, dtype=np.int64)
    for node in ends:
        degree[node + 1] += 1
    first = np.cumsum(degree)
    fill = first.copy()
    listed = np.zeros(2 * count, dtype=np.int64)
    for half in range(2 * count):
        listed[fill[ends[half]]] = half
        fill[ends[half]] += 1
    used = np.zeros(count, dtype=np.bool_)
    stack, came = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    walked, steps = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    stack[0], came[0] = np.searchsorted(names, begin), -1
    depth, done = 1, count + 1
    while depth:
        node = stack[depth - 1]
        while first[node] < fill[node] and used[listed[first[node]] >> 1]:
            first[node] += 1
        if first[node] < fill[node]:
            half = listed[first[node]]
            used[half >> 1] = True
            stack[depth], came[depth] = ends[half ^ 1], half >> 1
            depth += 1
        else:
            depth -= 1
            done -= 1
            walked[done] = names[node]
            steps[done] = edges[came[depth], 2] if came[depth] >= 0 else 0
    return walked[done:], steps[done:]


@kernel
def walk_keys(floor: Floor, tables: FlatTables, keys: Ints, begin: int) -> tuple[float, Ints, Ints]:
    """The shortest round through sorted keys: (cost, keys of the nodes walked, mm of the step to each)."""
    cost, rows, state, trail, kept = solve_keys(floor, tables, keys, True)
    chosen = trace(floor, tables, trail, kept, rows, state, cost)
    edges = all_edges(floor, tables, trail, chosen, keys)
    walked, steps = euler(edges, begin)
    return cost, walked, steps
