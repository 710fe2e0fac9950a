"""A count from its asking to its end: opened, which freezes the bin for new promises, withdrawn, closed."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import Freeze
from backend.floor.wms.counting.tables import CountTask
from backend.floor.work import tasks
from backend.kernel import clock


async def open_count(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    place: UUID,
    item: UUID,
    reason: str,
    command_id: UUID | None = None,
) -> UUID:
    """Asks for a count of an item in a bin, which freezes it for new promises; one that is open already serves."""
    open_already = select(CountTask.id).where(
        CountTask.place_id == place, CountTask.item_id == item, CountTask.state == "open"
    )
    found = (await connection.execute(open_already)).scalar_one_or_none()
    if found is not None:
        return found
    task = await tasks.create(connection, site_id, kind="count")
    made = await connection.execute(
        pg_insert(CountTask)
        .values(
            id=task,
            site_id=site_id,
            place_id=place,
            item_id=item,
            reason=reason,
            raised_by_command_id=command_id,
        )
        .on_conflict_do_nothing()
        .returning(CountTask.id)
    )
    if made.first() is None:
        await tasks.finish(connection, task, state="cancelled")
        return (await connection.execute(open_already)).scalar_one()
    await connection.execute(
        pg_insert(Freeze).values(task_id=task, place_id=place, item_id=item).on_conflict_do_nothing()
    )
    return task


async def cancel_count(connection: AsyncConnection, task: UUID, *, raised_by: UUID) -> None:
    """Withdraws a count that nobody has posted, if `raised_by` asked for it."""
    cancelled = await connection.execute(
        update(CountTask)
        .where(CountTask.id == task, CountTask.state == "open", CountTask.raised_by_command_id == raised_by)
        .values(state="cancelled")
        .returning(CountTask.id)
    )
    if cancelled.first() is not None:
        await _thaw(connection, task)
        await tasks.finish(connection, task, state="cancelled")


async def _thaw(connection: AsyncConnection, task: UUID) -> None:
    await connection.execute(delete(Freeze).where(Freeze.task_id == task))


async def open_task(connection: AsyncConnection, site_id: UUID, task: UUID) -> Any:
    """Locks a count that is not settled. Returns its row, or None if it is."""
    found = await connection.execute(
        select(CountTask.id, CountTask.place_id, CountTask.item_id, CountTask.site_id)
        .where(CountTask.id == task, CountTask.state == "open", CountTask.site_id == site_id)
        .with_for_update()
    )
    return found.first()


async def close(connection: AsyncConnection, task: UUID, *, expected: Decimal, counted: Decimal) -> None:
    """Ends a count: the bin is free for promises again."""
    await connection.execute(
        update(CountTask)
        .where(CountTask.id == task)
        .values(state="done", expected=expected, counted=counted, counted_at=clock.now())
    )
    await _thaw(connection, task)
    await tasks.finish(connection, task)
