"""Receipts: what arrived at the dock, and how it differed from what was expected. All out.

Document: `purchase/<number>` where the order is known, else `receipt/<receipt id>`.

| type | says |
|---|---|
| `goods.received` | so much of an item was taken in, in one stock status |
| `goods.receipt_undone` | such a receipt was taken back whole |
| `receipt.discrepancy` | what arrived is not what was announced |

One receipt may be told by two `goods.received`: what is in order, and what went to `blocked` (damaged, or more than the
tolerance). Both carry the same `receipt`; `part` tells them apart. Nothing is told twice under one (receipt, part).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

ReceiptStatus = Literal["free", "quality", "blocked"]
DiscrepancyKind = Literal["short", "over", "damaged", "wrong_item", "wrong_lot", "no_asn"]


class GoodsReceived(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much was taken in, in the item's own unit. `purchase_order` and `line` are None for what nobody had announced."""

    TYPE: ClassVar[str] = "gemba.goods.received.v1"

    receipt: UUID
    sku: str
    quantity: Decimal
    unit: str
    status: ReceiptStatus
    at: datetime
    part: int = 1
    purchase_order: str | None = None
    line: int | None = None
    advice: str | None = None
    supplier: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    handling_unit: str | None = None


class ReceiptDiscrepancy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What arrived is not what was announced: `quantity` is by how much, `expected` what was to come, in the item's unit.

    `receipt` is None for what never came (`short`, told when the delivery is closed).
    """

    TYPE: ClassVar[str] = "gemba.receipt.discrepancy.v1"

    discrepancy: UUID
    kind: DiscrepancyKind
    sku: str
    quantity: Decimal
    expected: Decimal
    unit: str
    at: datetime
    receipt: UUID | None = None
    purchase_order: str | None = None
    line: int | None = None
    advice: str | None = None
    supplier: str | None = None
    lot: str | None = None
    expected_lot: str | None = None
    reason: str = ""


class GoodsReceiptUndone(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A receipt was taken back whole, all its parts; `quantity` is positive and the sum of them."""

    TYPE: ClassVar[str] = "gemba.goods.receipt_undone.v1"

    receipt: UUID
    sku: str
    quantity: Decimal
    unit: str
    at: datetime
    purchase_order: str | None = None
    line: int | None = None
    advice: str | None = None
    supplier: str | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()
