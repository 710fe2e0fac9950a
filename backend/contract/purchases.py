"""Purchases: what the ERP buys (in), and what supplier and floor say about it (out). Document: `purchase/<number>`.

| type | way | says |
|---|---|---|
| `purchase_order.released` | in | this version is ordered; the whole order; a newer version replaces an older |
| `purchase_order.cancelled` | in | no longer wanted |
| `purchase_order.answered` | out | what the supplier promises, line by line |
| `purchase_order.agreed` | out | the answer stands: within tolerance, or accepted by the buyer |
| `purchase_order.countered` | out | the buyer says no to an answer and asks for a new version |
| `dispatch_advice.submitted` | out | what is on its way, in which packs |

`version` is the ERP's count of the order's versions. An answer names the version it answers; one to an older version
is never agreed. Quantities are in the line's `unit`; prices are per that unit, in the order's currency.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from backend.contract.amounts import Amounts
from backend.contract.masters import Positive, Revision
from backend.contract.shipments import Code, LineNumber, Number, Version

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Price = Decimal  # zero or more: `Amounts` sees to it
Sscc = Annotated[str, Meta(pattern="^[0-9]{18}$")]


class Tolerance(Amounts, frozen=True, kw_only=True, rename="camel"):
    """How far an answer may differ and still agree by itself; `over_percent` also bounds what a receipt may exceed."""

    days_early: Annotated[int, Meta(ge=0, le=366)] = 0
    days_late: Annotated[int, Meta(ge=0, le=366)] = 0
    over_percent: Decimal = Decimal(0)


class OrderedLine(Amounts, frozen=True, kw_only=True, rename="camel"):
    """One line: so much of an item's revision, wanted on a day at the site, at a price each."""

    line: LineNumber
    sku: Code
    revision: Revision
    quantity: Positive
    unit: Code
    price: Price
    wanted_on: date


class PurchaseOrderReleased(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The whole order as this version has it; a line that is not named is no longer ordered.

    `supplier` is the partner's number, `site` the code of the site to deliver to, `language` BCP 47 (`en`, `nl`, `zh`).
    """

    TYPE: ClassVar[str] = "gemba.purchase_order.released.v1"

    number: Number
    version: Version
    supplier: Code
    supplier_email: Annotated[str, Meta(max_length=254)]
    currency: Currency
    lines: Annotated[tuple[OrderedLine, ...], Meta(min_length=1, max_length=2000)]
    language: Annotated[str, Meta(max_length=35)] = "en"
    site: Annotated[str, Meta(max_length=64)] = ""
    tolerance: Tolerance = Tolerance()


class PurchaseOrderCancelled(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """No longer wanted."""

    TYPE: ClassVar[str] = "gemba.purchase_order.cancelled.v1"

    number: Number
    version: Version
    reason: str = ""


class Promise(Amounts, frozen=True, kw_only=True, rename="camel"):
    """So much on such a day; a `price` only where the supplier asks for another than was ordered."""

    quantity: Positive
    promised_on: date
    price: Price | None = None


class AnsweredLine(Amounts, frozen=True, kw_only=True, rename="camel"):
    """What the supplier says to one line: ordered = the schedule's sum + `rejected`, unless the quantity was changed.

    `reason` is the supplier's for what it rejects or changes.
    """

    line: LineNumber
    schedule: Annotated[tuple[Promise, ...], Meta(max_length=100)] = ()
    rejected: Decimal = Decimal(0)
    reason: Annotated[str, Meta(max_length=500)] = ""


class PurchaseOrderAnswered(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The supplier's answer to one version. `state`: it agrees within tolerance, or the buyer must decide."""

    TYPE: ClassVar[str] = "gemba.purchase_order.answered.v1"

    number: Number
    version: Version
    answer_id: Code
    state: Literal["agreed", "needs_buyer"]
    lines: Annotated[tuple[AnsweredLine, ...], Meta(min_length=1, max_length=2000)]
    at: datetime


class PurchaseOrderAgreed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An answer now stands for both. `by`: within tolerance, or accepted by the buyer on the floor's screen."""

    TYPE: ClassVar[str] = "gemba.purchase_order.agreed.v1"

    number: Number
    version: Version
    answer_id: Code
    by: Literal["tolerance", "buyer"]
    lines: Annotated[tuple[AnsweredLine, ...], Meta(min_length=1, max_length=2000)]
    at: datetime


class PurchaseOrderCountered(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The buyer said no to what an answer asks of these lines; whoever plans makes the next version."""

    TYPE: ClassVar[str] = "gemba.purchase_order.countered.v1"

    number: Number
    version: Version
    answer_id: Code
    lines: Annotated[tuple[LineNumber, ...], Meta(min_length=1, max_length=2000)]
    at: datetime
    note: Annotated[str, Meta(max_length=1000)] = ""


class AdvisedLine(Amounts, frozen=True, kw_only=True, rename="camel"):
    """So much of one lot on its way for an order line; `packs` are the SSCCs it is in."""

    line: LineNumber
    sku: Code
    quantity: Positive
    lot: str | None = None
    expires_on: date | None = None
    packs: Annotated[tuple[Sscc, ...], Meta(max_length=1000)] = ()


class DispatchAdviceSubmitted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the supplier has sent or will send on a day, for one order."""

    TYPE: ClassVar[str] = "gemba.dispatch_advice.submitted.v1"

    advice_id: Code
    number: Number
    ships_on: date
    lines: Annotated[tuple[AdvisedLine, ...], Meta(min_length=1, max_length=2000)]
    carrier: str = ""
    at: datetime | None = None
