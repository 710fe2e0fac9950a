"""Rounds on any walk matrix: nearest neighbour, then iterated local search within a budget of kicks."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import searchkernels
from .jit import accelerated
from .matrixround import MatrixRound

__all__ = ["kicks_for", "nearest_path", "search_path"]

NEAR = 8
HEAT = 1.2
"""How much worse a kick may make a path at first, in steps of its mean length, when the search is long."""
SETTLES = 10
"""Kicks a stop below which a search is too short to begin hot."""


def kicks_for(groups: int) -> int:
    """The default budget: about 9 ms at 30 stops and 45 ms at 100 when compiled, 40 ms when not."""
    return 40 * groups if accelerated() else max(4, 900 // (groups + 1))


def nearest_path(problem: MatrixRound) -> list[int]:
    """Always the nearest stop next, lowest rank first. Groups are numbered from 1."""
    count = len(problem.groups)
    walks = problem.costs[:, 1 : count + 1].copy()
    ranks = np.array(problem.ranks)
    left = np.ones(count, dtype=bool)
    path: list[int] = []
    here = 0
    for _ in range(count):
        open_now = left & (ranks == ranks[left].min())
        here = int(np.where(open_now, walks[here], np.inf).argmin()) + 1
        left[here - 1] = False
        path.append(here)
    return path


def search_path(
    problem: MatrixRound, *, kicks: int, seed: int, cancelled: Callable[[], bool]
) -> tuple[float, list[int]]:
    """The best path found: (cost, groups in order). The same seed and kicks give the same path."""
    path = np.array([0, *nearest_path(problem), len(problem.groups) + 1], dtype=np.int64)
    cost = problem.cost_of(path[1:-1].tolist())
    if len(problem.groups) < 2:
        return cost, path[1:-1].tolist()
    near = _near(problem.costs)
    state = np.array([seed % 2147483645 + 1], dtype=np.int64)
    best = path.copy()
    chunk = 2000 if accelerated() else 10
    done, heat = 0, HEAT * min(1.0, kicks / (SETTLES * len(problem.groups)))
    while done < kicks and not cancelled():
        until = min(done + chunk, kicks)
        cost = searchkernels.search(problem.costs, near, path, best, (done, until, kicks), heat, state)
        done = until
    return float(cost), [int(group) for group in best[1:-1]]


def _near(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    either = np.minimum(costs, costs.T)
    np.fill_diagonal(either, np.inf)
    count = min(NEAR, len(costs) - 1)
    return np.argsort(either, axis=1, kind="stable")[:, :count].astype(np.int64)
