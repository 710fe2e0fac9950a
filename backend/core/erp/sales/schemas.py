"""Sales orders as the office sees and enters them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from backend.core import amounts
from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page

Number = Annotated[str, Meta(min_length=1, max_length=64)]


class SalesOrderRow(Told):
    """One order in the list. `total` is net, in the company's currency; `ordered` and `shipped` are pieces."""

    number: str
    customer: str
    customer_name: str
    state: str
    due_at: datetime
    lines: int
    total: Decimal
    ordered: Decimal
    shipped: Decimal


class SalesOrders(Page):
    """Orders, the earliest due first."""

    items: list[SalesOrderRow]


class SalesOrderLine(Told):
    """One line with the versions it was sold on. `cost` is of one piece at the line's cost version; `margin` of the line."""

    line: int
    sku: str
    name: str
    revision: str
    bom_revision: str | None
    cost_version: int | None
    quantity: Decimal
    unit: str
    pieces: Decimal
    price: Decimal
    cost: Decimal | None
    margin: Decimal | None
    picked: Decimal
    shorted: Decimal
    shipped: Decimal
    invoiced: Decimal


class CustomerBill(Told):
    """One invoice of an order."""

    number: str
    total: Decimal
    paid: Decimal
    invoiced_at: datetime
    due_on: date


class SalesOrderFacts(Told):
    """One order, whole."""

    number: str
    customer: str
    customer_name: str
    state: str
    version: int
    due_at: datetime
    carrier: str
    priority: int
    site: str
    entered_at: datetime
    total: Decimal
    lines: list[SalesOrderLine]
    invoices: list[CustomerBill]


class NewSalesLine(Edge):
    """One line as entered; without a price the price list's is taken. `unit` is the item's or one of its packagings."""

    sku: Number
    quantity: Decimal
    unit: Annotated[str, Meta(max_length=64)] = ""
    price: Decimal | None = None

    def __post_init__(self) -> None:
        amounts.quantity(self.quantity)
        amounts.price(self.price)


class EnterSalesOrder(Edge):
    """`sales.enter`: a customer orders. Nothing reaches the floor before the order is released."""

    customer: Number
    due_at: Annotated[datetime, Meta(tz=True)]
    lines: Annotated[list[NewSalesLine], Meta(min_length=1, max_length=500)]
    number: Annotated[str, Meta(max_length=64)] = ""
    carrier: Annotated[str, Meta(max_length=64)] = ""
    priority: Annotated[int, Meta(ge=0, le=9)] = 0
    site: Annotated[str, Meta(max_length=64)] = ""


class ReleaseSalesOrder(Edge):
    """`sales.release`: ask the floor to ship it."""

    number: Number


class CancelSalesOrder(Edge):
    """`sales.cancel`: no longer wanted. What has already been picked is the floor's to put back."""

    number: Number
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class InvoiceSalesOrder(Edge):
    """`sales.invoice`: bill what was shipped and not billed yet."""

    number: Number


class BookPayment(Edge):
    """`sales.book_payment`: a customer paid so much of an invoice."""

    invoice: Number
    amount: Decimal

    def __post_init__(self) -> None:
        amounts.quantity(self.amount)


class SalesOrderState(Told):
    """How an order stands after a command. `invoice` is the bill that was made, if any."""

    number: str
    state: str
    version: int
    invoice: str | None = None
