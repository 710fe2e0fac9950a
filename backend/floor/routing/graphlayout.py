"""Any walkable floor: named nodes and edges, one-way where needed, with levels, doors and obstacles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import dist
from typing import Any, Self

from .errors import BadPlan, OutsidePlan
from .values import AtNode, Place, Point
from .walkable import PLAIN, Straight, Walkable, millimetres
from .walkgraph import Arc, WalkGraph

__all__ = ["GraphLayout", "make_graph"]


@dataclass(frozen=True, eq=False)
class GraphLayout(Walkable):
    """See `Layout.graph`."""

    names: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    arcs: tuple[tuple[int, int, int, int], ...]
    """(from, to, cost, mm)."""
    home: str

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @property
    def depot(self) -> Place:
        return AtNode(self.home)

    def node(self, name: str) -> AtNode:
        if name not in self.index:
            raise OutsidePlan(f"There is no place {name!r} on this floor.")
        return AtNode(name)

    def check(self, place: Place) -> None:
        if not isinstance(place, AtNode) or place.name not in self.index:
            raise OutsidePlan(f"{place} is not on this floor.")

    @cached_property
    def walk_graph(self) -> WalkGraph:
        out: list[list[Arc]] = [[] for _ in self.names]
        for tail, tip, cost, mm in self.arcs:
            out[tail].append(Arc(tip, cost, mm))
        return WalkGraph(out)

    @cached_property
    def edge_mm(self) -> dict[tuple[str, str], int]:
        """Millimetres of the cheapest open edge between two named nodes."""
        edges: dict[tuple[str, str], tuple[int, int]] = {}
        for tail, tip, cost, mm in self.arcs:
            key = (self.names[tail], self.names[tip])
            edges[key] = min((cost, mm), edges.get(key, (cost, mm)))
        return {key: mm for key, (_, mm) in edges.items()}

    def names_of(self, steps: Iterable[tuple[int, object]]) -> tuple[str, ...]:
        return tuple(self.names[node] for node, _ in steps)

    def exits(self, place: Place) -> list[tuple[int, Straight]]:
        self.check(place)
        assert isinstance(place, AtNode)
        return [(self.index[place.name], Straight(0, 0))]

    def entries(self, place: Place) -> list[tuple[int, Straight]]:
        return self.exits(place)

    def straight(self, a: Place, b: Place) -> Straight | None:
        return Straight(0, 0) if a == b else None

    def point(self, place: Place) -> Point:
        self.check(place)
        assert isinstance(place, AtNode)
        return self.node_point(self.index[place.name])

    def node_point(self, node: int) -> Point:
        return self.points[node][0], self.points[node][1]

    def _straighten(self, *_: object) -> None:
        """Places are nodes: nothing is nearer than the graph says."""

    def closing(self, closed: Iterable[object]) -> Self:
        """Close nodes ("name") or edges ("a", "b"), the latter both ways."""
        shut = {(self._known(c), self._known(c)) if isinstance(c, str) else self._edge(c) for c in closed}
        whole = {a for a, b in shut if a == b}
        pairs = shut | {(b, a) for a, b in shut}
        arcs = tuple(
            a for a in self.arcs if a[0] not in whole and a[1] not in whole and (a[0], a[1]) not in pairs
        )
        return replace(self, arcs=arcs)

    def congested(self, factors: Mapping[Any, float]) -> Self:
        """{("a", "b"): factor}, both ways: a metre there counts `factor` metres. Raises BadPlan below 1."""
        if any(factor < 1 for factor in factors.values()):
            raise BadPlan("Crowding must count at least 1.")
        percent = {}
        for key, factor in factors.items():
            tail, tip = self._edge(key)
            percent[tail, tip] = percent[tip, tail] = round(factor * PLAIN)
        arcs = tuple((a, b, mm * percent.get((a, b), cost // mm), mm) for a, b, cost, mm in self.arcs)
        return replace(self, arcs=arcs)

    def _known(self, name: object) -> int:
        if not isinstance(name, str) or name not in self.index:
            raise OutsidePlan(f"There is no place {name!r} on this floor.")
        return self.index[name]

    def _edge(self, key: object) -> tuple[int, int]:
        match key:
            case (str(a), str(b)):
                return self._known(a), self._known(b)
        raise OutsidePlan(f"No edge {key!r} on this floor.")


def make_graph(
    nodes: Mapping[str, Sequence[float]], edges: Iterable[Sequence[object]], depot: str | None
) -> GraphLayout:
    """Check and build what `Layout.graph` describes."""
    if not nodes:
        raise BadPlan("A floor needs at least one place.")
    names = tuple(nodes)
    points = tuple(tuple(float(v) for v in point) for point in nodes.values())
    if any(len(point) not in (2, 3) for point in points):
        raise BadPlan("A place is drawn at (x, y) or (x, y, level).")
    index = {name: number for number, name in enumerate(names)}
    home = names[0] if depot is None else depot
    if home not in index:
        raise BadPlan(f"The depot {home!r} is not among the places.")
    arcs: list[tuple[int, int, int, int]] = []
    for edge in edges:
        arcs.extend(_arcs(edge, index, points))
    return GraphLayout(names=names, points=points, arcs=tuple(arcs), home=home)


def _arcs(
    edge: Sequence[object], index: Mapping[str, int], points: Sequence[Sequence[float]]
) -> list[tuple[int, int, int, int]]:
    match tuple(edge):
        case (str(a), str(b), *rest) if a in index and b in index and len(rest) <= 2:
            tail, tip = index[a], index[b]
        case _:
            raise BadPlan(f"Edge {tuple(edge)!r} does not join two known places.")
    metres = rest[0] if rest and rest[0] is not None else dist(points[tail][:2], points[tip][:2])
    if not isinstance(metres, (int, float)) or metres < 0:
        raise BadPlan(f"Edge {a} to {b} has the length {metres!r}; it must not be negative.")
    if rest[1:] and rest[1] != "one-way":
        raise BadPlan(f"Edge {a} to {b}: say 'one-way' or nothing, not {rest[1]!r}.")
    mm = max(1, millimetres(metres))
    there = (tail, tip, mm * PLAIN, mm)
    return [there] if rest[1:] else [there, (tip, tail, mm * PLAIN, mm)]
