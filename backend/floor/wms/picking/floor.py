"""A site's plan as the router takes it: where one stands before a place, how far it is, the shortest walk. No database."""

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

MM = Decimal("0.001")
Crowd = Mapping[tuple[int, int], float]
"""How many times its length a metre counts in a crowded sub-aisle, by (aisle, block)."""

Closure = tuple[int, int]
"""A closed sub-aisle: (aisle, block)."""


class Spot(msgspec.Struct, frozen=True):
    """As much of a place as says where one stands before it; metres."""

    aisle: int | None
    block: int | None
    offset_m: float | None
    x: float | None


class Walk(msgspec.Struct, frozen=True):
    """A planned walk: the lines in the order to walk them, its length, its proof, and the path to draw (metres).

    `cut_off` are the lines that no open way leads to: they are not in the order.
    """

    order: tuple[int, ...]
    length_m: Decimal
    bound_m: Decimal
    proved: bool
    method: str
    legs: list[list[tuple[float, float]]]
    cut_off: tuple[int, ...] = ()


class Floor:
    """A site's plan as the router takes it, in the plan's own metres."""

    def __init__(self, plan: dict[str, Any]) -> None:
        # The router brings numpy; a process that has not planned a walk yet starts without it.
        from backend.floor.routing import Layout

        self.open = Layout.blocks(
            aisles=plan["aisles"],
            blocks=plan["blocks"],
            aisle_length=plan["aisle_length"],
            pitch=plan["pitch"],
            depot=plan["depot"],
        )
        self.layout = self.open.closing(tuple(closure) for closure in plan.get("closed", ()))
        self.width = plan["aisle_x"][-1]

    def without(self, closed: Sequence[Closure]) -> "Floor":
        """The same floor with more of it closed."""
        if not closed:
            return self
        floor = copy(self)
        floor.layout = self.layout.closing(closed)
        return floor

    def stand(self, place: Any) -> Any:
        """Where a person stands before a place: in its aisle, or on the front cross-aisle at its x."""
        if place.aisle is not None and place.offset_m is not None:
            return self.layout.at(aisle=place.aisle, block=place.block, offset=float(place.offset_m))
        if place.x is None:
            return self.layout.depot
        return self.layout.on_cross(cross=0, x=min(max(float(place.x), 0.0), self.width))

    def distance(self, a: Any, b: Any) -> float:
        """Metres to walk from one place to another; as if nothing were closed where no open way leads."""
        from backend.floor.routing import UnreachableStop

        try:
            return self.layout.distance(self.stand(a), self.stand(b))
        except UnreachableStop:
            return self.open.distance(self.stand(a), self.stand(b))

    def cut_off(self, stops: Sequence[Any]) -> tuple[int, ...]:
        """The stops, by number, that cannot be reached from the depot."""
        if not stops:
            return ()
        costs = self.layout.matrix([self.layout.depot], [self.stand(stop) for stop in stops])[0]
        return tuple(number for number, cost in enumerate(costs) if cost == float("inf"))

    def walk(
        self, stops: Sequence[Any], *, start: Any = None, end: Any = None, crowd: Crowd | None = None
    ) -> Walk:
        """The shortest walk over the places before which to stop, from the depot and back to it unless told otherwise.

        Whoever stands in an aisle that was closed around them walks on as if it were open to leave it.
        """
        from backend.floor.routing import UnreachableStop, shortest_round

        cut_off = set(self.cut_off(stops))
        kept = [number for number in range(len(stops)) if number not in cut_off]
        begin = self.layout.depot if start is None else self.stand(start)
        finish = self.layout.depot if end is None else self.stand(end)
        places = [self.stand(stops[number]) for number in kept]
        try:
            found = shortest_round(self.layout, places, start=begin, end=finish, congestion=crowd or None)
        except UnreachableStop:
            found = shortest_round(self.layout, places, congestion=crowd or None)
        return Walk(
            order=tuple(kept[number] for number in found.order),
            length_m=Decimal(found.length).quantize(MM),
            bound_m=Decimal(found.length if found.proved else min(found.bound, found.length)).quantize(MM),
            proved=found.proved,
            method=found.method,
            legs=[[(round(x, 2), round(y, 2)) for x, y in leg.points] for leg in found.legs],
            cut_off=tuple(sorted(cut_off)),
        )


@lru_cache(maxsize=64)
def floor_of_plan(plan: bytes) -> Floor:
    """The floor of a plan as JSON, made once."""
    return Floor(msgspec.json.decode(plan))
