"""Confirm a pick: the hottest command of the floor, one statement in one round trip.

`CONFIRM` books the usual case: the line is open, the round is this person's, the tote is bound, the stock is reserved. All
its parts are conditioned on the line's UPDATE, which re-reads the locked row under READ COMMITTED; the command's key is
inserted last and without ON CONFLICT, so a second copy that ran beside the first is rolled back whole by the key's
uniqueness. Whatever is not the usual case books nothing here and is settled with words by `settle_pick`.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.wms.picking.confirm_statement import confirm_statement
from backend.floor.wms.picking.lines import Line, book_pick, lock_line
from backend.floor.wms.picking.problems import LineDone, TooMuch
from backend.floor.wms.picking.schemas import ConfirmPick, PickConfirmed
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command, Outcome, Registry, once
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.onetrip import OneTrip
from backend.kernel.problems import Problem
from backend.kernel.quantity import plain

CONFIRM = OneTrip(confirm_statement())


async def confirm_pick(db: Database, command: Command[ConfirmPick]) -> Outcome:
    """Books one picked line. A repeated key returns the first answer and changes nothing.

    Refused with LineDone, TooMuch, WrongTote or ToteNotBound; what the person did stays on record as an exception.
    """
    facts = command.payload
    who = command.who
    parameters = {
        "p_id": command.id,
        "p_site_id": who.site_id,
        "p_person_id": who.person_id,
        "p_device_id": who.device_id,
        "p_captured_at": command.captured_at,
        "p_digest": command.digest,
        "p_line": facts.line,
        "p_tote": facts.tote,
        "p_quantity": facts.quantity,
        "p_quant_id": new_id(),
        "p_move_id": new_id(),
        "p_message_id": new_id(),
    }
    booked = await db.driver.book(CONFIRM, parameters)
    if booked is None:
        return await once(db, command, settle_pick)
    answer = {
        "line": str(facts.line),
        "picked": plain(booked["picked"]),
        "remaining": plain(booked["remaining"]),
    }
    return Outcome("done", answer=answer)


async def settle_pick(connection: AsyncConnection, command: Command[ConfirmPick]) -> PickConfirmed:
    """Books a pick that is not the usual case, or says why it can't be booked.

    A round that changed hands meanwhile, or a bin the books have wrong, does not undo what the picker did: it is booked,
    and a supervisor sees it. A line that is done already, or a quantity over its need, is refused and kept as an exception.
    """
    facts = command.payload
    line = await lock_line(connection, command, facts.line)
    if line.state != "open" or facts.quantity > line.remaining:
        raise _refused(command, line)
    try:
        line = await book_pick(connection, command, line, quantity=facts.quantity, tote=facts.tote)
    except Problem as problem:
        raise problem.recording(_not_booked(command, line, problem.type)) from None
    if line.task_person_id != command.who.person_id:
        late = Found(
            kind="picked_after_takeover",
            severity="low",
            task=line.round_id,
            item=line.item_id,
            place=line.place_id,
            document=line.request_id,
            details={"quantity": plain(facts.quantity)},
        )
        await raise_exception(connection, line.site_id, late, command=command)
    return PickConfirmed(line=line.id, picked=line.picked, remaining=line.remaining)


def _refused(command: Command[ConfirmPick], line: Line) -> Problem:
    quantity = plain(command.payload.quantity)
    if line.state != "open":
        problem: Problem = LineDone(
            f"{quantity} {line.unit} {line.sku} from {line.place_code} was not booked: this line is {line.state} already.",
            state=line.state,
            quantity=quantity,
            place=line.place_code,
            sku=line.sku,
        )
    else:
        problem = TooMuch(
            f"{quantity} is more than the {plain(line.remaining)} {line.unit} this line still needs.",
            quantity=quantity,
            remaining=plain(line.remaining),
            sku=line.sku,
        )
    return problem.recording(_not_booked(command, line, problem.type))


def _not_booked(command: Command[ConfirmPick], line: Line, why: str) -> Any:
    async def record(connection: AsyncConnection) -> None:
        found = Found(
            kind="pick_not_booked",
            severity="high",
            task=line.round_id,
            item=line.item_id,
            lot=line.lot_id,
            place=line.place_id,
            document=line.request_id,
            details={"why": why, "quantity": plain(command.payload.quantity), "order": line.order_number},
        )
        await raise_exception(connection, line.site_id, found, command=command)

    return record


COMMANDS: Registry = {"pick.confirm": (ConfirmPick, confirm_pick)}
