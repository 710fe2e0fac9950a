"""Undo of a receipt: moves the other way, the line expects it again, the ERP is told."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.receipts import GoodsReceiptUndone
from backend.floor.catalog import Item
from backend.floor.expected import STATES, ExpectedDelivery, ExpectedLine, count_out, give_pack_back
from backend.floor.stock import Lot, NotUndoable, ReceiptUndone, Serial, StockShort, post, reverse
from backend.floor.wms.receiving.schemas import ReceiptTakenBack, UndoReceipt
from backend.floor.wms.receiving.tables import Receipt, ReceiptDiscrepancy
from backend.floor.wms.receiving.tell import source_of
from backend.floor.work import FloorException
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.local import announce


async def undo_receipt(connection: AsyncConnection, command: Command[UndoReceipt]) -> ReceiptTakenBack:
    """Takes a receipt back whole, while nothing of it was put away, inspected or used.

    Raises:
        NotUndoable: no such receipt, undone before, its delivery is closed, or something later used it.
    """
    row = await _mark(connection, command)
    delivery, number = await _delivery(connection, row)
    if row.line_id is not None:
        await count_out(connection, line=row.line_id, quantity=row.quantity, blocked=row.blocked)
        await give_pack_back(connection, row.id)
    moves = await reverse(connection, command, row.id)
    try:
        await post(connection, command, moves)
    except StockShort as short:
        raise NotUndoable(
            "Something of this receipt was put away, inspected or used meanwhile.", **short.facts
        ) from short
    await _withdraw(connection, command, row.id)
    await _tell(connection, command, row, delivery, number, [m.serial for m in moves if m.serial])
    undone = ReceiptUndone(
        command=command,
        site=row.site_id,
        receipt=row.id,
        item=row.item_id,
        lot=row.lot_id,
        at=command.captured_at,
    )
    await announce(connection, undone)
    return ReceiptTakenBack(receipt=row.id, quantity=row.quantity)


async def _mark(connection: AsyncConnection, command: Command[UndoReceipt]) -> Any:
    marked = await connection.execute(
        update(Receipt)
        .where(
            Receipt.id == command.payload.command,
            Receipt.site_id == command.who.site_id,
            Receipt.undone_by.is_(None),
        )
        .values(undone_by=command.id)
        .returning(*Receipt.__table__.columns)
    )
    row = marked.first()
    if row is None:
        raise NotUndoable("There is no such receipt, or it was taken back before.")
    return row


async def _delivery(connection: AsyncConnection, row: Any) -> tuple[Any, int | None]:
    """The receipt's delivery and the order's line number.

    Raises:
        NotUndoable: the delivery has been closed, and what it lacked was told.
    """
    if row.delivery_id is None:
        return None, None
    found = await connection.execute(
        select(*ExpectedDelivery.__table__.columns)
        .where(ExpectedDelivery.id == row.delivery_id)
        .with_for_update(key_share=True)
    )
    delivery = found.one()
    if (delivery.state, "undo") not in STATES:
        raise NotUndoable(f"{delivery.number} has been closed.", delivery=delivery.number)
    line = await connection.execute(
        select(ExpectedLine.line, ExpectedLine.purchase_line_id).where(ExpectedLine.id == row.line_id)
    )
    own = line.first()
    if own is None:
        return delivery, None
    if delivery.kind == "purchase":
        return delivery, own.line
    ordered = await connection.execute(
        select(ExpectedLine.line).where(ExpectedLine.id == own.purchase_line_id)
    )
    return delivery, ordered.scalar_one_or_none()


async def _withdraw(connection: AsyncConnection, command: Command[Any], receipt: UUID) -> None:
    """The receipt's differences are no more, and nobody needs to look at them."""
    withdrawn = await connection.execute(
        update(ReceiptDiscrepancy)
        .where(ReceiptDiscrepancy.receipt_id == receipt)
        .values(withdrawn=True)
        .returning(ReceiptDiscrepancy.exception_id)
    )
    await connection.execute(
        update(FloorException)
        .where(FloorException.id.in_(list(withdrawn.scalars())), FloorException.state == "open")
        .values(
            state="resolved",
            resolution="undone",
            resolved_by=command.who.person_id,
            resolved_at=clock.now(),
        )
    )


async def _tell(
    connection: AsyncConnection,
    command: Command[Any],
    row: Any,
    delivery: Any,
    number: int | None,
    serials: list[UUID],
) -> None:
    item = (await connection.execute(select(Item.sku, Item.unit).where(Item.id == row.item_id))).one()
    lot = await connection.execute(select(Lot.code).where(Lot.id == row.lot_id))
    codes = await connection.execute(select(Serial.code).where(Serial.id.in_(serials)))
    source = source_of(delivery, line_id=row.line_id, line=number)
    message = GoodsReceiptUndone(
        receipt=row.id,
        sku=item.sku,
        quantity=row.quantity,
        unit=item.unit,
        at=command.captured_at,
        lot=lot.scalar_one_or_none(),
        serials=tuple(sorted(codes.scalars())),
        **source.named(),
    )
    await outbox.send(
        connection, message_type=GoodsReceiptUndone.TYPE, document=source.document(row.id), data=message
    )


COMMANDS: Registry = {"receive.undo": (UndoReceipt, transactional(undo_receipt))}
