"""Closing a delivery: nothing more comes of it, and what is missing is told as short."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.expected import ExpectedDelivery, ExpectedLine, close_lines
from backend.floor.wms.receiving import rules
from backend.floor.wms.receiving.problems import DeliveryOver, LineUnknown
from backend.floor.wms.receiving.schemas import CloseDelivery, DeliveryClosed
from backend.floor.wms.receiving.tell import Differs, source_of, tell_difference
from backend.kernel.commands import Command, Registry, transactional


async def close_delivery(connection: AsyncConnection, command: Command[CloseDelivery]) -> DeliveryClosed:
    """Closes a delivery once. Every line that lacks something becomes a `short` document.

    Raises:
        DeliveryOver: it was closed or cancelled before.
        LineUnknown: there is no such delivery here.
    """
    who, delivery = command.who, command.payload.delivery
    row = (
        await connection.execute(
            select(*ExpectedDelivery.__table__.columns).where(
                ExpectedDelivery.id == delivery, ExpectedDelivery.site_id == who.site_id
            )
        )
    ).first()
    if row is None:
        raise LineUnknown
    lacking = await close_lines(connection, who.site_id, delivery, who.person_id)
    if lacking is None:
        raise DeliveryOver(f"{row.number} is {row.state} already.", delivery=row.number, state=row.state)
    orders = await connection.execute(
        select(ExpectedLine.id, ExpectedLine.line).where(
            ExpectedLine.id.in_([line.purchase_line_id for line in lacking if line.purchase_line_id])
        )
    )
    ordered = {found.id: found.line for found in orders}
    told = []
    for line in lacking:
        number = ordered.get(line.purchase_line_id, line.line if row.kind == "purchase" else None)
        difference = rules.Difference("short", line.quantity - line.received, line.quantity)
        about = Differs(item=line.item_id, sku=line.sku, unit=line.unit, expected_lot=line.lot)
        source = source_of(row, line_id=line.id, line=number)
        told.append(await tell_difference(connection, command, difference, about, source, receipt=None))
    return DeliveryClosed(delivery=delivery, short=told)


COMMANDS: Registry = {"receive.close": (CloseDelivery, transactional(close_delivery))}
