"""Reporting: good, scrap and rework on one sheet. Good pieces of the last step come into stock, with their lot or serials."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import GoodsProduced as ProducedMessage
from backend.contract.production import JobReported
from backend.floor.mes import rules
from backend.floor.mes.clocks import kept, told
from backend.floor.mes.gates import previous_name
from backend.floor.mes.genealogy import match, scrap
from backend.floor.mes.log import ZERO, Entry, Job, advance_order, lock_job, write
from backend.floor.mes.materials import flush_materials, note_consumed, note_short
from backend.floor.mes.problems import (
    JobOver,
    MoreThanCameIn,
    NothingReported,
    OverReport,
    ReworkShort,
    SerialsWrong,
)
from backend.floor.mes.schemas import JobTold, ReportJob
from backend.floor.mes.tables import Production
from backend.floor.mes.tell import badge, check_reasons, tell_produced, tell_report
from backend.floor.stock import GoodsProduced, Lot, Move, Serial, lot_id, post, serial_id, virtual_place
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.local import announce
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
    job = await lock_job(connection, command, facts.operation)
    scrapped = sum((row.quantity for row in facts.scrap), start=ZERO)
    try:
        await _check(connection, job, facts, scrapped)
        moves, short = (
            await flush_materials(connection, job, facts.good + scrapped, facts.used)
            if job.backflush
            else ([], [])
        )
        await post(connection, command, [move for _, move in moves])
    except Problem as problem:
        raise kept(
            command, job, problem, "report_not_booked", good=plain(facts.good), scrap=plain(scrapped)
        ) from None
    gone = await scrap(connection, job.work_order_id, job.operation, scrapped) if scrapped else {}
    me, at = command.who.person_id, command.captured_at
    entry = Entry(
        kind="report",
        person=me,
        at=at,
        good=facts.good,
        scrap=scrapped,
        rework=facts.rework,
        mended=facts.mended,
        minutes=rules.untold(job.folded.clocks.get(me, rules.Clock()), at),
        reason=facts.over_reason,
        data={"scrap": facts.scrap, "scrapped": gone},
    )
    (event,) = await write(connection, command, job, [entry])
    await note_consumed(connection, command, job, event, moves)
    await note_short(connection, command, job, short)
    await _tell(connection, command, job, entry, event)
    await advance_order(connection, job, "begin")
    made = await _bring_in(connection, command, job, event) if job.last and facts.good else {}
    if moves or made:
        await match(connection, job.work_order_id)
    if job.folded.phase == "waiting":
        await _not_started(connection, command, job)
    return await told(connection, job, **made)


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


async def _bring_in(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, event: UUID
) -> dict[str, Any]:
    """Good pieces of the last step come into stock: one lot, or a serial each; where a plan asks for it, for quality first."""
    facts = command.payload
    status = "quality" if job.inspection_plan else "free"
    lot: UUID | None = None
    serials: list[UUID] = []
    if job.tracking == "serial":
        serials = await _new_serials(connection, job, facts)
    elif job.tracking == "lot":
        lot = await lot_id(connection, job.item_id, facts.lot or job.number)
    await _into_stock(connection, command, job, status=status, lot=lot, serials=serials)
    pieces: Sequence[tuple[UUID | None, UUID | None, Decimal]] = (
        [(None, one, Decimal(1)) for one in serials] if serials else [(lot, None, facts.good)]
    )
    rows = [
        {
            "id": new_id(),
            "work_order_id": job.work_order_id,
            "event_id": event,
            "item_id": job.item_id,
            "lot_id": of_lot,
            "serial_id": serial,
            "quantity": quantity,
        }
        for of_lot, serial, quantity in pieces
    ]
    await connection.execute(insert(Production), rows)
    code = (
        None
        if lot is None
        else (await connection.execute(select(Lot.code).where(Lot.id == lot))).scalar_one()
    )
    numbers = await _numbers(connection, serials)
    await announce(
        connection,
        GoodsProduced(
            command=command,
            site=job.site_id,
            production=event,
            work_order=job.number,
            item=job.item_id,
            sku=job.sku,
            quantity=facts.good,
            unit=job.unit,
            status=status,
            place=job.out_place_id,
            at=command.captured_at,
            operation=str(job.operation),
            lot=lot,
            lot_code=code,
            serials=tuple(serials),
            inspection_plan=job.inspection_plan,
        ),
    )
    message = ProducedMessage(
        number=job.number,
        production_id=str(event),
        sku=job.sku,
        quantity=facts.good,
        at=command.captured_at,
        lot=code,
        serials=tuple(numbers),
        status=status,
    )
    await tell_produced(connection, job, message)
    return {"lot": code, "serials": tuple(numbers)}


async def _into_stock(
    connection: AsyncConnection,
    command: Command[ReportJob],
    job: Job,
    *,
    status: str,
    lot: UUID | None,
    serials: Sequence[UUID],
) -> None:
    production = await virtual_place(connection, job.site_id, "production")
    pieces: list[tuple[UUID | None, Decimal]] = [(one, Decimal(1)) for one in serials]
    moves = [
        Move(
            kind="produce",
            item=job.item_id,
            quantity=quantity,
            from_place=production,
            to_place=job.out_place_id,
            lot=lot,
            serial=serial,
            to_status=status,
            document=job.work_order_id,
        )
        for serial, quantity in pieces or [(None, command.payload.good)]
    ]
    await post(connection, command, moves)


async def _new_serials(connection: AsyncConnection, job: Job, facts: ReportJob) -> list[UUID]:
    """One new number for each piece: those the operator scanned, or the order's number and a running one."""
    pieces = int(facts.good)
    if facts.serials:
        if len(set(facts.serials)) != pieces:
            raise SerialsWrong(
                f"{len(set(facts.serials))} different serials for {pieces} pieces.",
                serials=len(set(facts.serials)),
            )
        numbers = list(facts.serials)
    else:
        made = await connection.execute(
            select(func.count()).where(Production.work_order_id == job.work_order_id)
        )
        first = made.scalar_one() + 1
        numbers = [f"{job.number}-{first + place:04d}" for place in range(pieces)]
    taken = await connection.execute(
        select(Serial.code).where(Serial.item_id == job.item_id, Serial.code.in_(numbers)).limit(1)
    )
    there = taken.scalar_one_or_none()
    if there is not None:
        raise SerialsWrong(f"{there} is on another piece already.", serial=there)
    return [await serial_id(connection, job.item_id, number) for number in numbers]


async def _numbers(connection: AsyncConnection, serials: Sequence[UUID]) -> list[str]:
    rows = await connection.execute(select(Serial.id, Serial.code).where(Serial.id.in_(serials)))
    codes = {row.id: row.code for row in rows}
    return [codes[one] for one in serials]
