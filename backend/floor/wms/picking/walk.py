"""The walk of a round: the site's plan made a layout, its bins stops, and the shortest round over them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place, Site

MM = Decimal("0.001")


class Stop(msgspec.Struct, frozen=True):
    """One line's bin."""

    place: UUID


class Walk(msgspec.Struct, frozen=True):
    """A planned walk: the lines in the order to walk them, its length, its proof, and the path to draw (metres)."""

    order: tuple[int, ...]
    length_m: Decimal
    bound_m: Decimal
    proved: bool
    method: str
    legs: list[list[tuple[float, float]]]


class Floor:
    """A site's plan as the router takes it, in the plan's own metres."""

    def __init__(self, plan: dict[str, Any]) -> None:
        # The router brings numpy; a process that has not planned a walk yet starts without it.
        from backend.floor.routing import Layout

        self.layout = Layout.blocks(
            aisles=plan["aisles"],
            blocks=plan["blocks"],
            aisle_length=plan["aisle_length"],
            pitch=plan["pitch"],
            depot=plan["depot"],
        ).closing(tuple(closure) for closure in plan.get("closed", ()))
        self.width = plan["aisle_x"][-1]

    def stand(self, place: Any) -> Any:
        """Where a person stands before a place: in its aisle, or on the front cross-aisle at its x."""
        if place.aisle is not None and place.offset_m is not None:
            return self.layout.at(aisle=place.aisle, block=place.block, offset=float(place.offset_m))
        if place.x is None:
            return self.layout.depot
        return self.layout.on_cross(cross=0, x=min(max(float(place.x), 0.0), self.width))

    def distance(self, a: Any, b: Any) -> float:
        """Metres to walk from one place to another."""
        return self.layout.distance(self.stand(a), self.stand(b))

    def walk(self, stops: Sequence[Any], *, start: Any = None, end: Any = None) -> Walk:
        """The shortest walk over the places before which to stop, from the depot and back unless told otherwise."""
        from backend.floor.routing import shortest_round

        found = shortest_round(
            self.layout,
            [self.stand(stop) for stop in stops],
            start=self.stand(start) if start is not None else None,
            end=self.stand(end) if end is not None else None,
        )
        return Walk(
            order=tuple(found.order),
            length_m=Decimal(found.length).quantize(MM),
            bound_m=Decimal(found.bound).quantize(MM),
            proved=found.proved,
            method=found.method,
            legs=[[(round(x, 2), round(y, 2)) for x, y in leg.points] for leg in found.legs],
        )


@lru_cache(maxsize=64)
def _floor(plan: bytes) -> Floor:
    return Floor(msgspec.json.decode(plan))


async def floor_of(connection: AsyncConnection, site_id: UUID) -> Floor:
    """The site's floor as it is today, closed aisles closed."""
    found = await connection.execute(select(Site.plan).where(Site.id == site_id))
    return _floor(msgspec.json.encode(found.scalar_one()))


async def plan_walk(
    connection: AsyncConnection, site_id: UUID, stops: Sequence[Stop], *, start: UUID | None = None
) -> Walk:
    """The shortest walk over the bins of some lines; `start` is where the picker stands, the depot when left out."""
    floor = await floor_of(connection, site_id)
    wanted = {stop.place for stop in stops} | ({start} if start else set())
    rows = await connection.execute(
        select(Place.id, Place.aisle, Place.block, Place.offset_m, Place.x, Place.y).where(
            Place.id.in_(wanted)
        )
    )
    places = {row.id: row for row in rows}
    return floor.walk([places[stop.place] for stop in stops], start=places[start] if start else None)
