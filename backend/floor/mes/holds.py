"""A supervisor holds an order: who works on it goes on, nobody starts anew. Or lets one begin on a revision that is stopped."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import STOPPED, Item
from backend.floor.mes import rules
from backend.floor.mes.problems import NotStopped
from backend.floor.mes.schemas import DeviateOrder, HoldOrder, LetGoOrder, OrderDeviates, OrderHeld
from backend.floor.mes.tables import WorkOrder
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import NotFound


async def hold_order(connection: AsyncConnection, command: Command[HoldOrder]) -> OrderHeld:
    """Holds an order, with the reason that people at its gates will read."""
    return await _set(connection, command, command.payload.reason)


async def let_go_order(connection: AsyncConnection, command: Command[LetGoOrder]) -> OrderHeld:
    """Lets an order go again."""
    return await _set(connection, command, None)


async def _set(
    connection: AsyncConnection, command: Command[HoldOrder] | Command[LetGoOrder], hold: str | None
) -> OrderHeld:
    held = await connection.execute(
        update(WorkOrder)
        .where(WorkOrder.id == command.payload.work_order, WorkOrder.site_id == command.who.site_id)
        .values(hold=hold)
        .returning(WorkOrder.id)
    )
    if held.first() is None:
        raise NotFound("No such work order.", work_order=str(command.payload.work_order))
    return OrderHeld(work_order=command.payload.work_order, hold=hold)


async def deviate_order(connection: AsyncConnection, command: Command[DeviateOrder]) -> OrderDeviates:
    """Releases a deviation: the order may be begun on its revision. A later one replaces its reason; another revision ends it.

    Raises:
        NotFound: no such order at this site.
        NotStopped: its revision is not stopped, so there is nothing to deviate from.
    """
    asked = command.payload
    order = (
        await connection.execute(
            select(WorkOrder.item_revision, Item.revision, Item.attributes[STOPPED].label("stopped"))
            .join(Item, Item.id == WorkOrder.item_id)
            .where(WorkOrder.id == asked.work_order, WorkOrder.site_id == command.who.site_id)
            .with_for_update(of=WorkOrder, key_share=True)
        )
    ).first()
    if order is None:
        raise NotFound("No such work order.", work_order=str(asked.work_order))
    if rules.drawing(order.item_revision, order.revision, order.stopped or (), deviates=False) != "stop":
        raise NotStopped(revision=order.item_revision)
    await connection.execute(
        update(WorkOrder).where(WorkOrder.id == asked.work_order).values(deviation=asked.reason)
    )
    return OrderDeviates(work_order=asked.work_order, revision=order.item_revision, deviation=asked.reason)


COMMANDS: Registry = {
    "work_order.deviate": (DeviateOrder, transactional(deviate_order)),
    "work_order.hold": (HoldOrder, transactional(hold_order)),
    "work_order.let_go": (LetGoOrder, transactional(let_go_order)),
}
