"""What was decided about goods that wait, carried out: they leave for the supplier, or were made good and are inspected again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.quality import GoodsReturned
from backend.floor.catalog import Item
from backend.floor.qms import problems
from backend.floor.qms.holding import Held, held
from backend.floor.qms.opening import open_again
from backend.floor.qms.report_schemas import StepNcr
from backend.floor.qms.tables import InspectionLot, NcrDisposition
from backend.floor.stock import Lot, Move, post, virtual_place
from backend.kernel import clock, outbox
from backend.kernel.commands import Command


async def execute(connection: AsyncConnection, command: Command[StepNcr], report: Any) -> None:
    """The goods have left for the supplier, which the ERP is told, or were made good and are inspected again, every one.

    Raises:
        WrongStep: nothing of the kind waits any more.
        StockShort: they are not there.
    """
    kind = command.payload.disposition
    done = (
        await connection.execute(
            update(NcrDisposition)
            .where(
                NcrDisposition.ncr_id == report.id,
                NcrDisposition.kind == kind,
                NcrDisposition.done_at.is_(None),
            )
            .values(done_at=clock.now())
            .returning(NcrDisposition.quantity, NcrDisposition.serials)
        )
    ).first()
    if done is None:
        raise problems.WrongStep("Nothing of this kind waits.", state=report.state)
    lot = (
        await connection.execute(select(InspectionLot).where(InspectionLot.id == report.inspection_id))
    ).one()
    stock = await held(connection, lot, status="blocked", quantity=done.quantity, serials=done.serials)
    supplier = await virtual_place(connection, lot.site_id, "supplier")
    await post(connection, command, _moves(lot, stock, done.quantity, kind, supplier))
    if kind == "rework":
        await open_again(connection, lot, part=2, quantity=done.quantity, serials=done.serials)
    else:
        await _tell(connection, command, report, lot, done.quantity)


async def _tell(
    connection: AsyncConnection, command: Command[StepNcr], report: Any, lot: Any, quantity: Decimal
) -> None:
    sku = await connection.scalar(select(Item.sku).where(Item.id == lot.item_id))
    message = GoodsReturned(
        inspection=lot.id,
        ncr=report.number,
        supplier=lot.supplier,
        sku=str(sku),
        unit=lot.unit,
        quantity=quantity,
        at=command.captured_at,
        lot=await connection.scalar(select(Lot.code).where(Lot.id == lot.lot_id)),
        purchase_order=lot.purchase_order,
        line=lot.po_line,
        carrier=command.payload.answers.carrier.strip(),
        reference=command.payload.answers.reference.strip(),
    )
    await outbox.send(connection, message_type=GoodsReturned.TYPE, document=f"item/{sku}", data=message)


def _moves(
    lot: Any, stock: Sequence[Held], quantity: Decimal, kind: str | None, supplier: UUID
) -> list[Move]:
    """Back to the supplier, or on hold again to be inspected once more."""
    moves, rest = [], quantity
    for one in stock:
        part = min(rest, one.quantity)
        if part <= 0:
            break
        rest -= part
        back = kind == "return"
        moves.append(
            Move(
                kind="return" if back else "rework",
                item=lot.item_id,
                quantity=part,
                from_place=one.place,
                to_place=supplier if back else one.place,
                lot=lot.lot_id,
                serial=one.serial,
                owner=one.owner,
                from_handling_unit=one.unit,
                to_handling_unit=None if back else one.unit,
                from_status="blocked",
                to_status="free" if back else "quality",
                reason=kind,
                document=lot.id,
            )
        )
    return moves
