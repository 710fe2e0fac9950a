"""The shortest round: which method answers which question, and the check every answer passes."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from .blocklayout import BlockLayout
from .bounds import lower_bound
from .checker import check_round
from .columns import Task
from .errors import UnreachableStop
from .exact import solve_exact
from .fast import fast_round, is_uniform
from .heldkarp import MOST_STOPS, held_karp
from .inside import walk_inside
from .jit import compiles_rounds
from .matrixround import FORBIDDEN, MatrixRound, ranks_of
from .search import kicks_for, search_path
from .states import MAX_CROSSES
from .values import Leg, Place, Round, never
from .vast import MANY_GROUPS, vast_round
from .walk import euler_walk, legs_along
from .walkable import PLAIN, Walkable

__all__ = ["shortest_round"]

METRE = 1000 * PLAIN
NOWHERE: tuple[float, tuple[int, ...], tuple[Leg, ...]] = (inf, (), ())


def shortest_round(
    layout: Walkable,
    stops: Sequence[Place],
    *,
    start: Place | None = None,
    end: Place | Sequence[Place] | None = None,
    classes: Sequence[int] | None = None,
    first: Sequence[int] = (),
    last: Sequence[int] = (),
    closed: Sequence[object] = (),
    congestion: Mapping[Any, float] | None = None,
    budget: int | None = None,
    seed: int = 0,
    cancelled: Callable[[], bool] = never,
) -> Round:
    """The shortest round through all stops.

    Args:
        layout: the floor.
        stops: places to visit, in any order; may repeat. None gives the walk from start to end.
        start: where the round begins; the depot when left out.
        end: where it ends, or several drop points of which the best is taken; the start when left out.
        classes: one number per stop; lower classes are visited before higher ones (heavy before light).
        first: indices of stops to visit first, in this order.
        last: indices of stops to visit last, in this order.
        closed: see the layout's `closing`.
        congestion: see the layout's `congested`.
        budget: kicks of the search; 0 gives a valid round at once. The exact methods need none.
        seed: of the search. The same question with the same seed and budget has the same answer.
        cancelled: polled during the search; the best round so far is returned.

    Raises:
        OutsidePlan, UnreachableStop, ImpossibleOrder, BadPlan.
    """
    begin = layout.depot if start is None else start
    ends = (begin,) if end is None else tuple(dict.fromkeys(end)) if isinstance(end, Sequence) else (end,)
    today = _today(layout, (*stops, begin, *ends), closed, congestion)
    ranks = ranks_of(len(stops), classes, first, last)
    free = len(set(ranks)) <= 1
    if free and isinstance(today, BlockLayout) and today.crosses <= MAX_CROSSES and not today.one_way:
        answer = _exact(Task(today, tuple(stops), begin, ends))
    else:
        answer = _by_matrix(today, stops, begin, ends, ranks, _Effort(budget, seed, cancelled))
    check_round(today, stops, begin, ends, ranks, answer)
    return answer


def _today(
    layout: Walkable,
    places: Sequence[Place],
    closed: Sequence[object],
    congestion: Mapping[Any, float] | None,
) -> Walkable:
    """The floor as it is now, with every place on it. Raises OutsidePlan."""
    for place in places:
        layout.check(place)
    today = layout.closing(closed) if closed else layout
    return today.congested(congestion) if congestion else today


class _Effort:
    def __init__(self, budget: int | None, seed: int, cancelled: Callable[[], bool]) -> None:
        self.budget, self.seed, self.cancelled = budget, seed, cancelled


def _exact(task: Task) -> Round:
    cost, order, legs = NOWHERE if task.closed and not task.stops else _across(task)
    inside_cost, inside = walk_inside(task)
    if inside is not None and inside_cost <= cost:
        cost, (order, legs) = inside_cost, legs_along(inside, task.stops)
    if cost == inf:
        raise UnreachableStop(unreachable(task.layout, task.stops, task.start, task.ends))
    length = sum(leg.metres for leg in legs)
    return Round(length, order, legs, proved=True, bound=cost / METRE, method="exact", cost=cost / METRE)


def _across(task: Task) -> tuple[float, tuple[int, ...], tuple[Leg, ...]]:
    """The best round over the cross-aisles: compiled where it can be, else in numpy."""
    if compiles_rounds() and len(task.ends) == 1 and is_uniform(task.layout):
        return fast_round(task) or NOWHERE
    found = solve_exact(task)
    return (
        NOWHERE if found is None else (found.cost, *legs_along(euler_walk(task, found.choices), task.stops))
    )


def unreachable(
    layout: Walkable, stops: Sequence[Place], start: Place, ends: Sequence[Place]
) -> tuple[int, ...]:
    """The stops that cannot be reached from the start or left for an end."""
    there = layout.matrix([start], stops)[0] if stops else ()
    back = layout.matrix(stops, ends).min(axis=1) if stops else ()
    return tuple(n for n, (a, b) in enumerate(zip(there, back, strict=True)) if inf in (a, b))


def _by_matrix(
    layout: Walkable,
    stops: Sequence[Place],
    start: Place,
    ends: Sequence[Place],
    ranks: Sequence[int],
    effort: _Effort,
) -> Round:
    distinct = len({(rank, stop) for rank, stop in zip(ranks, stops, strict=True)})
    if distinct > MANY_GROUPS:
        return vast_round(layout, stops, start, ends, ranks)
    problem = MatrixRound.of(layout, stops, start, ends, ranks)
    if distinct <= MOST_STOPS:
        cost, path = held_karp(problem.costs)
        method, proved, bound = "held-karp", True, cost
    else:
        kicks = kicks_for(distinct) if effort.budget is None else effort.budget
        cost, path = search_path(problem, kicks=kicks, seed=effort.seed, cancelled=effort.cancelled)
        bound = _bound(layout, stops, start, ends, problem, cost)
        method, proved = ("search" if kicks else "nearest"), bound >= cost
    if cost >= FORBIDDEN:
        raise UnreachableStop(unreachable(layout, stops, start, ends))
    order = problem.stops_of(path)
    legs = legs_between(layout, [stops[stop] for stop in order], start, ends)
    return Round(sum(leg.metres for leg in legs), order, legs, proved, bound / METRE, method, cost / METRE)


def _bound(
    layout: Walkable,
    stops: Sequence[Place],
    start: Place,
    ends: Sequence[Place],
    problem: MatrixRound,
    cost: float,
) -> float:
    bound = lower_bound(problem, cost)
    if isinstance(layout, BlockLayout) and layout.crosses <= MAX_CROSSES and not layout.one_way:
        free = solve_exact(Task(layout, tuple(stops), start, tuple(ends)))
        bound = (
            max(bound, min(cost, free.cost, walk_inside(Task(layout, tuple(stops), start, tuple(ends)))[0]))
            if free
            else bound
        )
    return bound


def legs_between(
    layout: Walkable, places: Sequence[Place], start: Place, ends: Sequence[Place]
) -> tuple[Leg, ...]:
    """The legs of a round in a given order; the end is the nearest from the last place."""
    whole = [start, *places]
    end = min(ends, key=lambda place: layout.cost(whole[-1], place))
    return tuple(layout.leg(a, b) for a, b in zip(whole, [*places, end], strict=True))
