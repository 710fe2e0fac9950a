"""What the link's screens are told of an ERP that is read and written by us."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told


class CursorTold(Told):
    """How far changes of one kind have been read; `error` says why the last look failed, or which records made no sense."""

    kind: str
    looked_at: datetime
    error: str | None


class ReconciliationTold(Told):
    """One comparison of all stock. `asked_by` is empty for the night's own; without `ended_at` it waits or runs."""

    id: UUID
    erp: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    compared: int
    differing: int
    under_way: int
    error: str | None


class DifferenceTold(Told):
    """Floor and ERP say differently; open until its exception is resolved or the two agree. Quantities in the item's unit."""

    id: UUID
    exception: UUID
    kind: str
    document: str
    sku: str | None
    lot: str | None
    ours: Decimal | None
    theirs: Decimal | None
    told: str
    found_at: datetime


class ErpStatus(Told):
    """The ERP behind the link: which kind, where, how reading and comparing go. `url` has no secret in it."""

    kind: str
    url: str
    cursors: list[CursorTold]
    differences: list[DifferenceTold]
    reconciliation: ReconciliationTold | None


class SettleDifference(Edge):
    """`link.settle`: what is done about a difference in stock. `correct`: the floor is right, the ERP books the difference; `leave`:
    it was mended by hand, or is known and stays.
    """

    difference: UUID
    decision: Literal["correct", "leave"]
    note: Annotated[str, Meta(max_length=500)] = ""


class Settled(Told):
    """The decision as it is kept."""

    difference: UUID
    decision: str
