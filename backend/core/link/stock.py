"""What the books say there is, for the floor to compare with what lies there."""

from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.stock import CountedItem, CountedStock
from backend.core.erp.books.tables import StockValue
from backend.kernel.tables import Inbox


async def counted_stock(connection: AsyncConnection) -> CountedStock:
    """Every item that has stock, or had some. Items of unread messages are looked up first: one that is read meanwhile is named
    all the same, and left out of the comparison.
    """
    named = func.jsonb_path_query(Inbox.body, literal_column("'$.**.sku'::jsonpath")).op("#>>")(
        literal_column("'{}'::text[]")
    )
    unread: Any = await connection.execute(
        select(named.label("sku")).where(Inbox.state == "waiting").distinct()
    )
    skus = tuple(sorted(str(row.sku) for row in unread))
    found = await connection.execute(select(StockValue.sku, StockValue.quantity).order_by(StockValue.sku))
    return CountedStock(
        items=tuple(CountedItem(sku=row.sku, quantity=row.quantity) for row in found), unread=skus
    )
