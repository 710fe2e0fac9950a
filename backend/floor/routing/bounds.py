"""What no round can beat: lower bounds for rounds the exact methods do not reach."""

import numpy as np
from numpy.typing import NDArray

from .matrixround import FORBIDDEN, MatrixRound

__all__ = ["lower_bound"]

_ROUNDS = 60


def lower_bound(problem: MatrixRound, upper: float) -> float:
    """A lower bound on the cost of the path: ascent on one-trees when ways run both ways, cheapest steps otherwise.

    Held & Karp, Oper. Res. 18 (1970). The end is tied to the start by an edge that every tree must take.
    """
    steps = _cheapest_steps(problem.costs)
    if not problem.symmetric or len(problem.groups) < 3:
        return min(steps, upper)
    return min(max(steps, _one_trees(problem.costs, upper)), upper)


def _cheapest_steps(costs: NDArray[np.float64]) -> float:
    """Every stop is left once and reached once."""
    apart = costs + np.diag(np.full(len(costs), np.inf))
    return float(max(apart[:-1].min(axis=1).sum(), apart[:, 1:].min(axis=0).sum()))


def _one_trees(costs: NDArray[np.float64], upper: float) -> float:
    both = np.minimum(costs, costs.T)
    tie = -FORBIDDEN / 1e3
    both[0, -1] = both[-1, 0] = tie
    np.fill_diagonal(both, np.inf)
    count = len(both)
    pull = np.zeros(count)
    best = 0.0
    step = 0.1 * upper / count
    for _ in range(_ROUNDS):
        priced = both + pull[:, None] + pull[None, :]
        weight, degrees = _one_tree(priced)
        bound = weight - tie - 2 * pull.sum()
        best = max(best, bound)
        off = degrees - 2
        if not off.any():
            break
        step *= 0.95
        pull = pull + off * max(step, 0.0)
    # Bounds are whole costs; the subtraction of a slip keeps the rounding of the ascent on the safe side.
    return float(np.ceil(best - 1e-3 * max(1.0, best * 1e-6)))


def _one_tree(priced: NDArray[np.float64]) -> tuple[float, NDArray[np.int64]]:
    """The lightest tree on all nodes but node 1, plus the two lightest edges of node 1."""
    count = len(priced)
    degrees = np.zeros(count, dtype=np.int64)
    outside = np.ones(count, dtype=bool)
    outside[[0, 1]] = False
    reach = np.where(outside, priced[0], np.inf)
    parent = np.zeros(count, dtype=np.int64)
    weight = 0.0
    for _ in range(count - 2):
        node = int(reach.argmin())
        weight += float(reach[node])
        degrees[node] += 1
        degrees[parent[node]] += 1
        outside[node] = False
        reach[node] = np.inf
        nearer = outside & (priced[node] < reach)
        reach[nearer] = priced[node][nearer]
        parent[nearer] = node
    special = np.argsort(priced[1], kind="stable")[:2]
    degrees[1] += 2
    degrees[special] += 1
    return weight + float(priced[1][special].sum()), degrees
