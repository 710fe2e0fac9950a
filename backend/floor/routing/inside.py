"""Rounds that never leave one sub-aisle: a straight walk to both extremes."""

from itertools import pairwise
from math import inf

from .columns import Task
from .values import InAisle, Place
from .walk import Spot, Walk
from .walkable import PLAIN

__all__ = ["walk_inside"]


def walk_inside(task: Task) -> tuple[float, Walk | None]:
    """The cheapest walk that stays in the start's sub-aisle: (cost, walk); (inf, None) when there is none."""
    if task.closed and not task.stops:
        return 0.0, Walk([Spot(task.start, task.layout.point(task.start))], [])
    home = task.start
    if not isinstance(home, InAisle):
        return inf, None
    here = [home.offset]
    for stop in task.stops:
        if not isinstance(stop, InAisle) or (stop.aisle, stop.block) != (home.aisle, home.block):
            return inf, None
        here.append(stop.offset)
    best, best_turns = inf, [0]
    for end in task.ends:
        if isinstance(end, InAisle) and (end.aisle, end.block) == (home.aisle, home.block):
            turns = _turns(home.offset, end.offset, here)
            mm = sum(abs(b - a) for a, b in pairwise(turns))
            if task.layout.piece(home.aisle, home.block, min(turns), max(turns)) is not None and mm < best:
                best, best_turns = mm, turns
    if best == inf:
        return inf, None
    cost = best * task.layout.percent.get((home.aisle, home.block), PLAIN)
    return cost, _along(task, home, best_turns, sorted(set(here)))


def _turns(start: int, end: int, points: list[int]) -> list[int]:
    low, high = min(*points, start, end), max(*points, start, end)
    return [start, low, high, end] if start <= end else [start, high, low, end]


def _along(task: Task, home: InAisle, turns: list[int], points: list[int]) -> Walk:
    offsets = [turns[0]]
    for goal in turns[1:]:
        here = offsets[-1]
        between = [p for p in points if min(here, goal) < p < max(here, goal)]
        offsets += between if goal > here else between[::-1]
        if goal != offsets[-1]:
            offsets.append(goal)
    spots = []
    for offset in offsets:
        place: Place = InAisle(home.aisle, home.block, offset)
        spots.append(Spot(place, task.layout.point(place)))
    return Walk(spots, [abs(b - a) for a, b in pairwise(offsets)])
