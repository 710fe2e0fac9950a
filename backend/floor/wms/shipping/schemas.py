"""What shipping says to screens and hears from them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Edge, Told


class ShipOrder(Edge):
    """`ship.confirm`: the order has left the building."""

    order: UUID


class OrderShipped(Told):
    """What left."""

    order: UUID
    number: str
    lines: int
    totes: int


class OrderLine(Told):
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


class OrderTote(Told):
    """A tote that holds part of an order, and where it stands."""

    code: str
    handling_unit: UUID
    place: str


class OrderSummary(Told):
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


class OrderDocument(Told):
    """An order, whole. `address` is the customer's, a line each; empty where the ERP tells none."""

    id: UUID
    number: str
    customer: str
    address: list[str]
    state: str
    due_at: datetime
    carrier: str
    pack_place: str
    lines: list[OrderLine]
    totes: list[OrderTote]
