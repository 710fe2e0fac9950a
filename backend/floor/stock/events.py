"""What happened to stock, told to the sibling slices in the same transaction (`kernel.local.announce`)."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from backend.kernel.commands import Command


class GoodsReceived(msgspec.Struct, frozen=True, kw_only=True):
    """So much of one item and lot came in, in one stock status. `receipt` and `part` name it for ever.

    `supplier` is the partner's number; `purchase_order` and `line` are the ERP's. `inspection_plan` is the item's, None if it has none.
    """

    command: Command[Any]
    site: UUID
    receipt: UUID
    item: UUID
    sku: str
    quantity: Decimal
    unit: str
    status: str
    place: UUID
    at: datetime
    part: int = 1
    lot: UUID | None = None
    lot_code: str | None = None
    serials: tuple[UUID, ...] = ()
    handling_unit: UUID | None = None
    purchase_order: str | None = None
    line: int | None = None
    supplier: str | None = None
    inspection_plan: str | None = None


class ReceiptUndone(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt was taken back whole; the stock has left the books before listeners hear of it."""

    command: Command[Any]
    site: UUID
    receipt: UUID
    item: UUID
    lot: UUID | None
    at: datetime


class GoodsProduced(msgspec.Struct, frozen=True, kw_only=True):
    """So much of one item and lot was made, in one stock status. `production` names the fact for ever."""

    command: Command[Any]
    site: UUID
    production: UUID
    work_order: str
    item: UUID
    sku: str
    quantity: Decimal
    unit: str
    status: str
    place: UUID
    at: datetime
    operation: str | None = None
    lot: UUID | None = None
    lot_code: str | None = None
    serials: tuple[UUID, ...] = ()
    handling_unit: UUID | None = None
    inspection_plan: str | None = None


class ProductionUndone(msgspec.Struct, frozen=True, kw_only=True):
    """What was made was taken back whole; the stock has left the books before listeners hear of it."""

    command: Command[Any]
    site: UUID
    production: UUID
    at: datetime
