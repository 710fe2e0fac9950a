"""Thousands of stops on a floor the exact method does not know: nearest next, bounded by the lightest tree."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count, pairwise
from math import inf

from .errors import UnreachableStop
from .values import Leg, Place, Round
from .walkable import PLAIN, Walkable

__all__ = ["MANY_GROUPS", "vast_round"]

MANY_GROUPS = 1200
"""Above this a walk matrix would cost more memory and time than it saves."""


def vast_round(
    layout: Walkable, stops: Sequence[Place], start: Place, ends: Sequence[Place], ranks: Sequence[int]
) -> Round:
    """Visit the nearest stop next, rank by rank. The bound is the cheapest way into every distinct place.

    Raises UnreachableStop.
    """
    order: list[int] = []
    here = start
    for rank in sorted(set(ranks)):
        waiting = {n for n, own in enumerate(ranks) if own == rank}
        here = _sweep(layout, stops, here, waiting, order)
    end = min(ends, key=lambda place: layout.cost(here, place))
    places = [start, *(stops[stop] for stop in order), end]
    legs = tuple(
        Leg(0.0, (layout.point(a),) * 2, layout.names_of(layout.exits(a)[:1])) if a == b else layout.leg(a, b)
        for a, b in pairwise(places)
    )
    cost = sum(layout.cost(a, b) for a, b in pairwise(places)) / (1000 * PLAIN)
    bound = min(cost, _ways_in(layout, set(stops), {start}) / (1000 * PLAIN))
    return Round(
        sum(leg.metres for leg in legs),
        tuple(order),
        legs,
        proved=False,
        bound=bound,
        method="nearest",
        cost=cost,
    )


def _sweep(
    layout: Walkable, stops: Sequence[Place], here: Place, waiting: set[int], order: list[int]
) -> Place:
    at: dict[Place, list[int]] = {}
    for stop in sorted(waiting):
        at.setdefault(stops[stop], []).append(stop)
    doors: dict[int, list[tuple[int, Place]]] = {}
    for place in at:
        for node, walk in layout.entries(place):
            doors.setdefault(node, []).append((walk.cost, place))
    while at:
        chosen = here if here in at else _nearest(layout, here, at, doors)
        if chosen is None:
            raise UnreachableStop(tuple(sorted(stop for stops_there in at.values() for stop in stops_there)))
        order += at.pop(chosen)
        here = chosen
    return here


def _nearest(
    layout: Walkable, here: Place, at: dict[Place, list[int]], doors: dict[int, list[tuple[int, Place]]]
) -> Place | None:
    """The nearest waiting place, by Dijkstra outwards from here."""
    ticket = count()
    heap: list[tuple[float, int, int, Place | None]] = []
    for node, walk in layout.exits(here):
        heappush(heap, (walk.cost, next(ticket), node, None))
        for _, place in doors.get(node, ()):
            direct = layout.straight(here, place) if place in at else None
            if direct is not None:
                heappush(heap, (direct.cost, next(ticket), -1, place))
    done: set[int] = set()
    while heap:
        cost, _, node, found = heappop(heap)
        if found is not None:
            if found in at:
                return found
            continue
        if node in done:
            continue
        done.add(node)
        doors[node] = [door for door in doors.get(node, ()) if door[1] in at]
        for walk_cost, place in doors[node]:
            heappush(heap, (cost + walk_cost, next(ticket), -1, place))
        for arc in layout.walk_graph.out[node]:
            if arc.to not in done:
                heappush(heap, (cost + arc.cost, next(ticket), arc.to, None))
    return None


def _ways_in(layout: Walkable, places: set[Place], known: set[Place]) -> float:
    """Each place is entered once: at least by its cheapest arc or from its nearest neighbour in the aisle."""
    into: dict[int, float] = {}
    for arcs in layout.walk_graph.out:
        for arc in arcs:
            into[arc.to] = min(into.get(arc.to, inf), arc.cost)
    neighbours: dict[int, list[Place]] = {}
    for place in places:
        for node, _ in layout.entries(place):
            neighbours.setdefault(node, []).append(place)
    total = 0.0
    for place in places - known:
        ways = [walk.cost or into.get(node, 0.0) for node, walk in layout.entries(place)]
        near = [
            other for node, _ in layout.entries(place)[:1] for other in neighbours[node] if other != place
        ]
        direct = [s.cost for s in (layout.straight(other, place) for other in near) if s is not None]
        total += min([*ways, *direct], default=0.0)
    return total
