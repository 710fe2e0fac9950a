"""Nonconformity reports: opened by a decision, led step by step to their end. Goods that wait are blocked until executed."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CTE, Uuid, column, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms import problems
from backend.floor.qms.executing import execute
from backend.floor.qms.report_schemas import Answers, NcrStepped, StepNcr
from backend.floor.qms.rules import AT_ONCE, IN_WORDS, NCR_FLOW, SENIORS, may_step, ncr_state
from backend.floor.qms.schemas import DecideLot
from backend.floor.qms.tables import Ncr, NcrDisposition, NcrStep
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import NotAllowed, NotFound


async def open_report(
    connection: AsyncConnection,
    command: Command[DecideLot],
    lot: Any,
    allocated: dict[Any, Decimal],
    *,
    reason: str,
) -> Any | None:
    """The report of what is not simply released; None when all is. Its goods are on hold, so it begins contained."""
    wrong = {kind: quantity for kind, quantity in allocated.items() if kind != "release"}
    if not wrong:
        return None
    ncr = new_id()
    made = (
        insert(Ncr)
        .values(
            id=ncr,
            site_id=lot.site_id,
            inspection_id=lot.id,
            item_id=lot.item_id,
            lot_id=lot.lot_id,
            supplier=lot.supplier,
            quantity=sum(wrong.values(), start=Decimal(0)),
            reason=reason,
            claimed=command.payload.claim and bool(lot.supplier),
            state="contained",
        )
        .returning(Ncr.number, Ncr.claimed)
        .cte("made")
    )
    parted = _parted(ncr, command.payload, wrong)
    first = _note(command, ncr, "contain", "contained", "", Answers())
    noted = insert(NcrStep).values(first).returning(NcrStep.id).cte("noted")
    return (await connection.execute(select(made).add_cte(parted, noted))).one()


def _parted(ncr: UUID, facts: DecideLot, wrong: dict[Any, Decimal]) -> CTE:
    """What becomes of the parts, as one parameter however many they are."""
    told = [
        {
            "kind": kind,
            "quantity": quantity,
            "serials": [str(one) for one, way in facts.serials.items() if way == kind],
            "done_at": clock.now() if kind in AT_ONCE else None,
        }
        for kind, quantity in wrong.items()
    ]
    names = ("kind", "quantity", "serials", "done_at")
    rows = (
        func.jsonb_to_recordset(literal(msgspec.to_builtins(told, str_keys=True), JSONB))
        .table_valued(*(column(name, NcrDisposition.__table__.c[name].type) for name in names))
        .render_derived(name="part", with_types=True)
    )
    parts = select(literal(ncr, Uuid()), *(rows.c[name] for name in names))
    insertion = insert(NcrDisposition).from_select(["ncr_id", *names], parts)
    return insertion.returning(NcrDisposition.kind).cte("parted")


async def step(connection: AsyncConnection, command: Command[StepNcr]) -> NcrStepped:
    """Leads a report one step on.

    Raises:
        WrongStep: its state does not allow the step, the disposition is done, or something is open at its end.
        WordsMissing: a cause, an action or evidence without a word.
        NotAllowed: approving and closing are a supervisor's, and approving not of whoever proposed.
    """
    facts = command.payload
    report = await _locked(connection, command.who.site_id, facts.ncr)
    state = ncr_state(report.state, facts.event)
    if state is None:
        allowed = [event for (before, event) in NCR_FLOW if before == report.state]
        raise problems.WrongStep(
            f"Report {report.number} is {report.state}.", state=report.state, allowed=allowed
        )
    if facts.event in IN_WORDS and not facts.note.strip():
        raise problems.WordsMissing(step=facts.event)
    if facts.event in SENIORS:
        await _senior(connection, command, report)
    if facts.event == "execute":
        await execute(connection, command, report)
    if facts.event == "verify":
        await _nothing_open(connection, report)
    await connection.execute(
        update(Ncr)
        .where(Ncr.id == report.id)
        .values(state=state, closed_at=clock.now() if state == "closed" else None)
    )
    answers = msgspec.structs.replace(facts.answers, disposition=facts.disposition or "")
    noted = _note(command, report.id, facts.event, state, facts.note, answers)
    await connection.execute(insert(NcrStep).values(noted))
    return NcrStepped(ncr=report.id, state=state)


async def _locked(connection: AsyncConnection, site: UUID, ncr: UUID) -> Any:
    found = await connection.execute(
        select(Ncr).where(Ncr.id == ncr, Ncr.site_id == site).with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NotFound("No such report.")
    return row


def _note(
    command: Command[Any], ncr: UUID, event: str, state: str, note: str, answers: Answers
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "ncr_id": ncr,
        "event": event,
        "to_state": state,
        "note": note,
        "answers": {name: value for name, value in msgspec.to_builtins(answers).items() if value},
        "person_id": command.who.person_id,
    }


async def _senior(connection: AsyncConnection, command: Command[StepNcr], report: Any) -> None:
    proposed = await connection.execute(
        select(NcrStep.person_id)
        .where(NcrStep.ncr_id == report.id, NcrStep.event == "propose")
        .order_by(NcrStep.at.desc())
        .limit(1)
    )
    own = proposed.scalar_one_or_none() == command.who.person_id
    if not may_step(command.payload.event, roles=command.who.roles, proposed_it=own):
        raise NotAllowed("A supervisor other than who proposed it.", needed=["supervisor"])


async def _nothing_open(connection: AsyncConnection, report: Any) -> None:
    waiting = await connection.execute(
        select(NcrDisposition.kind).where(
            NcrDisposition.ncr_id == report.id, NcrDisposition.done_at.is_(None)
        )
    )
    kinds = sorted(waiting.scalars())
    if kinds:
        raise problems.WrongStep(f"Still to be done: {', '.join(kinds)}.", state=report.state, waiting=kinds)
