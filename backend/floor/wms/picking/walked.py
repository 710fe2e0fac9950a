"""How far a round was really walked: from scan to scan in the order they were made, against the shortest walk through them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import StockMove
from backend.floor.wms.picking.floor import MM, Floor
from backend.floor.wms.picking.packing import spot_of
from backend.floor.wms.picking.tables import PickRound
from backend.floor.wms.picking.walk import floor_of
from backend.floor.work import Task
from backend.kernel import clock
from backend.kernel.db import Database

AT_ONCE = 100
AFTERWARDS = timedelta(hours=14)
"""So long after its end a round may still get scans that a device kept off line: a shift and some."""
_SCANS = ("pick", "drop", "undo")


async def measure_walks(db: Database) -> list[UUID]:
    """Works out anew every round in which something was scanned since it was last measured. Returns the site of each."""
    scanned = exists().where(
        StockMove.task_id == PickRound.id,
        StockMove.kind.in_(_SCANS),
        or_(PickRound.walked_at.is_(None), StockMove.booked_at > PickRound.walked_at),
    )
    async with db.transaction() as connection:
        found = await connection.execute(
            select(PickRound.id, PickRound.site_id)
            .join(Task, Task.id == PickRound.id)
            .where(or_(Task.state == "claimed", Task.done_at > clock.now() - AFTERWARDS), scanned)
            .limit(AT_ONCE)
        )
        rounds = found.all()
        floors = {site: await floor_of(connection, site) for site in {row.site_id for row in rounds}}
        for row in rounds:
            await _measure(connection, row.id, floors[row.site_id])
    return [row.site_id for row in rounds]


async def _measure(connection: AsyncConnection, round_id: UUID, floor: Floor) -> None:
    """The walk starts at the depot; a pick is made where the goods come from, a drop and an undo where they go to."""
    target = case((StockMove.kind == "pick", StockMove.from_place_id), else_=StockMove.to_place_id)
    rows = await connection.execute(
        select(Place.aisle, Place.block, Place.offset_m, Place.x, StockMove.booked_at)
        .join(Place, Place.id == target)
        .where(StockMove.task_id == round_id, StockMove.kind.in_(_SCANS))
        .order_by(StockMove.captured_at, StockMove.booked_at, StockMove.id)
    )
    scans = rows.all()
    walked, shortest = walked_and_shortest(floor, [spot_of(row) for row in scans])
    await connection.execute(
        update(PickRound)
        .where(PickRound.id == round_id)
        .values(
            walked_m=walked,
            shortest_m=shortest,
            walked_at=max((row.booked_at for row in scans), default=func.clock_timestamp()),
        )
    )


def walked_and_shortest(floor: Floor, scans: Sequence[Any]) -> tuple[Decimal, Decimal]:
    """Metres from the depot along the scans in their order, and of the shortest walk through the same places to the last one."""
    if not scans:
        return Decimal(0), Decimal(0)
    depot = _Depot()
    walked = sum(floor.distance(a, b) for a, b in pairwise([depot, *scans]))
    shortest = floor.walk(list(dict.fromkeys(scans)), end=scans[-1]).length_m
    metres = Decimal(walked).quantize(MM)
    return metres, min(metres, shortest)


class _Depot:
    """Where every round starts; a place without coordinates stands for it."""

    aisle = block = offset_m = x = None
