"""What other slices say is to come."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Kind = Literal["purchase", "advice"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a line, promised on a day."""

    quantity: Decimal
    on: date


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a line in a pack with this SSCC (18 digits). A mixed pack is told by each of its lines."""

    sscc: str
    quantity: Decimal
    lot: str | None = None
    expires_on: date | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line to come. For an advice `line` counts the advice's own lines and `purchase_line` names the order's."""

    line: int
    sku: str
    quantity: Decimal
    unit: str
    purchase_line: int | None = None
    lot: str | None = None
    expires_on: date | None = None
    schedule: tuple[Part, ...] = ()
    packs: tuple[Pack, ...] = ()


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase order or a dispatch advice, whole, as it stands in this `version`.

    `number` is the order's number or the advice's; an advice names its order in `purchase_order`. `supplier` is the partner's number.
    `over_rule` says what happens to goods beyond the tolerance: `refuse` them, or `record` them as blocked stock.
    """

    kind: Kind
    number: str
    version: int
    supplier: str
    lines: tuple[Line, ...]
    supplier_name: str = ""
    purchase_order: str | None = None
    due_on: date | None = None
    over_percent: Decimal = Decimal(0)
    over_rule: Literal["refuse", "record"] = "record"
