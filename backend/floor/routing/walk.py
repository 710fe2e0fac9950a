"""From the choices of the dynamic program to the walk itself: an Euler walk, the order of stops and the legs."""

from collections.abc import Sequence
from typing import NamedTuple

from .columns import Aisleway, Sideways, Task
from .exact import Chosen
from .states import EFFECTS
from .subaisle import Stretch, steps_of
from .values import InAisle, Leg, OnCross, Place, Point
from .walkable import straighten

__all__ = ["Walk", "euler_walk", "legs_along"]


class Spot(NamedTuple):
    """A place the walk passes, and where it is drawn."""

    place: Place
    point: Point


class Walk(NamedTuple):
    """The spots in walking order; `mm[i]` is the walk from spot i to spot i + 1."""

    spots: list[Spot]
    mm: list[int]


class _Steps:
    """The multigraph of the round: every step is one edge, numbered in the order of the stages."""

    def __init__(self) -> None:
        self.ids: dict[Place, int] = {}
        self.spots: list[Spot] = []
        self.neighbours: list[list[tuple[int, int]]] = []
        self.mm: list[int] = []

    def node(self, place: Place, point: Point) -> int:
        known = self.ids.get(place)
        if known is None:
            known = self.ids[place] = len(self.spots)
            self.spots.append(Spot(place, point))
            self.neighbours.append([])
        return known

    def add(self, a: int, b: int, mm: int, times: int) -> None:
        for _ in range(times):
            edge = len(self.mm)
            self.mm.append(mm)
            self.neighbours[a].append((b, edge))
            self.neighbours[b].append((a, edge))


def euler_walk(task: Task, choices: Sequence[Chosen]) -> Walk:
    """One walk over every step of the choices, from the start (Hierholzer 1873; first step entered first)."""
    layout = task.layout
    graph = _Steps()
    begin = graph.node(task.start, layout.point(task.start))
    for chosen in choices:
        match chosen.stage:
            case Aisleway():
                _add_aisle(graph, task, chosen)
            case Sideways(_, x, next_x):
                for cross, times in enumerate(chosen.heads):
                    if times:
                        a = graph.node(OnCross(cross, x), (x / 1000, layout.bases[cross] / 1000))
                        b = graph.node(OnCross(cross, next_x), (next_x / 1000, layout.bases[cross] / 1000))
                        graph.add(a, b, next_x - x, times)
    return _hierholzer(graph, begin)


def _add_aisle(graph: _Steps, task: Task, chosen: Chosen) -> None:
    stage, service, layout = chosen.stage, chosen.service, task.layout
    assert isinstance(stage, Aisleway)
    assert service is not None
    aisle, block = stage.aisle, stage.block
    length = layout.lengths[aisle][block]
    stretch = stage.stretches.get(service.ends) or Stretch((), length, 100, ())
    steps = steps_of(stretch, EFFECTS[chosen.effect][0] == 1, service)
    if not any(steps):
        return
    x = layout.xs[aisle]

    def node(offset: int) -> int:
        if offset in (0, length):
            place: Place = OnCross(block + (offset == length), x)
        else:
            place = InAisle(aisle, block, offset)
        return graph.node(place, (x / 1000, layout.depth(aisle, block, offset)))

    for segment, times in enumerate(steps):
        if times:
            low, high = stretch.cuts[segment], stretch.cuts[segment + 1]
            graph.add(node(low), node(high), high - low, times)


def _hierholzer(graph: _Steps, begin: int) -> Walk:
    used = [False] * len(graph.mm)
    left = [list(reversed(edges)) for edges in graph.neighbours]
    stack: list[tuple[int, int]] = [(begin, -1)]
    walked: list[tuple[int, int]] = []
    while stack:
        node = stack[-1][0]
        edges = left[node]
        while edges and used[edges[-1][1]]:
            edges.pop()
        if edges:
            to, edge = edges.pop()
            used[edge] = True
            stack.append((to, edge))
        else:
            walked.append(stack.pop())
    walked.reverse()
    return Walk([graph.spots[node] for node, _ in walked], [graph.mm[edge] for _, edge in walked[1:]])


def legs_along(walk: Walk, stops: Sequence[Place]) -> tuple[tuple[int, ...], tuple[Leg, ...]]:
    """The order in which the walk first meets each stop, and the legs between; stops at one place keep their order."""
    waiting: dict[Place, list[int]] = {}
    for number, place in enumerate(stops):
        waiting.setdefault(place, []).append(number)
    order: list[int] = []
    legs: list[Leg] = []
    points: list[Point] = []
    mm = 0
    for (here, point), step in zip(walk.spots, (0, *walk.mm), strict=True):
        mm += step
        points.append(point)
        if here not in waiting:
            continue
        for stop in waiting.pop(here):
            order.append(stop)
            legs.append(Leg(mm / 1000, straighten(points)))
            points, mm = [point], 0
    legs.append(Leg(mm / 1000, straighten(points)))
    return tuple(order), tuple(legs)
