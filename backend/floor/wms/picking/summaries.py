"""Rounds in a list, with their progress: for those who choose one and those who watch them all."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.catalog import Place
from backend.floor.stock import StockMove
from backend.floor.wms.picking.round_schemas import RoundSummary
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.work import Task


async def round_summaries(
    connection: AsyncConnection, site_id: UUID, *, states: tuple[str, ...] = ("released", "claimed")
) -> list[RoundSummary]:
    """The site's rounds with their progress, the most urgent first."""
    lines = (
        select(
            PickLine.round_id,
            func.count().label("lines"),
            func.count().filter(PickLine.state.in_(("picked", "short"))).label("done"),
            func.count().filter(PickLine.state == "short").label("shorts"),
        )
        .where(PickLine.state != "cancelled")
        .group_by(PickLine.round_id)
        .subquery()
    )
    totes = (
        select(
            RoundTote.round_id,
            func.count().label("totes"),
            func.count(RoundTote.request_id.distinct()).label("orders"),
        )
        .group_by(RoundTote.round_id)
        .subquery()
    )
    rows = await connection.execute(
        select(
            Task.id,
            Task.number,
            Task.state,
            Task.due_at,
            Task.person_id,
            lines.c.lines,
            lines.c.done,
            lines.c.shorts,
            totes.c.totes,
            totes.c.orders,
            PickRound.length_m,
            PickRound.proved,
            PickRound.walked_m,
            PickRound.shortest_m,
        )
        .join(PickRound, PickRound.id == Task.id)
        .join(lines, lines.c.round_id == Task.id)
        .join(totes, totes.c.round_id == Task.id)
        .where(Task.site_id == site_id, Task.kind == "pick", Task.state.in_(states))
        .order_by(Task.priority.desc(), Task.due_at.asc().nulls_last(), Task.number)
        .limit(500)
    )
    return [await _summary(connection, row) for row in rows.all()]


async def _summary(connection: AsyncConnection, row: Any) -> RoundSummary:
    last = (
        (
            await connection.execute(
                select(Place.code, StockMove.booked_at)
                .join(Place, Place.id == StockMove.from_place_id)
                .where(
                    StockMove.task_id == row.id,
                    StockMove.kind == "pick",
                    StockMove.person_id == row.person_id,
                )
                .order_by(StockMove.booked_at.desc())
                .limit(1)
            )
        ).first()
        if row.person_id
        else None
    )
    return RoundSummary(
        id=row.id,
        number=row.number,
        state=row.state,
        due_at=row.due_at,
        person=row.person_id,
        person_name=await person_name(connection, row.person_id) if row.person_id else "",
        lines=row.lines,
        done=row.done,
        shorts=row.shorts,
        totes=row.totes,
        orders=row.orders,
        length_m=float(row.length_m),
        proved=row.proved,
        walked_m=float(row.walked_m),
        shortest_m=float(row.shortest_m),
        last_place=last.code if last else "",
        last_scan_at=last.booked_at if last else None,
    )
