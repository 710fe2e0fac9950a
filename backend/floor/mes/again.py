"""Rework at an earlier operation: pieces go back there and through every step from there to here once more.

They counted as good at each of those steps. So each gets an event that takes them out of its good pieces: what remains there grows, a
finished step opens again, and the step after it has so many fewer that came in. Nothing that was booked is changed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import JobReported
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.log import Job, read_job
from backend.floor.mes.problems import NotEarlier
from backend.floor.mes.tables import Operation, OpEvent, WorkOrder
from backend.floor.mes.tell import badge, correction, tell_report
from backend.floor.stock import NotUndoable
from backend.kernel.commands import Command
from backend.kernel.quantity import plain


async def lock_path(connection: AsyncConnection, site: UUID, here: UUID, earlier: UUID) -> None:
    """Locks the order and then its steps from `earlier` to `here`, in their order, as reports lock them.

    Raises:
        NotEarlier: `earlier` is no step of the same order before this one.
    """
    mine = (
        select(Operation.work_order_id, Operation.operation)
        .where(Operation.id == here, Operation.site_id == site)
        .subquery()
    )
    await connection.execute(
        select(WorkOrder.id)
        .where(WorkOrder.id == select(mine.c.work_order_id).scalar_subquery())
        .with_for_update(key_share=True)
    )
    first = select(Operation.operation).where(Operation.id == earlier).scalar_subquery()
    path = await connection.execute(
        select(Operation.id)
        .join(mine, mine.c.work_order_id == Operation.work_order_id)
        .where(Operation.operation.between(first, mine.c.operation), Operation.state != "cancelled")
        .order_by(Operation.operation)
        .with_for_update(of=Operation, key_share=True)
    )
    steps = path.scalars().all()
    if len(steps) < 2 or steps[0] != earlier:
        raise NotEarlier


async def send_back(
    connection: AsyncConnection, command: Command[Any], job: Job, *, to: UUID, pieces: Decimal, report: UUID
) -> None:
    """Takes pieces that were found bad at `job` out of the good ones of every step from `to` to the one before it."""
    for step in await _between(connection, job, to):
        was = await read_job(connection, job.site_id, step)
        entry = Entry(
            kind="back",
            person=command.who.person_id,
            at=command.captured_at,
            good=-pieces,
            data={"from": job.operation, "report": str(report)},
        )
        [event], _ = await write(connection, command, was, [entry])
        await tell_report(connection, was, await _told(connection, was, event, entry))


async def _told(connection: AsyncConnection, step: Job, event: UUID, entry: Entry) -> JobReported:
    zero = Decimal(0)
    return JobReported(
        number=step.number,
        report_id=str(event),
        operation=step.operation,
        good=entry.good,
        scrap=zero,
        rework=zero,
        minutes=zero,
        person=await badge(connection, entry.person),
        at=entry.at,
    )


async def _between(connection: AsyncConnection, job: Job, to: UUID) -> Sequence[UUID]:
    """The steps from `to` to the one before this, the last first: each may only give up what the next no longer has."""
    first = select(Operation.operation).where(Operation.id == to).scalar_subquery()
    rows = await connection.execute(
        select(Operation.id)
        .where(
            Operation.work_order_id == job.work_order_id,
            Operation.operation >= first,
            Operation.operation < job.operation,
            Operation.state != "cancelled",
        )
        .order_by(Operation.operation.desc())
    )
    return rows.scalars().all()


async def bring_forward(connection: AsyncConnection, command: Command[Any], job: Job, undone: UUID) -> None:
    """Undoes a sending back: the pieces are good again at every step they were to pass, if nobody has begun on them there.

    Raises:
        NotUndoable: somebody has.
    """
    rows = await connection.execute(
        select(OpEvent.id, OpEvent.operation_id, OpEvent.good, OpEvent.person_id)
        .join(Operation, Operation.id == OpEvent.operation_id)
        .where(OpEvent.command_id == undone, OpEvent.kind == "back", OpEvent.operation_id != job.id)
        .order_by(Operation.operation)
    )
    for row in rows.all():
        step = await read_job(connection, job.site_id, row.operation_id)
        if step.folded.again < -row.good:
            raise NotUndoable(
                f"Step {step.operation} has begun on these pieces again.", again=plain(step.folded.again)
            )
        undo = Entry(kind="undo", person=row.person_id, at=command.captured_at, undoes=row.id)
        await write(connection, command, step, [undo])
        back = Entry(kind="back", person=row.person_id, at=command.captured_at, good=row.good)
        report = await _told(connection, step, row.id, back)
        await tell_report(connection, step, correction(report, command.captured_at, f"{row.id}/undone"))
