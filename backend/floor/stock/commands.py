"""Stock's own commands: move, move a handling unit, receive, undo."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Item, Place
from backend.floor.stock import ledger
from backend.floor.stock.problems import NotUndoable, SamePlace, StockShort, TrackingMissing
from backend.floor.stock.schemas import (
    HandlingUnitMoved,
    MoveHandlingUnit,
    MoveStock,
    ReceiveStock,
    StockMoved,
    UndoMove,
)
from backend.floor.stock.tables import HandlingUnit, Lot, Quant, Serial, StockMove
from backend.floor.stock.units import elsewhere, handling_unit, must_stand_at
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, NotFound
from backend.kernel.quantity import checked


async def move_stock(connection: AsyncConnection, command: Command[MoveStock]) -> StockMoved:
    """Moves a quantity from one place to another.

    Raises:
        StockShort: not that much is free at the source.
        SamePlace: source and destination are one.
        HandlingUnitElsewhere: the unit to put it on stands somewhere else.
    """
    facts = command.payload
    if facts.from_place == facts.to_place and facts.from_handling_unit == facts.to_handling_unit:
        raise SamePlace
    await _must_be_physical(connection, command.who.site_id, facts.from_place, facts.to_place)
    await _quantity_of(connection, facts.item, facts.quantity)
    if facts.to_handling_unit:
        await must_stand_at(connection, command.who.site_id, facts.to_handling_unit, facts.to_place)
    move = ledger.Move(
        kind="move",
        item=facts.item,
        quantity=facts.quantity,
        from_place=facts.from_place,
        to_place=facts.to_place,
        lot=facts.lot,
        serial=facts.serial,
        from_handling_unit=facts.from_handling_unit,
        to_handling_unit=facts.to_handling_unit,
        from_status=facts.status,
        to_status=facts.status,
        reason=facts.reason or None,
    )
    moves = await ledger.post(connection, command, [move])
    left = await connection.execute(
        select(Quant.quantity).where(ledger.source_key(command.who.site_id, move))
    )
    return StockMoved(moves=moves, left=left.scalar_one())


async def move_handling_unit(
    connection: AsyncConnection, command: Command[MoveHandlingUnit]
) -> HandlingUnitMoved:
    """Moves a unit with everything in it, if it still stands where the person saw it.

    Raises:
        HandlingUnitElsewhere: it does not; the facts tell where it is and who moved it.
    """
    facts = command.payload
    if facts.from_place == facts.to_place:
        raise SamePlace
    await _must_be_physical(connection, command.who.site_id, facts.from_place, facts.to_place)
    moved = await connection.execute(
        update(HandlingUnit)
        .where(HandlingUnit.id == facts.handling_unit, HandlingUnit.site_id == command.who.site_id)
        .where(HandlingUnit.place_id == facts.from_place)
        .values(place_id=facts.to_place)
        .returning(HandlingUnit.id)
    )
    if moved.first() is None:
        raise await elsewhere(connection, command.who.site_id, facts.handling_unit)
    moves = await move_contents(connection, command, facts.handling_unit, facts.from_place, facts.to_place)
    return HandlingUnitMoved(handling_unit=facts.handling_unit, place=facts.to_place, moves=len(moves))


async def move_contents(
    connection: AsyncConnection,
    command: Command[Any],
    unit: UUID,
    from_place: UUID,
    to_place: UUID,
    *,
    kind: str = "move",
    document: UUID | None = None,
    reason: str | None = None,
) -> list[UUID]:
    """Books one move for each thing inside a unit that stands at `from_place`. Returns the moves' ids.

    Raises:
        StockShort: something in it is reserved for a round.
    """
    rows = (
        await connection.execute(
            select(*Quant.__table__.columns)
            .where(Quant.handling_unit_id == unit, Quant.place_id == from_place, Quant.quantity > 0)
            .order_by(Quant.id)
            .with_for_update(key_share=True)
        )
    ).all()
    if any(row.reserved > 0 for row in rows):
        raise StockShort("Something on this unit is reserved for a round; pick or release it first.")
    return await ledger.post(
        connection,
        command,
        [
            ledger.Move(
                kind=kind,
                item=row.item_id,
                quantity=row.quantity,
                from_place=from_place,
                to_place=to_place,
                lot=row.lot_id,
                serial=row.serial_id,
                owner=row.owner_id,
                from_handling_unit=unit,
                to_handling_unit=unit,
                from_status=row.status,
                to_status=row.status,
                document=document,
                reason=reason,
            )
            for row in rows
        ],
    )


async def receive_stock(connection: AsyncConnection, command: Command[ReceiveStock]) -> StockMoved:
    """Takes in what arrived, without a document; lot and serial come into being with their first receipt.

    Raises:
        TrackingMissing: the item needs a lot, a serial number or a date, and none was given.
        SerialHere: a piece with that serial number lies in stock already.
        HandlingUnitElsewhere: a unit with that number stands somewhere else.
    """
    facts = command.payload
    item = await _quantity_of(connection, facts.item, facts.quantity)
    if (item.tracking == "lot" and not facts.lot_code) or (
        item.tracking == "serial" and not facts.serial_code
    ):
        raise TrackingMissing(tracking=item.tracking)
    if item.expires and facts.expires_on is None and facts.lot_code is not None:
        raise TrackingMissing("This item expires: enter the date on the label.", tracking="expiry")
    if facts.serial_code is not None and facts.quantity != 1:
        raise BadRequest("A serial number stands for one piece.")
    site = command.who.site_id
    await _must_be_physical(connection, site, facts.place)
    supplier = await virtual_place(connection, site, "supplier")
    unit = None
    if facts.handling_unit_code:
        unit = await handling_unit(
            connection, site, code=facts.handling_unit_code, kind="pallet", place=facts.place
        )
        await must_stand_at(connection, site, unit, facts.place)
    move = ledger.Move(
        kind="receive",
        item=facts.item,
        quantity=facts.quantity,
        from_place=supplier,
        to_place=facts.place,
        lot=await lot_id(connection, facts.item, facts.lot_code, facts.expires_on)
        if facts.lot_code
        else None,
        serial=await serial_id(connection, facts.item, facts.serial_code) if facts.serial_code else None,
        to_handling_unit=unit,
    )
    return StockMoved(moves=await ledger.post(connection, command, [move]), left=facts.quantity)


async def undo_stock(connection: AsyncConnection, command: Command[UndoMove]) -> StockMoved:
    """Takes back an earlier stock command by moves the other way.

    Raises:
        NotUndoable: something later used it, it was undone, or it is no stock command.
    """
    kinds = await connection.execute(
        select(StockMove.kind).where(StockMove.command_id == command.payload.command).distinct()
    )
    if not set(kinds.scalars()) <= {"move", "receive"}:
        raise NotUndoable
    moves = await ledger.reverse(connection, command, command.payload.command)
    for unit in {
        move.from_handling_unit for move in moves if move.from_handling_unit == move.to_handling_unit
    }:
        await connection.execute(
            update(HandlingUnit).where(HandlingUnit.id == unit).values(place_id=moves[0].to_place)
        )
    try:
        booked = await ledger.post(connection, command, moves)
    except StockShort as short:
        raise NotUndoable(short.detail, **short.facts) from short
    return StockMoved(moves=booked, left=sum((move.quantity for move in moves), start=ledger.ZERO))


async def lot_id(connection: AsyncConnection, item: UUID, code: str, expires_on: date | None = None) -> UUID:
    """The item's lot with this code, made if it is new; an expiry already known stays."""
    await connection.execute(
        pg_insert(Lot)
        .values(id=new_id(), item_id=item, code=code, expires_on=expires_on)
        .on_conflict_do_nothing()
    )
    return (
        await connection.execute(select(Lot.id).where(Lot.item_id == item, Lot.code == code))
    ).scalar_one()


async def serial_id(connection: AsyncConnection, item: UUID, code: str) -> UUID:
    """The item's serial with this code, made if it is new."""
    await connection.execute(
        pg_insert(Serial).values(id=new_id(), item_id=item, code=code).on_conflict_do_nothing()
    )
    found = await connection.execute(select(Serial.id).where(Serial.item_id == item, Serial.code == code))
    return found.scalar_one()


async def virtual_place(connection: AsyncConnection, site_id: UUID, kind: str) -> UUID:
    """The site's virtual place of a kind (supplier, customer, scrap, production, count)."""
    found = await connection.execute(
        select(Place.id).where(Place.site_id == site_id, Place.kind == kind).order_by(Place.code).limit(1)
    )
    return found.scalar_one()


async def _must_be_physical(connection: AsyncConnection, site_id: UUID, *places: UUID) -> None:
    found = await connection.execute(
        select(Place.id).where(Place.id.in_(places), Place.site_id == site_id, Place.kind.in_(PHYSICAL_KINDS))
    )
    missing = set(places) - set(found.scalars())
    if missing:
        raise NotFound("No such place at this site.", places=sorted(map(str, missing)))


async def _quantity_of(
    connection: AsyncConnection, item: UUID, quantity: Decimal
) -> Row[UUID, bool, str, bool]:
    """How the item is tracked, once it is known that it comes in such quantities."""
    row = (
        await connection.execute(
            select(Item.id, Item.whole, Item.tracking, Item.expires).where(Item.id == item)
        )
    ).first()
    if row is None:
        raise NotFound("No such item.", item=str(item))
    try:
        checked(quantity, whole=row.whole)
    except ValueError as error:
        raise BadRequest(f"{error}.".capitalize()) from error
    return row


COMMANDS: Registry = {
    "stock.move": (MoveStock, transactional(move_stock)),
    "stock.move_handling_unit": (MoveHandlingUnit, transactional(move_handling_unit)),
    "stock.receive": (ReceiveStock, transactional(receive_stock)),
    "stock.undo": (UndoMove, transactional(undo_stock)),
}
