"""The plan of a floor as the router sees it: where one can stand, and how far it is from here to there."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .errors import BadPlan, OutsidePlan, UnreachableStop
from .values import AtNode, Leg, Place, Point
from .walkgraph import WalkGraph

__all__ = ["PLAIN", "Straight", "Walkable", "millimetres", "straighten"]

PLAIN = 100
"""Cost of one millimetre on an uncrowded way: costs are millimetres x percent, whole numbers throughout."""


def millimetres(metres: float) -> int:
    """Whole millimetres, as everything is counted in here. Raises BadPlan for what is no number of metres."""
    if not isfinite(metres):
        raise BadPlan(f"{metres} is no length in metres.")
    return round(metres * 1000)


class Straight(NamedTuple):
    """A direct walk between two places without passing a node."""

    cost: int
    mm: int


class Walkable(ABC):
    """A walkable floor of any kind. Make one with `Layout.blocks` or `Layout.graph`; it never changes afterwards."""

    # What a kind of layout must tell --------------------------------------------------------------------------------

    @property
    @abstractmethod
    def depot(self) -> Place:
        """Where rounds start and end unless told otherwise."""

    @property
    @abstractmethod
    def walk_graph(self) -> WalkGraph:
        """The nodes and arcs under the plan."""

    @abstractmethod
    def check(self, place: Place) -> None:
        """Raise OutsidePlan unless the place is on this plan."""

    @abstractmethod
    def exits(self, place: Place) -> list[tuple[int, Straight]]:
        """Nodes one can step to from the place, and the walk there."""

    @abstractmethod
    def entries(self, place: Place) -> list[tuple[int, Straight]]:
        """Nodes from which one can step to the place, and the walk from there."""

    @abstractmethod
    def straight(self, a: Place, b: Place) -> Straight | None:
        """The walk from a to b without passing a node, if there is one."""

    @abstractmethod
    def point(self, place: Place) -> Point:
        """Where the place is drawn, in metres."""

    @abstractmethod
    def node_point(self, node: int) -> Point:
        """Where a node of the walk graph is drawn."""

    def names_of(self, steps: Iterable[tuple[int, object]]) -> tuple[str, ...]:
        """The names of nodes, on plans that name them."""
        del steps
        return ()

    @abstractmethod
    def closing(self, closed: Iterable[object]) -> Self:
        """The same plan with ways closed."""

    @abstractmethod
    def congested(self, factors: Mapping[Any, float]) -> Self:
        """The same plan where a metre in some ways counts more than a metre (factor >= 1)."""

    # What follows from it -------------------------------------------------------------------------------------------

    def node(self, name: str) -> AtNode:
        """The place at a named node. Raises OutsidePlan on a plan without that name."""
        raise OutsidePlan(f"This plan has no named places, so no {name!r}.")

    def distance(self, a: Place, b: Place) -> float:
        """Metres of the best walk from a to b. Raises UnreachableStop, OutsidePlan."""
        return self.leg(a, b).metres

    def cost(self, a: Place, b: Place) -> float:
        """Whole-number cost (mm x percent) of the best walk; inf when there is none."""
        direct = self.straight(a, b)
        best = float("inf") if direct is None else float(direct.cost)
        for out_node, out_walk in self.exits(a):
            for in_node, in_walk in self.entries(b):
                best = min(best, out_walk.cost + self.walk_graph.cost(out_node, in_node) + in_walk.cost)
        return best

    def matrix(self, sources: Sequence[Place], targets: Sequence[Place]) -> NDArray[np.float64]:
        """Costs from every source to every target; inf where no way leads."""
        exits = [self.exits(a) for a in sources]
        entries = [self.entries(b) for b in targets]
        self.walk_graph.warm(node for steps in exits for node, _ in steps)
        width = max((len(steps) for steps in entries), default=0)
        nodes = np.zeros((width, len(targets)), dtype=np.intp)
        walks = np.full((width, len(targets)), np.inf)
        for column, steps in enumerate(entries):
            for slot, (node, walk) in enumerate(steps):
                nodes[slot, column], walks[slot, column] = node, walk.cost
        costs = np.full((len(sources), len(targets)), np.inf)
        for line, steps in enumerate(exits):
            for node, walk in steps:
                row = self.walk_graph.row(node)
                for slot in range(width):
                    np.minimum(costs[line], row[nodes[slot]] + walks[slot] + walk.cost, out=costs[line])
        self._straighten(costs, sources, targets)
        return costs

    def leg(self, a: Place, b: Place) -> Leg:
        """The best walk from a to b with its polyline. Raises UnreachableStop, OutsidePlan."""
        self.check(a)
        self.check(b)
        best = self.cost(a, b)
        if best == float("inf"):
            raise UnreachableStop(())
        direct = self.straight(a, b)
        if direct is not None and direct.cost == best:
            return Leg(direct.mm / 1000, (self.point(a), self.point(b)), self.names_of(self.exits(a)))
        for out_node, out_walk in self.exits(a):
            for in_node, in_walk in self.entries(b):
                if out_walk.cost + self.walk_graph.cost(out_node, in_node) + in_walk.cost == best:
                    way = self.walk_graph.way(out_node, in_node)
                    inner = sum(self.walk_graph.arc(u, v).mm for u, v in pairwise(way))
                    points = [self.point(a), *(self.node_point(node) for node in way), self.point(b)]
                    names = self.names_of((node, None) for node in way)
                    return Leg((out_walk.mm + inner + in_walk.mm) / 1000, straighten(points), names)
        raise AssertionError("a cost without a way")

    def _straighten(
        self, costs: NDArray[np.float64], sources: Sequence[Place], targets: Sequence[Place]
    ) -> None:
        for line, a in enumerate(sources):
            for column, b in enumerate(targets):
                direct = self.straight(a, b)
                if direct is not None and direct.cost < costs[line, column]:
                    costs[line, column] = direct.cost


def straighten(points: Iterable[Point]) -> tuple[Point, ...]:
    """A polyline without repeated points and without points in the middle of a straight run."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        while len(kept) > 1 and _goes_on(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept if len(kept) > 1 else kept * 2)


def _goes_on(a: Point, b: Point, c: Point) -> bool:
    (ax, ay), (bx, by), (cx, cy) = a, b, c
    along = (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
    across = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
    return abs(across) < 1e-9 and along > 0
