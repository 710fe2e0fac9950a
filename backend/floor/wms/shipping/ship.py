"""Ship: a picked order leaves the building, with all that its totes hold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import ShipmentShipped, ShippedContent, ShippedLine
from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, Lot, Move, Quant, Serial, StockMove, post, virtual_place
from backend.floor.wms.shipping.schemas import OrderShipped, ShipOrder
from backend.floor.wms.shipping.tables import ShipmentLine, ShipmentRequest
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import Conflict


class NotPicked(Conflict):
    """The order is not picked yet, or has left already."""

    type = "not-picked"
    title = "This order can't be shipped now"


async def ship_order(connection: AsyncConnection, command: Command[ShipOrder]) -> OrderShipped:
    """Books a picked order out to the customer and tells the ERP, lot by lot.

    Raises:
        NotPicked: its state is another; the facts say which.
    """
    order = await _picked(connection, command)
    contents = await packed_contents(connection, order.id)
    customer = await virtual_place(connection, command.who.site_id, "customer")
    await post(connection, command, [_out(row, customer, order.id) for row in contents])
    units = sorted({row.unit for row in contents if row.unit})
    await connection.execute(
        update(HandlingUnit)
        .where(HandlingUnit.site_id == command.who.site_id, HandlingUnit.code.in_(units))
        .values(place_id=None)
    )
    await connection.execute(
        update(ShipmentLine).where(ShipmentLine.request_id == order.id).values(shipped=ShipmentLine.picked)
    )
    await connection.execute(
        update(ShipmentRequest)
        .where(ShipmentRequest.id == order.id)
        .values(state="shipped", shipped_at=clock.now())
    )
    lines = await _lines(connection, order.id, contents)
    message = ShipmentShipped(
        number=order.number,
        version=order.version,
        carrier=order.carrier,
        lines=lines,
        handling_units=tuple(units),
        at=command.captured_at,
    )
    await outbox.send(
        connection, message_type=ShipmentShipped.TYPE, document=f"shipment/{order.number}", data=message
    )
    return OrderShipped(order=order.id, number=order.number, lines=len(lines), totes=len(units))


async def _picked(connection: AsyncConnection, command: Command[ShipOrder]) -> Any:
    found = await connection.execute(
        select(*ShipmentRequest.__table__.columns)
        .where(ShipmentRequest.id == command.payload.order, ShipmentRequest.site_id == command.who.site_id)
        .with_for_update(key_share=True)
    )
    order = found.first()
    if order is None or order.state != "picked":
        raise NotPicked(state=order.state if order else "unknown")
    return order


async def packed_contents(connection: AsyncConnection, order: UUID) -> Sequence[Any]:
    """What lies in the order's totes now: everything that was picked for it and not taken back, where it stands."""
    picked = (
        select(StockMove.to_handling_unit_id)
        .where(
            StockMove.document_id == order,
            StockMove.kind == "pick",
            StockMove.to_handling_unit_id.is_not(None),
        )
        .distinct()
    )
    rows = await connection.execute(
        select(
            *Quant.__table__.columns,
            Lot.code.label("lot"),
            Lot.expires_on,
            Serial.code.label("serial"),
            HandlingUnit.code.label("unit"),
            Place.code.label("place"),
        )
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id)
        .join(Place, Place.id == Quant.place_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .where(
            Quant.handling_unit_id.in_(picked), Quant.quantity > 0, Place.kind.in_(("pack", "cart", "dock"))
        )
        .order_by(Quant.id)
    )
    return rows.all()


def _out(row: Any, customer: UUID, order: UUID) -> Move:
    return Move(
        kind="ship",
        item=row.item_id,
        quantity=row.quantity,
        from_place=row.place_id,
        to_place=customer,
        lot=row.lot_id,
        serial=row.serial_id,
        owner=row.owner_id,
        from_handling_unit=row.handling_unit_id,
        from_status=row.status,
        document=order,
    )


async def _lines(
    connection: AsyncConnection, order: UUID, contents: Sequence[Any]
) -> tuple[ShippedLine, ...]:
    """Shares what left over the order's lines: lines of one item are filled one after another."""
    left = [[row, row.quantity] for row in contents]
    rows = await connection.execute(
        select(ShipmentLine.line, ShipmentLine.item_id, ShipmentLine.picked, Item.sku, Item.unit)
        .join(Item, Item.id == ShipmentLine.item_id)
        .where(ShipmentLine.request_id == order, ShipmentLine.picked > 0)
        .order_by(ShipmentLine.line)
    )
    shipped = []
    for line in rows:
        wanted: Decimal = line.picked
        inside = []
        for piece in left:
            row, quantity = piece
            taken = min(wanted, quantity) if row.item_id == line.item_id else Decimal(0)
            if taken > 0:
                piece[1] -= taken
                wanted -= taken
                inside.append(
                    ShippedContent(
                        quantity=taken,
                        lot=row.lot,
                        expires_on=row.expires_on,
                        serial=row.serial,
                        handling_unit=row.unit,
                    )
                )
        shipped.append(
            ShippedLine(
                line=line.line,
                sku=line.sku,
                unit=line.unit,
                quantity=line.picked - wanted,
                contents=tuple(inside),
            )
        )
    return tuple(shipped)


COMMANDS: Registry = {"ship.confirm": (ShipOrder, transactional(ship_order))}
