"""Undo: what a command did at an operation is taken back by events and moves the other way; nothing is edited."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import GoodsProduced, JobReported
from backend.floor.mes.again import bring_forward
from backend.floor.mes.clocks import told
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.genealogy import give_back, match
from backend.floor.mes.log import Job, advance_order, lock_job
from backend.floor.mes.schemas import JobTold, UndoJob
from backend.floor.mes.tables import Consumption, OperationMaterial, OpEvent, Production
from backend.floor.mes.tell import Went, badge, correction, tell_consumed, tell_produced, tell_report
from backend.floor.stock import (
    Lot,
    NotUndoable,
    ProductionUndone,
    Serial,
    StockMove,
    StockShort,
    post,
    reverse,
)
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.local import announce

UNDOABLE = frozenset({"report", "consume", "finish", "pause", "start", "setup"})


async def undo_job(connection: AsyncConnection, command: Command[UndoJob]) -> JobTold:
    """Takes back what an earlier command booked at this operation.

    Raises:
        NotUndoable: nothing was booked under that key, it was undone before, or somebody has used what it made.
    """
    facts = command.payload
    job = await lock_job(connection, command, facts.operation)
    undone = OpEvent.__table__.alias("undone")
    rows = (
        await connection.execute(
            select(*OpEvent.__table__.columns, undone.c.id.label("undone_by"))
            .outerjoin(undone, undone.c.undoes_id == OpEvent.id)
            .where(OpEvent.command_id == facts.command, OpEvent.operation_id == job.id)
            .order_by(OpEvent.id)
        )
    ).all()
    if not rows or any(row.undone_by is not None or row.kind not in UNDOABLE for row in rows):
        raise NotUndoable
    await _moves_back(connection, command)
    await bring_forward(connection, command, job, facts.command)
    events = [row.id for row in rows]
    entries = [
        Entry(kind="undo", person=row.person_id, at=command.captured_at, undoes=row.id) for row in rows
    ]
    _, now = await write(connection, command, job, entries)
    await _materials_back(connection, command, job, events)
    await _goods_back(connection, command, job, events)
    gone: dict[str, str] = {}
    for row in rows:
        gone |= row.data.get("scrapped", {})
        await _report_back(connection, command, job, row)
    await give_back(connection, events, gone)
    await match(connection, job.work_order_id)
    if job.last and any(row.kind == "finish" for row in rows):
        await advance_order(connection, job, "begin")
    return told(job, now)


async def _moves_back(connection: AsyncConnection, command: Command[UndoJob]) -> None:
    booked = await connection.execute(
        select(StockMove.id).where(StockMove.command_id == command.payload.command).limit(1)
    )
    if booked.first() is None:
        return
    try:
        await post(connection, command, await reverse(connection, command, command.payload.command))
    except StockShort as short:
        raise NotUndoable(short.detail, **short.facts) from short


async def _report_back(connection: AsyncConnection, command: Command[Any], job: Job, row: Any) -> None:
    if row.kind != "report" and row.minutes == 0:
        return
    report = JobReported(
        number=job.number,
        report_id=str(row.id),
        operation=job.operation,
        good=row.good,
        scrap=row.scrap,
        rework=row.rework - row.mended,
        minutes=row.minutes,
        person=await badge(connection, row.person_id),
        at=row.captured_at,
    )
    await tell_report(connection, job, correction(report, command.captured_at, f"{row.id}/undone"))


async def _materials_back(
    connection: AsyncConnection, command: Command[Any], job: Job, events: list[UUID]
) -> None:
    rows = (
        await connection.execute(
            select(
                Consumption.material_id, Consumption.lot_id, Consumption.serial_id, Consumption.quantity
            ).where(Consumption.event_id.in_(events))
        )
    ).all()
    for row in rows:
        await connection.execute(
            update(OperationMaterial)
            .where(OperationMaterial.id == row.material_id)
            .values(consumed=OperationMaterial.consumed - row.quantity)
        )
    went = [
        Went(material=row.material_id, lot=row.lot_id, serial=row.serial_id, quantity=-row.quantity)
        for row in rows
    ]
    await tell_consumed(connection, command, job, went)


async def _goods_back(
    connection: AsyncConnection, command: Command[Any], job: Job, events: list[UUID]
) -> None:
    rows = (
        await connection.execute(
            select(
                Production.event_id, Production.quantity, Lot.code.label("lot"), Serial.code.label("serial")
            )
            .outerjoin(Lot, Lot.id == Production.lot_id)
            .outerjoin(Serial, Serial.id == Production.serial_id)
            .where(Production.event_id.in_(events))
            .order_by(Production.id)
        )
    ).all()
    if not rows:
        return
    for production in dict.fromkeys(row.event_id for row in rows):
        undone = ProductionUndone(
            command=command, site=job.site_id, production=production, at=command.captured_at
        )
        await announce(connection, undone)
    message = GoodsProduced(
        number=job.number,
        production_id=f"{rows[0].event_id}/undone",
        sku=job.sku,
        quantity=-sum((row.quantity for row in rows), start=Decimal(0)),
        at=command.captured_at,
        lot=rows[0].lot,
        serials=tuple(row.serial for row in rows if row.serial is not None),
    )
    await tell_produced(connection, job, message)


COMMANDS: Registry = {"job.undo": (UndoJob, transactional(undo_job))}
