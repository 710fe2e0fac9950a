"""The compiled exact round for uniform floors without closures; the same answers as `exact` and `walk`."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from . import walkkernels
from .blocklayout import BlockLayout
from .columns import Task
from .flattables import FlatTables, flat_tables
from .kerneltypes import Floor
from .servekernels import OFFSET_BITS
from .values import InAisle, Leg, OnCross, Place, Point

__all__ = ["Keys", "fast_round", "is_uniform"]


def is_uniform(layout: BlockLayout) -> bool:
    """Whether every aisle is like the next, all open, two-way and uncrowded."""
    plain = not (layout.closed_spans or layout.closed_gaps or layout.percent or layout.one_way)
    return plain and len(set(layout.lengths)) == 1


class Keys:
    """Places of one floor as the whole-number keys of `roundkernels`."""

    def __init__(self, layout: BlockLayout, crossings: Iterable[Place]) -> None:
        """`crossings` are the places that may lie between two aisles; only those and aisles can be keyed."""
        self.layout = layout
        xs = sorted({*layout.xs, *(place.x for place in crossings if isinstance(place, OnCross))})
        self.slots = 2 * layout.blocks_deep + 1
        self.column = {x: number for number, x in enumerate(xs)}
        self.xs = xs
        aisle = [1 if x in layout.index_of_x else 0 for x in xs]
        self.floor = Floor(np.array(xs), np.array(aisle), np.array(layout.lengths[0]))

    def key(self, place: Place, loose: int = 0) -> int:
        """The key of a place; `loose` 1 for the start or end of an open round."""
        if isinstance(place, InAisle):
            slot = (
                self.column[self.layout.xs[place.aisle]] * self.slots
                + self.layout.blocks_deep
                + 1
                + place.block
            )
            return (slot << OFFSET_BITS) + (place.offset << 1) + loose
        if isinstance(place, OnCross):
            return ((self.column[place.x] * self.slots + place.cross) << OFFSET_BITS) + loose
        raise AssertionError("a node has no key")

    def of_task(self, task: Task) -> NDArray[np.int64]:
        """The sorted keys of a round."""
        if task.closed:
            return np.unique(np.array([self.key(place) for place in (*task.stops, task.start)]))
        ends = [self.key(task.start, 1), self.key(task.ends[0], 1)]
        stops = np.unique(np.array([self.key(place) for place in task.stops], dtype=np.int64))
        return np.sort(np.concatenate([stops, np.array(ends)]))


@lru_cache(maxsize=64)
def _aisle_keys(layout: BlockLayout) -> Keys:
    return Keys(layout, ())


def _keys_for(task: Task) -> Keys:
    places: Sequence[Place] = (*task.stops, task.start, *task.ends)
    between = [p for p in places if isinstance(p, OnCross) and p.x not in task.layout.index_of_x]
    return Keys(task.layout, between) if between else _aisle_keys(task.layout)


def _tables(task: Task) -> FlatTables:
    return flat_tables(task.layout.crosses, 1 if task.closed else 3)


def fast_round(task: Task) -> tuple[float, tuple[int, ...], tuple[Leg, ...]] | None:
    """The cheapest round of a task on a uniform floor with one start and one end: (cost, order, legs); None when there is none."""
    keys = _keys_for(task)
    cost, walked, steps = walkkernels.walk_keys(
        keys.floor, _tables(task), keys.of_task(task), keys.key(task.start)
    )
    if cost == inf:
        return None
    waiting: dict[int, list[int]] = {}
    for number, place in enumerate(task.stops):
        waiting.setdefault(keys.key(place), []).append(number)
    columns, slots = np.divmod(walked >> OFFSET_BITS, keys.slots)
    bases = np.array([*task.layout.bases, *task.layout.bases[:-1]])
    x = keys.floor.x[columns] / 1000
    y = (bases[slots] + ((walked & ((1 << OFFSET_BITS) - 1)) >> 1)) / 1000
    heading = np.sign(np.diff(x)) + 3 * np.sign(np.diff(y))
    turns = (
        np.append(np.insert(heading[1:] != heading[:-1], 0, True), True)
        if walked.size > 1
        else np.ones(1, bool)
    )
    order: list[int] = []
    legs: list[Leg] = []
    points: list[Point] = []
    since = 0
    spots = zip(
        walked.tolist(), x.tolist(), y.tolist(), np.cumsum(steps).tolist(), turns.tolist(), strict=True
    )
    for key, east, north, mm, turned in spots:
        if key in waiting:
            points.append((east, north))
            for stop in waiting.pop(key):
                order.append(stop)
                legs.append(Leg((mm - since) / 1000, tuple(points if len(points) > 1 else points * 2)))
                points, since = [(east, north)], mm
        elif turned:
            points.append((east, north))
    legs.append(Leg((mm - since) / 1000, tuple(points if len(points) > 1 else points * 2)))
    return float(cost), tuple(order), tuple(legs)
