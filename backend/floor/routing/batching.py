"""Which orders go on one cart: savings, then annealing with the exact round as judge, then proof for small waves."""

from collections.abc import Callable, Sequence
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from . import batchkernels
from .batchcheck import check_plan
from .batchvalues import Cart, Order, Pace, Plan
from .jit import accelerated
from .kerneltypes import State
from .release import release
from .values import Place, never
from .walkable import PLAIN, Walkable
from .wavesetup import Groups, WaveProblem, first_come, near_orders, savings, trivial_bound

__all__ = ["batch_orders", "default_budget"]

METRE = 1000 * PLAIN
Progress = Callable[[float, float, Groups], None]


def default_budget(orders: int) -> int:
    """Rounds to work out: about 2 s for 40 orders and 20 s for 200 when compiled; a token when not."""
    return 1000 * orders + 2000 if accelerated() else 2 * orders


def batch_orders(
    layout: Walkable,
    orders: Sequence[Order],
    cart: Cart,
    *,
    budget: int | None = None,
    pace: Pace | None = None,
    start: Place | None = None,
    end: Place | None = None,
    seed: int = 0,
    cancelled: Callable[[], bool] = never,
    progress: Progress | None = None,
    prove: bool = False,
) -> Plan:
    """The best batches found for a wave, each with its proved round, ready to release.

    Args:
        layout: the floor, with today's closures.
        orders: in order of arrival.
        cart: what one round carries.
        budget: rounds to work out (the deterministic unit; some 10,000 a second when compiled); 0 gives first-come
            batches at once.
        pace: speeds, pickers at once and what lateness may cost; needed where orders have due times.
        start: of every round; the depot when left out.
        end: of every round; the start when left out.
        seed: of the annealing. The same wave, seed and budget give the same plan.
        cancelled: polled; the best plan so far is returned.
        progress: called with (share done 0…1, best metres so far, the orders of each batch of that plan).
        prove: finish and bound small waves by set partitioning (workers only).

    Raises:
        TooLarge, OutsidePlan, UnreachableStop.
    """
    begin = layout.depot if start is None else start
    pace = pace or Pace()
    problem = WaveProblem(layout, orders, cart, begin, begin if end is None else end, pace)
    limit = default_budget(len(orders)) if budget is None else budget
    groups, method = _found(problem, limit, seed, cancelled, progress)
    bound, proved = trivial_bound(problem), len(groups) <= 1
    if prove and len(orders) > 1 and not cancelled():
        from .partition import partition

        groups, bound, proved, method = partition(problem, groups, method)
    plan = _planned(problem, groups, bound, proved, method)
    check_plan(orders, cart, plan)
    return plan


def _planned(problem: WaveProblem, groups: Groups, bound: float, proved: bool, method: str) -> Plan:
    """The groups as rounds ready to release; `bound` in cost."""
    batches, late, crowding = release(problem, groups)
    length = sum(batch.round.length for batch in batches)
    below = length if proved else min(length, bound / METRE)
    return Plan(batches, length, below, proved, late, crowding, problem.evaluated, method)


def _found(
    problem: WaveProblem,
    limit: int,
    seed: int,
    cancelled: Callable[[], bool],
    progress: Progress | None,
) -> tuple[Groups, str]:
    """First come, then savings, then annealing, as far as the budget goes: (groups, the method that made them)."""
    count = len(problem.orders)
    groups, method = first_come(problem), "first-come"
    near = near_orders(problem, 60) if count else np.zeros((0, 1), dtype=np.int64)
    if count > 1 and limit >= count * min(60, count) // 2:
        merged = savings(problem, near, cancelled)
        if objective(problem, merged) < objective(problem, groups):
            groups, method = merged, "savings"
    if count > 1 and problem.evaluated < limit:
        groups = _anneal(problem, groups, near, limit, seed, cancelled, progress)
        method = "annealing"
    return groups, method


def objective(problem: WaveProblem, groups: Groups) -> float:
    """Cost plus what lateness costs."""
    state, penalty = problem.state(groups)
    return float(state.costs.sum()) + penalty


def _anneal(
    problem: WaveProblem,
    groups: Groups,
    near: NDArray[np.int64],
    limit: int,
    seed: int,
    cancelled: Callable[[], bool],
    progress: Progress | None,
) -> Groups:
    state, penalty = problem.state(groups)
    best, _ = problem.state(groups)
    total = float(state.costs.sum())
    begun, rounds = problem.evaluated, max(1, int((state.sizes > 0).sum()))
    warm, cold = 0.04 * total / rounds, 0.0008 * total / rounds
    heat = np.array([warm, 1.0, penalty, total + penalty])
    numbers = np.array([seed % 2147483645 + 1], dtype=np.int64)
    chunk = 2000 if accelerated() else 20
    near = np.ascontiguousarray(near[:, :20])
    while problem.evaluated < limit and not cancelled():
        done = (problem.evaluated - begun) / (limit - begun)
        heat[0] = warm * exp(log(cold / warm) * done)
        step, before = min(chunk, limit - problem.evaluated), problem.evaluated
        batchkernels.anneal(problem.wave, problem.memory, state, best, near, numbers, heat, step)
        if progress is not None:
            progress(done, float(heat[3]) / METRE, groups_of(best))
        if problem.evaluated - before <= step // 20:
            break
    return groups_of(best)


def groups_of(state: State) -> Groups:
    """The groups of a state, empty ones left out."""
    return [[int(o) for o in state.members[b, :size]] for b, size in enumerate(state.sizes) if size > 0]
