"""Undo on a round: what a command booked is taken back by moves the other way, each with its own record."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import PickUndone as PickUndoneMessage
from backend.contract.shipments import ShortUndone
from backend.floor.stock import NotUndoable, Quant, Reservation, StockMove, StockShort, post, reverse
from backend.floor.wms.counting import cancel_count
from backend.floor.wms.picking.lines import ZERO, Line, lock_line
from backend.floor.wms.picking.schemas import PickUndone, UndoPick
from backend.floor.wms.picking.tables import PickLine, RoundTote
from backend.floor.wms.shipping import ShipmentLine
from backend.kernel import outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.tables import CommandLog

UNDOABLE = frozenset({"pick.confirm", "pick.short", "pick.skip"})


async def undo_pick(connection: AsyncConnection, command: Command[UndoPick]) -> PickUndone:
    """Takes back a confirm, a short or a skip of this round.

    Raises:
        NotUndoable: it is no such command, its tote was dropped, or something later stands on it.
    """
    undone = (
        await connection.execute(
            select(CommandLog.type, CommandLog.outcome, CommandLog.answer).where(
                CommandLog.id == command.payload.command, CommandLog.site_id == command.who.site_id
            )
        )
    ).first()
    if undone is None or undone.outcome != "done" or undone.type not in UNDOABLE or not undone.answer:
        raise NotUndoable
    line = await lock_line(connection, command, UUID(undone.answer["line"]))
    await _tote_still_here(connection, line)
    if undone.type == "pick.skip":
        return await _unskip(connection, command, line)
    quantity = await _put_back(connection, command, line)
    if undone.type == "pick.short":
        await _unshort(connection, command, line, undone.answer, quantity)
    return PickUndone(command=command.payload.command, line=line.id, quantity=quantity)


async def _tote_still_here(connection: AsyncConnection, line: Line) -> None:
    state = await connection.execute(select(RoundTote.state).where(RoundTote.id == line.tote_id))
    if state.scalar_one() == "dropped" or line.task_state not in {"claimed", "released"}:
        raise NotUndoable("The tote has been dropped already.")


async def _unskip(connection: AsyncConnection, command: Command[UndoPick], line: Line) -> PickUndone:
    first = await connection.execute(
        select(PickLine.sequence)
        .where(PickLine.round_id == line.round_id, PickLine.state == "open")
        .order_by(PickLine.sequence)
        .limit(1)
    )
    await connection.execute(
        update(PickLine)
        .where(PickLine.id == line.id, PickLine.skipped > 0)
        .values(skipped=PickLine.skipped - 1, sequence=first.scalar_one() - 1)
    )
    return PickUndone(command=command.payload.command, line=line.id, quantity=ZERO)


async def _put_back(connection: AsyncConnection, command: Command[UndoPick], line: Line) -> Decimal:
    booked = await connection.execute(
        select(StockMove.id).where(StockMove.command_id == command.payload.command, StockMove.kind == "pick")
    )
    if booked.first() is None:
        return ZERO
    moves = [
        move
        for move in await reverse(connection, command, command.payload.command)
        if move.to_place == line.place_id
    ]
    quantity = sum((move.quantity for move in moves), start=ZERO)
    try:
        await post(connection, command, moves)
    except StockShort as short:
        raise NotUndoable(short.detail, **short.facts) from short
    await connection.execute(
        update(Quant).where(Quant.id == line.quant_id).values(reserved=Quant.reserved + quantity)
    )
    await connection.execute(
        update(Reservation)
        .where(Reservation.id == line.reservation_id)
        .values(quantity=Reservation.quantity + quantity)
    )
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(allocated=ShipmentLine.allocated + quantity, picked=ShipmentLine.picked - quantity)
    )
    await connection.execute(
        update(PickLine)
        .where(PickLine.id == line.id)
        .values(picked=PickLine.picked - quantity, state="open", version=PickLine.version + 1)
    )
    await _tell(connection, command, line, quantity)
    return quantity


async def _tell(connection: AsyncConnection, command: Command[Any], line: Line, quantity: Decimal) -> None:
    message = PickUndoneMessage(
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
        connection,
        message_type=PickUndoneMessage.TYPE,
        document=f"shipment/{line.order_number}",
        data=message,
    )


async def _tell_no_short(
    connection: AsyncConnection, command: Command[UndoPick], line: Line, quantity: Decimal
) -> None:
    message = ShortUndone(
        number=line.order_number,
        line=line.order_line,
        sku=line.sku,
        quantity=quantity,
        unit=line.unit,
        reason="undone",
        at=command.captured_at,
    )
    await outbox.send(
        connection, message_type=ShortUndone.TYPE, document=f"shipment/{line.order_number}", data=message
    )


async def _unshort(
    connection: AsyncConnection,
    command: Command[UndoPick],
    line: Line,
    answer: dict[str, Any],
    put_back: Decimal,
) -> None:
    """Takes back the proposals, the backorder and the count of a short, and promises the bin's stock to the line again."""
    for proposal in answer["proposals"]:
        await _drop_proposal(connection, command, UUID(proposal["line"]))
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(shorted=ShipmentLine.shorted - Decimal(answer["backorder"]), why_not=None)
    )
    if Decimal(answer["backorder"]) > 0:
        await _tell_no_short(connection, command, line, Decimal(answer["backorder"]))
    if answer["count"] is not None:
        await cancel_count(connection, UUID(answer["count"]), raised_by=command.payload.command)
    missing = Decimal(answer["missing"])
    if missing > 0:
        taken = await connection.execute(
            update(Quant)
            .where(Quant.id == line.quant_id, Quant.quantity - Quant.reserved >= missing)
            .values(reserved=Quant.reserved + missing)
            .returning(Quant.id)
        )
        if taken.first() is None:
            raise NotUndoable("The stock of that bin has been counted or promised meanwhile.")
        await connection.execute(
            update(Reservation)
            .where(Reservation.id == line.reservation_id)
            .values(quantity=Reservation.quantity + missing)
        )
        await connection.execute(
            update(ShipmentLine)
            .where(ShipmentLine.id == line.shipment_line_id)
            .values(allocated=ShipmentLine.allocated + missing)
        )
    if put_back == 0:
        await connection.execute(
            update(PickLine).where(PickLine.id == line.id).values(state="open", version=PickLine.version + 1)
        )


async def _drop_proposal(connection: AsyncConnection, command: Command[UndoPick], line_id: UUID) -> None:
    proposed = await lock_line(connection, command, line_id)
    if proposed.state != "open" or proposed.picked > 0:
        raise NotUndoable("The replacement has been picked already.")
    await connection.execute(
        update(Reservation).where(Reservation.id == proposed.reservation_id).values(quantity=ZERO)
    )
    await connection.execute(
        update(Quant).where(Quant.id == proposed.quant_id).values(reserved=Quant.reserved - proposed.reserved)
    )
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == proposed.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - proposed.reserved)
    )
    await connection.execute(
        update(PickLine).where(PickLine.id == line_id).values(state="cancelled", version=PickLine.version + 1)
    )


COMMANDS: Registry = {"pick.undo": (UndoPick, transactional(undo_pick))}
