"""Exact rounds of a dozen stops on any floor (Held & Karp 1962), whole subsets at a time in numpy."""

from functools import cache
from math import inf

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_STOPS", "held_karp"]

MOST_STOPS = 12


@cache
def _subsets(count: int, size: int) -> NDArray[np.int64]:
    every = np.arange(1 << count)
    sizes = np.zeros(every.size, dtype=np.int64)
    for bit in range(count):
        sizes += every >> bit & 1
    return np.flatnonzero(sizes == size)


def held_karp(costs: NDArray[np.float64]) -> tuple[float, list[int]]:
    """The cheapest path 0, …, last over all between. `costs` is (n + 2, n + 2), n <= 12.

    Returns (cost, inner nodes in order, numbered as in `costs`).
    """
    count = len(costs) - 2
    if count == 0:
        return float(costs[0, 1]), []
    inner = costs[1:-1, 1:-1]
    best = np.full((1 << count, count), inf)
    for stop in range(count):
        best[1 << stop, stop] = costs[0, stop + 1]
    for size in range(1, count):
        subsets = _subsets(count, size)
        for stop in range(count):
            without = subsets[(subsets >> stop & 1) == 0]
            best[without | 1 << stop, stop] = (best[without] + inner[:, stop]).min(axis=1)
    visited = (1 << count) - 1
    closing = best[visited] + costs[1:-1, -1]
    last = int(closing.argmin())
    total = float(closing[last])
    path = [last]
    while visited != 1 << last:
        visited ^= 1 << last
        last = int((best[visited] + inner[:, path[-1]]).argmin())
        path.append(last)
    return total, [stop + 1 for stop in reversed(path)]
