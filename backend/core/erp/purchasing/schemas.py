"""Purchase orders as the office sees and enters them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from backend.core import amounts
from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page

Number = Annotated[str, Meta(min_length=1, max_length=64)]


class PurchaseOrderRow(Told):
    """One order in the list. `next_on` is the first day on which something open is promised or wanted."""

    number: str
    supplier: str
    supplier_name: str
    state: str
    version: int
    lines: int
    total: Decimal
    ordered: Decimal
    received: Decimal
    next_on: date | None


class PurchaseOrders(Page):
    """Orders, the newest number first."""

    items: list[PurchaseOrderRow]


class PromisedPart(Told):
    """So much promised for a day."""

    quantity: Decimal
    promised_on: date


class PurchaseOrderLine(Told):
    """One line with the versions it was bought on; quantities in the item's own unit."""

    line: int
    sku: str
    name: str
    revision: str
    current_revision: str | None
    bom_revision: str | None
    cost_version: int | None
    quantity: Decimal
    unit: str
    price: Decimal
    wanted_on: date
    promises: list[PromisedPart]
    advised: Decimal
    received: Decimal
    returned: Decimal
    invoiced: Decimal
    cancelled: bool


class OrderVersion(Told):
    """One released version as it was sent."""

    version: int
    released_at: datetime
    content: dict[str, Any]


class SupplierAnswer(Told):
    """One answer of the supplier; `content` is what it said, line by line.

    `state` is agreed, needs_buyer, or countered: then `note` is what the buyer wants of the next version.
    """

    answer_id: str
    version: int
    state: str
    at: datetime
    content: dict[str, Any]
    note: str


class Advice(Told):
    """One dispatch advice; `content` is what it said, line by line."""

    advice_id: str
    ships_on: date
    at: datetime
    content: dict[str, Any]


class SupplierBill(Told):
    """One invoice of the supplier, by its own number."""

    number: str
    total: Decimal
    booked_at: datetime


class PurchaseOrderFacts(Told):
    """One order, whole."""

    number: str
    supplier: str
    supplier_name: str
    state: str
    version: int
    currency: str
    site: str
    made_at: datetime
    total: Decimal
    lines: list[PurchaseOrderLine]
    versions: list[OrderVersion]
    answers: list[SupplierAnswer]
    advices: list[Advice]
    invoices: list[SupplierBill]


class WantedLine(Edge):
    """One line as entered. Without a revision the released one is bought; without a price the supplier's list price is taken."""

    sku: Number
    quantity: Decimal
    wanted_on: date
    line: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    revision: Annotated[str, Meta(max_length=32)] = ""
    price: Decimal | None = None

    def __post_init__(self) -> None:
        amounts.quantity(self.quantity)
        amounts.price(self.price)


class DraftPurchaseOrder(Edge):
    """`purchase.draft`: write down what is to be ordered. The supplier hears of it when it is released."""

    supplier: Number
    lines: Annotated[list[WantedLine], Meta(min_length=1, max_length=500)]
    number: Annotated[str, Meta(max_length=64)] = ""
    site: Annotated[str, Meta(max_length=64)] = ""


class RevisePurchaseOrder(Edge):
    """`purchase.revise`: the lines as they shall be; released at once as the next version where one was released before.

    A line that is not named is cancelled, unless something of it was received: then it is kept at what was received.
    """

    number: Number
    lines: Annotated[list[WantedLine], Meta(min_length=1, max_length=500)]


class ReleasePurchaseOrder(Edge):
    """`purchase.release`: send it to the supplier as its next version."""

    number: Number


class CancelPurchaseOrder(Edge):
    """`purchase.cancel`: no longer wanted."""

    number: Number
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class BilledLine(Edge):
    """One line of the supplier's invoice: `price` is for one of the item's unit."""

    line: int
    quantity: Decimal
    price: Decimal

    def __post_init__(self) -> None:
        amounts.quantity(self.quantity)
        amounts.price(self.price)


class BookSupplierInvoice(Edge):
    """`purchase.book_invoice`: book what the supplier billed, net of tax. What was not received is refused; a price may differ."""

    purchase_order: Number
    number: Number
    lines: Annotated[list[BilledLine], Meta(min_length=1, max_length=500)]


class PurchaseOrderState(Told):
    """How an order stands after a command."""

    number: str
    state: str
    version: int
