"""A supervisor holds an order: who works on it goes on, nobody starts anew."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes.schemas import HoldOrder, LetGoOrder, OrderHeld
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


COMMANDS: Registry = {
    "work_order.hold": (HoldOrder, transactional(hold_order)),
    "work_order.let_go": (LetGoOrder, transactional(let_go_order)),
}
