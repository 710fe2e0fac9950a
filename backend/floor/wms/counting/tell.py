"""What a count tells: the ERP of each change of stock, the supervisor of each difference."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.stock import StockAdjusted
from backend.floor.stock import Lot, Serial
from backend.floor.wms.counting.settle import Settled
from backend.floor.work import FloorException, Found, raise_exception
from backend.kernel import outbox
from backend.kernel.commands import Command
from backend.kernel.quantity import plain


async def tell_changes(
    connection: AsyncConnection, command: Command[Any], settled: Settled, items: dict[UUID, Any]
) -> None:
    """A message for each move that changed how much there is; a serial fetched from another bin changes nothing for the ERP."""
    lots = await _codes(connection, Lot, (move.lot for move in settled.moves))
    serials = await _codes(connection, Serial, (move.serial for move in settled.moves))
    for move in settled.moves:
        if settled.virtual not in {move.from_place, move.to_place}:
            continue
        item = items[move.item]
        message = StockAdjusted(
            sku=item.sku,
            change=move.quantity if move.from_place == settled.virtual else -move.quantity,
            unit=item.unit,
            reason="count",
            at=command.captured_at,
            lot=lots.get(move.lot),
            serial=serials.get(move.serial),
        )
        await outbox.send(
            connection, message_type=StockAdjusted.TYPE, document=f"item/{item.sku}", data=message
        )


async def _codes(
    connection: AsyncConnection, table: Any, ids: Iterable[UUID | None]
) -> dict[UUID | None, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await connection.execute(select(table.id, table.code).where(table.id.in_(wanted)))
    return {row.id: row.code for row in rows}


async def tell_differences(
    connection: AsyncConnection,
    command: Command[Any],
    task: Any,
    settled: Settled,
    items: dict[UUID, Any],
    total: Decimal,
) -> int:
    """An exception for each item whose books were wrong here, and for each thing that could not be booked. Returns how many."""
    found = await _news(connection, task, settled.odd)
    for item in dict.fromkeys(move.item for move in settled.moves):
        own = item == task.item_id
        came = sum((move.quantity for move in settled.moves if move.item == item), start=Decimal(0))
        details = {
            "sku": items[item].sku,
            "expected": plain(settled.expected) if own else "0",
            "counted": plain(total if own else came),
        }
        found.append(Found(kind="count_differs", item=item, place=task.place_id, details=details))
    for one in found:
        of_count = msgspec.structs.replace(one, task=task.id)
        await raise_exception(connection, task.site_id, of_count, command=command)
    return len(found)


async def _news(connection: AsyncConnection, task: Any, odd: list[Found]) -> list[Found]:
    """What nobody has told of this count yet: the next one to look sees the same things."""
    if not odd:
        return []
    rows = await connection.execute(
        select(FloorException.kind, FloorException.details).where(FloorException.task_id == task.id)
    )
    told = [(row.kind, row.details) for row in rows]
    return [one for one in odd if (one.kind, one.details) not in told]
