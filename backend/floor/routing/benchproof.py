"""The cheapest round on any floor, proved by cutting planes: what the bench holds the search against.

Dantzig, Fulkerson & Johnson (1954): a linear program over the steps, cut wherever a set of stops is not left, then whole numbers
by HiGHS. Shares nothing with the search but the walk matrix.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

__all__ = ["proved_cost"]

Floats = NDArray[np.float64]
Sets = list[NDArray[np.bool_]]

FINE = 1_000_000
"""A whole unit of flow; cuts are sought in whole numbers."""
NEAREST = 8
SLIP = 1e-7


class _Steps(NamedTuple):
    """All steps of the tour (the end is the start): from, to, cost in mean steps."""

    nodes: int
    tails: NDArray[np.intp]
    tips: NDArray[np.intp]
    weights: Floats


def proved_cost(costs: Floats, upper: float) -> float:
    """The cost of the cheapest path through all nodes from the first to the last of `costs`; some round costs `upper`."""
    count = len(costs) - 1
    tour = costs[:count, :count].copy()
    tour[:, 0] = costs[:count, count]
    np.fill_diagonal(tour, np.inf)
    tails, tips = np.nonzero(np.isfinite(tour))
    unit = upper / count
    steps = _Steps(count, tails, tips, tour[tails, tips] / unit)
    near = tour <= np.sort(tour, axis=1)[:, min(NEAREST, count - 1), None]
    bound, reduced, cuts = _relax(steps, near[tails, tips])
    kept = np.flatnonzero(reduced <= upper / unit - bound + SLIP)
    return _whole(steps, kept, cuts) * unit


def _rows(steps: _Steps, kept: NDArray[np.intp], cuts: Sets) -> tuple[csr_array, csr_array]:
    """Each node is left and reached once; each cut is left at least once."""
    tails, tips = steps.tails[kept], steps.tips[kept]
    columns = np.arange(kept.size)
    shape = (2 * steps.nodes, kept.size)
    ends = np.concatenate([tails, steps.nodes + tips])
    visits = csr_array((np.ones(2 * kept.size), (ends, np.concatenate([columns, columns]))), shape=shape)
    left = np.array([inside[tails] & ~inside[tips] for inside in cuts], dtype=np.float64)
    return visits, csr_array(left.reshape(len(cuts), kept.size))


def _relax(steps: _Steps, first: NDArray[np.bool_]) -> tuple[float, Floats, Sets]:
    """The bound of the linear program with every violated cut: (bound, reduced costs of all steps, cuts)."""
    active, cuts = first, list[NDArray[np.bool_]]()
    program: Any = linprog
    while True:
        kept = np.flatnonzero(active)
        visits, left = _rows(steps, kept, cuts)
        answer = program(
            steps.weights[kept],
            A_eq=visits,
            b_eq=np.ones(2 * steps.nodes),
            A_ub=-left if cuts else None,
            b_ub=np.full(len(cuts), -1.0) if cuts else None,
            bounds=(0, None),
            method="highs",
        )
        if answer.status != 0:
            active = np.ones_like(first)
            continue
        duals = answer.eqlin.marginals
        reduced = steps.weights - duals[steps.tails] - duals[steps.nodes + steps.tips]
        for inside, dual in zip(cuts, answer.ineqlin.marginals if cuts else (), strict=True):
            reduced += dual * (inside[steps.tails] & ~inside[steps.tips])
        if (reduced < -SLIP).any():
            active = active | (reduced < -SLIP)
            continue
        found = _violated(steps, kept, answer.x)
        if not found:
            return float(answer.fun), reduced, cuts
        cuts += found


def _violated(steps: _Steps, kept: NDArray[np.intp], taken: Floats) -> Sets:
    """Sets of nodes left less than once, up to a handful."""
    shape = (steps.nodes, steps.nodes)
    whole = csr_array((np.round(taken * FINE).astype(np.int32), (steps.tails[kept], steps.tips[kept])), shape)
    parts, names = connected_components(whole, directed=False)
    if parts > 1:
        return [names == part for part in range(parts)]
    found: dict[bytes, NDArray[np.bool_]] = {}
    for node in range(1, steps.nodes):
        for source, sink in ((0, node), (node, 0)):
            flow = maximum_flow(whole, source, sink)
            if flow.flow_value < FINE - FINE // 500 and len(found) < 25:
                inside = np.zeros(steps.nodes, dtype=bool)
                left = csr_array((whole.toarray() - flow.flow.toarray()).clip(min=0))
                inside[breadth_first_order(left, source, return_predecessors=False)] = True
                found[inside.tobytes()] = inside
    return list(found.values())


def _whole(steps: _Steps, kept: NDArray[np.intp], cuts: Sets) -> float:
    """The cheapest single tour over the steps kept, in whole numbers."""
    while True:
        visits, left = _rows(steps, kept, cuts)
        rules = [LinearConstraint(visits, 1, 1)]
        rules += [LinearConstraint(left, 1, np.inf)] if cuts else []
        answer = milp(
            steps.weights[kept],
            constraints=rules,
            integrality=np.ones(kept.size, dtype=np.int64),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        assert answer.x is not None
        taken = kept[answer.x > 0.5]
        shape = (steps.nodes, steps.nodes)
        walked = csr_array((np.ones(taken.size), (steps.tails[taken], steps.tips[taken])), shape)
        parts, names = connected_components(walked, directed=False)
        if parts == 1:
            return float(steps.weights[taken].sum())
        cuts = [*cuts, *(names == part for part in range(parts))]
