"""The ways rounds are walked elsewhere, to compare with: S-shape, largest gap, nearest neighbour, 2-opt with Or-opt.

S-shape and largest gap as in Roodbergen & de Koster (IJPR 39(9), 2001) on uniform rectangular floors: up the leftmost
aisle with work to the farthest block, then block by block back to the front.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .blocklayout import BlockLayout
from .matrixround import MatrixRound
from .search import nearest_path, search_path
from .values import InAisle, Place, never
from .walkable import PLAIN

__all__ = ["Walked", "largest_gap", "nearest_neighbour", "s_shape", "two_opt"]


class Walked(NamedTuple):
    """A round by a rule of thumb: metres, order of stops, metres to each stop and to the end."""

    length: float
    order: tuple[int, ...]
    legs: tuple[float, ...]


class _Path:
    """A walk over (x, y) in mm that takes every stop it passes over when asked to."""

    def __init__(self, layout: BlockLayout, stops: Sequence[Place]) -> None:
        self.layout = layout
        self.left: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for number, stop in enumerate(stops):
            if isinstance(stop, InAisle):
                spot = (layout.bases[stop.block] + stop.offset, number)
                self.left.setdefault((stop.aisle, stop.block), []).append(spot)
            else:
                x, y = layout.point(stop)
                aisle = min(range(layout.aisles), key=lambda a: abs(layout.xs[a] - x * 1000))
                block = min(layout.blocks_deep - 1, sum(y * 1000 > base for base in layout.bases[1:]))
                self.left.setdefault((aisle, block), []).append((round(y * 1000), number))
        start = layout.point(layout.depot)
        self.x, self.y = round(start[0] * 1000), round(start[1] * 1000)
        self.home = (self.x, self.y)
        self.since = 0
        self.order: list[int] = []
        self.legs: list[float] = []

    def along(self, x: int) -> None:
        """Along a cross-aisle."""
        self.since += abs(x - self.x)
        self.x = x

    def deep(self, y: int, aisle: int, block: int) -> None:
        """Within a sub-aisle, taking what lies between."""
        low, high = min(self.y, y), max(self.y, y)
        waiting = self.left.get((aisle, block), [])
        passed = sorted((spot for spot in waiting if low <= spot[0] <= high), reverse=y < self.y)
        for at, number in passed:
            self.since += abs(at - self.y)
            self.y = at
            self.order.append(number)
            self.legs.append(self.since / 1000)
            self.since = 0
            waiting.remove((at, number))
        self.since += abs(y - self.y)
        self.y = y

    def work(self, block: int) -> list[int]:
        """Aisles with work left in a block."""
        return sorted(aisle for (aisle, b), spots in self.left.items() if b == block and spots)

    def to_far_block(self) -> int:
        """Up the leftmost aisle with work to the farthest block; -1 when there is no work."""
        working = [(block, aisle) for (aisle, block), spots in self.left.items() if spots]
        if not working:
            return -1
        far, first = max(working)[0], min(aisle for _, aisle in working)
        self.along(self.layout.xs[first])
        for block in range(far):
            self.deep(self.layout.bases[block + 1], first, block)
        return far

    def done(self) -> Walked:
        """Home, and the sum."""
        self.along(self.home[0])
        self.since += abs(self.home[1] - self.y)
        self.legs.append(self.since / 1000)
        return Walked(sum(self.legs), tuple(self.order), tuple(self.legs))


def s_shape(layout: BlockLayout, stops: Sequence[Place]) -> Walked:
    """Every sub-aisle with work is walked through, in turns up and down; the last one back when that ends at the front."""
    path = _Path(layout, stops)
    for block in range(path.to_far_block(), -1, -1):
        front, rear = layout.bases[block], layout.bases[block + 1]
        aisles = path.work(block)
        if aisles and abs(layout.xs[aisles[-1]] - path.x) < abs(layout.xs[aisles[0]] - path.x):
            aisles.reverse()
        for number, aisle in enumerate(aisles):
            path.along(layout.xs[aisle])
            if path.y == front and number == len(aisles) - 1:
                path.deep(max(y for y, _ in path.left[aisle, block]), aisle, block)
                path.deep(front, aisle, block)
            else:
                path.deep(rear if path.y == front else front, aisle, block)
        _down(path, block)
    return path.done()


def largest_gap(layout: BlockLayout, stops: Sequence[Place]) -> Walked:
    """Sub-aisles are entered from both ends up to their largest gap; the last of a block is walked through."""
    path = _Path(layout, stops)
    for block in range(path.to_far_block(), -1, -1):
        front, rear = layout.bases[block], layout.bases[block + 1]
        aisles = path.work(block)
        if aisles and path.y == front:
            path.along(layout.xs[aisles[0]])
            path.deep(rear, aisles[0], block)
            aisles = aisles[1:]
        elif aisles and abs(layout.xs[aisles[-1]] - path.x) < abs(layout.xs[aisles[0]] - path.x):
            aisles.reverse()
        for aisle in aisles[:-1]:
            _to_the_gap(path, aisle, block, rear)
        if aisles:
            path.along(layout.xs[aisles[-1]])
            path.deep(front, aisles[-1], block)
        for aisle in reversed(aisles[:-1]):
            _to_the_gap(path, aisle, block, front)
        _down(path, block)
    return path.done()


def _to_the_gap(path: _Path, aisle: int, block: int, side: int) -> None:
    """From one end up to the largest gap and back."""
    ends = (path.layout.bases[block], path.layout.bases[block + 1])
    spots = sorted(y for y, _ in path.left[aisle, block])
    if not spots:
        return
    cuts = [ends[0], *spots, ends[1]]
    low, high = max(pairwise(cuts), key=lambda cut: cut[1] - cut[0])
    if side == ends[0] and low > ends[0]:
        path.along(path.layout.xs[aisle])
        path.deep(low, aisle, block)
        path.deep(side, aisle, block)
    elif side == ends[1] and high < ends[1]:
        path.along(path.layout.xs[aisle])
        path.deep(high, aisle, block)
        path.deep(side, aisle, block)


def _down(path: _Path, block: int) -> None:
    """To the front of the block by the aisle one stands at."""
    front = path.layout.bases[block]
    if path.y != front:
        aisle = min(range(path.layout.aisles), key=lambda a: abs(path.layout.xs[a] - path.x))
        path.along(path.layout.xs[aisle])
        path.deep(front, aisle, block)


def nearest_neighbour(layout: BlockLayout, stops: Sequence[Place]) -> Walked:
    """Always the nearest stop next."""
    problem = MatrixRound.of(layout, stops, layout.depot, [layout.depot], [0] * len(stops))
    return _walked(problem, nearest_path(problem))


def two_opt(layout: BlockLayout, stops: Sequence[Place], kicks: int = 0) -> Walked:
    """Nearest neighbour mended by 2-opt and Or-opt; with kicks, iterated local search."""
    problem = MatrixRound.of(layout, stops, layout.depot, [layout.depot], [0] * len(stops))
    return _walked(problem, search_path(problem, kicks=max(kicks, 1), seed=1, cancelled=never)[1])


def _walked(problem: MatrixRound, path: list[int]) -> Walked:
    whole = [0, *path, len(problem.groups) + 1]
    legs = tuple(float(problem.costs[a, b]) / (1000 * PLAIN) for a, b in pairwise(whole))
    return Walked(sum(legs), problem.stops_of(path), legs)
