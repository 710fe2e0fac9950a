"""Counting: a blind count of one item in one bin settles what the books say, however much moved meanwhile."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.stock import StockAdjusted
from backend.floor.catalog import Item
from backend.floor.stock import Freeze, Lot, Move, Quant, Reservation, Serial, post, virtual_place
from backend.floor.wms.counting.documents import count_document
from backend.floor.wms.counting.schemas import ClaimCount, CountDocument, Counted, CountPosted, PostCount
from backend.floor.wms.counting.tables import CountTask
from backend.floor.wms.shipping import ShipmentLine
from backend.floor.work import Found, raise_exception, tasks
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import Conflict
from backend.kernel.quantity import plain

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

    Raises:
        CountOver: the count was settled before.
    """
    facts = command.payload
    task = await _open_task(connection, command, facts.task)
    quants = (
        await connection.execute(
            select(*Quant.__table__.columns)
            .where(Quant.place_id == task.place_id, Quant.item_id == task.item_id, Quant.status == "free")
            .order_by(Quant.id)
            .with_for_update(key_share=True)
        )
    ).all()
    counted = {(row.lot, row.serial, row.handling_unit): row.quantity for row in facts.counted}
    expected = sum((row.quantity for row in quants), start=ZERO)
    given_up = ZERO
    moves = []
    virtual = await virtual_place(connection, task.site_id, "count")
    for row in quants:
        now = counted.pop((row.lot_id, row.serial_id, row.handling_unit_id), ZERO)
        if now < row.reserved:
            given_up += await _give_up(connection, row.id, row.reserved - now)
        moves += _difference(row, now - row.quantity, virtual)
    for (lot, serial, unit), quantity in counted.items():
        moves += _found(task, Counted(quantity=quantity, lot=lot, serial=serial, handling_unit=unit), virtual)
    await post(connection, command, moves)
    total = sum((row.quantity for row in facts.counted), start=ZERO)
    await connection.execute(
        update(CountTask)
        .where(CountTask.id == facts.task)
        .values(state="done", expected=expected, counted=total, counted_at=clock.now())
    )
    await _thaw(connection, facts.task)
    await tasks.finish(connection, facts.task)
    await _tell(connection, command, task, moves, sums=(expected, total))
    return CountPosted(
        task=facts.task, expected=expected, counted=total, adjusted=total - expected, given_up=given_up
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


def _difference(row: Any, change: Decimal, virtual: UUID) -> list[Move]:
    if change == 0:
        return []
    inward = change > 0
    return [
        Move(
            kind="count",
            item=row.item_id,
            quantity=abs(change),
            from_place=virtual if inward else row.place_id,
            to_place=row.place_id if inward else virtual,
            lot=row.lot_id,
            serial=row.serial_id,
            owner=row.owner_id,
            from_handling_unit=None if inward else row.handling_unit_id,
            to_handling_unit=row.handling_unit_id if inward else None,
            reason="count",
        )
    ]


def _found(task: Any, counted: Counted, virtual: UUID) -> list[Move]:
    if counted.quantity == 0:
        return []
    return [
        Move(
            kind="count",
            item=task.item_id,
            quantity=counted.quantity,
            from_place=virtual,
            to_place=task.place_id,
            lot=counted.lot,
            serial=counted.serial,
            to_handling_unit=counted.handling_unit,
            reason="count",
        )
    ]


async def _give_up(connection: AsyncConnection, quant: UUID, too_much: Decimal) -> Decimal:
    """Takes promises back, the newest first, until they fit. The lines they served lack it again and show so."""
    left = too_much
    rows = await connection.execute(
        select(Reservation.id, Reservation.quantity, Reservation.demand_id)
        .where(Reservation.quant_id == quant, Reservation.quantity > 0)
        .order_by(Reservation.id.desc())
        .with_for_update(key_share=True)
    )
    for row in rows.all():
        taken = min(left, row.quantity)
        if taken <= 0:
            break
        await connection.execute(
            update(Reservation).where(Reservation.id == row.id).values(quantity=Reservation.quantity - taken)
        )
        await connection.execute(
            update(ShipmentLine)
            .where(ShipmentLine.id == row.demand_id)
            .values(allocated=ShipmentLine.allocated - taken, why_not="count_found_less")
        )
        left -= taken
    await connection.execute(
        update(Quant).where(Quant.id == quant).values(reserved=Quant.reserved - (too_much - left))
    )
    return too_much - left


async def _tell(
    connection: AsyncConnection,
    command: Command[Any],
    task: Any,
    moves: list[Move],
    *,
    sums: tuple[Decimal, Decimal],
) -> None:
    if not moves:
        return
    expected, total = sums
    item = (await connection.execute(select(Item.sku, Item.unit).where(Item.id == task.item_id))).one()
    for move in moves:
        lot = await connection.execute(select(Lot.code).where(Lot.id == move.lot))
        serial = await connection.execute(select(Serial.code).where(Serial.id == move.serial))
        message = StockAdjusted(
            sku=item.sku,
            change=move.quantity if move.to_place == task.place_id else -move.quantity,
            unit=item.unit,
            reason="count",
            at=command.captured_at,
            lot=lot.scalar_one_or_none(),
            serial=serial.scalar_one_or_none(),
        )
        await outbox.send(
            connection, message_type=StockAdjusted.TYPE, document=f"item/{item.sku}", data=message
        )
    found = Found(
        kind="count_differs",
        item=task.item_id,
        place=task.place_id,
        details={"expected": plain(expected), "counted": plain(total), "sku": item.sku},
    )
    await raise_exception(connection, task.site_id, found, command=command)


COMMANDS: Registry = {
    "count.claim": (ClaimCount, transactional(claim_count)),
    "count.post": (PostCount, transactional(post_count)),
}
