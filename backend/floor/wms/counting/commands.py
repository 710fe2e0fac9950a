"""Counting: a blind count of one item in one bin settles what the books say, however much moved meanwhile."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import Freeze, post
from backend.floor.wms.counting.documents import count_document
from backend.floor.wms.counting.found import sort_out
from backend.floor.wms.counting.schemas import ClaimCount, CountDocument, CountPosted, PostCount
from backend.floor.wms.counting.settle import settle
from backend.floor.wms.counting.tables import CountTask
from backend.floor.wms.counting.tell import tell_changes, tell_differences
from backend.floor.work import tasks
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import Conflict

ZERO = Decimal(0)


class CountOver(Conflict):
    """The count was posted or cancelled."""

    type = "count-over"
    title = "This count is already settled"


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


async def claim_count(connection: AsyncConnection, command: Command[ClaimCount]) -> CountDocument:
    """Takes a count to do, the given one or the oldest waiting."""
    task = await tasks.claim(connection, command, kind="count", task=command.payload.task)
    return await count_document(connection, command.who.site_id, task)


async def post_count(connection: AsyncConnection, command: Command[PostCount]) -> CountPosted:
    """Settles a count: the bin's books become what was counted. Promises that no longer fit give way, the newest first.

    What the books don't list is booked under the label it bears; what cannot be is an exception, never lost.

    Raises:
        CountOver: the count was settled before.
        BadRequest: half a piece of something that comes in wholes.
    """
    facts = command.payload
    task = await _open_task(connection, command, facts.task)
    counted = await sort_out(connection, task, facts.counted, facts.units)
    settled = await settle(connection, task, counted)
    await post(connection, command, settled.moves)
    total = sum((one.quantity for one in counted.seen if one.item == task.item_id), start=ZERO)
    await connection.execute(
        update(CountTask)
        .where(CountTask.id == facts.task)
        .values(state="done", expected=settled.expected, counted=total, counted_at=clock.now())
    )
    await _thaw(connection, facts.task)
    await tasks.finish(connection, facts.task)
    for item in dict.fromkeys(settled.asked):
        await open_count(
            connection, task.site_id, place=task.place_id, item=item, reason="found", command_id=command.id
        )
    await tell_changes(connection, command, settled, counted.items)
    told = await tell_differences(connection, command, task, settled, counted.items, total)
    return CountPosted(
        task=facts.task,
        expected=settled.expected,
        counted=total,
        adjusted=total - settled.expected,
        given_up=settled.given_up,
        exceptions=told,
    )


async def _open_task(connection: AsyncConnection, command: Command[Any], task: UUID) -> Any:
    found = await connection.execute(
        select(CountTask.place_id, CountTask.item_id, CountTask.site_id)
        .where(CountTask.id == task, CountTask.state == "open", CountTask.site_id == command.who.site_id)
        .with_for_update()
    )
    row = found.first()
    if row is None:
        raise CountOver
    return row


COMMANDS: Registry = {
    "count.claim": (ClaimCount, transactional(claim_count)),
    "count.post": (PostCount, transactional(post_count)),
}
