"""Planning the rest of a round again: after a short, a skip, a closed aisle, the open lines get the shortest order anew."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import Quant
from backend.floor.wms.picking.tables import PickLine, PickRound
from backend.floor.wms.picking.walk import Stop, plan_walk


async def place_lines(
    connection: AsyncConnection, site_id: UUID, round_id: UUID, *, start: UUID | None = None
) -> None:
    """Puts the open, unskipped lines of a round in the order of the shortest walk from `start`; skipped ones stay last."""
    rows = (
        await connection.execute(
            select(PickLine.id, Quant.place_id)
            .join(Quant, Quant.id == PickLine.quant_id)
            .where(PickLine.round_id == round_id, PickLine.state == "open", PickLine.skipped == 0)
            .order_by(PickLine.sequence, PickLine.id)
        )
    ).all()
    if not rows:
        return
    walk = await plan_walk(connection, site_id, [Stop(row.place_id) for row in rows], start=start)
    done = (
        await connection.execute(
            select(PickLine.sequence)
            .where(PickLine.round_id == round_id, PickLine.state != "open")
            .order_by(PickLine.sequence.desc())
            .limit(1)
        )
    ).scalar_one_or_none() or 0
    for place, index in enumerate(walk.order, start=1):
        await connection.execute(
            update(PickLine).where(PickLine.id == rows[index].id).values(sequence=done + place * 10)
        )
    skipped_from = done + (len(rows) + 1) * 10
    skipped = (
        await connection.execute(
            select(PickLine.id)
            .where(PickLine.round_id == round_id, PickLine.state == "open", PickLine.skipped > 0)
            .order_by(PickLine.skipped, PickLine.sequence)
        )
    ).scalars()
    for place, line in enumerate(skipped.all()):
        await connection.execute(
            update(PickLine).where(PickLine.id == line).values(sequence=skipped_from + place * 10)
        )
    await connection.execute(
        update(PickRound).where(PickRound.id == round_id).values(path={"legs": walk.legs})
    )
