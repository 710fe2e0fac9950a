"""What became of a shipment, as the floor tells it: progress on the order's lines, and cost of goods sold when it has left."""

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import (
    LinePicked,
    LineShorted,
    PickUndone,
    ShipmentPicked,
    ShipmentShipped,
    ShortUndone,
)
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import COGS, ZERO, Side
from backend.core.erp.concerns.commands import raise_concern
from backend.core.erp.machine import told
from backend.core.erp.sales.rules import MACHINE, shipped_event
from backend.core.erp.sales.tables import SalesLine, SalesOrder
from backend.core.masters.queries import standings


async def _order(connection: AsyncConnection, number: str) -> Row[Any] | None:
    found = await connection.execute(
        select(SalesOrder).where(SalesOrder.number == number).with_for_update(key_share=True)
    )
    return found.first()


async def line_picked(connection: AsyncConnection, message: LinePicked | PickUndone, source: str) -> None:
    """Counts a pick, or one that was taken back."""
    del source
    await _order(connection, message.number)
    many = -message.quantity if isinstance(message, PickUndone) else message.quantity
    await _add(connection, message.number, message.line, picked=SalesLine.picked + many)


async def line_shorted(connection: AsyncConnection, message: LineShorted | ShortUndone, source: str) -> None:
    """Counts what was not there, or what was found after all."""
    del source
    await _order(connection, message.number)
    many = -message.quantity if isinstance(message, ShortUndone) else message.quantity
    await _add(connection, message.number, message.line, shorted=SalesLine.shorted + many)


async def picked(connection: AsyncConnection, message: ShipmentPicked, source: str) -> None:
    """The floor's last word on every line; it wins over the running sums. A line that was all missing may end the order."""
    del source
    order = await _order(connection, message.number)
    for line in message.lines:
        await _add(connection, message.number, line.line, picked=line.picked, shorted=line.shorted)
    if order is not None:
        await _settle(connection, order)


async def shipped(connection: AsyncConnection, message: ShipmentShipped, source: str) -> None:
    """Cost of goods sold against stock, for what left. A shipment of an order that nobody here knows is booked, and a concern.

    Raises:
        NoSuchItem: nobody here knows an item.
    """
    del source
    order = await _order(connection, message.number)
    document = f"sale/{message.number}"
    await standings(connection, [line.sku for line in message.lines])
    posting = await books.begin(
        connection, kind="shipment", cause=f"shipped:{message.number}:{message.version}:{message.at.isoformat()}",
        document=document, at=message.at, note=message.carrier,
    )  # fmt: skip
    if posting is None:
        return
    customer = order.customer if order is not None else None
    gone = dict.fromkeys([line.sku for line in message.lines], ZERO)
    for line in message.lines:
        gone[line.sku] += line.quantity
        await _add(connection, message.number, line.line, shipped=SalesLine.shipped + line.quantity)
    for sku in sorted(sku for sku, many in gone.items() if many > 0):
        await books.take_out(connection, posting, sku, gone[sku], Side(COGS, ZERO, partner=customer))
    if order is None:
        await raise_concern(connection, "unknown_order", cause=document, document=document)
    else:
        await _settle(connection, order)


async def _add(connection: AsyncConnection, number: str, line: int, **values: Any) -> None:
    await connection.execute(
        update(SalesLine).where(SalesLine.number == number, SalesLine.line == line).values(**values)
    )


async def _settle(connection: AsyncConnection, order: Row[Any]) -> None:
    found = await connection.execute(select(SalesLine).where(SalesLine.number == order.number))
    lines = list(found)
    if not any(line.shipped > 0 for line in lines):
        return
    state = told(MACHINE, order.state, shipped_event(lines))
    await connection.execute(update(SalesOrder).where(SalesOrder.number == order.number).values(state=state))
