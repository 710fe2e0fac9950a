"""Proof for small waves: the best choice among all batches, or among all that were tried (set partitioning).

For workers: scipy's HiGHS does the relaxation and the branch and bound, within a number of nodes, so the same wave has
the same answer. (CP-SAT on the same columns was slower: 43 s without a proof where this proves in 2 s.)
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from .kerneltypes import State
from .relaxation import relax
from .wavesetup import Groups, WaveProblem, trivial_bound

__all__ = ["MOST_ORDERS", "partition"]

MOST_ORDERS = 62
MOST_BATCHES = 150_000
_MOST_WHOLE = 40_000

Floats = NDArray[np.float64]
Masks = NDArray[np.int64]


def partition(
    problem: WaveProblem, groups: Groups, method: str, *, effort: int = 3000
) -> tuple[Groups, float, bool, str]:
    """Improve a grouping and bound it: (groups, bound in cost, proved, method). `effort`: nodes of the tree.

    The bound holds for walking alone. With due times the grouping stays as it is, for the walking optimum may be late.
    """
    count = len(problem.orders)
    if count > MOST_ORDERS:
        return groups, trivial_bound(problem), False, method
    masks, costs, complete = _batches(problem)
    own = [_mask(group) for group in groups]
    masks, costs = _with_own(problem, groups, own, masks, costs)
    covers = ((masks[:, None] >> np.arange(count)) & 1).astype(np.int8)
    bound, reduced = relax(covers, costs, np.flatnonzero(np.isin(masks, own)))
    upper = float(sum(problem.cost(group) for group in groups))
    useful = np.flatnonzero(reduced <= max(0.0, upper - bound) + 1.0)
    bound = bound if complete else trivial_bound(problem)
    if problem.wave.pace[4] > 0:
        return groups, min(bound, upper), bound >= upper, method
    trimmed = useful.size > _MOST_WHOLE
    if trimmed:
        useful = useful[np.argsort(reduced[useful], kind="stable")[:_MOST_WHOLE]]
        useful = np.union1d(useful, np.flatnonzero(np.isin(masks, own)))
    chosen, solved, whole_bound = _whole(covers[useful], costs[useful], effort)
    if chosen and solved <= upper:
        groups, upper, method = (
            [_orders(int(masks[useful[c]])) for c in chosen],
            solved,
            f"{method} + partitioning",
        )
    if complete and not trimmed:
        bound = max(bound, whole_bound * (1 - 2e-6))
    proved = complete and not trimmed and bound >= upper * (1 - 1e-5)
    return groups, upper if proved else min(bound, upper), proved, method


def _batches(problem: WaveProblem) -> tuple[Masks, Floats, bool]:
    """Every batch the cart allows, or, when there are too many, every one the annealing worked out."""
    every = _every_batch(problem)
    if every is not None:
        widest = max(len(batch) for batch in every)
        state = State(
            np.array([(*batch, *(0,) * (widest - len(batch))) for batch in every], dtype=np.int64),
            np.array([len(batch) for batch in every]),
            np.zeros(len(problem.orders), dtype=np.int64),
            np.zeros(len(every)),
        )
        problem.price(state)
        return np.array([_mask(batch) for batch in every], dtype=np.int64), state.costs, True
    seen = np.flatnonzero(problem.memory.marks)
    return problem.memory.marks[seen], problem.memory.costs[seen], False


def _every_batch(problem: WaveProblem) -> list[tuple[int, ...]] | None:
    """All batches that fit the cart, depth first; None when there are more than `MOST_BATCHES`."""
    orders, cart, count = problem.orders, problem.cart, len(problem.orders)
    loads, limits = [cart.loads(order) for order in orders], cart.limits()
    found: list[tuple[int, ...]] = []
    waiting: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), (0,) * len(limits))]
    while waiting:
        batch, load = waiting.pop()
        for order in range(batch[-1] + 1 if batch else 0, count):
            more = tuple(a + b for a, b in zip(load, loads[order], strict=True))
            mixed = cart.one_zone and bool(batch) and orders[order].zone != orders[batch[0]].zone
            if mixed or any(a > b for a, b in zip(more, limits, strict=True)):
                continue
            if len(found) == MOST_BATCHES:
                return None
            found.append((*batch, order))
            waiting.append(((*batch, order), more))
    return found


def _with_own(
    problem: WaveProblem, groups: Groups, own: list[int], masks: Masks, costs: Floats
) -> tuple[Masks, Floats]:
    known = set(masks.tolist())
    extra = [(m, problem.cost(g)) for m, g in zip(own, groups, strict=True) if m not in known]
    alone = [(1 << o, problem.alone[o]) for o in range(len(problem.orders)) if 1 << o not in known]
    more = dict([*extra, *alone])
    return np.append(masks, np.array(list(more), dtype=np.int64)), np.append(costs, list(more.values()))


def _whole(covers: NDArray[np.int8], costs: Floats, effort: int) -> tuple[list[int], float, float]:
    """Whole batches by branch and bound: (chosen columns, their cost, a bound over these columns)."""
    ones = np.ones(covers.shape[1])
    answer = milp(
        costs,
        constraints=LinearConstraint(csc_matrix(covers.T.astype(np.float64)), ones, ones),
        integrality=np.ones(len(costs), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"node_limit": effort, "mip_rel_gap": 1e-6},
    )
    if answer.x is None:
        return [], float("inf"), -float("inf")
    chosen = [int(column) for column in np.flatnonzero(answer.x > 0.5)]
    return chosen, float(costs[chosen].sum()), float(answer.mip_dual_bound)


def _mask(group: Sequence[int]) -> int:
    return sum(1 << order for order in group)


def _orders(mask: int) -> list[int]:
    return [order for order in range(mask.bit_length()) if mask >> order & 1]
