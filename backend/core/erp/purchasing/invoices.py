"""What a supplier billed, matched with what was ordered and what came."""

from decimal import Decimal

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import GRNI, PAYABLE, PRICE_DIFFERENCE, ZERO, Side, balanced, cents
from backend.core.erp.machine import told
from backend.core.erp.purchasing import rules
from backend.core.erp.purchasing.locks import locked, locked_lines
from backend.core.erp.purchasing.problems import BilledTooMuch, InvoiceBookedBefore, NoSuchLine
from backend.core.erp.purchasing.schemas import BookSupplierInvoice, PurchaseOrderState
from backend.core.erp.purchasing.tables import (
    PurchaseLine,
    PurchaseOrder,
    SupplierInvoice,
    SupplierInvoiceLine,
)
from backend.kernel import clock
from backend.kernel.commands import Command


async def book_invoice(
    connection: AsyncConnection, command: Command[BookSupplierInvoice]
) -> PurchaseOrderState:
    """Clears what was received and not invoiced at the order's price; what the supplier asks more or less is price difference.

    Raises:
        NoSuchPurchaseOrder, NoSuchLine, BilledTooMuch, InvoiceBookedBefore.
    """
    asked = command.payload
    order = await locked(connection, asked.purchase_order)
    lines = await locked_lines(connection, order.number)
    cleared, total = ZERO, ZERO
    for billed in asked.lines:
        line = lines.get(billed.line)
        if line is None:
            raise NoSuchLine(line=billed.line)
        if why := rules.match(line, billed.quantity):
            raise BilledTooMuch(f"Line {billed.line}: {why}", line=billed.line)
        cleared += cents(billed.quantity * line.price)
        total += cents(billed.quantity * billed.price)
    await _keep(connection, order.supplier, asked, total)
    posting = await books.begin(
        connection, kind="supplier_invoice", cause=f"supplier_invoice:{order.supplier}:{asked.number}",
        document=f"purchase/{order.number}", at=clock.now(), note=asked.number,
    )  # fmt: skip
    if posting is not None:
        await posting.write(
            balanced(
                Side(GRNI, cleared, partner=order.supplier),
                Side(PRICE_DIFFERENCE, total - cleared, partner=order.supplier),
                Side(PAYABLE, -total, partner=order.supplier),
            )
        )
    after = (await locked_lines(connection, order.number)).values()
    state = told(rules.MACHINE, order.state, "invoiced_all") if rules.all_invoiced(after) else order.state
    await connection.execute(
        update(PurchaseOrder).where(PurchaseOrder.number == order.number).values(state=state)
    )
    return PurchaseOrderState(number=order.number, state=state, version=order.version)


async def _keep(
    connection: AsyncConnection, supplier: str, asked: BookSupplierInvoice, total: Decimal
) -> None:
    if len({billed.line for billed in asked.lines}) < len(asked.lines):
        raise NoSuchLine("A line stands twice on the invoice.")
    kept = await connection.execute(
        pg_insert(SupplierInvoice)
        .values(supplier=supplier, number=asked.number, purchase_order=asked.purchase_order, total=total)
        .on_conflict_do_nothing()
        .returning(SupplierInvoice.number)
    )
    if kept.first() is None:
        raise InvoiceBookedBefore(number=asked.number)
    for billed in asked.lines:
        await connection.execute(
            insert(SupplierInvoiceLine).values(
                supplier=supplier,
                number=asked.number,
                line=billed.line,
                quantity=billed.quantity,
                price=billed.price,
            )
        )
        await connection.execute(
            update(PurchaseLine)
            .where(PurchaseLine.number == asked.purchase_order, PurchaseLine.line == billed.line)
            .values(invoiced=PurchaseLine.invoiced + billed.quantity)
        )
