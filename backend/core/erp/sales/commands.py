"""What the office does with a sales order. The floor learns of a released one by the same message any ERP would send."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import RequestedLine, ShipmentCancelled, ShipmentRequested
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import BANK, RECEIVABLE, SALES, Side, balanced, cents
from backend.core.erp.machine import moved, told
from backend.core.erp.sales.problems import NoSuchInvoice, NothingToInvoice, PaidTooMuch, SalesNumberTaken
from backend.core.erp.sales.queries import NoSuchSalesOrder
from backend.core.erp.sales.rules import MACHINE
from backend.core.erp.sales.schemas import (
    BookPayment,
    CancelSalesOrder,
    EnterSalesOrder,
    InvoiceSalesOrder,
    NewSalesLine,
    ReleaseSalesOrder,
    SalesOrderState,
)
from backend.core.erp.sales.tables import CustomerInvoice, CustomerInvoiceLine, SalesLine, SalesOrder
from backend.core.masters.commands import next_number
from backend.core.masters.problems import NoPrice
from backend.core.masters.queries import SALES_LIST, list_prices, partner, standings
from backend.core.masters.tables import Partner
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional

ZERO = Decimal(0)


async def enter(connection: AsyncConnection, command: Command[EnterSalesOrder]) -> SalesOrderState:
    """Writes an order down, each line on the revisions and costs of today.

    Raises:
        NoSuchPartner, NoSuchItem, UnknownUnit, NoRevision, NoPrice, SalesNumberTaken.
    """
    return await enter_order(connection, command.payload)


async def enter_order(connection: AsyncConnection, order: EnterSalesOrder) -> SalesOrderState:
    """See `enter`."""
    await partner(connection, order.customer, "customer")
    number = order.number or await next_number(connection, "SO")
    rows = await _lines(connection, number, order.lines)
    made = await connection.execute(
        pg_insert(SalesOrder)
        .values(
            number=number,
            customer=order.customer,
            due_at=order.due_at,
            carrier=order.carrier,
            priority=order.priority,
            site=order.site,
        )
        .on_conflict_do_nothing()
        .returning(SalesOrder.number)
    )
    if made.first() is None:
        raise SalesNumberTaken(number=number)
    await connection.execute(insert(SalesLine), rows)
    return SalesOrderState(number=number, state="entered", version=1)


async def _lines(
    connection: AsyncConnection, number: str, wanted: list[NewSalesLine]
) -> list[dict[str, Any]]:
    known = await standings(connection, [line.sku for line in wanted])
    pieces = [known[line.sku].pieces(line.quantity, line.unit) for line in wanted]
    prices = await list_prices(
        connection, SALES_LIST, {line.sku: many for line, many in zip(wanted, pieces, strict=True)}
    )
    return [
        {
            "number": number,
            "line": place,
            "quantity": line.quantity,
            "unit": line.unit or known[line.sku].unit,
            "pieces": many,
            **known[line.sku].stands_on(),
            "price": _price(line, prices),
        }
        for place, (line, many) in enumerate(zip(wanted, pieces, strict=True), start=1)
    ]


def _price(line: NewSalesLine, prices: dict[str, Decimal]) -> Decimal:
    price = line.price if line.price is not None else prices.get(line.sku)
    if price is None:
        raise NoPrice(f"{line.sku} is not in the price list; say what it costs", sku=line.sku)
    return price


async def release(connection: AsyncConnection, command: Command[ReleaseSalesOrder]) -> SalesOrderState:
    """Asks the floor to ship an order.

    Raises:
        NoSuchSalesOrder, NotInThisState.
    """
    return await release_order(connection, command.payload.number)


async def release_order(connection: AsyncConnection, number: str) -> SalesOrderState:
    """See `release`."""
    order = await locked(connection, number)
    state = moved(MACHINE, order.state, "release")
    await connection.execute(update(SalesOrder).where(SalesOrder.number == number).values(state=state))
    lines = await connection.execute(
        select(SalesLine).where(SalesLine.number == number).order_by(SalesLine.line)
    )
    request = ShipmentRequested(
        number=number,
        version=order.version,
        customer=order.customer,
        due_at=order.due_at,
        priority=order.priority,
        carrier=order.carrier,
        site=order.site,
        lines=tuple(
            RequestedLine(line=row.line, sku=row.sku, quantity=row.quantity, unit=row.unit) for row in lines
        ),
    )
    await outbox.send(connection, message_type=request.TYPE, document=f"shipment/{number}", data=request)
    return SalesOrderState(number=number, state=state, version=order.version)


async def cancel(connection: AsyncConnection, command: Command[CancelSalesOrder]) -> SalesOrderState:
    """Calls an order off; the floor is told if it had heard of it.

    Raises:
        NoSuchSalesOrder, NotInThisState.
    """
    asked = command.payload
    order = await locked(connection, asked.number)
    state = moved(MACHINE, order.state, "cancel")
    version = order.version + (order.state != "entered")
    await connection.execute(
        update(SalesOrder).where(SalesOrder.number == asked.number).values(state=state, version=version)
    )
    if order.state != "entered":
        gone = ShipmentCancelled(number=asked.number, version=version, reason=asked.reason)
        await outbox.send(connection, message_type=gone.TYPE, document=f"shipment/{asked.number}", data=gone)
    return SalesOrderState(number=asked.number, state=state, version=version)


async def locked(connection: AsyncConnection, number: str) -> Row[Any]:
    """The order's row, held until the end of the transaction.

    Raises:
        NoSuchSalesOrder: there is none by that number.
    """
    found = await connection.execute(
        select(SalesOrder).where(SalesOrder.number == number).with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NoSuchSalesOrder(number=number)
    return row


async def invoice(connection: AsyncConnection, command: Command[InvoiceSalesOrder]) -> SalesOrderState:
    """Bills what was shipped and not billed yet: receivable against sales, net of tax.

    Raises:
        NoSuchSalesOrder, NothingToInvoice.
    """
    number = command.payload.number
    order = await locked(connection, number)
    found = await connection.execute(
        select(SalesLine)
        .where(SalesLine.number == number, SalesLine.shipped > SalesLine.invoiced)
        .order_by(SalesLine.line)
    )
    billed = [(row, row.shipped - row.invoiced) for row in found]
    if not billed:
        raise NothingToInvoice(number=number)
    total = cents(sum((many * row.price for row, many in billed), start=ZERO))
    bill = await _bill(connection, order, billed, total)
    now = clock.now()
    posting = await books.begin(
        connection, kind="customer_invoice", cause=f"customer_invoice:{bill}", document=f"sale/{number}", at=now, note=bill
    )  # fmt: skip
    if posting is not None:
        receivable = Side(RECEIVABLE, total, partner=order.customer)
        await posting.write(balanced(receivable, Side(SALES, -total, partner=order.customer)))
    state = told(MACHINE, order.state, "invoice")
    await connection.execute(update(SalesOrder).where(SalesOrder.number == number).values(state=state))
    return SalesOrderState(number=number, state=state, version=order.version, invoice=bill)


async def _bill(
    connection: AsyncConnection, order: Row[Any], billed: list[tuple[Row[Any], Decimal]], total: Decimal
) -> str:
    terms = select(Partner.payment_days).where(Partner.number == order.customer)
    days = (await connection.execute(terms)).scalar_one()
    number = await next_number(connection, "INV")
    await connection.execute(
        insert(CustomerInvoice).values(
            number=number,
            sales_order=order.number,
            customer=order.customer,
            total=total,
            due_on=clock.now().date() + timedelta(days=days),
        )
    )
    lines = [
        {"number": number, "line": row.line, "sku": row.sku, "quantity": many, "price": row.price}
        for row, many in billed
    ]
    await connection.execute(insert(CustomerInvoiceLine), lines)
    await connection.execute(
        update(SalesLine)
        .where(SalesLine.number == order.number, SalesLine.line.in_([row.line for row, _ in billed]))
        .values(invoiced=SalesLine.shipped)
    )
    return number


async def book_payment(connection: AsyncConnection, command: Command[BookPayment]) -> SalesOrderState:
    """Books what a customer paid of an invoice: bank against receivable. The last cent of the last invoice closes the order.

    Raises:
        NoSuchInvoice, PaidTooMuch.
    """
    asked = command.payload
    amount = cents(asked.amount)
    of = select(CustomerInvoice.sales_order).where(CustomerInvoice.number == asked.invoice)
    number = (await connection.execute(of)).scalar_one_or_none()
    if number is None:
        raise NoSuchInvoice(number=asked.invoice)
    order = await locked(connection, number)
    booked = await connection.execute(
        update(CustomerInvoice)
        .where(
            CustomerInvoice.number == asked.invoice, CustomerInvoice.paid + amount <= CustomerInvoice.total
        )
        .values(paid=CustomerInvoice.paid + amount)
        .returning(CustomerInvoice.customer)
    )
    customer = booked.scalar_one_or_none()
    if customer is None:
        raise PaidTooMuch(number=asked.invoice)
    posting = await books.begin(
        connection, kind="payment", cause=f"payment:{command.id}", document=f"sale/{number}", at=clock.now(), note=asked.invoice
    )  # fmt: skip
    if posting is not None:
        await posting.write(
            balanced(Side(BANK, amount, partner=customer), Side(RECEIVABLE, -amount, partner=customer))
        )
    state = order.state
    unpaid = select(CustomerInvoice.number).where(
        CustomerInvoice.sales_order == number, CustomerInvoice.paid < CustomerInvoice.total
    )
    if (await connection.execute(unpaid)).first() is None:
        state = told(MACHINE, state, "pay")
        await connection.execute(update(SalesOrder).where(SalesOrder.number == number).values(state=state))
    return SalesOrderState(number=number, state=state, version=order.version, invoice=asked.invoice)


COMMANDS: Registry = {
    "sales.enter": (EnterSalesOrder, transactional(enter)),
    "sales.release": (ReleaseSalesOrder, transactional(release)),
    "sales.cancel": (CancelSalesOrder, transactional(cancel)),
    "sales.invoice": (InvoiceSalesOrder, transactional(invoice)),
    "sales.book_payment": (BookPayment, transactional(book_payment)),
}
