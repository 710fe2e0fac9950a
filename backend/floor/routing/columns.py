"""A round to plan on a rectangular floor, laid out as the stages of the dynamic program."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from .blocklayout import BlockLayout
from .states import EMPTY, FIRST_END, FULL, SECOND_END
from .subaisle import Service, Stretch, services
from .values import AtNode, InAisle, OnCross, Place
from .walkable import PLAIN

__all__ = ["Aisleway", "Head", "Sideways", "Stage", "Task", "plan_stages"]

START, END = 1, 2


@dataclass(frozen=True, eq=False)
class Task:
    """Visit all stops from `start` to the best of `ends`. Closed when the only end is the start."""

    layout: BlockLayout
    stops: tuple[Place, ...]
    start: Place
    ends: tuple[Place, ...]

    @property
    def closed(self) -> bool:
        return self.ends == (self.start,)


Weighed = dict[int, tuple[tuple[int, ...], NDArray[np.float64]]]
"""For each set of loose ends placed: the effects in fixed order and their costs, "impossible" last."""


@dataclass(frozen=True, eq=False, slots=True)
class Aisleway:
    """A sub-aisle and its ways to be served, by the loose ends placed in it."""

    column: int
    aisle: int
    block: int
    services: dict[int, dict[int, Service]]
    weighed: Weighed
    stretches: dict[tuple[int, ...], Stretch]
    """By the positions of loose ends; a service names its ends, and these the stretch it was counted on."""


@dataclass(frozen=True, eq=False)
class Head:
    """One aisle head (or a place on a cross-aisle) with a stop, the start or a possible end."""

    column: int
    cross: int
    options: tuple[int, ...]
    end: Place | None = None

    def steps(self, added: int) -> int:
        """Steps added to the head's degree: a loose end is odd, a stop even, an end not taken nothing."""
        return 1 if added else 0 if self.end is not None else 2


@dataclass(frozen=True, eq=False)
class Sideways:
    """From one column to the next: cost of one step along an open cross-aisle, and the closed ones."""

    column: int
    x: int
    next_x: int
    cost: int
    closed: tuple[int, ...]


Stage = Aisleway | Head | Sideways


class _Content:
    """What lies where: offsets of stops by sub-aisle, heads with work by x."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.visits = set(task.stops) | ({task.start} if task.closed else set())
        self.must = self.visits | {task.start}
        self.offsets: dict[tuple[int, int], set[int]] = {}
        self.loose: dict[tuple[int, int], list[Place]] = {}
        self.heads: dict[int, set[int]] = {}
        for place in self.visits:
            if isinstance(place, InAisle):
                self.offsets.setdefault((place.aisle, place.block), set()).add(place.offset)
        for place in () if task.closed else (task.start, *task.ends):
            if isinstance(place, InAisle):
                self.loose.setdefault((place.aisle, place.block), []).append(place)
        for place in (*self.must, *task.ends):
            if isinstance(place, OnCross):
                self.heads.setdefault(place.x, set()).add(place.cross)
        xs = task.layout.xs
        self.aisles = {aisle for aisle, _ in (*self.offsets, *self.loose)}
        self.last_x = max(
            xs[p.aisle] if isinstance(p, InAisle) else p.x for p in self.must if not isinstance(p, AtNode)
        )


def plan_stages(task: Task) -> tuple[list[Stage], int]:
    """The stages in order, and after how many of them everything that must be visited is behind us."""
    layout = task.layout
    content = _Content(task)
    kept = _columns(layout, content.aisles, set(content.heads))
    stages: list[Stage] = []
    needed = 0
    for column, x in enumerate(kept):
        if column:
            stages.append(_sideways(layout, column - 1, kept[column - 1], x))
        for cross in sorted(content.heads.get(x, ())):
            stages.extend(_heads(content, column, cross, x))
        aisle = layout.index_of_x.get(x)
        if aisle is not None:
            ways = (_aisleway(content, column, aisle, block) for block in range(layout.blocks_deep))
            stages.extend(way for way in ways if way is not None)
        if x == content.last_x:
            needed = len(stages)
    return stages, needed


def _heads(content: _Content, column: int, cross: int, x: int) -> list[Stage]:
    task = content.task
    place = OnCross(cross, x)
    stages: list[Stage] = []
    if place in content.visits:
        stages.append(Head(column, cross, (0,)))
    if not task.closed:
        if place == task.start:
            stages.append(Head(column, cross, (START,)))
        if place in task.ends:
            stages.append(Head(column, cross, (0, END) if len(task.ends) > 1 else (END,), place))
    return stages


def _aisleway(content: _Content, column: int, aisle: int, block: int) -> Aisleway | None:
    layout = content.task.layout
    blocked = layout.closed_spans.get((aisle, block), ())
    length, percent = layout.lengths[aisle][block], layout.percent.get((aisle, block), PLAIN)
    offsets, loose_here = content.offsets.get((aisle, block)), content.loose.get((aisle, block))
    if offsets is None and loose_here is None:
        if blocked:
            return None
        found, weighed = _empty(length, percent)
        return Aisleway(column, aisle, block, found, weighed, {})
    offsets = offsets or set()
    by_added: dict[int, dict[int, Service]] = {}
    stretches: dict[tuple[int, ...], Stretch] = {}
    start, ends = _loose_ends(content.task, aisle, block)
    for added, loose in _end_choices(start, ends, must_end=len(ends) == len(content.task.ends)):
        points = tuple(sorted(offsets | set(loose)))
        stretch = Stretch(points, length, percent, blocked)
        stretches[loose] = stretch
        known = by_added.setdefault(added, {})
        for effect, service in services(stretch, loose).items():
            if effect not in known or service.cost < known[effect].cost:
                known[effect] = service
    return Aisleway(column, aisle, block, by_added, _weigh(by_added), stretches)


@lru_cache(maxsize=4096)
def _empty(length: int, percent: int) -> tuple[dict[int, dict[int, Service]], Weighed]:
    found = {0: services(Stretch((), length, percent, ()), ())}
    return found, _weigh(found)


def _weigh(by_added: dict[int, dict[int, Service]]) -> Weighed:
    weighed: Weighed = {}
    for added, found in by_added.items():
        effects = (EMPTY if 0 in found else FULL, FIRST_END, FIRST_END, SECOND_END)[added]
        costs = [found[effect].cost if effect in found else inf for effect in effects]
        weighed[added] = (effects, np.array([*costs, inf]))
    return weighed


def _loose_ends(task: Task, aisle: int, block: int) -> tuple[int | None, list[int]]:
    def offset(place: Place) -> int | None:
        here = isinstance(place, InAisle) and (place.aisle, place.block) == (aisle, block)
        return place.offset if here and isinstance(place, InAisle) else None

    if task.closed:
        return None, []
    return offset(task.start), [o for o in map(offset, task.ends) if o is not None]


def _end_choices(start: int | None, ends: list[int], *, must_end: bool) -> list[tuple[int, tuple[int, ...]]]:
    begin = () if start is None else (start,)
    choices: list[tuple[int, tuple[int, ...]]] = [] if must_end and ends else [(len(begin) * START, begin)]
    choices += [(len(begin) * START | END, (*begin, end)) for end in ends]
    return choices


def _sideways(layout: BlockLayout, column: int, x: int, next_x: int) -> Sideways:
    closed: tuple[int, ...] = ()
    if layout.closed_gaps:
        gaps = [g for g in range(layout.aisles - 1) if layout.xs[g] < next_x and x < layout.xs[g + 1]]
        closed = tuple(
            c for c in range(layout.crosses) if any((c, gap) in layout.closed_gaps for gap in gaps)
        )
    return Sideways(column, x, next_x, (next_x - x) * PLAIN, closed)


def _columns(layout: BlockLayout, aisles: set[int], head_xs: set[int]) -> list[int]:
    """The x of every aisle the optimum may need, besides the places on cross-aisles between aisles.

    An aisle without work can be left out when both neighbours that stay are at least as cheap to walk through in every
    block: sliding its walks to one of the two never costs more, because the cost is linear in where they are.
    """
    needed = {layout.xs[aisle] for aisle in aisles} | head_xs
    through = layout.through
    never_through = (inf,) * layout.blocks_deep
    tied = {layout.xs[gap + side] for _, gap in layout.closed_gaps for side in (0, 1)}
    wanted = sorted(needed | set(layout.xs))
    kept: list[int] = []
    for number, x in enumerate(wanted):
        if x not in needed and x not in tied:
            own = through[x]
            before = own if not kept else through.get(kept[-1], never_through)
            after = own if x == wanted[-1] else through.get(wanted[number + 1], never_through)
            if (before is own or _not_dearer(before, own)) and (after is own or _not_dearer(after, own)):
                continue
        kept.append(x)
    return kept


def _not_dearer(costs: Sequence[float], than: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(costs, than, strict=True))
