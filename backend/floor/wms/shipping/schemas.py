"""What shipping says to screens and hears from them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec


class ShipOrder(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """`ship.confirm`: the order has left the building."""

    order: UUID


class OrderShipped(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What left."""

    order: UUID
    number: str
    lines: int
    totes: int


class OrderLine(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One line of an order, with the reason when it can't be filled."""

    id: UUID
    line: int
    item: UUID
    sku: str
    name: str
    unit: str
    wanted: Decimal
    allocated: Decimal
    picked: Decimal
    shorted: Decimal
    shipped: Decimal
    why_not: str | None


class OrderTote(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A tote that holds part of an order, and where it stands."""

    code: str
    handling_unit: UUID
    place: str


class OrderSummary(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An order in a list."""

    id: UUID
    number: str
    customer: str
    state: str
    due_at: datetime
    priority: int
    carrier: str
    lines: int
    fillable: int


class OrderDocument(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An order, whole."""

    id: UUID
    number: str
    customer: str
    state: str
    due_at: datetime
    carrier: str
    pack_place: str
    lines: list[OrderLine]
    totes: list[OrderTote]
