"""One pick line under lock, with all that its commands need to know; and the general way to book a pick from it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import LinePicked
from backend.floor.catalog import Item, Partner, Place
from backend.floor.stock import Lot, Move, Quant, Reservation, Serial, StockShort, post, virtual_place
from backend.floor.wms.picking.problems import ToteNotBound, WrongTote
from backend.floor.wms.picking.rules import line_state
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import Found, Task, raise_exception
from backend.kernel import outbox
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import NotFound
from backend.kernel.quantity import plain

ZERO = Decimal(0)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A pick line as it stands, locked until the transaction ends."""

    id: UUID
    site_id: UUID
    round_id: UUID
    shipment_line_id: UUID
    tote_id: UUID
    quant_id: UUID
    reservation_id: UUID
    sequence: int
    quantity: Decimal
    picked: Decimal
    state: str
    reserved: Decimal
    request_id: UUID
    order_number: str
    order_line: int
    ships_on: date
    min_shelf_life_days: int
    item_id: UUID
    sku: str
    unit: str
    place_id: UUID
    place_code: str
    lot_id: UUID | None
    lot_code: str | None
    serial_id: UUID | None
    serial_code: str | None
    owner_id: UUID | None
    from_handling_unit_id: UUID | None
    cart_place_id: UUID | None
    task_person_id: UUID | None
    task_state: str

    @property
    def remaining(self) -> Decimal:
        """What is still to be picked."""
        return self.quantity - self.picked


async def lock_line(connection: AsyncConnection, command: Command[Any], line_id: UUID) -> Line:
    """Locks a line of the person's site and reads all about it.

    Raises:
        NotFound: there is no such line here.
    """
    locked = await connection.execute(
        select(PickLine.id)
        .where(PickLine.id == line_id, PickLine.site_id == command.who.site_id)
        .with_for_update(key_share=True)
    )
    if locked.first() is None:
        raise NotFound("No such pick line.", line=str(line_id))
    row = (await connection.execute(_about(line_id))).one()
    facts = dict(row._mapping)  # noqa: SLF001
    facts["ships_on"] = facts.pop("due_at").date()
    return Line(**facts)


_OF_LINE = (
    "id", "site_id", "round_id", "shipment_line_id", "tote_id", "quant_id", "reservation_id", "sequence", "quantity",
    "picked", "state",
)  # fmt: skip


def _about(line_id: UUID) -> Select[Any]:
    columns = [getattr(PickLine, name) for name in _OF_LINE]
    return (
        select(
            *columns,
            Reservation.quantity.label("reserved"),
            ShipmentLine.request_id,
            ShipmentRequest.number.label("order_number"),
            ShipmentLine.line.label("order_line"),
            ShipmentRequest.due_at,
            Partner.min_shelf_life_days,
            Quant.item_id,
            Item.sku,
            Item.unit,
            Quant.place_id,
            Place.code.label("place_code"),
            Quant.lot_id,
            Lot.code.label("lot_code"),
            Quant.serial_id,
            Serial.code.label("serial_code"),
            Quant.owner_id,
            Quant.handling_unit_id.label("from_handling_unit_id"),
            PickRound.cart_place_id,
            Task.person_id.label("task_person_id"),
            Task.state.label("task_state"),
        )
        .join(Reservation, Reservation.id == PickLine.reservation_id)
        .join(ShipmentLine, ShipmentLine.id == PickLine.shipment_line_id)
        .join(ShipmentRequest, ShipmentRequest.id == ShipmentLine.request_id)
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .join(Quant, Quant.id == PickLine.quant_id)
        .join(Item, Item.id == Quant.item_id)
        .join(Place, Place.id == Quant.place_id)
        .join(PickRound, PickRound.id == PickLine.round_id)
        .join(Task, Task.id == PickLine.round_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .where(PickLine.id == line_id)
    )


async def bound_tote(connection: AsyncConnection, line: Line, tote_id: UUID) -> UUID:
    """The handling unit in a slot of the line's round, if the slot is for the line's order.

    Raises:
        WrongTote: the slot is another order's, or another round's, or was dropped.
        ToteNotBound: no tote stands there yet.
    """
    row = (
        await connection.execute(
            select(
                RoundTote.handling_unit_id, RoundTote.request_id, RoundTote.round_id, RoundTote.state
            ).where(RoundTote.id == tote_id)
        )
    ).first()
    if (
        row is None
        or row.round_id != line.round_id
        or row.request_id != line.request_id
        or row.state == "dropped"
    ):
        raise WrongTote(order=line.order_number)
    if row.handling_unit_id is None:
        raise ToteNotBound
    return UUID(str(row.handling_unit_id))


async def book_pick(
    connection: AsyncConnection, command: Command[Any], line: Line, *, quantity: Decimal, tote: UUID
) -> Line:
    """Books so much of a line into a tote: the ledger, the line, the order, the message. The floor is right: if the books have
    less in the bin than the picker took out of it, the difference is booked as found and a person is told.
    """
    assert line.cart_place_id is not None
    from_reserved = min(line.reserved, quantity)
    await _find_what_books_lack(connection, command, line, quantity - from_reserved)
    move = Move(
        kind="pick",
        item=line.item_id,
        quantity=quantity,
        from_place=line.place_id,
        to_place=line.cart_place_id,
        lot=line.lot_id,
        serial=line.serial_id,
        owner=line.owner_id,
        from_handling_unit=line.from_handling_unit_id,
        to_handling_unit=await bound_tote(connection, line, tote),
        from_reserved=from_reserved,
        document=line.request_id,
        task=line.round_id,
    )
    await post(connection, command, [move])
    picked = line.picked + quantity
    event = "pick_rest" if picked == line.quantity else "pick_some"
    state = line_state(line.state, event) or line.state
    await connection.execute(
        update(PickLine)
        .where(PickLine.id == line.id)
        .values(picked=picked, state=state, version=PickLine.version + 1)
    )
    await connection.execute(
        update(Reservation)
        .where(Reservation.id == line.reservation_id)
        .values(quantity=Reservation.quantity - from_reserved)
    )
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - from_reserved, picked=ShipmentLine.picked + quantity)
    )
    await tell_picked(connection, command, line, quantity)
    return msgspec.structs.replace(line, picked=picked, state=state, reserved=line.reserved - from_reserved)


async def tell_picked(
    connection: AsyncConnection, command: Command[Any], line: Line, quantity: Decimal
) -> None:
    """Puts the pick in the outbox."""
    message = LinePicked(
        number=line.order_number,
        line=line.order_line,
        sku=line.sku,
        quantity=quantity,
        unit=line.unit,
        at=command.captured_at,
        lot=line.lot_code,
        serial=line.serial_code,
    )
    await outbox.send(
        connection, message_type=LinePicked.TYPE, document=f"shipment/{line.order_number}", data=message
    )


async def _find_what_books_lack(
    connection: AsyncConnection, command: Command[Any], line: Line, unreserved: Decimal
) -> None:
    if unreserved <= 0:
        return
    quant = (
        await connection.execute(
            select(Quant.quantity, Quant.reserved)
            .where(Quant.id == line.quant_id)
            .with_for_update(key_share=True)
        )
    ).one()
    lack = unreserved - (quant.quantity - quant.reserved)
    if lack <= 0:
        return
    if line.serial_id is not None:
        raise StockShort(f"{line.serial_code} is no longer in {line.place_code}.", have="0", wanted="1")
    found = Move(
        kind="find",
        item=line.item_id,
        quantity=lack,
        from_place=await virtual_place(connection, line.site_id, "count"),
        to_place=line.place_id,
        lot=line.lot_id,
        owner=line.owner_id,
        to_handling_unit=line.from_handling_unit_id,
        reason="found_at_pick",
        document=line.request_id,
    )
    await post(connection, command, [found])
    report = Found(
        kind="found_more",
        task=line.round_id,
        item=line.item_id,
        lot=line.lot_id,
        place=line.place_id,
        document=line.request_id,
        details={"quantity": plain(lack)},
    )
    await raise_exception(connection, line.site_id, report, command=command)


async def add_line(
    connection: AsyncConnection,
    line: Line,
    *,
    quant: UUID,
    reservation: UUID,
    quantity: Decimal,
    sequence: int,
) -> UUID:
    """A further line of the same round and order, for what the first could not give."""
    added = new_id()
    await connection.execute(
        insert(PickLine).values(
            id=added,
            site_id=line.site_id,
            round_id=line.round_id,
            shipment_line_id=line.shipment_line_id,
            tote_id=line.tote_id,
            quant_id=quant,
            reservation_id=reservation,
            sequence=sequence,
            quantity=quantity,
        )
    )
    return added
