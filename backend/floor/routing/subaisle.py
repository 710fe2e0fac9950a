"""What it costs to serve one sub-aisle in each of the ways the dynamic program knows.

The points of a sub-aisle (stops and loose ends of the round) cut it into segments. Between two neighbouring loose ends
every segment is walked once or every one an even number of times, in turns; an even stretch may leave one segment out.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import inf
from typing import NamedTuple

__all__ = ["Service", "Stretch", "services", "steps_of"]


class Service(NamedTuple):
    """The cheapest way to give one effect: cost, offsets of loose ends (start first), segments left out."""

    cost: float
    ends: tuple[int, ...]
    gaps: tuple[int, ...]


class Stretch:
    """Segments of one sub-aisle with O(1) sums. `offsets` are the sorted points strictly inside, distinct."""

    def __init__(
        self, offsets: Sequence[int], length: int, percent: int, blocked: Sequence[tuple[int, int]]
    ) -> None:
        self.cuts = (0, *offsets, length)
        self.count = len(offsets)
        costs = [(b - a) * percent for a, b in pairwise(self.cuts)]
        shut = [any(start < b and a < stop for start, stop in blocked) for a, b in pairwise(self.cuts)]
        self._sums = tuple(accumulate((0 if s else c for c, s in zip(costs, shut, strict=True)), initial=0))
        self._shut = tuple(accumulate(shut, initial=0))

    def walk(self, low: int, high: int) -> float:
        """Cost of walking segments low…high-1 once; inf when one of them is blocked."""
        if low >= high:
            return 0.0
        if self._shut[high] > self._shut[low]:
            return inf
        return float(self._sums[high] - self._sums[low])

    def skipping(self, low: int, high: int, first: int, last: int) -> tuple[float, int]:
        """Cheapest there-and-back over segments low…high-1 that leaves out one of first…last-1: (cost, which)."""
        best, which = inf, -1
        for gap in range(first, last):
            cost = 2 * (self.walk(low, gap) + self.walk(gap + 1, high))
            if cost < best:
                best, which = cost, gap
        return best, which


def services(stretch: Stretch, ends: tuple[int, ...]) -> dict[int, Service]:
    """Effect number (see `states.EFFECTS`) to its cheapest service, with loose ends at these offsets."""
    at = sorted(stretch.cuts.index(end) for end in ends)
    match at:
        case []:
            found = _closed(stretch)
        case [end]:
            found = _one_end(stretch, end)
        case _:
            found = _two_ends(stretch, at[0], at[1])
    best: dict[int, Service] = {}
    for effect, cost, gaps in found:
        if cost < inf and (effect not in best or cost < best[effect].cost):
            best[effect] = Service(cost, ends, gaps)
    return best


Found = Iterator[tuple[int, float, tuple[int, ...]]]


def _closed(stretch: Stretch) -> Found:
    n = stretch.count
    through = stretch.walk(0, n + 1)
    if n == 0:
        yield 0, 0.0, (0,)
    else:
        yield 1, 2 * stretch.walk(0, n), (n,)
        yield 2, 2 * stretch.walk(1, n + 1), (0,)
        cost, gap = stretch.skipping(0, n + 1, 1, n)
        yield 3, cost, (gap,)
    yield 4, through, ()
    yield 5, 2 * through, ()


def _one_end(stretch: Stretch, k: int) -> Found:
    n = stretch.count
    front, back = stretch.walk(0, k), stretch.walk(k, n + 1)
    yield 7, front + 2 * stretch.walk(k, n), (n,)
    yield 8, back + 2 * stretch.walk(1, k), (0,)
    cost, gap = stretch.skipping(k, n + 1, k, n)
    yield 9, front + cost, (gap,)
    cost, gap = stretch.skipping(0, k, 1, k)
    yield 10, back + cost, (gap,)
    yield 11, front + 2 * back, ()
    yield 12, 2 * front + back, ()


def _two_ends(stretch: Stretch, k: int, m: int) -> Found:
    n = stretch.count
    between = stretch.walk(k, m)
    front, back = 2 * stretch.walk(0, k), 2 * stretch.walk(m, n + 1)
    front_inner, front_gap = stretch.skipping(0, k, 1, k)
    back_inner, back_gap = stretch.skipping(m, n + 1, m, n)
    yield 1, front + between + 2 * stretch.walk(m, n), (n,)
    yield 2, 2 * stretch.walk(1, k) + between + back, (0,)
    yield 3, front_inner + between + back, (front_gap,)
    yield 3, front + between + back_inner, (back_gap,)
    yield 4, stretch.walk(0, k) + 2 * between + stretch.walk(m, n + 1), ()
    yield 5, front + between + back, ()
    cost, gap = stretch.skipping(k, m, k, m)
    yield 6, stretch.walk(0, k) + cost + stretch.walk(m, n + 1), (gap,)


def steps_of(stretch: Stretch, front_odd: bool, service: Service) -> list[int]:
    """How often each segment is walked: 0, 1 or 2."""
    steps, odd = [], front_odd
    for segment in range(stretch.count + 1):
        if segment > 0:
            odd ^= service.ends.count(stretch.cuts[segment]) == 1
        steps.append(1 if odd else 0 if segment in service.gaps else 2)
    return steps
