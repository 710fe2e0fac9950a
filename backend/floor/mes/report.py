"""Reporting: good, scrap and rework on one sheet."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import JobReported
from backend.floor.mes import rules
from backend.floor.mes.again import lock_path, send_back
from backend.floor.mes.clocks import kept, told
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.finished_goods import bring_in
from backend.floor.mes.gates import previous_name
from backend.floor.mes.genealogy import match, scrap
from backend.floor.mes.log import ZERO, Job, advance_order, lock_job
from backend.floor.mes.materials import flush_materials, note_consumed, note_short
from backend.floor.mes.problems import (
    JobOver,
    MoreThanCameIn,
    NothingReported,
    OverReport,
    ReworkShort,
)
from backend.floor.mes.schemas import JobTold, ReportJob
from backend.floor.mes.tell import badge, check_reasons, tell_report
from backend.floor.stock import post
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Problem
from backend.kernel.quantity import checked, plain


async def report_job(connection: AsyncConnection, command: Command[ReportJob]) -> JobTold:
    """Books what came of some work: pieces, what they used up, and the minutes since the person's last report.

    Raises:
        NothingReported: all is zero.
        MoreThanCameIn: more than the step before handed on.
        OverReport: more good than the order asks for, without a reason.
        ReworkShort: more mended than wait for it.
        LotsToConfirm: several lots of a flushed material lie at the line.
    """
    facts = command.payload
    if facts.rework_at is not None:
        await lock_path(connection, command.who.site_id, facts.operation, facts.rework_at)
    job = await lock_job(connection, command, facts.operation)
    scrapped = sum((row.quantity for row in facts.scrap), start=ZERO)
    try:
        await _check(connection, job, facts, scrapped)
        moves, short = (
            await flush_materials(connection, job, _first_time(job, facts.good + scrapped), facts.used)
            if job.backflush
            else ([], [])
        )
        await post(connection, command, [move for _, move in moves])
    except Problem as problem:
        raise kept(
            command, job, problem, "report_not_booked", good=plain(facts.good), scrap=plain(scrapped)
        ) from None
    event = new_id()
    await note_consumed(connection, command, job, event, moves)
    await note_short(connection, command, job, short)
    entry = await _entry(connection, command, job, event, scrapped)
    _, now = await write(connection, command, job, [entry])
    await _tell(connection, command, job, entry, event)
    if facts.rework_at is not None and facts.rework:
        await send_back(connection, command, job, to=facts.rework_at, pieces=facts.rework, report=event)
    await advance_order(connection, job, "begin")
    made = await bring_in(connection, command, job, event) if job.last and facts.good else {}
    if moves or made:
        await match(connection, job.work_order_id)
    if job.folded.phase == "waiting":
        await _not_started(connection, command, job)
    await _shown(connection, command, job)
    return told(job, now, **made)


def _first_time(job: Job, pieces: Decimal) -> Decimal:
    """How many of the pieces take material: what came back to be done again has it already."""
    return max(pieces - job.folded.again, ZERO)


async def _entry(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, event: UUID, scrapped: Decimal
) -> Entry:
    facts, me, at = command.payload, command.who.person_id, command.captured_at
    gone = (
        await scrap(connection, job.work_order_id, job.operation, scrapped, first=event) if scrapped else {}
    )
    return Entry(
        id=event,
        kind="report",
        person=me,
        at=at,
        good=facts.good,
        scrap=scrapped,
        rework=ZERO if facts.rework_at else facts.rework,
        mended=facts.mended,
        minutes=rules.untold(job.folded.clocks.get(me, rules.Clock()), at),
        reason=facts.over_reason,
        data={"scrap": facts.scrap, "scrapped": gone} | _sent(facts),
    )


def _sent(facts: ReportJob) -> dict[str, str]:
    return {"sentBack": plain(facts.rework), "to": str(facts.rework_at)} if facts.rework_at else {}


async def _check(connection: AsyncConnection, job: Job, facts: ReportJob, scrapped: Decimal) -> None:
    if facts.good + scrapped + facts.rework + facts.mended == 0:
        raise NothingReported
    if job.state == "cancelled":
        raise JobOver(f"{job.number} is cancelled.", state=job.state)
    for quantity in (facts.good, facts.rework, facts.mended, *(row.quantity for row in facts.scrap)):
        try:
            checked(quantity, zero=True, whole=job.whole)
        except ValueError as error:
            raise BadRequest(f"{error}.".capitalize()) from error
    await check_reasons(connection, job.site_id, "scrap", [row.reason for row in facts.scrap])
    if facts.mended > job.folded.rework or facts.mended > facts.good + scrapped:
        raise ReworkShort(
            f"{plain(job.folded.rework)} wait for rework, {plain(facts.mended)} reported mended.",
            waiting=plain(job.folded.rework),
        )
    asked = facts.good + scrapped + facts.rework - facts.mended
    if job.came_in is not None and job.folded.used + asked > job.came_in:
        left = job.came_in - job.folded.used
        before = await previous_name(connection, job.work_order_id, job.operation)
        raise MoreThanCameIn(
            f"{plain(left)} {job.unit} are left of the {plain(job.came_in)} that came from {before}; {plain(asked)} reported.",
            left=plain(left),
            came_in=plain(job.came_in),
            asked=plain(asked),
            previous=before,
        )
    remaining = job.target - job.folded.good
    if facts.good > remaining and not facts.over_reason:
        raise OverReport(
            f"{plain(max(remaining, ZERO))} {job.unit} remain of {plain(job.target)}, {plain(facts.good)} reported.",
            remaining=plain(max(remaining, ZERO)),
            good=plain(facts.good),
        )
    if facts.over_reason:
        await check_reasons(connection, job.site_id, "over", [facts.over_reason])


async def _tell(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, entry: Entry, event: UUID
) -> None:
    reasons = dict.fromkeys(row.reason for row in command.payload.scrap)
    report = JobReported(
        number=job.number,
        report_id=str(event),
        operation=job.operation,
        good=entry.good,
        scrap=entry.scrap,
        rework=entry.rework - entry.mended,
        minutes=entry.minutes,
        person=await badge(connection, entry.person),
        at=entry.at,
        scrap_reason=", ".join(reasons),
    )
    await tell_report(connection, job, report)


async def _not_started(connection: AsyncConnection, command: Command[Any], job: Job) -> None:
    found = Found(
        kind="reported_without_start",
        severity="low",
        item=job.item_id,
        document=job.work_order_id,
        details={"job": f"{job.number}-{job.operation}"},
    )
    await raise_exception(connection, job.site_id, found, command=command)


async def _shown(connection: AsyncConnection, command: Command[ReportJob], job: Job) -> None:
    """Whoever photographs a scrapped piece wants somebody to look at it: a supervisor does."""
    for row in command.payload.scrap:
        if row.photo is None:
            continue
        found = Found(
            kind="scrap_with_photo",
            severity="low",
            item=job.item_id,
            document=job.work_order_id,
            details={
                "job": f"{job.number}-{job.operation}",
                "quantity": plain(row.quantity),
                "reason": row.reason,
                "photo": str(row.photo),
            },
        )
        await raise_exception(connection, job.site_id, found, command=command)
