"""Can this order be accepted? What is asked and answered; nothing is written."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from backend.core import amounts
from backend.kernel.edge import Edge, Told

Number = Annotated[str, Meta(min_length=1, max_length=64)]


class AskedLine(Edge):
    """One line that a customer would like. Without a price the price list's is taken."""

    sku: Number
    quantity: Decimal
    unit: Annotated[str, Meta(max_length=64)] = ""
    price: Decimal | None = None

    def __post_init__(self) -> None:
        amounts.quantity(self.quantity)
        amounts.price(self.price)


class CanAccept(Edge):
    """An order that a customer would like to place."""

    customer: Number
    wanted_on: dt.date
    lines: Annotated[list[AskedLine], Meta(min_length=1, max_length=500)]


class Reason(Told):
    """Why an order cannot be accepted as it is, or (`blocking` false) what to know.

    `code`: `late`, `no_supply`, `by_lead_time`, `no_revision`, `no_price`, `no_cost`, `cost_on_old_revision`, `no_margin`, `credit`.
    """

    code: str
    blocking: bool
    text: str
    line: int | None = None


class LinePromise(Told):
    """What can be promised for one line. `date` None: nothing known supplies it. `cost` is one piece at the released revision."""

    line: int
    sku: str
    name: str
    revision: str | None
    bom_revision: str | None
    cost_version: int | None
    pieces: Decimal
    on_hand: Decimal
    available_now: Decimal
    date: dt.date | None
    by_lead_time: bool
    price: Decimal | None
    cost: Decimal | None
    margin: Decimal | None


class Credit(Told):
    """What the customer owes and has on order, against its limit (None: no limit)."""

    limit: Decimal | None
    owed: Decimal
    on_order: Decimal
    this_order: Decimal
    left: Decimal | None


class Acceptance(Told):
    """The answer: whether, when, at what margin, and why not."""

    accepted: bool
    date: dt.date | None
    revenue: Decimal
    cost: Decimal | None
    margin: Decimal | None
    margin_percent: Decimal | None
    credit: Credit
    lines: list[LinePromise]
    reasons: list[Reason]
