"""Booking: moves go into the ledger, and the quants they touch follow in the same transaction.

Lock order everywhere on the floor: order, line, quant by ascending id, handling unit. A source is taken by a conditional
UPDATE, never by reading first and writing after.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Place
from backend.floor.stock.problems import NotUndoable, SerialHere, StockShort
from backend.floor.stock.tables import Quant, StockMove
from backend.kernel.commands import Command
from backend.kernel.db import constraint
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain

ZERO = Decimal(0)
_ONE_PIECE = {"uq_quant_serial_one_place", "ck_quant_serial"}


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One intended ledger move. `from_reserved` of the quantity was reserved for whoever takes it, and is used up."""

    kind: str
    item: UUID
    quantity: Decimal
    from_place: UUID
    to_place: UUID
    lot: UUID | None = None
    serial: UUID | None = None
    owner: UUID | None = None
    from_handling_unit: UUID | None = None
    to_handling_unit: UUID | None = None
    from_status: str = "free"
    to_status: str = "free"
    from_reserved: Decimal = ZERO
    to_reserved: Decimal = ZERO
    reason: str | None = None
    document: UUID | None = None
    task: UUID | None = None
    undoes: UUID | None = None


def quant_key(
    site_id: UUID,
    *,
    item: UUID,
    place: UUID,
    lot: UUID | None,
    serial: UUID | None,
    handling_unit: UUID | None,
    owner: UUID | None,
    status: str,
) -> ColumnElement[bool]:
    """The condition that names one quant, NULLs equal to NULLs."""
    return and_(
        Quant.site_id == site_id,
        Quant.item_id == item,
        Quant.place_id == place,
        Quant.lot_id.is_not_distinct_from(lot),
        Quant.serial_id.is_not_distinct_from(serial),
        Quant.handling_unit_id.is_not_distinct_from(handling_unit),
        Quant.owner_id.is_not_distinct_from(owner),
        Quant.status == status,
    )


def source_key(site_id: UUID, move: Move) -> ColumnElement[bool]:
    """The quant a move takes from."""
    return quant_key(
        site_id,
        item=move.item,
        place=move.from_place,
        lot=move.lot,
        serial=move.serial,
        handling_unit=move.from_handling_unit,
        owner=move.owner,
        status=move.from_status,
    )


async def post(connection: AsyncConnection, command: Command[Any], moves: Sequence[Move]) -> list[UUID]:
    """Books moves of one command; all or none. Returns the moves' ids in the order given.

    Raises:
        StockShort: a source has not enough that is free to take.
        SerialHere: a piece with that serial number lies in stock already.
    """
    if not moves:
        return []
    site_id = command.who.site_id
    virtual, first = await _prepared(connection, command, moves)
    for move in moves:
        if move.from_place not in virtual:
            await _take(connection, site_id, move)
        if move.to_place not in virtual:
            await _give(connection, site_id, move)
    rows = [_row(command, move, number) for number, move in enumerate(moves, start=first)]
    await connection.execute(insert(StockMove), rows)
    return [row["id"] for row in rows]


async def _prepared(
    connection: AsyncConnection, command: Command[Any], moves: Sequence[Move]
) -> tuple[set[UUID], int]:
    """Which of the places are virtual, and the command's next line; where moves could meet others' in another order, their sources are locked in one."""
    places = {move.from_place for move in moves} | {move.to_place for move in moves}
    virtual = (
        select(func.array_agg(Place.id))
        .where(Place.id.in_(places), Place.kind.not_in(PHYSICAL_KINDS))
        .scalar_subquery()
    )
    line = select(func.max(StockMove.line)).where(StockMove.command_id == command.id).scalar_subquery()
    columns: list[ColumnElement[Any]] = [virtual, line]
    if len(moves) > 1:
        columns.append(_sources(command.who.site_id, moves))
    row = (await connection.execute(select(*columns))).one()
    return set(row[0] or ()), 0 if row[1] is None else row[1] + 1


def _sources(site_id: UUID, moves: Sequence[Move]) -> ColumnElement[int]:
    """How many quants the moves may take from, each locked; virtual places have none."""
    items, places = {move.item for move in moves}, {move.from_place for move in moves}
    locked = (
        select(Quant.id)
        .where(Quant.site_id == site_id, Quant.item_id.in_(items), Quant.place_id.in_(places))
        .order_by(Quant.id)
        .with_for_update(key_share=True)
        .cte("locked")
    )
    return select(func.count()).select_from(locked).scalar_subquery()


async def _take(connection: AsyncConnection, site_id: UUID, move: Move) -> None:
    key = source_key(site_id, move)
    taken = await connection.execute(
        update(Quant)
        .where(
            key,
            Quant.quantity - Quant.reserved >= move.quantity - move.from_reserved,
            Quant.reserved >= move.from_reserved,
        )
        .values(quantity=Quant.quantity - move.quantity, reserved=Quant.reserved - move.from_reserved)
        .returning(Quant.id)
    )
    if taken.first() is not None:
        return
    row = (await connection.execute(select(Quant.quantity, Quant.reserved).where(key))).first()
    have = row.quantity if row else ZERO
    free = row.quantity - row.reserved + move.from_reserved if row else ZERO
    raise StockShort(
        f"{plain(have)} there, {plain(free)} free to take, {plain(move.quantity)} asked.",
        have=plain(have),
        free=plain(free),
        wanted=plain(move.quantity),
    )


async def _give(connection: AsyncConnection, site_id: UUID, move: Move) -> None:
    row = pg_insert(Quant).values(
        id=new_id(),
        site_id=site_id,
        owner_id=move.owner,
        item_id=move.item,
        lot_id=move.lot,
        serial_id=move.serial,
        place_id=move.to_place,
        handling_unit_id=move.to_handling_unit,
        status=move.to_status,
        quantity=move.quantity,
        reserved=move.to_reserved,
    )
    added = row.on_conflict_do_update(
        constraint="uq_quant_key",
        set_={
            "quantity": Quant.quantity + row.excluded.quantity,
            "reserved": Quant.reserved + row.excluded.reserved,
        },
    )
    try:
        await connection.execute(added)
    except IntegrityError as error:
        if constraint(error) in _ONE_PIECE:
            raise SerialHere from error
        raise


def _row(command: Command[Any], move: Move, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "site_id": command.who.site_id,
        "command_id": command.id,
        "line": number,
        "kind": move.kind,
        "owner_id": move.owner,
        "item_id": move.item,
        "lot_id": move.lot,
        "serial_id": move.serial,
        "quantity": move.quantity,
        "from_place_id": move.from_place,
        "from_handling_unit_id": move.from_handling_unit,
        "from_status": move.from_status,
        "to_place_id": move.to_place,
        "to_handling_unit_id": move.to_handling_unit,
        "to_status": move.to_status,
        "reason": move.reason,
        "document_id": move.document,
        "task_id": move.task or command.task,
        "person_id": command.who.person_id,
        "device_id": command.who.device_id,
        "undoes_id": move.undoes,
        "captured_at": command.captured_at,
    }


async def reverse(connection: AsyncConnection, command: Command[Any], undone: UUID) -> list[Move]:
    """The moves that take back all that `undone` booked, latest first. Book them with `post`.

    Raises:
        NotUndoable: nothing was booked under that key, or it has been undone.
    """
    rows = (
        await connection.execute(
            select(*StockMove.__table__.columns)
            .where(StockMove.command_id == undone, StockMove.site_id == command.who.site_id)
            .order_by(StockMove.line.desc())
        )
    ).all()
    already = await connection.execute(
        select(StockMove.id).where(StockMove.undoes_id.in_([row.id for row in rows])).limit(1)
    )
    if not rows or already.first() is not None or any(row.undoes_id is not None for row in rows):
        raise NotUndoable
    return [
        Move(
            kind="undo",
            item=row.item_id,
            quantity=row.quantity,
            from_place=row.to_place_id,
            to_place=row.from_place_id,
            lot=row.lot_id,
            serial=row.serial_id,
            owner=row.owner_id,
            from_handling_unit=row.to_handling_unit_id,
            to_handling_unit=row.from_handling_unit_id,
            from_status=row.to_status,
            to_status=row.from_status,
            document=row.document_id,
            task=row.task_id,
            undoes=row.id,
        )
        for row in rows
    ]
