"""What a planner does with a work order."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import (
    ReleasedMaterial,
    ReleasedOperation,
    WorkOrderCancelled,
    WorkOrderReleased,
)
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import VARIANCE, WIP, Side, balanced
from backend.core.erp.machine import moved
from backend.core.erp.production.problems import NoBom, WorkNumberTaken
from backend.core.erp.production.queries import NoSuchWorkOrder
from backend.core.erp.production.rules import MACHINE
from backend.core.erp.production.schemas import (
    CancelWorkOrder,
    CloseWorkOrder,
    DraftWorkOrder,
    ReleaseWorkOrder,
    WorkOrderState,
)
from backend.core.erp.production.tables import WorkMaterial, WorkOperation, WorkOrder
from backend.core.masters.commands import next_number
from backend.core.masters.queries import standings
from backend.core.masters.tables import Bom, BomMaterial, BomOperation, WorkCentre
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional

ZERO = Decimal(0)


async def draft(connection: AsyncConnection, command: Command[DraftWorkOrder]) -> WorkOrderState:
    """Plans to make so many, by a copy of the BOM and routing as they stand today.

    Raises:
        NoSuchItem, UnknownUnit, NoRevision, NoBom, WorkNumberTaken.
    """
    return await draft_order(connection, command.payload)


async def draft_order(connection: AsyncConnection, order: DraftWorkOrder) -> WorkOrderState:
    """See `draft`."""
    item = (await standings(connection, [order.sku]))[order.sku]
    stands_on = item.stands_on()
    bom = await _bom(connection, order.sku, order.bom_revision or item.bom_revision)
    number = order.number or await next_number(connection, "WO")
    made = await connection.execute(
        pg_insert(WorkOrder)
        .values(
            **stands_on | {"number": number, "revision": bom.item_revision, "bom_revision": bom.bom_revision},
            unit_cost=item.cost or ZERO,
            quantity=item.pieces(order.quantity, ""),
            due_at=order.due_at,
            site=order.site,
        )
        .on_conflict_do_nothing()
        .returning(WorkOrder.number)
    )
    if made.first() is None:
        raise WorkNumberTaken(number=number)
    await _copy(connection, number, order.sku, bom.bom_revision)
    return WorkOrderState(number=number, state="draft", version=0)


async def _bom(connection: AsyncConnection, sku: str, bom_revision: str | None) -> Row[Any]:
    found = await connection.execute(
        select(Bom).where(Bom.sku == sku, Bom.bom_revision == bom_revision, Bom.state != "draft")
    )
    row = found.first()
    if row is None:
        raise NoBom(f"{sku} has no released bill of materials", sku=sku, bom_revision=bom_revision)
    return row


async def _copy(connection: AsyncConnection, number: str, sku: str, bom_revision: str) -> None:
    steps = await connection.execute(
        select(BomOperation, WorkCentre.rate_per_hour)
        .join(WorkCentre, WorkCentre.code == BomOperation.work_centre)
        .where(BomOperation.sku == sku, BomOperation.bom_revision == bom_revision)
    )
    same = ("operation", "work_centre", "name", "setup_minutes", "run_minutes_each", "skill", "instructions", "rate_per_hour")  # fmt: skip
    operations = [{"number": number} | {name: getattr(row, name) for name in same} for row in steps]
    if not operations:
        raise NoBom(f"{sku} has no routing", sku=sku, bom_revision=bom_revision)
    await connection.execute(insert(WorkOperation), operations)
    parts = await connection.execute(
        select(BomMaterial).where(BomMaterial.sku == sku, BomMaterial.bom_revision == bom_revision)
    )
    materials = [
        {
            "number": number,
            "line": row.line,
            "operation": row.operation,
            "sku": row.component,
            "quantity_each": row.quantity_each,
            "consumption": row.consumption,
        }
        for row in parts
    ]
    if materials:
        await connection.execute(insert(WorkMaterial), materials)


async def release(connection: AsyncConnection, command: Command[ReleaseWorkOrder]) -> WorkOrderState:
    """Gives an order to the floor.

    Raises:
        NoSuchWorkOrder, NotInThisState.
    """
    return await release_order(connection, command.payload.number)


async def release_order(connection: AsyncConnection, number: str) -> WorkOrderState:
    """See `release`."""
    order = await locked(connection, number)
    state = moved(MACHINE, order.state, "release")
    version = order.version + 1
    await connection.execute(
        update(WorkOrder).where(WorkOrder.number == number).values(state=state, version=version)
    )
    message = await _message(connection, order, version)
    await outbox.send(connection, message_type=message.TYPE, document=f"work/{number}", data=message)
    return WorkOrderState(number=number, state=state, version=version)


async def _message(connection: AsyncConnection, order: Row[Any], version: int) -> WorkOrderReleased:
    steps = await connection.execute(
        select(WorkOperation).where(WorkOperation.number == order.number).order_by(WorkOperation.operation)
    )
    parts = await connection.execute(
        select(WorkMaterial).where(WorkMaterial.number == order.number).order_by(WorkMaterial.line)
    )
    return WorkOrderReleased(
        number=order.number,
        version=version,
        sku=order.sku,
        revision=order.revision,
        bom_revision=order.bom_revision,
        quantity=order.quantity,
        due_at=order.due_at,
        site=order.site,
        operations=tuple(
            ReleasedOperation(
                operation=row.operation,
                work_centre=row.work_centre,
                name=row.name,
                setup_minutes=row.setup_minutes,
                run_minutes_each=row.run_minutes_each,
                skill=row.skill,
                instructions=row.instructions,
            )
            for row in steps
        ),
        materials=tuple(
            ReleasedMaterial(
                line=row.line,
                operation=row.operation,
                sku=row.sku,
                quantity_each=row.quantity_each,
                consumption=row.consumption,
            )
            for row in parts
        ),
    )


async def cancel(connection: AsyncConnection, command: Command[CancelWorkOrder]) -> WorkOrderState:
    """Calls an order off; the floor is told if it had heard of it.

    Raises:
        NoSuchWorkOrder, NotInThisState: among others when something was reported already; then it is closed instead.
    """
    asked = command.payload
    order = await locked(connection, asked.number)
    state = moved(MACHINE, order.state, "cancel")
    version = order.version + (order.state != "draft")
    await connection.execute(
        update(WorkOrder).where(WorkOrder.number == asked.number).values(state=state, version=version)
    )
    if order.state != "draft":
        gone = WorkOrderCancelled(number=asked.number, version=version, reason=asked.reason)
        await outbox.send(connection, message_type=gone.TYPE, document=f"work/{asked.number}", data=gone)
    return WorkOrderState(number=asked.number, state=state, version=version)


async def close(connection: AsyncConnection, command: Command[CloseWorkOrder]) -> WorkOrderState:
    """Settles an order: what is left of it in work in progress is its variance.

    Raises:
        NoSuchWorkOrder, NotInThisState.
    """
    number = command.payload.number
    order = await locked(connection, number)
    state = moved(MACHINE, order.state, "close")
    left = order.spent - order.earned
    posting = await books.begin(
        connection, kind="variance", cause=f"variance:{number}", document=f"work/{number}", at=clock.now()
    )
    if posting is not None:
        await posting.write(balanced(Side(VARIANCE, left, order.sku), Side(WIP, -left, order.sku)))
    await connection.execute(
        update(WorkOrder).where(WorkOrder.number == number).values(state=state, earned=order.spent)
    )
    return WorkOrderState(number=number, state=state, version=order.version)


async def locked(connection: AsyncConnection, number: str) -> Row[Any]:
    """The order's row, held until the end of the transaction.

    Raises:
        NoSuchWorkOrder: there is none by that number.
    """
    found = await connection.execute(
        select(WorkOrder).where(WorkOrder.number == number).with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NoSuchWorkOrder(number=number)
    return row


COMMANDS: Registry = {
    "work_order.draft": (DraftWorkOrder, transactional(draft)),
    "work_order.release": (ReleaseWorkOrder, transactional(release)),
    "work_order.cancel": (CancelWorkOrder, transactional(cancel)),
    "work_order.close": (CloseWorkOrder, transactional(close)),
}
