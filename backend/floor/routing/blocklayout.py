"""Rectangular floors: parallel aisles in one to many blocks, with closures, one-way aisles and crowding."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from math import inf
from typing import Any, Self

from .blockplan import home_of, sub_aisle_lengths
from .errors import BadPlan, OutsidePlan
from .values import InAisle, OnCross, Place, Point
from .walkable import PLAIN, Straight, Walkable, millimetres
from .walkgraph import Arc, WalkGraph

__all__ = ["BlockLayout", "make_blocks"]

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class BlockLayout(Walkable):
    """See `Layout.blocks`. Lengths in whole millimetres; `lengths[aisle][block]`; nodes are the aisle heads."""

    xs: tuple[int, ...]
    lengths: tuple[tuple[int, ...], ...]
    home: OnCross
    one_way: Mapping[tuple[int, int], int] = field(default_factory=dict)
    closed_spans: Mapping[tuple[int, int], tuple[Span, ...]] = field(default_factory=dict)
    closed_gaps: frozenset[tuple[int, int]] = frozenset()
    percent: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def aisles(self) -> int:
        return len(self.xs)

    @property
    def blocks_deep(self) -> int:
        return len(self.lengths[0])

    @property
    def crosses(self) -> int:
        return self.blocks_deep + 1

    @property
    def depot(self) -> Place:
        return self.home

    @cached_property
    def bases(self) -> tuple[int, ...]:
        """Depth of each cross-aisle in the drawing: blocks are as deep as their longest sub-aisle."""
        deepest = [max(row[block] for row in self.lengths) for block in range(self.blocks_deep)]
        return tuple(accumulate(deepest, initial=0))

    @cached_property
    def index_of_x(self) -> dict[int, int]:
        return {x: aisle for aisle, x in enumerate(self.xs)}

    # Places ---------------------------------------------------------------------------------------------------------

    def at(self, *, aisle: int, block: int = 0, offset: float = 0.0) -> Place:
        """The place `offset` metres into a sub-aisle from its front end. Raises OutsidePlan."""
        if not (0 <= aisle < self.aisles and 0 <= block < self.blocks_deep):
            raise OutsidePlan(
                f"There is no aisle {aisle} in block {block}: {self.aisles} aisles, {self.blocks_deep} blocks."
            )
        mm, length = millimetres(offset), self.lengths[aisle][block]
        if not 0 <= mm <= length:
            raise OutsidePlan(
                f"Offset {offset} m is outside aisle {aisle}, block {block}, which is {length / 1000} m long."
            )
        if mm in (0, length):
            return OnCross(block + (mm == length), self.xs[aisle])
        return InAisle(aisle, block, mm)

    def on_cross(self, *, cross: int, x: float) -> OnCross:
        """The place `x` metres along a cross-aisle (0 = front) from the first aisle. Raises OutsidePlan."""
        place = OnCross(cross, millimetres(x))
        self.check(place)
        return place

    def check(self, place: Place) -> None:
        match place:
            case InAisle(aisle, block, offset):
                inside = 0 <= aisle < self.aisles and 0 <= block < self.blocks_deep
                inside = inside and 0 < offset < self.lengths[aisle][block]
            case OnCross(cross, x):
                inside = 0 <= cross < self.crosses and self.xs[0] <= x <= self.xs[-1]
            case _:
                inside = False
        if not inside:
            raise OutsidePlan(f"{place} is not on this floor.")

    def point(self, place: Place) -> Point:
        match place:
            case InAisle(aisle, block, offset):
                return self.xs[aisle] / 1000, self.depth(aisle, block, offset)
            case OnCross(cross, x):
                return x / 1000, self.bases[cross] / 1000
        raise OutsidePlan(f"{place} is not on this floor.")

    def depth(self, aisle: int, block: int, offset: int) -> float:
        """Metres into the drawing; a short sub-aisle is stretched to meet the straight cross-aisles."""
        deepest = self.bases[block + 1] - self.bases[block]
        length = self.lengths[aisle][block]
        stretched = offset if length == deepest else offset * deepest / length
        return (self.bases[block] + stretched) / 1000

    def node_point(self, node: int) -> Point:
        aisle, cross = divmod(node, self.crosses)
        return self.xs[aisle] / 1000, self.bases[cross] / 1000

    # Ways -----------------------------------------------------------------------------------------------------------

    def piece(self, aisle: int, block: int, low: int, high: int) -> int | None:
        """Cost of walking between two offsets of a sub-aisle; None when that piece is blocked."""
        for start, stop in self.closed_spans.get((aisle, block), ()):
            if start < high and low < stop:
                return None
        return (high - low) * self.percent.get((aisle, block), PLAIN)

    def way_allowed(self, aisle: int, block: int, start: int, stop: int) -> bool:
        """Whether a one-way sub-aisle lets one walk from offset `start` to `stop`."""
        direction = self.one_way.get((aisle, block), 0)
        return direction == 0 or (stop - start) * direction >= 0

    @cached_property
    def walk_graph(self) -> WalkGraph:
        out: list[list[Arc]] = [[] for _ in range(self.aisles * self.crosses)]
        for aisle, row in enumerate(self.lengths):
            for block, length in enumerate(row):
                cost = self.piece(aisle, block, 0, length)
                if cost is None:
                    continue
                front = aisle * self.crosses + block
                if self.way_allowed(aisle, block, 0, length):
                    out[front].append(Arc(front + 1, cost, length))
                if self.way_allowed(aisle, block, length, 0):
                    out[front + 1].append(Arc(front, cost, length))
        for gap in range(self.aisles - 1):
            mm = self.xs[gap + 1] - self.xs[gap]
            for cross in range(self.crosses):
                if (cross, gap) not in self.closed_gaps:
                    left = gap * self.crosses + cross
                    right = left + self.crosses
                    out[left].append(Arc(right, mm * PLAIN, mm))
                    out[right].append(Arc(left, mm * PLAIN, mm))
        return WalkGraph(out)

    @cached_property
    def through(self) -> dict[int, tuple[float, ...]]:
        """By the x of an aisle: the cost of walking through each of its sub-aisles. Equal rows are one object."""
        rows: dict[tuple[float, ...], tuple[float, ...]] = {}
        by_x = {}
        for aisle, x in enumerate(self.xs):
            costs = (self.piece(aisle, block, 0, length) for block, length in enumerate(self.lengths[aisle]))
            row = tuple(inf if cost is None else float(cost) for cost in costs)
            by_x[x] = rows.setdefault(row, row)
        return by_x

    def gap_of(self, x: int) -> int | None:
        """The gap between two aisles in which x lies; None at an aisle."""
        return None if x in self.index_of_x else bisect_left(self.xs, x) - 1

    def _cross_steps(self, place: OnCross) -> list[tuple[int, Straight]]:
        gap = self.gap_of(place.x)
        if gap is None:
            return [(self.index_of_x[place.x] * self.crosses + place.cross, Straight(0, 0))]
        if (place.cross, gap) in self.closed_gaps:
            return []
        steps = []
        for aisle in (gap, gap + 1):
            mm = abs(self.xs[aisle] - place.x)
            steps.append((aisle * self.crosses + place.cross, Straight(mm * PLAIN, mm)))
        return steps

    def _aisle_steps(self, place: InAisle, *, leaving: bool) -> list[tuple[int, Straight]]:
        steps = []
        for end, node in ((0, 0), (self.lengths[place.aisle][place.block], 1)):
            way = (place.offset, end) if leaving else (end, place.offset)
            cost = self.piece(place.aisle, place.block, min(way), max(way))
            if cost is not None and self.way_allowed(place.aisle, place.block, *way):
                step = Straight(cost, max(way) - min(way))
                steps.append((place.aisle * self.crosses + place.block + node, step))
        return steps

    def exits(self, place: Place) -> list[tuple[int, Straight]]:
        if isinstance(place, InAisle):
            return self._aisle_steps(place, leaving=True)
        return self._cross_steps(place) if isinstance(place, OnCross) else []

    def entries(self, place: Place) -> list[tuple[int, Straight]]:
        if isinstance(place, InAisle):
            return self._aisle_steps(place, leaving=False)
        return self._cross_steps(place) if isinstance(place, OnCross) else []

    def straight(self, a: Place, b: Place) -> Straight | None:
        if a == b:
            return Straight(0, 0)
        match a, b:
            case InAisle(aisle, block, start), InAisle(other, other_block, stop):
                if (aisle, block) != (other, other_block) or not self.way_allowed(aisle, block, start, stop):
                    return None
                cost = self.piece(aisle, block, min(start, stop), max(start, stop))
                return None if cost is None else Straight(cost, abs(stop - start))
            case OnCross(cross, x), OnCross(other, other_x):
                gap = self.gap_of(x)
                if (
                    cross != other
                    or gap is None
                    or gap != self.gap_of(other_x)
                    or (cross, gap) in self.closed_gaps
                ):
                    return None
                return Straight(abs(x - other_x) * PLAIN, abs(x - other_x))
        return None

    # Today ----------------------------------------------------------------------------------------------------------

    def closing(self, closed: Iterable[object]) -> Self:
        """Close sub-aisles (aisle, block), parts of them (aisle, block, from m, to m) or ("cross", cross, gap)."""
        spans = {key: list(value) for key, value in self.closed_spans.items()}
        gaps = set(self.closed_gaps)
        for closure in closed:
            match closure:
                case ("cross", int(cross), int(gap)) if (
                    0 <= cross < self.crosses and 0 <= gap < self.aisles - 1
                ):
                    gaps.add((cross, gap))
                case (int(aisle), int(block)) if self._has(aisle, block):
                    spans.setdefault((aisle, block), []).append((0, self.lengths[aisle][block]))
                case (int(aisle), int(block), float() | int() as start, float() | int() as stop) if self._has(
                    aisle, block
                ):
                    spans.setdefault((aisle, block), []).append((millimetres(start), millimetres(stop)))
                case _:
                    raise OutsidePlan(f"Cannot close {closure!r}: it is not on this floor.")
        return replace(
            self, closed_spans={k: tuple(v) for k, v in spans.items()}, closed_gaps=frozenset(gaps)
        )

    def congested(self, factors: Mapping[Any, float]) -> Self:
        """{(aisle, block): factor}: a metre there counts `factor` metres, to whole percents. Raises BadPlan below 1."""
        percent = dict(self.percent)
        for key, factor in factors.items():
            match key:
                case (int(aisle), int(block)) if self._has(aisle, block):
                    if factor < 1:
                        raise BadPlan(f"Crowding of aisle {aisle} must count at least 1, not {factor}.")
                    percent[aisle, block] = round(factor * PLAIN)
                case _:
                    raise OutsidePlan(f"No sub-aisle {key!r} on this floor.")
        return replace(self, percent=percent)

    def _has(self, aisle: int, block: int) -> bool:
        return 0 <= aisle < self.aisles and 0 <= block < self.blocks_deep


def make_blocks(
    aisles: int,
    blocks: int,
    aisle_length: float | Sequence[float] | Sequence[Sequence[float]],
    pitch: float | Sequence[float],
    depot: str | tuple[int, float],
    one_way: Mapping[tuple[int, int], str],
) -> BlockLayout:
    """Check and build what `Layout.blocks` describes."""
    if aisles < 1 or blocks < 1:
        raise BadPlan(f"A floor needs at least one aisle and one block, not {aisles} and {blocks}.")
    gaps = [pitch] * (aisles - 1) if isinstance(pitch, (int, float)) else list(pitch)
    if len(gaps) != aisles - 1:
        raise BadPlan(f"{aisles} aisles have {aisles - 1} gaps between them, not {len(gaps)}.")
    lengths = sub_aisle_lengths(aisles, blocks, aisle_length)
    if any(millimetres(gap) <= 0 for gap in gaps) or any(mm <= 0 for row in lengths for mm in row):
        raise BadPlan("Aisle lengths and the pitch between aisles must be more than zero metres.")
    xs = tuple(accumulate((millimetres(gap) for gap in gaps), initial=0))
    directions = {}
    for key, way in one_way.items():
        if way not in ("to-back", "to-front"):
            raise BadPlan(f"A one-way aisle runs 'to-back' or 'to-front', not {way!r}.")
        directions[key] = 1 if way == "to-back" else -1
    layout = BlockLayout(xs=xs, lengths=lengths, home=home_of(depot, xs, blocks), one_way=directions)
    layout.check(layout.home)
    return layout
