"""Control charts, pure: is a feature of a supplier's item stable from lot to lot? Limits come from the lots before, never from the one at hand.

Each lot is a subgroup: its mean is a point, its range tells the spread within. Where lots have one reading each, the moving range of
two neighbours does (individuals). Constants are integrated, not typed from a table, so subgroups may be of any size. Sources:
W. A. Shewhart's limits as in ISO 7870-2; the tests of Western Electric's handbook (1956), and L. S. Nelson, J. Quality Technology
16 (1984) 4, for the trend.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import erf, sqrt
from typing import Final

import msgspec

ENOUGH: Final = 20  # lots after which limits stop being provisional
SHOWN: Final = 24
_STEPS: Final = 200
_EDGE: Final = 8.0


class Lot(msgspec.Struct, frozen=True):
    """What was read of a feature in one lot."""

    number: int
    values: tuple[float, ...]


class Point(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One lot on the chart: its mean, its range (of an individual: the moving range), and the limits for so many readings."""

    lot: int
    n: int
    mean: float
    spread: float | None
    low: float | None
    high: float | None


class Break(msgspec.Struct, frozen=True, rename="camel"):
    """A test that the lots `first` to `last` fail."""

    rule: str
    first: int
    last: int


class Chart(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A feature's chart. Without two earlier lots there is no limit; with fewer than ENOUGH they are `provisional`."""

    kind: str
    centre: float | None
    sigma: float | None
    lots: int
    provisional: bool
    points: list[Point]
    breaks: list[Break]


def _phi(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


@lru_cache
def d2(n: int) -> float:
    """The mean range of n standard normal values: the integral over x of 1 - F(x)^n - (1 - F(x))^n. Needs n of 2 or more."""
    return _integral([1 - p**n - (1 - p) ** n for p in _grid(_STEPS)])


@lru_cache
def d3(n: int) -> float:
    """The standard deviation of that range, from E[R^2] as the double integral over x < y."""
    coarse, fine = _square(n, _STEPS // 2), _square(n, _STEPS)
    return sqrt(
        (4 * fine - coarse) / 3 - d2(n) ** 2
    )  # Richardson: what the step's square leaves is taken off


def _square(n: int, steps: int) -> float:
    grid = _grid(steps)
    inner = []
    for place, low in enumerate(grid):
        above = [1 - high**n - (1 - low) ** n + (high - low) ** n for high in grid[place:]]
        inner.append((sum(above) - above[0] / 2) * 2 * _EDGE / steps)
    return 2 * _integral(inner)


@lru_cache
def _grid(steps: int) -> tuple[float, ...]:
    return tuple(_phi(-_EDGE + 2 * _EDGE * step / steps) for step in range(steps + 1))


def _integral(values: Sequence[float]) -> float:
    """Trapezes over the grid: exact to many places for smooth functions that vanish at both ends."""
    return (sum(values) - (values[0] + values[-1]) / 2) * 2 * _EDGE / (len(values) - 1)


def chart(lots: Sequence[Lot]) -> Chart:
    """The chart of lots in their order; the last is the one at hand, and its limits come from those before it."""
    lots = [one for one in lots if one.values][-SHOWN - 1 :]
    before = lots[:-1]
    kind = "individuals" if all(len(one.values) == 1 for one in lots) else "means"
    spreads = _spreads(lots, kind)
    sigma = _sigma(before, spreads[: len(before)])
    total = sum(len(one.values) for one in before)
    centre = sum(sum(one.values) for one in before) / total if sigma else None
    points = [_point(one, spread, centre, sigma) for one, spread in zip(lots, spreads, strict=True)]
    return Chart(
        kind=kind,
        centre=centre,
        sigma=sigma,
        lots=len(before),
        provisional=len(before) < ENOUGH,
        points=points,
        breaks=_breaks(points, centre, sigma),
    )


def _spreads(lots: Sequence[Lot], kind: str) -> list[float | None]:
    if kind == "means":
        return [max(one.values) - min(one.values) if len(one.values) > 1 else None for one in lots]
    values = [one.values[0] for one in lots]
    return [None, *(abs(now - then) for then, now in pairwise(values))][: len(lots)]


def _sigma(lots: Sequence[Lot], spreads: Sequence[float | None]) -> float | None:
    """The spread within a lot, each range divided by what a standard normal sample of its size would have."""
    told = [
        spread / d2(max(len(one.values), 2))
        for one, spread in zip(lots, spreads, strict=True)
        if spread is not None
    ]
    return sum(told) / len(told) or None if len(lots) > 1 and told else None


def _point(lot: Lot, spread: float | None, centre: float | None, sigma: float | None) -> Point:
    n = len(lot.values)
    reach = None if centre is None or sigma is None else 3 * sigma / sqrt(n)
    return Point(
        lot=lot.number,
        n=n,
        mean=sum(lot.values) / n,
        spread=spread,
        low=None if reach is None or centre is None else centre - reach,
        high=None if reach is None or centre is None else centre + reach,
    )


# Of so many lots in a row, so many lie beyond so many sigma, all on one side (Western Electric, 1 to 4).
RUNS: Final = (
    ("beyond", 1, 1, 3.0),
    ("two_of_three", 3, 2, 2.0),
    ("four_of_five", 5, 4, 1.0),
    ("eight_one_side", 8, 8, 0.0),
)
TREND: Final = 6  # lots in a row that all rise or all fall (Nelson, 3)


def runs(z: Sequence[float]) -> list[tuple[str, int, int]]:
    """The tests that points fail, given in sigmas from the centre: (test, first, last), as places. A window ends at a point that counts."""
    found = [
        (rule, last - window + 1, last)
        for rule, window, needed, beyond in RUNS
        for last in range(window - 1, len(z))
        for side in (1, -1)
        if side * z[last] > beyond
        and sum(side * one > beyond for one in z[last - window + 1 : last + 1]) >= needed
    ]
    for last in range(TREND - 1, len(z)):
        steps = [now - then for then, now in pairwise(z[last - TREND + 1 : last + 1])]
        if all(step > 0 for step in steps) or all(step < 0 for step in steps):
            found.append(("trend", last - TREND + 1, last))
    return found


def _breaks(points: Sequence[Point], centre: float | None, sigma: float | None) -> list[Break]:
    if centre is None or sigma is None:
        return []
    z = [(one.mean - centre) / (sigma / sqrt(one.n)) for one in points]
    told = [Break(rule, points[first].lot, points[last].lot) for rule, first, last in runs(z)]
    for one in points:
        size = max(one.n, 2)
        if one.spread is not None and one.spread > (d2(size) + 3 * d3(size)) * sigma:
            told.append(Break("spread", one.lot, one.lot))
    return sorted(told, key=lambda one: one.last)
