"""Start, set up, pause, finish: a person's clock at an operation. Gates are looked at here, at the start, and nowhere later."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import JobReported
from backend.floor.catalog import Item
from backend.floor.mes import rules
from backend.floor.mes.entries import Entry, stop_elsewhere, write
from backend.floor.mes.gates import shut_gates
from backend.floor.mes.genealogy import use_up_rest
from backend.floor.mes.log import Job, advance_order, lock_job, people_untold
from backend.floor.mes.problems import JobOver, NotIssued, NotReady, ReworkWaits
from backend.floor.mes.schemas import FinishJob, JobTold, PauseJob, StartJob
from backend.floor.mes.tables import OperationMaterial
from backend.floor.mes.tell import badge, check_reasons, tell_report
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import Problem
from backend.kernel.quantity import plain

# A command that is this much younger than its booking was shown to the person at once; an older one was done without the network.
AT_ONCE = timedelta(seconds=30)


def told(job: Job, now: rules.State, **more: Any) -> JobTold:
    """How the operation stands now."""
    return JobTold(
        operation=job.id,
        state=now.name,
        good=now.good,
        scrap=now.scrap,
        rework=now.rework,
        remaining=max(job.target - now.good, rules.ZERO),
        **more,
    )


def kept(command: Command[Any], job: Job, problem: Problem, kind: str, **details: str) -> Problem:
    """A refusal of what was done without the network stays in the books as an exception: it did happen."""
    if clock.now() - command.captured_at < AT_ONCE:
        return problem

    async def record(connection: AsyncConnection) -> None:
        found = Found(
            kind=kind,
            severity="high",
            item=job.item_id,
            document=job.work_order_id,
            details={
                "why": problem.type,
                "detail": problem.detail,
                "job": f"{job.number}-{job.operation}",
                **details,
            },
        )
        await raise_exception(connection, job.site_id, found, command=command)

    return problem.recording(record)


def _begin(kind: str) -> Callable[[AsyncConnection, Command[StartJob]], Awaitable[JobTold]]:
    async def begin(connection: AsyncConnection, command: Command[StartJob]) -> JobTold:
        """Starts a person's clock, if every gate is open.

        Raises:
            NotReady: one or more gates are shut; the facts name each.
        """
        until = await stop_elsewhere(connection, command, command.payload.operation)
        job = await lock_job(connection, command, command.payload.operation)
        shut = await shut_gates(connection, job, command.who.person_id)
        if shut:
            raise kept(
                command,
                job,
                NotReady(" ".join(gate.detail for gate in shut), gates=msgspec.to_builtins(shut)),
                "job_started_though_shut",
            )
        me = command.who.person_id
        entries = [Entry(kind=kind, person=me, at=command.captured_at)]
        if until is not None:
            entries.append(Entry(kind="pause", person=me, at=until, reason="switched"))
        _, now = await write(connection, command, job, entries)
        await advance_order(connection, job, "begin")
        return told(job, now)

    return begin


async def pause_job(connection: AsyncConnection, command: Command[PauseJob]) -> JobTold:
    """Stops this person's clock. The minutes stay; no quantity is asked for."""
    facts = command.payload
    await check_reasons(connection, command.who.site_id, "pause", [facts.reason])
    job = await lock_job(connection, command, facts.operation)
    entry = Entry(
        kind="pause",
        person=command.who.person_id,
        at=command.captured_at,
        reason=facts.reason,
        data={"note": facts.note} if facts.note else {},
    )
    _, now = await write(connection, command, job, [entry])
    return told(job, now)


async def finish_job(connection: AsyncConnection, command: Command[FinishJob]) -> JobTold:
    """Closes the operation: every clock on it stops and its minutes are told.

    Raises:
        JobOver: it is finished or cancelled already.
        NotIssued: material that must be scanned was not, and that was not acknowledged.
        ReworkWaits: pieces wait to be mended here, and that was not acknowledged.
    """
    facts = command.payload
    job = await lock_job(connection, command, facts.operation)
    if job.state in {"done", "cancelled"}:
        raise JobOver(f"{job.number} step {job.operation} is {job.state}.", state=job.state)
    if not facts.acknowledge:
        await _all_issued(connection, job)
        _all_mended(job)
    now = await close_job(connection, command, job, data={"acknowledged": True} if facts.acknowledge else {})
    return told(job, now)


async def close_job(
    connection: AsyncConnection, command: Command[Any], job: Job, *, data: dict[str, Any]
) -> rules.State:
    """Writes the end of an operation: others' clocks stop first, then the person's own, each telling its minutes since its last report.

    Somebody who paused after the last report has minutes to tell as well.
    """
    me, at = command.who.person_id, command.captured_at
    entries = [
        Entry(
            kind="pause",
            person=other,
            at=at,
            reason="finished",
            minutes=rules.untold(job.folded.clocks[other], at),
        )
        for other in people_untold(job.folded, at, but=me)
    ]
    mine = rules.untold(job.folded.clocks.get(me, rules.Clock()), at)
    entries.append(Entry(kind="finish", person=me, at=at, minutes=mine, data=data))
    ids, now = await write(connection, command, job, entries)
    for event, entry in zip(ids, entries, strict=True):
        await tell_report(
            connection,
            job,
            JobReported(
                number=job.number,
                report_id=str(event),
                operation=job.operation,
                good=rules.ZERO,
                scrap=rules.ZERO,
                rework=rules.ZERO,
                minutes=entry.minutes,
                person=await badge(connection, entry.person),
                at=at,
                finished=entry.kind == "finish",
            ),
        )
    await advance_order(connection, job, "complete" if job.last else "begin")
    if job.last:
        await use_up_rest(connection, job.work_order_id)
    return now


def _all_mended(job: Job) -> None:
    waiting = job.folded.rework
    if waiting > 0:
        raise ReworkWaits(f"{plain(waiting)} {job.unit} wait to be mended here.", waiting=plain(waiting))


async def _all_issued(connection: AsyncConnection, job: Job) -> None:
    made = job.folded.good + job.folded.scrap
    rows = await connection.execute(
        select(Item.sku, OperationMaterial.quantity_each, OperationMaterial.consumed)
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.operation_id == job.id, OperationMaterial.consumption == "scan")
        .order_by(OperationMaterial.line)
    )
    short = [
        {"sku": row.sku, "needed": plain(row.quantity_each * made), "scanned": plain(row.consumed)}
        for row in rows
        if row.consumed < row.quantity_each * made
    ]
    if short:
        raise NotIssued(
            " ".join(f"{one['sku']}: {one['scanned']} of {one['needed']} scanned." for one in short),
            materials=short,
        )


COMMANDS: Registry = {
    "job.setup": (StartJob, transactional(_begin("setup"))),
    "job.start": (StartJob, transactional(_begin("start"))),
    "job.pause": (PauseJob, transactional(pause_job)),
    "job.finish": (FinishJob, transactional(finish_job)),
}
