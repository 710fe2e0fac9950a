"""What came from suppliers, as the floor tells it, into the books: stock against goods received not invoiced.

A receipt counts at the order's price; one that no order stands behind, at the item's cost, and a person hears of it. Every fact is
posted once by its own id, however often and in whatever order it comes.
"""

from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.quality import ClaimRaised, GoodsReturned, InspectionDecided
from backend.contract.receipts import GoodsReceiptUndone, GoodsReceived, ReceiptDiscrepancy
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import GRNI, PAYABLE, SCRAP, ZERO, Side, cents
from backend.core.erp.books.tables import JournalEntry, JournalLine
from backend.core.erp.concerns.commands import raise_concern
from backend.core.erp.machine import told
from backend.core.erp.purchasing import rules
from backend.core.erp.purchasing.locks import locked_lines
from backend.core.erp.purchasing.tables import PurchaseLine, PurchaseOrder
from backend.core.masters.queries import standings
from backend.core.masters.tables import Account
from backend.kernel.problems import Conflict
from backend.kernel.quantity import plain


class ReceiptNotHere(Conflict):
    """The receipt that was taken back has not been told yet; the message is tried again when it has."""

    type = "receipt-not-here"
    title = "That receipt has not been told yet"


async def goods_received(connection: AsyncConnection, message: GoodsReceived, source: str) -> None:
    """Stock at its value against GRNI at the order's price; what is over the order's tolerance is a concern, and booked.

    Raises:
        NoSuchItem: nobody here knows the item; the message waits for its master, then for a person.
    """
    del source
    item = (await standings(connection, [message.sku]))[message.sku]
    order, line = await _ordered(connection, message.purchase_order, message.line, message.sku)
    document = f"purchase/{order.number}" if order else f"receipt/{message.receipt}"
    posting = await books.begin(
        connection, kind="receipt", cause=f"goods.received:{message.receipt}:{message.part}", document=document, at=message.at,
        note=message.lot or "",
    )  # fmt: skip
    if posting is None:
        return
    price = line.price if line else item.cost or ZERO
    supplier = order.supplier if order else message.supplier
    grni = Side(GRNI, ZERO, partner=supplier)
    await books.put_in(
        connection, posting, message.sku, message.quantity, cents(message.quantity * price), grni
    )
    if order is None or line is None:
        await raise_concern(
            connection, "unknown_order", cause=f"{message.receipt}:{message.part}", document=document, line=message.line,
            sku=message.sku, quantity=plain(message.quantity), purchaseOrder=message.purchase_order,
        )  # fmt: skip
        return
    await _count(connection, order, line, message.quantity)
    most = rules.most(line.quantity, order.tolerance)
    if line.received + message.quantity > most:
        await raise_concern(
            connection, "over_receipt", cause=f"{message.receipt}:{message.part}", document=document, line=line.line,
            sku=message.sku, received=plain(line.received + message.quantity), ordered=plain(line.quantity),
        )  # fmt: skip


async def receipt_undone(connection: AsyncConnection, message: GoodsReceiptUndone, source: str) -> None:
    """Takes a receipt out of the books with what it had brought to GRNI.

    Raises:
        ReceiptNotHere: it has not been told yet.
    """
    del source
    order, line = await _ordered(connection, message.purchase_order, message.line, message.sku)
    booked = await connection.execute(
        select(func.sum(JournalLine.credit - JournalLine.debit), func.min(JournalLine.partner))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .join(Account, Account.code == JournalLine.account)
        .where(JournalEntry.cause.like(f"goods.received:{message.receipt}:%"), Account.role == GRNI)
    )
    amount, supplier = booked.one()
    if amount is None:
        raise ReceiptNotHere(receipt=str(message.receipt))
    document = f"purchase/{order.number}" if order else f"receipt/{message.receipt}"
    posting = await books.begin(
        connection,
        kind="receipt",
        cause=f"goods.receipt_undone:{message.receipt}",
        document=document,
        at=message.at,
    )
    if posting is None:
        return
    grni = Side(GRNI, ZERO, partner=supplier)
    await books.take_out(connection, posting, message.sku, message.quantity, grni, amount=amount)
    if order is not None and line is not None:
        await _count(connection, order, line, -message.quantity)


async def _ordered(
    connection: AsyncConnection, number: str | None, line: int | None, sku: str
) -> tuple[Row[Any] | None, Row[Any] | None]:
    """The order and its line, locked; without the line where it is of another item."""
    if number is None:
        return None, None
    found = await connection.execute(
        select(PurchaseOrder).where(PurchaseOrder.number == number).with_for_update(key_share=True)
    )
    order = found.first()
    if order is None:
        return None, None
    here = (await locked_lines(connection, number)).get(line or 0)
    return order, here if here is not None and here.sku == sku else None


async def _count(connection: AsyncConnection, order: Row[Any], line: Row[Any], quantity: Decimal) -> None:
    await connection.execute(
        update(PurchaseLine)
        .where(PurchaseLine.number == order.number, PurchaseLine.line == line.line)
        .values(received=PurchaseLine.received + quantity)
    )
    complete = rules.all_received((await locked_lines(connection, order.number)).values())
    event = "received_all" if complete else "undone" if quantity < 0 else "received_part"
    await connection.execute(
        update(PurchaseOrder)
        .where(PurchaseOrder.number == order.number)
        .values(state=told(rules.MACHINE, order.state, event))
    )


async def discrepancy(connection: AsyncConnection, message: ReceiptDiscrepancy, source: str) -> None:
    """Puts a difference before a person; what was taken in is booked by its own receipt."""
    del source
    await raise_concern(
        connection, "discrepancy", cause=str(message.discrepancy), line=message.line, sku=message.sku,
        document=f"purchase/{message.purchase_order}" if message.purchase_order else f"receipt/{message.receipt}",
        found=message.kind, quantity=plain(message.quantity), expected=plain(message.expected), lot=message.lot,
        reason=message.reason,
    )  # fmt: skip


async def inspected(connection: AsyncConnection, message: InspectionDecided, source: str) -> None:
    """What inspection scrapped leaves stock for the scrap account. What is to go back stays stock until it has left.

    Raises:
        NoSuchItem: nobody here knows the item.
    """
    del source
    await standings(connection, [message.sku])
    order, _ = await _ordered(connection, message.purchase_order, message.line, message.sku)
    gone = message.decisions.scrap
    if gone <= 0:
        return
    posting = await books.begin(
        connection, kind="scrap", cause=f"inspection:{message.inspection}:scrap",
        document=f"purchase/{order.number}" if order else f"item/{message.sku}", at=message.at, note=message.lot or "",
    )  # fmt: skip
    if posting is not None:
        await books.take_out(connection, posting, message.sku, gone, Side(SCRAP, ZERO))


async def returned(connection: AsyncConnection, message: GoodsReturned, source: str) -> None:
    """What has left for the supplier is no longer owed: at the order's price, or at the item's value where no order stands behind it.

    Raises:
        NoSuchItem: nobody here knows the item.
    """
    del source
    await standings(connection, [message.sku])
    order, line = await _ordered(connection, message.purchase_order, message.line, message.sku)
    posting = await books.begin(
        connection, kind="return", cause=f"inspection:{message.inspection}:return",
        document=f"purchase/{order.number}" if order else f"item/{message.sku}", at=message.at, note=message.lot or "",
    )  # fmt: skip
    if posting is None:
        return
    if order is not None and line is not None:
        await _send_back(connection, posting, order, line, message.quantity)
    else:
        owed = Side(GRNI, ZERO, partner=message.supplier)
        await books.take_out(connection, posting, message.sku, message.quantity, owed)


async def _send_back(
    connection: AsyncConnection, posting: books.Posting, order: Row[Any], line: Row[Any], quantity: Decimal
) -> None:
    """Less is owed: out of what is not invoiced yet if that is enough, else out of what is."""
    uninvoiced = line.received - line.returned - line.invoiced
    owed = Side(GRNI if uninvoiced >= quantity else PAYABLE, ZERO, partner=order.supplier)
    await books.take_out(connection, posting, line.sku, quantity, owed, amount=cents(quantity * line.price))
    await connection.execute(
        update(PurchaseLine)
        .where(PurchaseLine.number == order.number, PurchaseLine.line == line.line)
        .values(returned=PurchaseLine.returned + quantity)
    )


async def claimed(connection: AsyncConnection, message: ClaimRaised, source: str) -> None:
    """Puts a claim before a person, with what it is worth at the order's price; money moves when the supplier credits it."""
    del source
    _, line = await _ordered(connection, message.purchase_order, message.line, message.sku)
    await raise_concern(
        connection, "claim", cause=f"ncr:{message.ncr}", line=message.line, sku=message.sku,
        document=f"purchase/{message.purchase_order}" if message.purchase_order else f"item/{message.sku}",
        supplier=message.supplier, quantity=plain(message.quantity), reason=message.reason, lot=message.lot,
        amount=None if line is None else plain(cents(message.quantity * line.price)),
        language=message.language, defects=msgspec.to_builtins(message.defects),
    )  # fmt: skip
