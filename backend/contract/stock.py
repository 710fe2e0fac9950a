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
