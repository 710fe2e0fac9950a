"""Work orders as the office sees and enters them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from backend.core import amounts
from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page

Number = Annotated[str, Meta(min_length=1, max_length=64)]


class WorkOrderRow(Told):
    """One order in the list."""

    number: str
    sku: str
    name: str
    revision: str
    bom_revision: str
    state: str
    due_at: datetime
    quantity: Decimal
    produced: Decimal
    scrapped: Decimal


class WorkOrders(Page):
    """Orders, the earliest due first."""

    items: list[WorkOrderRow]


class WorkOperationFacts(Told):
    """One step and what was reported at it; `planned_minutes` for the whole order."""

    operation: int
    work_centre: str
    name: str
    planned_minutes: Decimal
    minutes: Decimal
    good: Decimal
    scrap: Decimal
    rework: Decimal
    skill: str | None


class WorkMaterialFacts(Told):
    """One material: how much the order needs, and how much went in."""

    line: int
    operation: int
    sku: str
    name: str
    quantity_each: Decimal
    needed: Decimal
    consumed: Decimal
    consumption: str


class WorkOrderFacts(Told):
    """One order, whole.

    `spent` is what material and labour have cost so far, `earned` what was credited for good and scrapped pieces at `unit_cost`;
    the difference is work in progress until the order is closed, then its variance.
    """

    number: str
    state: str
    version: int
    sku: str
    name: str
    revision: str
    current_revision: str | None
    bom_revision: str
    cost_version: int | None
    unit_cost: Decimal
    quantity: Decimal
    due_at: datetime
    site: str
    produced: Decimal
    scrapped: Decimal
    spent: Decimal
    earned: Decimal
    operations: list[WorkOperationFacts]
    materials: list[WorkMaterialFacts]


class DraftWorkOrder(Edge):
    """`work_order.draft`: plan to make so many, by the released revision and BOM unless others are named."""

    sku: Number
    quantity: Decimal
    due_at: Annotated[datetime, Meta(tz=True)]
    number: Annotated[str, Meta(max_length=64)] = ""
    bom_revision: Annotated[str, Meta(max_length=32)] = ""
    site: Annotated[str, Meta(max_length=64)] = ""

    def __post_init__(self) -> None:
        amounts.quantity(self.quantity)


class ReleaseWorkOrder(Edge):
    """`work_order.release`: give it to the floor."""

    number: Number


class CancelWorkOrder(Edge):
    """`work_order.cancel`: no longer wanted; refused once something was reported."""

    number: Number
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class CloseWorkOrder(Edge):
    """`work_order.close`: nothing more will be reported; what is left in work in progress becomes its variance."""

    number: Number


class WorkOrderState(Told):
    """How an order stands after a command."""

    number: str
    state: str
    version: int
