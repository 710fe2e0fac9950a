"""The values of the router: places on a floor, the round that is walked, the budget of a solve."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["AtNode", "InAisle", "Leg", "OnCross", "Place", "Point", "Round", "never"]

Point = tuple[float, float]
"""Metres from the front left corner of the plan: (along the front, into the depth)."""


@dataclass(frozen=True, slots=True, order=True)
class InAisle:
    """Strictly inside one sub-aisle; `offset` in whole millimetres from its front end."""

    aisle: int
    block: int
    offset: int


@dataclass(frozen=True, slots=True, order=True)
class OnCross:
    """On a cross-aisle (0 = front); `x` in whole millimetres from the first aisle."""

    cross: int
    x: int


@dataclass(frozen=True, slots=True, order=True)
class AtNode:
    """At a named node of a walk graph."""

    name: str


Place = InAisle | OnCross | AtNode


@dataclass(frozen=True, slots=True)
class Leg:
    """The walk from one stop to the next: its metres, the polyline to draw and, on a walk graph, the nodes passed."""

    metres: float
    points: tuple[Point, ...]
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A round that has passed the checker.

    Attributes:
        length: metres walked from start to end.
        order: indices into the given stops, in walking order.
        legs: one more than stops: start to the first stop, …, the last stop to the end.
        proved: whether no round is cheaper.
        bound: metres (with congestion counted in) below which no round can be.
        method: "exact", "held-karp", "search" or "nearest".
        cost: metres with congestion counted in; equals `length` when no aisle is crowded.
    """

    length: float
    order: tuple[int, ...]
    legs: tuple[Leg, ...]
    proved: bool
    bound: float
    method: str
    cost: float

    @property
    def gap(self) -> float:
        """Proved gap as a fraction of the cost; 0 when proved."""
        return 0.0 if self.cost <= 0 else max(0.0, (self.cost - self.bound) / self.cost)


def never() -> bool:
    """The stop signal of a solve that nobody cancels."""
    return False


Cancelled = Callable[[], bool]
