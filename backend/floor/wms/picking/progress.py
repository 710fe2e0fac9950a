"""How far a round is, for home and for lists."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import Quant, StockMove
from backend.floor.wms.picking.tables import PickLine, RoundTote
from backend.floor.work import Task


async def round_progress(connection: AsyncConnection, task: UUID) -> dict[str, Any]:
    """Lines done of all, totes, the next bin, and when it was last touched."""
    counts = (
        await connection.execute(
            select(
                func.count().label("total"),
                func.count().filter(PickLine.state != "open").label("done"),
            ).where(PickLine.round_id == task, PickLine.state != "cancelled")
        )
    ).one()
    totes = await connection.execute(select(func.count()).where(RoundTote.round_id == task))
    place = await connection.execute(
        select(Place.code)
        .join(Quant, Quant.place_id == Place.id)
        .join(PickLine, PickLine.quant_id == Quant.id)
        .where(PickLine.round_id == task, PickLine.state == "open")
        .order_by(PickLine.sequence)
        .limit(1)
    )
    touched = await connection.execute(select(func.max(StockMove.booked_at)).where(StockMove.task_id == task))
    return {
        "done": counts.done,
        "total": counts.total,
        "totes": totes.scalar_one(),
        "place": place.scalar_one_or_none() or "",
        "touched_at": touched.scalar_one_or_none(),
    }


async def lines_waiting(connection: AsyncConnection, site_id: UUID) -> int:
    """Open lines of rounds that nobody has taken."""
    found = await connection.execute(
        select(func.count())
        .select_from(PickLine)
        .join(Task, Task.id == PickLine.round_id)
        .where(Task.site_id == site_id, Task.state == "released", PickLine.state == "open")
    )
    return found.scalar_one()
