"""The walk of a round: its bins made stops on the site's floor as it is today, and the shortest round over them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place, Site
from backend.floor.stock import StockMove
from backend.floor.wms.picking.floor import Closure, Crowd, Floor, Walk, floor_of_plan
from backend.floor.work import Task
from backend.kernel import clock

CROWDED_FOR = timedelta(minutes=10)
EACH_PERSON = 0.5
"""A metre in an aisle where somebody works counts half as much again for each of them."""


class Stop(msgspec.Struct, frozen=True):
    """One line's bin."""

    place: UUID


async def floor_of(connection: AsyncConnection, site_id: UUID) -> Floor:
    """The site's floor as it is today, closed aisles closed."""
    found = await connection.execute(select(Site.plan).where(Site.id == site_id))
    return floor_of_plan(msgspec.json.encode(found.scalar_one()))


async def crowd_of(connection: AsyncConnection, site_id: UUID) -> Crowd:
    """Where people with a round in hand were last seen, within minutes, as costs for rounds that are planned now."""
    last = (
        select(StockMove.task_id, Place.aisle, Place.block)
        .ext(distinct_on(StockMove.task_id))
        .join(Task, Task.id == StockMove.task_id)
        .join(Place, Place.id == StockMove.from_place_id)
        .where(
            Task.site_id == site_id,
            Task.kind == "pick",
            Task.state == "claimed",
            StockMove.kind == "pick",
            StockMove.booked_at > clock.now() - CROWDED_FOR,
        )
        .order_by(StockMove.task_id, StockMove.booked_at.desc())
        .subquery()
    )
    rows = await connection.execute(
        select(last.c.aisle, last.c.block, func.count().label("people"))
        .where(last.c.aisle.is_not(None))
        .group_by(last.c.aisle, last.c.block)
    )
    return {(row.aisle, row.block): 1 + EACH_PERSON * row.people for row in rows}


async def plan_walk(
    connection: AsyncConnection,
    site_id: UUID,
    stops: Sequence[Stop],
    *,
    start: UUID | None = None,
    crowd: Crowd | None = None,
    closed: Sequence[Closure] = (),
) -> Walk:
    """The shortest walk over the bins of some lines and to the depot.

    `start` is where the picker stands; the depot where nobody said so, or said a place that this site does not have.
    """
    floor = (await floor_of(connection, site_id)).without(closed)
    wanted = {stop.place for stop in stops} | ({start} if start else set())
    rows = await connection.execute(
        select(Place.id, Place.aisle, Place.block, Place.offset_m, Place.x, Place.y).where(
            Place.id.in_(wanted), Place.site_id == site_id
        )
    )
    places = {row.id: row for row in rows}
    return floor.walk(
        [places[stop.place] for stop in stops], start=places.get(start) if start else None, crowd=crowd
    )
