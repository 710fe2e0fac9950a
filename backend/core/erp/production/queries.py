"""Work orders as the office reads them."""

from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.production.rules import OPEN
from backend.core.erp.production.schemas import (
    WorkMaterialFacts,
    WorkOperationFacts,
    WorkOrderFacts,
    WorkOrderRow,
    WorkOrders,
)
from backend.core.erp.production.tables import WorkMaterial, WorkOperation, WorkOrder
from backend.core.masters.tables import Item, ItemRevision
from backend.kernel import clock
from backend.kernel.paging import Asked, Filters, contains, listed
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy


class NoSuchWorkOrder(NotFound):
    """No work order by that number."""

    type = "no-such-work-order"
    title = "There is no such work order"


async def work_orders(connection: AsyncConnection, asked: Asked, *, search: str = "") -> WorkOrders:
    """One page of orders, the earliest due first."""
    statement = (
        select(WorkOrder, Item.name)
        .join(Item, Item.sku == WorkOrder.sku)
        .order_by(WorkOrder.due_at, WorkOrder.number)
    )
    if search:
        like = contains(search)
        found_in = WorkOrder.number.ilike(like), WorkOrder.sku.ilike(like), Item.name.ilike(like)
        statement = statement.where(or_(*found_in))
    found = await listed(connection, statement, asked, _filters())
    items = [
        WorkOrderRow(
            number=row.number,
            sku=row.sku,
            name=row.name,
            revision=row.revision,
            bom_revision=row.bom_revision,
            state=row.state,
            due_at=row.due_at,
            quantity=row.quantity,
            produced=row.produced,
            scrapped=row.scrapped,
        )
        for row in found.rows
    ]
    return WorkOrders(items=items, **found.page)


def _filters() -> Filters:
    """Every order is open, done or cancelled; the others name what is to be done about some of them."""
    state, is_open = WorkOrder.state, WorkOrder.state.in_(OPEN)
    return {
        "open": is_open,
        "to_release": state == "draft",
        "started": state == "started",
        "late": is_open & (WorkOrder.due_at < clock.now()),
        "to_close": state == "finished",
        "done": state.in_(("finished", "closed")),
        "cancelled": state == "cancelled",
    }


async def work_order(connection: AsyncConnection, number: str) -> WorkOrderFacts:
    """One order, whole.

    Raises:
        NoSuchWorkOrder: there is none by that number.
    """
    current = (ItemRevision.sku == WorkOrder.sku) & (ItemRevision.state == "released")
    found = await connection.execute(
        select(WorkOrder, Item.name, ItemRevision.revision.label("current_revision"))
        .join(Item, Item.sku == WorkOrder.sku)
        .outerjoin(ItemRevision, current)
        .where(WorkOrder.number == number)
    )
    row = found.first()
    if row is None:
        raise NoSuchWorkOrder(number=number)
    return WorkOrderFacts(
        number=row.number,
        state=row.state,
        version=row.version,
        sku=row.sku,
        name=row.name,
        revision=row.revision,
        current_revision=row.current_revision,
        bom_revision=row.bom_revision,
        cost_version=row.cost_version,
        unit_cost=row.unit_cost,
        quantity=row.quantity,
        due_at=row.due_at,
        site=row.site,
        produced=row.produced,
        scrapped=row.scrapped,
        spent=row.spent,
        earned=row.earned,
        operations=await _operations(connection, number, row.quantity),
        materials=await _materials(connection, number, row.quantity),
    )


async def _operations(
    connection: AsyncConnection, number: str, quantity: Decimal
) -> list[WorkOperationFacts]:
    found = await connection.execute(
        select(WorkOperation).where(WorkOperation.number == number).order_by(WorkOperation.operation)
    )
    return [
        WorkOperationFacts(
            operation=row.operation,
            work_centre=row.work_centre,
            name=row.name,
            planned_minutes=tidy(row.setup_minutes + row.run_minutes_each * quantity),
            minutes=row.minutes,
            good=row.good,
            scrap=row.scrap,
            rework=row.rework,
            skill=row.skill,
        )
        for row in found
    ]


async def _materials(connection: AsyncConnection, number: str, quantity: Decimal) -> list[WorkMaterialFacts]:
    found = await connection.execute(
        select(WorkMaterial, Item.name)
        .join(Item, Item.sku == WorkMaterial.sku)
        .where(WorkMaterial.number == number)
        .order_by(WorkMaterial.line)
    )
    return [
        WorkMaterialFacts(
            line=row.line,
            operation=row.operation,
            sku=row.sku,
            name=row.name,
            quantity_each=row.quantity_each,
            needed=tidy(row.quantity_each * quantity),
            consumed=row.consumed,
            consumption=row.consumption,
        )
        for row in found
    ]
