"""Posts facts to the books. Every posting has a cause, and a cause is posted once; stock rows are locked item by item, in order."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books import rules
from backend.core.erp.books.rules import Change, Side, Worth
from backend.core.erp.books.tables import JournalEntry, JournalLine, StockValue
from backend.core.masters.tables import Account, CostVersion, Item
from backend.kernel.ids import new_id


class Posting:
    """One entry that is being made: `sides` go in with `write`.

    Attributes:
        entry: the entry's id.
    """

    def __init__(self, connection: AsyncConnection, entry: UUID) -> None:
        self._connection = connection
        self.entry = entry

    async def write(self, sides: list[Side]) -> None:
        """Writes the entry's sides; they add up to zero, or the commit fails."""
        if not sides:
            return
        found = await self._connection.execute(
            select(Account.role, Account.code).where(Account.role.is_not(None))
        )
        accounts: dict[str, str] = {row.role: row.code for row in found}
        rows = [
            {
                "id": new_id(),
                "entry_id": self.entry,
                "account": accounts[side.role],
                "debit": max(side.amount, rules.ZERO),
                "credit": max(-side.amount, rules.ZERO),
                "sku": side.sku,
                "quantity": side.quantity,
                "partner": side.partner,
            }
            for side in sides
        ]
        await self._connection.execute(insert(JournalLine), rows)


async def begin(
    connection: AsyncConnection, *, kind: str, cause: str, document: str, at: datetime, note: str = ""
) -> Posting | None:
    """Opens an entry for a cause; None if that cause was posted before, and then nothing else may be booked for it."""
    row = pg_insert(JournalEntry).values(
        id=new_id(), kind=kind, cause=cause, document=document, at=at, note=note
    )
    made = await connection.execute(row.on_conflict_do_nothing().returning(JournalEntry.id))
    entry = made.scalar_one_or_none()
    return None if entry is None else Posting(connection, entry)


async def worth_of(connection: AsyncConnection, sku: str) -> tuple[Worth, Decimal | None]:
    """What there is of an item, locked until the end of the transaction, and its standard cost if it is valued by one."""
    await connection.execute(pg_insert(StockValue).values(sku=sku).on_conflict_do_nothing())
    newest = (
        select(CostVersion.material + CostVersion.labour)
        .where(CostVersion.sku == sku)
        .order_by(CostVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(StockValue, Item.valuation, newest.label("newest"))
        .join(Item, Item.sku == StockValue.sku)
        .where(StockValue.sku == sku)
        .with_for_update(key_share=True, of=StockValue)
    )
    row = found.one()
    last_cost = row.last_cost or (row.newest or rules.ZERO)
    standard = (row.newest or rules.ZERO) if row.valuation == "standard" else None
    return Worth(row.quantity, row.value, last_cost), standard


async def put_in(
    connection: AsyncConnection, posting: Posting, sku: str, quantity: Decimal, amount: Decimal, other: Side
) -> Change:
    """Goods come in for `amount`; `other` names the account that is credited, and its partner."""
    worth, standard = await worth_of(connection, sku)
    change = rules.put_in(worth, quantity, amount, standard=standard)
    await _apply(connection, posting, sku, quantity, change, other)
    return change


async def take_out(
    connection: AsyncConnection,
    posting: Posting,
    sku: str,
    quantity: Decimal,
    other: Side,
    *,
    amount: Decimal | None = None,
) -> Change:
    """Goods leave at what they are worth, or, where the other side knows an `amount` of its own, with the difference posted."""
    worth, standard = await worth_of(connection, sku)
    change = rules.take_out(worth, quantity, amount=amount, standard=standard)
    await _apply(connection, posting, sku, -quantity, change, other)
    return change


async def revalue(connection: AsyncConnection, sku: str, *, cause: str, at: datetime) -> None:
    """Stock at a standard cost is worth the newest standard from now on; the difference goes to the adjustment account."""
    worth, standard = await worth_of(connection, sku)
    if standard is None:
        return
    value = rules.cents(worth.quantity * standard)
    if value == worth.value:
        return
    posting = await begin(connection, kind="adjustment", cause=cause, document=f"item/{sku}", at=at)
    if posting is not None:
        change = Change(Worth(worth.quantity, value, standard), value - worth.value)
        await _apply(connection, posting, sku, rules.ZERO, change, Side(rules.ADJUSTMENT, rules.ZERO))


async def _apply(
    connection: AsyncConnection, posting: Posting, sku: str, quantity: Decimal, change: Change, other: Side
) -> None:
    await connection.execute(
        update(StockValue)
        .where(StockValue.sku == sku)
        .values(quantity=change.after.quantity, value=change.after.value, last_cost=change.after.last_cost)
    )
    await posting.write(rules.against(change, sku, quantity, other))


async def open_stock(
    connection: AsyncConnection, cause: str, stock: Iterable[tuple[str, Decimal, Decimal]], at: datetime
) -> bool:
    """Takes the stock of the first morning into the books, at so much a unit: (SKU, quantity, unit cost), each SKU once.

    False, and nothing done, if that cause was booked before.
    """
    posting = await begin(connection, kind="opening", cause=cause, document="stock/opening", at=at)
    if posting is None:
        return False
    found = [(sku, many, cost, rules.cents(many * cost)) for sku, many, cost in stock if many > 0]
    row = pg_insert(StockValue)
    new = row.excluded
    fields = {"quantity": new.quantity, "value": new.value, "last_cost": new.last_cost}
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=[StockValue.sku], set_=fields, where=StockValue.quantity == 0
        ),
        [
            {"sku": sku, "quantity": many, "value": value, "last_cost": cost}
            for sku, many, cost, value in found
        ],
    )
    sides = [Side(rules.STOCK, value, sku, many) for sku, many, _, value in found]
    total = sum((side.amount for side in sides), start=rules.ZERO)
    await posting.write(rules.balanced(*sides, Side(rules.OPENING, -total)))
    return True
