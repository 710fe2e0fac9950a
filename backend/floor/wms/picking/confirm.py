"""Confirm a pick: the hottest command of the floor, one statement in one round trip.

`CONFIRM` books the usual case: the line is open, the round is this person's, the tote is bound, the stock is reserved. All
its parts are conditioned on the line's UPDATE, which re-reads the locked row under READ COMMITTED; the command's key is
inserted last and without ON CONFLICT, so a second copy that ran beside the first is rolled back whole by the key's
uniqueness. Whatever is not the usual case books nothing here and is settled with words by `settle_pick`.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import LinePicked
from backend.floor.catalog import Item
from backend.floor.stock import Lot, Quant, Reservation, Serial, StockMove
from backend.floor.wms.picking.lines import ZERO, Line, book_pick, lock_line
from backend.floor.wms.picking.problems import LineDone, TooMuch
from backend.floor.wms.picking.schemas import ConfirmPick, PickConfirmed
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import Found, Task, raise_exception
from backend.kernel.commands import Command, Outcome, Registry, once, replay
from backend.kernel.db import Database, constraint
from backend.kernel.ids import new_id
from backend.kernel.onetrip import OneTrip
from backend.kernel.problems import Problem
from backend.kernel.quantity import plain
from backend.kernel.tables import CommandLog, Outbox


def _confirm_statement() -> Select[Any]:
    # Parameters are named p_…: one named like a column would be taken for a value to set.
    quantity = bindparam("p_quantity", type_=Numeric(18, 4))
    key = bindparam("p_id", type_=Uuid())
    site = bindparam("p_site_id", type_=Uuid())
    person = bindparam("p_person_id", type_=Uuid())
    device = bindparam("p_device_id", type_=Uuid())
    captured = bindparam("p_captured_at", type_=DateTime(timezone=True))
    line = (
        update(PickLine)
        .where(
            PickLine.id == bindparam("p_line", type_=Uuid()),
            PickLine.site_id == site,
            PickLine.state == "open",
            PickLine.picked + quantity <= PickLine.quantity,
            Task.id == PickLine.round_id,
            Task.state == "claimed",
            Task.person_id == person,
            PickRound.id == PickLine.round_id,
            RoundTote.id == bindparam("p_tote", type_=Uuid()),
            RoundTote.round_id == PickLine.round_id,
            RoundTote.handling_unit_id.is_not(None),
            RoundTote.state == "filling",
            ShipmentLine.id == PickLine.shipment_line_id,
            ShipmentLine.request_id == RoundTote.request_id,
            ShipmentRequest.id == ShipmentLine.request_id,
            Item.id == ShipmentLine.item_id,
            ~exists().where(CommandLog.id == key),
        )
        .values(
            picked=PickLine.picked + quantity,
            version=PickLine.version + 1,
            state=case((PickLine.picked + quantity == PickLine.quantity, "picked"), else_="open"),
        )
        .returning(
            PickLine.id,
            PickLine.round_id,
            PickLine.quant_id,
            PickLine.reservation_id,
            PickLine.shipment_line_id,
            PickLine.picked,
            (PickLine.quantity - PickLine.picked).label("remaining"),
            PickRound.cart_place_id,
            RoundTote.handling_unit_id.label("tote_unit_id"),
            ShipmentLine.request_id,
            ShipmentLine.line.label("order_line"),
            ShipmentRequest.number.label("order_number"),
            Item.sku,
            Item.unit,
        )
        .cte("line")
    )
    source = (
        update(Quant)
        .where(Quant.id == line.c.quant_id)
        .values(quantity=Quant.quantity - quantity, reserved=Quant.reserved - quantity)
        .returning(
            Quant.owner_id,
            Quant.item_id,
            Quant.lot_id,
            Quant.serial_id,
            Quant.place_id,
            Quant.handling_unit_id,
        )
        .cte("source")
    )
    promised = (
        update(Reservation)
        .where(Reservation.id == line.c.reservation_id)
        .values(quantity=Reservation.quantity - quantity)
        .returning(Reservation.id)
        .cte("promised")
    )
    ordered = (
        update(ShipmentLine)
        .where(ShipmentLine.id == line.c.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - quantity, picked=ShipmentLine.picked + quantity)
        .returning(ShipmentLine.id)
        .cte("ordered")
    )
    into_tote = pg_insert(Quant).from_select(
        [
            "id", "site_id", "owner_id", "item_id", "lot_id", "serial_id", "place_id", "handling_unit_id", "status",
            "quantity", "reserved",
        ],
        select(
            bindparam("p_quant_id", type_=Uuid()), site, source.c.owner_id, source.c.item_id, source.c.lot_id,
            source.c.serial_id, line.c.cart_place_id, line.c.tote_unit_id, literal("free"), quantity, literal(ZERO),
        ).select_from(source.join(line, true())),
    )  # fmt: skip
    tote = (
        into_tote.on_conflict_do_update(
            constraint="uq_quant_key", set_={"quantity": Quant.quantity + into_tote.excluded.quantity}
        )
        .returning(Quant.id)
        .cte("tote")
    )
    moved = (
        insert(StockMove)
        .from_select(
            [
                "id", "site_id", "command_id", "kind", "owner_id", "item_id", "lot_id", "serial_id", "quantity",
                "from_place_id", "from_handling_unit_id", "to_place_id", "to_handling_unit_id", "document_id",
                "task_id", "person_id", "device_id", "captured_at",
            ],
            select(
                bindparam("p_move_id", type_=Uuid()), site, key, literal("pick"), source.c.owner_id, source.c.item_id,
                source.c.lot_id, source.c.serial_id, quantity, source.c.place_id, source.c.handling_unit_id,
                line.c.cart_place_id, line.c.tote_unit_id, line.c.request_id, line.c.round_id, person, device, captured,
            ).select_from(source.join(line, true())),
        )
        .returning(StockMove.id)
        .cte("moved")
    )  # fmt: skip
    lot = select(Lot.code).where(Lot.id == source.c.lot_id).scalar_subquery()
    serial = select(Serial.code).where(Serial.id == source.c.serial_id).scalar_subquery()
    told = (
        insert(Outbox)
        .from_select(
            ["id", "type", "document", "data"],
            select(
                bindparam("p_message_id", type_=Uuid()),
                literal(LinePicked.TYPE),
                literal("shipment/") + line.c.order_number,
                func.jsonb_build_object(
                    "number", line.c.order_number, "line", line.c.order_line, "sku", line.c.sku,
                    "quantity", _text(quantity), "unit", line.c.unit, "at", captured, "lot", lot, "serial", serial,
                ),
            ).select_from(source.join(line, true())),
        )
        .returning(Outbox.seq)
        .cte("told")
    )  # fmt: skip
    answer = func.jsonb_build_object(
        "line", line.c.id, "picked", _text(line.c.picked), "remaining", _text(line.c.remaining)
    )
    logged = (
        insert(CommandLog)
        .from_select(
            ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"],
            select(
                key,
                site,
                literal("pick.confirm"),
                bindparam("p_digest", type_=Text()),
                person,
                device,
                captured,
                answer,
            ),
        )
        .returning(CommandLog.id)
        .cte("logged")
    )
    return select(line.c.picked, line.c.remaining).add_cte(
        source, promised, ordered, tote, moved, told, logged
    )


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)


CONFIRM = OneTrip(_confirm_statement())


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
    try:
        booked = await db.driver.first(CONFIRM, parameters)
    except DBAPIError as error:
        if constraint(error) is None:
            raise
        if constraint(error) == "pk_command":
            async with db.transaction() as connection:
                return await replay(connection, command)
        booked = None
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
