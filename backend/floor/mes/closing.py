"""Clocks that were forgotten: after the end of the shift they began in, they are closed by rule, and a supervisor is asked."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.catalog import Site
from backend.floor.mes import rules
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.log import lock_job
from backend.floor.mes.masters import Shift
from backend.floor.mes.shifts import shift_at
from backend.floor.mes.tables import OpClock, OpEvent
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.commands import Command, Who, log_row
from backend.kernel.edge import Edge
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain
from backend.kernel.tables import CommandLog

GRACE = timedelta(minutes=20)
NO_SHIFT = timedelta(hours=12)


class CloseClock(Edge):
    """What the rule closes."""

    operation: UUID
    person: UUID


async def close_forgotten(connection: AsyncConnection) -> list[UUID]:
    """Closes clocks that still run well after their shift, at the shift's end. Returns the sites concerned.

    Whoever did anything on the job after the shift's end stays on: that is overtime, not forgetting.
    """
    now = clock.now()
    rows = await connection.execute(
        select(OpClock.operation_id, OpClock.person_id, OpClock.site_id, OpClock.since, Site.time_zone)
        .join(Site, Site.id == OpClock.site_id)
        .where(OpClock.kind != "off", OpClock.since < now - GRACE)
        .order_by(OpClock.operation_id)
    )
    sites = []
    for row in rows.all():
        end = await _end(connection, row)
        if now >= end + GRACE and not await _at_work_since(connection, row, end):
            await _close(connection, row, end)
            sites.append(row.site_id)
    return sites


async def _end(connection: AsyncConnection, row: Any) -> datetime:
    shifts = await connection.execute(
        select(Shift.code, Shift.starts, Shift.ends)
        .where(Shift.site_id == row.site_id)
        .order_by(Shift.starts)
    )
    local = row.since.astimezone(ZoneInfo(row.time_zone))
    found = shift_at([(one.code, one.starts, one.ends) for one in shifts], local)
    since: datetime = row.since
    return since + NO_SHIFT if found is None else found[1].astimezone(since.tzinfo)


async def _at_work_since(connection: AsyncConnection, row: Any, end: datetime) -> bool:
    found = await connection.execute(
        select(OpEvent.id)
        .where(
            OpEvent.operation_id == row.operation_id,
            OpEvent.person_id == row.person_id,
            OpEvent.captured_at > end,
        )
        .limit(1)
    )
    return found.first() is not None


async def _close(connection: AsyncConnection, row: Any, end: datetime) -> None:
    """The rule acts as the person, under a command of its own, so that it can be undone like any other."""
    who = Who(row.person_id, None, row.site_id)
    facts = CloseClock(operation=row.operation_id, person=row.person_id)
    command = Command(new_id(), "job.close_clock", facts, who, end)
    await connection.execute(insert(CommandLog).values(**log_row(command), outcome="done", answer={}))
    job = await lock_job(connection, command, row.operation_id)
    mine = job.folded.clocks.get(row.person_id)
    if mine is None or mine.since is None:
        return
    at = max(end, mine.since)
    await write(
        connection, command, job, [Entry(kind="pause", person=row.person_id, at=at, reason="shift_end")]
    )
    name = await person_name(connection, row.person_id)
    found = Found(
        kind="clock_forgotten",
        item=job.item_id,
        document=job.work_order_id,
        details={
            "person": name,
            "job": f"{job.number}-{job.operation}",
            "minutes": plain(rules.minutes(mine.since, at)),
            "since": mine.since.isoformat(),
            "until": at.isoformat(),
            "operation": str(job.id),
        },
    )
    await raise_exception(connection, row.site_id, found, command=command)
