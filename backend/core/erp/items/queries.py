"""Items as the office reads them."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Row,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books.tables import StockValue
from backend.core.erp.items.schemas import (
    BomFacts,
    CostFacts,
    ItemFacts,
    ItemRow,
    Items,
    MaterialFacts,
    OpenLine,
    OperationFacts,
    RevisionFacts,
    UsedIn,
)
from backend.core.erp.production.rules import OPEN as WORK_OPEN
from backend.core.erp.production.tables import WorkMaterial, WorkOrder
from backend.core.erp.purchasing.rules import OPEN as PURCHASE_OPEN
from backend.core.erp.purchasing.tables import PurchaseLine, PurchaseOrder
from backend.core.erp.sales.rules import OPEN as SALES_OPEN
from backend.core.erp.sales.tables import SalesLine, SalesOrder
from backend.core.masters.problems import NoSuchItem
from backend.core.masters.tables import (
    Bom,
    BomMaterial,
    BomOperation,
    CostVersion,
    Item,
    ItemRevision,
    Partner,
)
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, Filters, contains, listed
from backend.kernel.quantity import tidy

ZERO = Decimal(0)
_UNIT_COST = case(
    (StockValue.quantity > 0, func.round(StockValue.value / StockValue.quantity, 4, type_=Exact())),
    else_=StockValue.last_cost,
)
_CURRENT = (ItemRevision.sku == Item.sku) & (ItemRevision.state == "released")


async def items(connection: AsyncConnection, asked: Asked, *, search: str = "") -> Items:
    """One page of items by SKU."""
    statement = (
        select(
            Item.sku, Item.name, Item.unit, Item.group, Item.procurement, ItemRevision.revision,
            func.coalesce(StockValue.quantity, 0, type_=Exact()).label("quantity"),
            func.coalesce(StockValue.value, 0, type_=Exact()).label("value"),
        )
        .outerjoin(ItemRevision, _CURRENT)
        .outerjoin(StockValue, StockValue.sku == Item.sku)
        .order_by(Item.sku)
    )  # fmt: skip
    if search:
        like = contains(search)
        statement = statement.where(or_(Item.sku.ilike(like), Item.name.ilike(like)))
    found = await listed(connection, statement, asked, _filters())
    told = [ItemRow(**row._mapping) for row in found.rows]  # noqa: SLF001  (SQLAlchemy's public name)
    return Items(items=told, **found.page)


def _filters() -> Filters:
    quantity = func.coalesce(StockValue.quantity, 0, type_=Exact())
    return {
        "buy": Item.procurement == "buy",
        "make": Item.procurement == "make",
        "in_stock": quantity > 0,
        "none_left": quantity == 0,
        "below_zero": quantity < 0,
        "to_release": Item.sku.in_(select(ItemRevision.sku).where(ItemRevision.state == "draft")),
    }


async def item(connection: AsyncConnection, sku: str) -> ItemFacts:
    """One item, whole.

    Raises:
        NoSuchItem: there is none by that SKU.
    """
    found = await connection.execute(
        select(
            Item, ItemRevision.revision, Partner.name.label("supplier_name"), StockValue.quantity, StockValue.value,
            _UNIT_COST.label("unit_cost"),
        )
        .outerjoin(ItemRevision, _CURRENT)
        .outerjoin(Partner, Partner.number == Item.supplier)
        .outerjoin(StockValue, StockValue.sku == Item.sku)
        .where(Item.sku == sku)
    )  # fmt: skip
    row = found.first()
    if row is None:
        raise NoSuchItem(sku=sku)
    return ItemFacts(
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        version=row.version,
        group=row.group,
        tracking=row.tracking,
        shelf_life_days=row.shelf_life_days,
        inspection_plan=row.inspection_plan,
        procurement=row.procurement,
        valuation=row.valuation,
        supplier=row.supplier,
        supplier_name=row.supplier_name,
        lead_days=row.lead_days,
        packagings=row.packagings,
        revision=row.revision,
        quantity=row.quantity or ZERO,
        value=row.value or ZERO,
        unit_cost=row.unit_cost or ZERO,
        revisions=await _revisions(connection, sku),
        boms=await _boms(connection, sku),
        costs=await _costs(connection, sku),
        used_in=await _used_in(connection, sku),
        open_lines=await _open_lines(connection, sku),
    )


async def _revisions(connection: AsyncConnection, sku: str) -> list[RevisionFacts]:
    found = await connection.execute(
        select(ItemRevision)
        .where(ItemRevision.sku == sku)
        .order_by(ItemRevision.released_at.desc().nulls_first(), ItemRevision.revision.desc())
    )
    return [
        RevisionFacts(
            revision=row.revision,
            state=row.state,
            note=row.note,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            released_at=row.released_at,
            stopped=row.stopped,
        )
        for row in found
    ]


async def _boms(connection: AsyncConnection, sku: str) -> list[BomFacts]:
    materials: dict[str, list[MaterialFacts]] = defaultdict(list)
    parts = await connection.execute(
        select(BomMaterial, Item.name, Item.unit)
        .join(Item, Item.sku == BomMaterial.component)
        .where(BomMaterial.sku == sku)
        .order_by(BomMaterial.line)
    )
    for row in parts:
        materials[row.bom_revision].append(
            MaterialFacts(
                line=row.line,
                component=row.component,
                name=row.name,
                quantity_each=row.quantity_each,
                unit=row.unit,
                operation=row.operation,
                consumption=row.consumption,
            )
        )
    operations: dict[str, list[OperationFacts]] = defaultdict(list)
    steps = await connection.execute(
        select(BomOperation).where(BomOperation.sku == sku).order_by(BomOperation.operation)
    )
    for step in steps:
        operations[step.bom_revision].append(_operation(step))
    found = await connection.execute(select(Bom).where(Bom.sku == sku).order_by(Bom.bom_revision.desc()))
    return [
        BomFacts(
            bom_revision=row.bom_revision,
            item_revision=row.item_revision,
            state=row.state,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            materials=materials[row.bom_revision],
            operations=operations[row.bom_revision],
        )
        for row in found
    ]


def _operation(row: Row[*tuple[Any, ...]]) -> OperationFacts:
    return OperationFacts(
        operation=row.operation,
        work_centre=row.work_centre,
        name=row.name,
        setup_minutes=row.setup_minutes,
        run_minutes_each=row.run_minutes_each,
        skill=row.skill,
        instructions=row.instructions,
    )


async def _costs(connection: AsyncConnection, sku: str) -> list[CostFacts]:
    found = await connection.execute(
        select(CostVersion).where(CostVersion.sku == sku).order_by(CostVersion.version.desc())
    )
    return [
        CostFacts(
            version=row.version,
            revision=row.revision,
            bom_revision=row.bom_revision,
            material=row.material,
            labour=row.labour,
            total=tidy(row.material + row.labour),
            made_at=row.made_at,
        )
        for row in found
    ]


async def _used_in(connection: AsyncConnection, sku: str) -> list[UsedIn]:
    released = (
        (Bom.sku == BomMaterial.sku)
        & (Bom.bom_revision == BomMaterial.bom_revision)
        & (Bom.state == "released")
    )
    found = await connection.execute(
        select(Bom.sku, Item.name, Bom.bom_revision, BomMaterial.quantity_each)
        .join(BomMaterial, released)
        .join(Item, Item.sku == Bom.sku)
        .where(BomMaterial.component == sku)
        .order_by(Bom.sku)
    )
    return [UsedIn(**row._mapping) for row in found]  # noqa: SLF001  (SQLAlchemy's public name)


async def _open_lines(connection: AsyncConnection, sku: str) -> list[OpenLine]:
    sale = SalesLine.pieces - SalesLine.shipped - SalesLine.shorted
    purchase = PurchaseLine.quantity - PurchaseLine.received
    work = WorkOrder.quantity - WorkOrder.produced - WorkOrder.scrapped
    needed = type_coerce(WorkMaterial.quantity_each * WorkOrder.quantity - WorkMaterial.consumed, Exact())
    every = union_all(
        select(
            literal("sale").label("kind"), SalesLine.number.label("document"), SalesLine.line.label("line"),
            SalesLine.revision.label("revision"), sale.label("quantity"), cast(SalesOrder.due_at, Date).label("due_on"),
        )
        .join(SalesOrder, SalesOrder.number == SalesLine.number)
        .where(SalesLine.sku == sku, SalesOrder.state.in_(SALES_OPEN), sale > 0),
        select(
            literal("purchase"), PurchaseLine.number, PurchaseLine.line, PurchaseLine.revision, purchase,
            PurchaseLine.wanted_on,
        )
        .join(PurchaseOrder, PurchaseOrder.number == PurchaseLine.number)
        .where(
            PurchaseLine.sku == sku, PurchaseOrder.state.in_(PURCHASE_OPEN), ~PurchaseLine.cancelled, purchase > 0
        ),
        select(
            literal("work"), WorkOrder.number, cast(null(), Integer), WorkOrder.revision, work, cast(WorkOrder.due_at, Date)
        ).where(WorkOrder.sku == sku, WorkOrder.state.in_(WORK_OPEN), work > 0),
        select(
            literal("material"), WorkOrder.number, WorkMaterial.line, WorkOrder.bom_revision, needed,
            cast(WorkOrder.due_at, Date),
        )
        .join(WorkOrder, WorkOrder.number == WorkMaterial.number)
        .where(WorkMaterial.sku == sku, WorkOrder.state.in_(WORK_OPEN), needed > 0),
    ).subquery()  # fmt: skip
    found = await connection.execute(select(every).order_by(every.c.due_on, every.c.document).limit(500))
    return [OpenLine(**row._mapping) for row in found]  # noqa: SLF001  (SQLAlchemy's public name)
