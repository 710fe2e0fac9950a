"""The books as the office reads them."""

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books.rules import CURRENCY
from backend.core.erp.books.schemas import (
    AccountBalance,
    Entry,
    ItemValue,
    Journal,
    Posting,
    StockValues,
    TrialBalance,
)
from backend.core.erp.books.tables import ENTRY_KINDS, JournalEntry, JournalLine, StockValue
from backend.core.masters.tables import Account, Item
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, contains, listed
from backend.kernel.quantity import tidy

ZERO = Decimal(0)


async def trial_balance(connection: AsyncConnection) -> TrialBalance:
    """Every account with what was posted to it."""
    found = await connection.execute(
        select(
            Account.code, Account.name, Account.names, Account.kind, Account.role,
            func.coalesce(func.sum(JournalLine.debit), 0, type_=Exact()).label("debit"),
            func.coalesce(func.sum(JournalLine.credit), 0, type_=Exact()).label("credit"),
        )
        .outerjoin(JournalLine, JournalLine.account == Account.code)
        .group_by(Account.code)
        .order_by(Account.code)
    )  # fmt: skip
    accounts = [
        AccountBalance(
            code=row.code,
            name=row.name,
            names=row.names,
            kind=row.kind,
            role=row.role,
            debit=row.debit,
            credit=row.credit,
            balance=tidy(row.debit - row.credit),
        )
        for row in found
    ]
    debit = tidy(sum((account.debit for account in accounts), start=ZERO))
    credit = tidy(sum((account.credit for account in accounts), start=ZERO))
    return TrialBalance(
        currency=CURRENCY, accounts=accounts, debit=debit, credit=credit, difference=tidy(debit - credit)
    )


async def journal(
    connection: AsyncConnection,
    asked: Asked,
    *,
    account: str = "",
    document: str = "",
    sku: str = "",
) -> Journal:
    """One page of entries, the newest first; `document` is a part of its name, such as `PO-5001`."""
    statement = select(JournalEntry).order_by(JournalEntry.booked_at.desc(), JournalEntry.id.desc())
    line = exists().where(JournalLine.entry_id == JournalEntry.id)
    if account:
        statement = statement.where(line.where(JournalLine.account == account))
    if sku:
        statement = statement.where(line.where(JournalLine.sku == sku))
    if document:
        statement = statement.where(JournalEntry.document.ilike(contains(document)))
    kinds = {kind: JournalEntry.kind == kind for kind in ENTRY_KINDS}
    found = await listed(connection, statement, asked, kinds)
    lines = await _postings(connection, [row.id for row in found.rows])
    items = [
        Entry(
            id=row.id,
            kind=row.kind,
            document=row.document,
            note=row.note,
            at=row.at,
            booked_at=row.booked_at,
            lines=lines[row.id],
        )
        for row in found.rows
    ]
    return Journal(items=items, **found.page)


async def _postings(connection: AsyncConnection, entries: list[UUID]) -> dict[UUID, list[Posting]]:
    found = await connection.execute(
        select(JournalLine, Account.name, Account.names)
        .join(Account, Account.code == JournalLine.account)
        .where(JournalLine.entry_id.in_(entries))
        .order_by(JournalLine.credit > 0, JournalLine.id)
    )
    lines: dict[UUID, list[Posting]] = defaultdict(list)
    for row in found:
        lines[row.entry_id].append(
            Posting(
                account=row.account,
                account_name=row.name,
                account_names=row.names,
                debit=row.debit,
                credit=row.credit,
                sku=row.sku,
                quantity=row.quantity,
                partner=row.partner,
            )
        )
    return lines


async def stock_values(connection: AsyncConnection, asked: Asked, *, search: str = "") -> StockValues:
    """One page of items that have stock or value, the most valuable first."""
    unit_cost = case(
        (StockValue.quantity > 0, func.round(StockValue.value / StockValue.quantity, 4, type_=Exact())),
        else_=StockValue.last_cost,
    )
    statement = (
        select(
            StockValue.sku, Item.name, Item.unit, Item.valuation, StockValue.quantity, StockValue.value,
            unit_cost.label("unit_cost"),
        )
        .join(Item, Item.sku == StockValue.sku)
        .where(or_(StockValue.quantity != 0, StockValue.value != 0))
        .order_by(StockValue.value.desc(), StockValue.sku)
    )  # fmt: skip
    if search:
        like = contains(search)
        statement = statement.where(or_(StockValue.sku.ilike(like), Item.name.ilike(like)))
    found = await listed(connection, statement, asked)
    worth = await connection.execute(select(func.coalesce(func.sum(StockValue.value), 0, type_=Exact())))
    items = [
        ItemValue(
            sku=row.sku,
            name=row.name,
            unit=row.unit,
            valuation=row.valuation,
            quantity=row.quantity,
            value=row.value,
            unit_cost=row.unit_cost,
        )
        for row in found.rows
    ]
    return StockValues(items=items, value=worth.scalar_one(), **found.page)
