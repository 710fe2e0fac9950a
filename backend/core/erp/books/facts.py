"""Stock that changed without an order, as the floor tells it: counts, damage, finds."""

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.stock import StockAdjusted
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import ADJUSTMENT, ZERO, Side, cents
from backend.core.masters.queries import standings
from backend.kernel.ids import new_id


async def stock_adjusted(connection: AsyncConnection, message: StockAdjusted, source: str) -> None:
    """More or less stock at what it is worth, against the adjustment account. The message names no fact, so only the inbox
    keeps it from being booked twice.

    Raises:
        NoSuchItem: nobody here knows the item.
    """
    del source
    await standings(connection, [message.sku])
    posting = await books.begin(
        connection, kind="adjustment", cause=f"adjusted:{new_id()}", document=f"item/{message.sku}", at=message.at,
        note=message.reason,
    )  # fmt: skip
    if posting is None or message.change == 0:
        return
    other = Side(ADJUSTMENT, ZERO)
    if message.change < 0:
        await books.take_out(connection, posting, message.sku, -message.change, other)
        return
    worth, standard = await books.worth_of(connection, message.sku)
    cost = worth.unit_cost if standard is None else standard
    await books.put_in(connection, posting, message.sku, message.change, cents(message.change * cost), other)
