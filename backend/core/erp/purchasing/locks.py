"""Rows held until the end of the transaction: the order first, then its lines."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.purchasing.queries import NoSuchPurchaseOrder
from backend.core.erp.purchasing.tables import PurchaseLine, PurchaseOrder


async def locked(connection: AsyncConnection, number: str) -> Row[Any]:
    """The order's row.

    Raises:
        NoSuchPurchaseOrder: there is none by that number.
    """
    found = await connection.execute(
        select(PurchaseOrder).where(PurchaseOrder.number == number).with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NoSuchPurchaseOrder(number=number)
    return row


async def locked_lines(connection: AsyncConnection, number: str) -> dict[int, Row[Any]]:
    """The order's lines by number; call it with the order locked."""
    found = await connection.execute(
        select(PurchaseLine)
        .where(PurchaseLine.number == number)
        .order_by(PurchaseLine.line)
        .with_for_update(key_share=True)
    )
    return {row.line: row for row in found}
