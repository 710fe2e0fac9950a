"""Stock that changed without an order: counts, damage, finds. Document: `item/<sku>`."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import msgspec


class StockAdjusted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The floor found more or less than the books said. `change` is signed, in the item's own unit."""

    TYPE: ClassVar[str] = "gemba.stock.adjusted.v1"

    sku: str
    change: Decimal
    unit: str
    reason: str
    at: datetime
    lot: str | None = None
    serial: str | None = None
    status: str = "free"


class CountedItem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much of an item, in its own unit; below zero where facts came before those they need."""

    sku: str
    quantity: Decimal


class CountedStock(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An ERP's answer to the signed question `GET …/link/stock`: what its books have of each item, and which items are named in
    messages that it has taken and not booked yet.
    """

    items: tuple[CountedItem, ...]
    unread: tuple[str, ...] = ()
