"""An item as the office sees it: its revisions, how it is made, what it costs, what there is, where it is open."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page


class ItemRow(Told):
    """One item in the list."""

    sku: str
    name: str
    unit: str
    group: str
    procurement: str
    revision: str | None
    quantity: Decimal
    value: Decimal


class Items(Page):
    """Items by SKU."""

    items: list[ItemRow]


class RevisionFacts(Told):
    """One revision: `draft`, `released` or `superseded`, and then to be used up or `stopped`."""

    revision: str
    state: str
    note: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    released_at: dt.datetime | None
    stopped: bool


class MaterialFacts(Told):
    """One material of a BOM."""

    line: int
    component: str
    name: str
    quantity_each: Decimal
    unit: str
    operation: int
    consumption: str


class OperationFacts(Told):
    """One step of a routing; minutes."""

    operation: int
    work_centre: str
    name: str
    setup_minutes: Decimal
    run_minutes_each: Decimal
    skill: str | None
    instructions: str


class BomFacts(Told):
    """One revision of how the item is made."""

    bom_revision: str
    item_revision: str
    state: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    materials: list[MaterialFacts]
    operations: list[OperationFacts]


class CostFacts(Told):
    """One cost version; the newest is in force. `revision` and `bom_revision` are what it was reckoned for."""

    version: int
    revision: str
    bom_revision: str | None
    material: Decimal
    labour: Decimal
    total: Decimal
    made_at: dt.datetime


class UsedIn(Told):
    """A released BOM that this item goes into."""

    sku: str
    name: str
    bom_revision: str
    quantity_each: Decimal


class OpenLine(Told):
    """An open line of a document: `kind` is sale, purchase, work or material; `quantity` what is still to come or to go."""

    kind: str
    document: str
    line: int | None
    revision: str | None
    quantity: Decimal
    due_on: dt.date


class ItemFacts(Told):
    """One item, whole. `unit_cost` is what the next piece taken is valued at."""

    sku: str
    name: str
    unit: str
    version: int
    group: str
    tracking: str
    shelf_life_days: int | None
    inspection_plan: str | None
    procurement: str
    valuation: str
    supplier: str | None
    supplier_name: str | None
    lead_days: int
    packagings: list[dict[str, Any]]
    revision: str | None
    quantity: Decimal
    value: Decimal
    unit_cost: Decimal
    revisions: list[RevisionFacts]
    boms: list[BomFacts]
    costs: list[CostFacts]
    used_in: list[UsedIn]
    open_lines: list[OpenLine]


class CostAnew(Edge):
    """`item.cost`: reckon what one unit costs at the released revision, by its BOM and routing or its supplier's price."""

    sku: Annotated[str, Meta(min_length=1, max_length=64)]


class Costed(Told):
    """The cost version that was made."""

    sku: str
    version: int
