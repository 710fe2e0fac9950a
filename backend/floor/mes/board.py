"""The supervisor's look at the shop floor: lines, what each work centre does or why it stands, open calls."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Item
from backend.floor.mes import screens
from backend.floor.mes.lists import open_calls, reasons
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.tables import MachineStop, OpClock, Operation, WorkOrder
from backend.kernel import clock

_DOES = ("running", "setup", "paused")


async def jobs_board(connection: AsyncConnection, site: UUID) -> screens.JobsBoard:
    """Every work centre, by line, with the job at hand."""
    jobs = await _at_hand(connection, site)
    people = await _people(connection, site)
    rows = await connection.execute(
        select(
            WorkCentre.id,
            WorkCentre.code,
            WorkCentre.name,
            WorkCentre.line,
            MachineStop.reason,
            MachineStop.stopped_at,
            func.count(Operation.id).label("waiting"),
            func.count(Operation.id).filter(WorkOrder.due_at < clock.now()).label("late"),
        )
        .outerjoin(MachineStop, (MachineStop.work_centre_id == WorkCentre.id) & MachineStop.runs_at.is_(None))
        .outerjoin(
            Operation,
            (Operation.work_centre_id == WorkCentre.id) & Operation.state.not_in(("done", "cancelled")),
        )
        .outerjoin(WorkOrder, WorkOrder.id == Operation.work_order_id)
        .where(WorkCentre.site_id == site)
        .group_by(WorkCentre.id, MachineStop.id)
        .order_by(WorkCentre.line, WorkCentre.code)
    )
    centres = [_centre(row, jobs.get(row.id), people.get(row.id, [])) for row in rows]
    return screens.JobsBoard(
        centres=centres,
        calls=await open_calls(connection, site),
        reasons=await reasons(connection, site),
        at=clock.now(),
    )


def _centre(row: Any, job: Any, people: list[str]) -> screens.BoardCentre:
    state = "stopped" if row.reason else job.state if job else "idle"
    return screens.BoardCentre(
        id=row.id,
        code=row.code,
        name=row.name,
        line=row.line,
        state=state,
        since=row.stopped_at or (job.last_at if job else None),
        reason=row.reason or (job.pause_reason if job and job.state == "paused" else ""),
        number=f"{job.number}-{job.operation}" if job else "",
        item=job.item if job else "",
        good=job.good if job else Decimal(0),
        target=job.target if job else Decimal(0),
        people=people,
        waiting=row.waiting,
        late=row.late,
    )


async def _at_hand(connection: AsyncConnection, site: UUID) -> dict[UUID, Any]:
    """The job each work centre is at: the one that runs, or the last that did."""
    rows = await connection.execute(
        select(
            Operation.work_centre_id,
            WorkOrder.number,
            Operation.operation,
            Item.name.label("item"),
            Operation.state,
            Operation.pause_reason,
            Operation.good,
            Operation.target,
            Operation.last_at,
        )
        .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
        .join(Item, Item.id == WorkOrder.item_id)
        .where(Operation.site_id == site, Operation.state.in_(_DOES))
        .order_by(Operation.state != "running", Operation.last_at.desc())
    )
    first: dict[UUID, Any] = {}
    for row in rows:
        first.setdefault(row.work_centre_id, row)
    return first


async def _people(connection: AsyncConnection, site: UUID) -> dict[UUID, list[str]]:
    rows = await connection.execute(
        select(Operation.work_centre_id, Person.name)
        .join(OpClock, OpClock.operation_id == Operation.id)
        .join(Person, Person.id == OpClock.person_id)
        .where(Operation.site_id == site, OpClock.kind != "off")
        .order_by(Person.name)
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.work_centre_id, []).append(row.name)
    return found
