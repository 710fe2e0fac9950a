"""What devices are told about where a lot or serial came from, what it went into, and whom it reached."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Told


class Origin(Told):
    """Where a lot or serial came in: from whom, on which purchase order (None when the receipt named none)."""

    supplier: str
    purchase_order: str | None
    at: datetime
    quantity: Decimal


class Sold(Told):
    """To whom a lot or serial went."""

    customer: str
    order: str
    order_id: UUID
    at: datetime
    quantity: Decimal


class FamilyNode(Told):
    """One lot or serial of a family. `level` counts from the subject: parts below zero, wholes above."""

    id: UUID
    kind: str
    code: str
    sku: str
    name: str
    level: int
    origins: list[Origin]
    sold: list[Sold]


class FamilyEdge(Told):
    """So much of the child went into the parent."""

    parent: UUID
    child: UUID
    quantity: Decimal


class Source(Told):
    """So much of a family came from a supplier, on a purchase order (None when the receipt named none)."""

    supplier: str
    purchase_order: str | None
    quantity: Decimal
    things: int
    codes: list[str]
    first_at: datetime


class Buyer(Told):
    """A customer who has some of a family, by so many orders; `quantity` is of all of them."""

    id: UUID
    customer: str
    orders: int
    quantity: Decimal
    first_at: datetime
    last_at: datetime


class Family(Told):
    """A lot's or serial's parts down to the suppliers and wholes up to the customers.

    `nodes` and `edges` are drawn: at most the five hundred nearest each way. `parts` and `wholes` count all; `sources` and
    `buyers` are made of all, and of the subject, drawn or not.
    """

    of: UUID
    nodes: list[FamilyNode]
    edges: list[FamilyEdge]
    parts: int
    wholes: int
    sources: list[Source]
    buyers: list[Buyer]


class ReachedOrder(Told):
    """An order by which some of a family left: how many lots or serials, and the first of them by code."""

    order: UUID
    number: str
    at: datetime
    quantity: Decimal
    things: int
    codes: list[str]


class Reached(Told):
    """A page of a customer's orders; `next` is what to send as `after` for the page after it."""

    orders: list[ReachedOrder]
    next: str | None
