"""Iterated local search on a path with fixed ends: kick, repair, keep it or go back, ever colder."""

from math import log

import numpy as np
from numpy.typing import NDArray

from .jit import entry, kernel
from .kernels import draw
from .pathkernels import descend, enqueue, improve, reach_of, refresh, swap_stretches

__all__ = ["search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_KICKED = 50
IMPOSSIBLE = 1e12
FINE = 1 << 20


@kernel
def kick(
    costs: Floats,
    near: Ints,
    reach: Floats,
    path: Ints,
    at: Ints,
    skew: Floats,
    move: Ints,
    queue: Ints,
    queued: Ints,
    seed: Ints,
) -> float:
    """Swap two neighbouring stretches and repair what that broke: what the path costs more now (less when below 0).

    Stretches are long: short ones are put back by the repair, and a search of short kicks stays in its valley.
    """
    low = 1 + draw(seed, path.size - 3)
    room = path.size - 1 - low
    first = 1 + draw(seed, min(LONGEST_KICKED, room - 1))
    second = 1 + draw(seed, min(LONGEST_KICKED, room - first))
    middle, high = low + first - 1, low + first + second - 1
    a, b, c, d = path[low - 1], path[low], path[middle], path[middle + 1]
    e, f = path[high], path[high + 1]
    worse = costs[a, d] + costs[e, b] + costs[c, f] - costs[a, b] - costs[c, d] - costs[e, f]
    swap_stretches(path, low, middle, high)
    refresh(costs, path, at, skew, low, high)
    move[4], move[5] = low, high
    waiting = 0
    for node in (a, b, c, d, e, f):
        waiting = enqueue(queue, queued, 0, waiting, node)
    return float(worse - improve(costs, near, reach, path, at, skew, move, queue, queued, waiting))


@kernel
def carry_over(path: Ints, skew: Floats, move: Ints, kept: Ints, kept_skew: Floats) -> None:
    """Remember the stretch of the path that has changed."""
    for i in range(move[4], move[5] + 1):
        kept[i] = path[i]
    for i in range(move[4], path.size):
        kept_skew[i] = skew[i]


@kernel
def go_back(path: Ints, at: Ints, skew: Floats, move: Ints, kept: Ints, kept_skew: Floats) -> None:
    """Restore the stretch of the path that has changed."""
    for i in range(move[4], move[5] + 1):
        path[i] = kept[i]
        at[kept[i]] = i
    for i in range(move[4], path.size):
        skew[i] = kept_skew[i]


@entry
def search(
    costs: Floats,
    near: Ints,
    path: Ints,
    champion: Ints,
    kicks: tuple[int, int, int],
    heat: float,
    seed: Ints,
) -> float:
    """Kicks number `kicks[0]` to `kicks[1]` of `kicks[2]`, in place; `champion` takes the best path met: its cost.

    A kick that makes the path worse is kept with the chance exp(-worse / warmth), which falls from `heat` mean steps to
    nothing with the last kick (Martin & Otto 1996): cold from the start, the search ends in the first deep valley.
    """
    size = path.size
    reach = reach_of(costs, near)
    at, queue = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    queued, move = np.zeros(size, dtype=np.int64), np.zeros(12, dtype=np.int64)
    skew = np.zeros(size)
    cost = descend(costs, near, reach, path, at, skew, move, queue, queued)
    best = 0.0
    for position in range(size):
        best += costs[champion[position - 1], champion[position]] if position > 0 else 0.0
    kept, kept_skew = np.empty(size, dtype=np.int64), np.empty(size)
    move[4], move[5] = 0, size - 1
    carry_over(path, skew, move, kept, kept_skew)
    if cost < best:
        carry_over(path, skew, move, champion, kept_skew)
        best = cost
    warm = heat * best / size if best < IMPOSSIBLE else 0.0
    for number in range(kicks[0], kicks[1] if size > 4 else 0):
        worse = kick(costs, near, reach, path, at, skew, move, queue, queued, seed)
        warmth = warm * (kicks[2] - number) / kicks[2]
        if worse > 0 and worse >= -log((draw(seed, FINE) + 0.5) / FINE) * warmth:
            go_back(path, at, skew, move, kept, kept_skew)
            continue
        cost += worse
        carry_over(path, skew, move, kept, kept_skew)
        if cost < best:
            move[4], move[5] = 0, size - 1
            carry_over(path, skew, move, champion, kept_skew)
            best = cost
    return float(best)
