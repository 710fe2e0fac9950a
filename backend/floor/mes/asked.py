"""The question to whoever left a clock running: until when did you work? Asked at the next badge, answered once, nothing edited."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import JobReported
from backend.floor.mes import rules, screens
from backend.floor.mes.clocks import told
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.log import Job, lock_job
from backend.floor.mes.problems import ClockAnswered, ClockImplausible
from backend.floor.mes.schemas import ClockWas, JobTold
from backend.floor.mes.tables import OpEvent
from backend.floor.mes.tell import badge, tell_report
from backend.floor.work import FloorException
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, Who, transactional

KIND: Final = "clock_forgotten"
LONGEST: Final = timedelta(hours=16)


async def clock_questions(connection: AsyncConnection, who: Who) -> list[screens.ClockAsked]:
    """This person's clocks that were closed by the rule and that nobody has answered for, the oldest first."""
    rows = await connection.execute(
        select(FloorException.id, FloorException.details)
        .where(*_mine(who))
        .order_by(FloorException.raised_at)
    )
    return [
        screens.ClockAsked(
            exception=row.id,
            job=row.details["job"],
            since=datetime.fromisoformat(row.details["since"]),
            until=datetime.fromisoformat(row.details["until"]),
        )
        for row in rows
    ]


def _mine(who: Who) -> tuple[Any, ...]:
    return (
        FloorException.site_id == who.site_id,
        FloorException.kind == KIND,
        FloorException.state == "open",
        FloorException.raised_by == who.person_id,
        FloorException.details.has_key("operation"),
    )


async def clock_was(connection: AsyncConnection, command: Command[ClockWas]) -> JobTold:
    """Takes the person's word for when work ended: the rule's pause is undone, and one at that moment written instead.

    Raises:
        ClockAnswered: somebody answered before, or it is not this person's clock.
        ClockImplausible: before the clock began, after the person began elsewhere, in the future, or longer than anybody works.
    """
    facts = command.payload
    asked = (
        await connection.execute(
            select(FloorException.details, FloorException.command_id).where(
                FloorException.id == facts.exception, *_mine(command.who)
            )
        )
    ).first()
    if asked is None:
        raise ClockAnswered
    job = await lock_job(connection, command, UUID(asked.details["operation"]))
    if facts.until is not None:
        since = datetime.fromisoformat(asked.details["since"])
        await _plausible(connection, command, job, since, facts.until)
    await _settle(connection, command)
    now = job.folded
    if facts.until is not None:
        now = await _rewrite(connection, command, job, asked, facts.until)
    return told(job, now)


async def _settle(connection: AsyncConnection, command: Command[ClockWas]) -> None:
    facts = command.payload
    settled = await connection.execute(
        update(FloorException)
        .where(FloorException.id == facts.exception, FloorException.state == "open")
        .values(
            state="resolved",
            resolved_by=command.who.person_id,
            resolved_at=clock.now(),
            resolution="clock_confirmed" if facts.until is None else "clock_corrected",
            note=None if facts.until is None else facts.until.isoformat(),
        )
        .returning(FloorException.id)
    )
    if settled.first() is None:
        raise ClockAnswered


async def _plausible(
    connection: AsyncConnection, command: Command[ClockWas], job: Job, since: datetime, until: datetime
) -> None:
    elsewhere = await connection.execute(
        select(OpEvent.captured_at)
        .where(
            OpEvent.person_id == command.who.person_id,
            OpEvent.kind.in_(("start", "setup")),
            OpEvent.captured_at > since,
        )
        .order_by(OpEvent.captured_at)
        .limit(1)
    )
    latest = min(since + LONGEST, command.captured_at, elsewhere.scalar_one_or_none() or command.captured_at)
    if not since <= until <= latest:
        raise ClockImplausible(
            f"{job.number}: between {since.isoformat()} and {latest.isoformat()}.",
            since=since.isoformat(),
            latest=latest.isoformat(),
        )


async def _rewrite(
    connection: AsyncConnection, command: Command[ClockWas], job: Job, asked: Any, until: datetime
) -> rules.State:
    """Undoes the rule's pause and pauses when the person says. Where the step is finished, the minutes nobody told are told now."""
    me = command.who.person_id
    closed = (
        await connection.execute(
            select(OpEvent.id).where(
                OpEvent.command_id == asked.command_id,
                OpEvent.operation_id == job.id,
                OpEvent.kind == "pause",
            )
        )
    ).scalar_one()
    rest = _rest(job, command, asked.details, until) if job.state == "done" else rules.ZERO
    events = [
        Entry(kind="undo", person=me, at=command.captured_at, undoes=closed),
        Entry(kind="pause", person=me, at=until, reason="shift_end", minutes=rest),
    ]
    ids, now = await write(connection, command, job, events)
    if rest:
        report = JobReported(
            number=job.number,
            report_id=str(ids[1]),
            operation=job.operation,
            good=rules.ZERO,
            scrap=rules.ZERO,
            rework=rules.ZERO,
            minutes=rest,
            person=await badge(connection, me),
            at=until,
        )
        await tell_report(connection, job, report)
    return now


def _rest(job: Job, command: Command[ClockWas], details: dict[str, str], until: datetime) -> Decimal:
    mine = job.folded.clocks.get(command.who.person_id, rules.Clock())
    since = datetime.fromisoformat(details["since"])
    booked = rules.minutes(since, datetime.fromisoformat(details["until"]))
    return max(mine.worked - booked + rules.minutes(since, until) - mine.told, rules.ZERO)


COMMANDS: Registry = {"job.clock_was": (ClockWas, transactional(clock_was))}
