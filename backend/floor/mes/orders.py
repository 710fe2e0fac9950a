"""Work orders as the ERP sends them: released, released again with changes, cancelled; any order, any number of times."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import (
    ReleasedMaterial,
    ReleasedOperation,
    WorkOrderCancelled,
    WorkOrderReleased,
)
from backend.floor.catalog import Item, Site, UnknownMaster
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.tables import Operation, OperationMaterial, WorkOrder
from backend.floor.work import Found, raise_exception
from backend.kernel.ids import new_id

OVER = frozenset({"completed", "cancelled"})


async def receive_work_order(
    connection: AsyncConnection, message: WorkOrderReleased, source: str
) -> UUID | None:
    """Puts a work order on the floor. Returns its id, or None for a message that is out of date.

    An order that has been begun takes a new quantity and date; if its steps or materials are others, work goes on as it was and
    a supervisor sees it.

    Raises:
        UnknownMaster: an item, site or work centre is not known; the message waits and is tried again.
    """
    site = await _site(connection, message.site)
    items = await _items(connection, {message.sku, *(line.sku for line in message.materials)})
    centres = await _centres(connection, site, {step.work_centre for step in message.operations})
    known = await _lock(connection, site, message.number)
    if known is not None and known.version >= message.version:
        return None
    if known is not None and known.state in OVER:
        await _late(connection, known, "work_order_changed_late", message.version)
        return UUID(str(known.id))
    order = await _upsert(connection, message, source, site, items[message.sku])
    if known is None or known.state == "released":
        await _replace_steps(connection, message, site, order, items=items, centres=centres)
    elif await _same_steps(connection, message, order):
        await _new_target(connection, message, order)
    else:
        await _new_target(connection, message, order)
        await _late(connection, known, "work_order_changed_late", message.version)
    return order


async def cancel_work_order(
    connection: AsyncConnection, message: WorkOrderCancelled, source: str
) -> UUID | None:
    """Takes an order off the floor if nobody has begun it; else people finish what they have in hand and a supervisor sees it."""
    del source
    known = await _lock(connection, await _site(connection, ""), message.number)
    if known is None:
        raise UnknownMaster(f"Work order {message.number} is not known yet.", order=message.number)
    if known.version >= message.version:
        return None
    if known.state != "released":
        await _late(connection, known, "work_order_cancelled_late", message.version)
        await connection.execute(
            update(WorkOrder)
            .where(WorkOrder.id == known.id)
            .values(version=message.version, hold=message.reason or "cancelled by the ERP")
        )
        return UUID(str(known.id))
    await connection.execute(
        update(WorkOrder).where(WorkOrder.id == known.id).values(version=message.version, state="cancelled")
    )
    await connection.execute(
        update(Operation).where(Operation.work_order_id == known.id).values(state="cancelled")
    )
    return UUID(str(known.id))


async def _lock(connection: AsyncConnection, site: UUID, number: str) -> Any:
    return (
        await connection.execute(
            select(WorkOrder.id, WorkOrder.version, WorkOrder.state, WorkOrder.site_id)
            .where(WorkOrder.site_id == site, WorkOrder.number == number)
            .with_for_update(key_share=True)
        )
    ).first()


async def _upsert(
    connection: AsyncConnection, message: WorkOrderReleased, source: str, site: UUID, item: UUID
) -> UUID:
    facts = {
        "source": source,
        "version": message.version,
        "item_id": item,
        "item_revision": message.revision,
        "bom_revision": message.bom_revision,
        "quantity": message.quantity,
        "due_at": message.due_at,
    }
    row = pg_insert(WorkOrder).values(id=new_id(), site_id=site, number=message.number, **facts)
    # A deviation is from the revision it was released for, and no other.
    kept = case((WorkOrder.item_revision == message.revision, WorkOrder.deviation))
    upserted = await connection.execute(
        row.on_conflict_do_update(
            index_elements=["site_id", "number"], set_=facts | {"deviation": kept}
        ).returning(WorkOrder.id)
    )
    return upserted.scalar_one()


async def _replace_steps(
    connection: AsyncConnection,
    message: WorkOrderReleased,
    site: UUID,
    order: UUID,
    *,
    items: dict[str, UUID],
    centres: dict[str, UUID],
) -> None:
    await connection.execute(delete(OperationMaterial).where(OperationMaterial.work_order_id == order))
    await connection.execute(delete(Operation).where(Operation.work_order_id == order))
    steps = sorted(message.operations, key=lambda step: step.operation)
    ids = {step.operation: new_id() for step in steps}
    flushed = {line.operation for line in message.materials if line.consumption == "backflush"}
    rows = []
    for place, step in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        rows.append(
            _step(step)
            | {
                "id": ids[step.operation],
                "site_id": site,
                "work_order_id": order,
                "work_centre_id": centres[step.work_centre],
                "last": following is None,
                "next_id": ids[following.operation] if following else None,
                "backflush": step.operation in flushed,
                "target": message.quantity,
                "came_in": None if place == 0 else 0,
            }
        )
    await connection.execute(insert(Operation), rows)
    if materials := [
        _material(line)
        | {"work_order_id": order, "operation_id": ids[line.operation], "item_id": items[line.sku]}
        for line in message.materials
    ]:
        await connection.execute(insert(OperationMaterial), materials)


def _material(line: ReleasedMaterial) -> dict[str, Any]:
    return {
        "id": new_id(),
        "line": line.line,
        "quantity_each": line.quantity_each,
        "consumption": line.consumption,
    }


def _step(step: ReleasedOperation) -> dict[str, Any]:
    return {
        "operation": step.operation,
        "name": step.name,
        "setup_minutes": step.setup_minutes,
        "run_minutes_each": step.run_minutes_each,
        "skill": step.skill,
        "instructions": step.instructions,
    }


async def _same_steps(connection: AsyncConnection, message: WorkOrderReleased, order: UUID) -> bool:
    steps = await connection.execute(
        select(Operation.operation, WorkCentre.code)
        .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
        .where(Operation.work_order_id == order)
    )
    lines = await connection.execute(
        select(OperationMaterial.line, Item.sku, OperationMaterial.quantity_each)
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.work_order_id == order)
    )
    return {tuple(row) for row in steps} == {
        (step.operation, step.work_centre) for step in message.operations
    } and {tuple(row) for row in lines} == {
        (line.line, line.sku, line.quantity_each) for line in message.materials
    }


async def _new_target(connection: AsyncConnection, message: WorkOrderReleased, order: UUID) -> None:
    await connection.execute(
        update(Operation).where(Operation.work_order_id == order).values(target=message.quantity)
    )


async def _late(connection: AsyncConnection, known: Any, kind: str, version: int) -> None:
    found = Found(
        kind=kind, severity="high", document=known.id, details={"version": version, "state": known.state}
    )
    await raise_exception(connection, known.site_id, found)


async def _site(connection: AsyncConnection, code: str) -> UUID:
    query = select(Site.id).order_by(Site.code).limit(2)
    found = list((await connection.execute(query.where(Site.code == code) if code else query)).scalars())
    if len(found) != 1:
        raise UnknownMaster(f"Site {code or '(not named)'} is not known.", site=code)
    return found[0]


async def _items(connection: AsyncConnection, skus: set[str]) -> dict[str, UUID]:
    found = await connection.execute(select(Item.sku, Item.id).where(Item.sku.in_(skus)))
    known: dict[str, UUID] = {row[0]: row[1] for row in found}
    if missing := skus - known.keys():
        raise UnknownMaster(f"Item {min(missing)} is not known.", sku=min(missing))
    return known


async def _centres(connection: AsyncConnection, site: UUID, codes: set[str]) -> dict[str, UUID]:
    found = await connection.execute(
        select(WorkCentre.code, WorkCentre.id).where(WorkCentre.site_id == site, WorkCentre.code.in_(codes))
    )
    known: dict[str, UUID] = {row[0]: row[1] for row in found}
    if missing := codes - known.keys():
        raise UnknownMaster(f"Work centre {min(missing)} is not known.", work_centre=min(missing))
    return known
