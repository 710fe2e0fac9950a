"""The traveller: the sheet that goes with a job, its number as a code to scan, its steps in order."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Site
from backend.floor.labels import Job as Printed
from backend.floor.labels import Label, spoken, traveller_label
from backend.floor.labels import Operation as Step
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.tables import Operation, WorkOrder
from backend.kernel.problems import NotFound
from backend.kernel.quantity import Quantity


async def traveller(connection: AsyncConnection, site: UUID, order: UUID) -> Label:
    """The traveller of a work order.

    Raises:
        NotFound: there is no such order at this site.
    """
    row = (
        await connection.execute(
            select(
                *(WorkOrder.number, WorkOrder.item_revision, WorkOrder.quantity, WorkOrder.due_at),
                *(Item.sku, Item.name, Item.unit, Site.plan, Site.time_zone),
            )
            .join(Item, Item.id == WorkOrder.item_id)
            .join(Site, Site.id == WorkOrder.site_id)
            .where(WorkOrder.id == order, WorkOrder.site_id == site)
        )
    ).first()
    if row is None:
        raise NotFound("No such work order.", work_order=str(order))
    steps = await connection.execute(
        select(Operation.operation, Operation.name, WorkCentre.code)
        .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
        .where(Operation.work_order_id == order)
        .order_by(Operation.operation)
    )
    return traveller_label(
        Printed(
            number=row.number,
            sku=f"{row.sku} · {row.item_revision}",  # the drawing that is to be made to
            name=row.name,
            amount=Quantity(row.quantity, row.unit),
            due=row.due_at.astimezone(ZoneInfo(row.time_zone)).date(),
            operations=tuple(Step(one.operation, one.name, one.code) for one in steps),
        ),
        spoken(row.plan),
    )
