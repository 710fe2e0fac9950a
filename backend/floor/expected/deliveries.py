"""Writes what is to come: announced, amended, closed. Who writes is the slice that hears of it; receiving books against it.

Lock order: the delivery's row first, then its lines.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.expected import rules
from backend.floor.expected.schemas import Announced, Kind, Line, Part
from backend.floor.expected.tables import ExpectedDelivery, ExpectedLine, ExpectedPack
from backend.kernel import clock
from backend.kernel.ids import new_id


async def announce(connection: AsyncConnection, site_id: UUID, announced: Announced) -> UUID | None:
    """Writes an order or advice as it stands in this version, and returns its id.

    A version that is not newer than what is here changes nothing and returns None, so a repeated message is harmless. What was
    received stays received; a line that is no longer told is closed.
    """
    delivery = await _write_delivery(connection, site_id, announced)
    if delivery is None:
        return None
    items = await _items(connection, [line.sku for line in announced.lines])
    orders = await _purchase_lines(connection, site_id, announced)
    lines = await _write_lines(connection, site_id, delivery, announced, (items, orders))
    await connection.execute(
        update(ExpectedLine)
        .where(ExpectedLine.delivery_id == delivery, ExpectedLine.line.not_in(list(lines)))
        .values(state="closed")
    )
    await _write_packs(connection, site_id, announced.lines, lines)
    return delivery


async def amend(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    kind: Kind,
    number: str,
    promised: Mapping[int, Sequence[Part]],
) -> bool:
    """Writes what of an order's lines will come and when, by line, as the supplier and the buyer agreed. False if it is not known here.

    From here on the line expects what its parts promise, be it less than was ordered or more: what comes beyond is too much.
    """
    found = await connection.execute(
        select(ExpectedDelivery.id).where(_named(site_id, kind, number)).with_for_update(key_share=True)
    )
    delivery = found.scalar_one_or_none()
    if delivery is None:
        return False
    for line, parts in sorted(promised.items()):
        await connection.execute(
            update(ExpectedLine)
            .where(ExpectedLine.delivery_id == delivery, ExpectedLine.line == line)
            .values(
                quantity=sum((part.quantity for part in parts), start=rules.ZERO),
                schedule=_schedule(parts),
                due_on=min((part.on for part in parts), default=None),
            )
        )
    due = select(ExpectedLine.due_on).where(
        ExpectedLine.delivery_id == delivery, ExpectedLine.state == "open", ExpectedLine.due_on.is_not(None)
    )
    first = (await connection.execute(due.order_by(ExpectedLine.due_on).limit(1))).scalar_one_or_none()
    await connection.execute(
        update(ExpectedDelivery).where(ExpectedDelivery.id == delivery).values(due_on=first)
    )
    return True


async def close(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    kind: Kind,
    number: str,
    cancelled: bool = False,
    by: UUID | None = None,
) -> bool:
    """Nothing more will come: the order was cancelled, or the delivery is complete. False if that was so before."""
    event = "cancel" if cancelled else "close"
    closed = await connection.execute(
        update(ExpectedDelivery)
        .where(_named(site_id, kind, number), ExpectedDelivery.state.in_(rules.sources(event)))
        .values(state="cancelled" if cancelled else "done", closed_at=clock.now(), closed_by=by)
        .returning(ExpectedDelivery.id)
    )
    delivery = closed.scalar_one_or_none()
    if delivery is None:
        return False
    await connection.execute(
        update(ExpectedLine)
        .where(ExpectedLine.delivery_id == delivery, ExpectedLine.state == "open")
        .values(state="closed")
    )
    return True


def _named(site_id: UUID, kind: str, number: str) -> Any:
    return (
        (ExpectedDelivery.site_id == site_id)
        & (ExpectedDelivery.kind == kind)
        & (ExpectedDelivery.number == number)
    )


def _schedule(parts: Sequence[Part]) -> list[Any]:
    ordered = sorted(parts, key=lambda part: part.on)
    return [msgspec.to_builtins(part) for part in ordered]


async def _write_delivery(connection: AsyncConnection, site_id: UUID, announced: Announced) -> UUID | None:
    days = [part.on for line in announced.lines for part in line.schedule]
    row = {
        "purchase_order": announced.number if announced.kind == "purchase" else announced.purchase_order,
        "supplier": announced.supplier,
        "supplier_name": announced.supplier_name,
        "version": announced.version,
        "due_on": announced.due_on or min(days, default=None),
        "over_percent": announced.over_percent,
        "over_rule": announced.over_rule,
    }
    statement = pg_insert(ExpectedDelivery).values(
        id=new_id(), site_id=site_id, kind=announced.kind, number=announced.number, **row
    )
    reopened = {state: after for (state, event), after in rules.STATES.items() if event == "announce"}
    written = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[ExpectedDelivery.site_id, ExpectedDelivery.kind, ExpectedDelivery.number],
            set_=row | {"state": case(reopened, value=ExpectedDelivery.state), "closed_at": None},
            where=ExpectedDelivery.version < statement.excluded.version,
        ).returning(ExpectedDelivery.id)
    )
    return written.scalar_one_or_none()


async def _items(connection: AsyncConnection, skus: Sequence[str]) -> dict[str, UUID]:
    found = await connection.execute(select(Item.sku, Item.id).where(Item.sku.in_(skus)))
    return {row.sku: row.id for row in found}


async def _purchase_lines(
    connection: AsyncConnection, site_id: UUID, announced: Announced
) -> dict[int | None, UUID]:
    if announced.kind != "advice" or announced.purchase_order is None:
        return {}
    found = await connection.execute(
        select(ExpectedLine.line, ExpectedLine.id)
        .join(ExpectedDelivery, ExpectedDelivery.id == ExpectedLine.delivery_id)
        .where(_named(site_id, "purchase", announced.purchase_order))
    )
    return {row.line: row.id for row in found}


async def _write_lines(
    connection: AsyncConnection,
    site_id: UUID,
    delivery: UUID,
    announced: Announced,
    known: tuple[dict[str, UUID], dict[int | None, UUID]],
) -> dict[int, UUID]:
    items, orders = known
    rows = [
        {
            "id": new_id(),
            "site_id": site_id,
            "delivery_id": delivery,
            "line": line.line,
            "purchase_line_id": orders.get(line.purchase_line),
            "sku": line.sku,
            "item_id": items.get(line.sku),
            "unit": line.unit,
            "quantity": line.quantity,
            "lot": line.lot,
            "expires_on": line.expires_on,
            "due_on": min((part.on for part in line.schedule), default=announced.due_on),
            "schedule": _schedule(line.schedule),
            "state": "open",
        }
        for line in sorted(announced.lines, key=lambda line: line.line)
    ]
    if not rows:
        return {}
    statement = pg_insert(ExpectedLine)
    kept = {"id", "site_id", "delivery_id", "line"}
    changed = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    statement = statement.on_conflict_do_update(
        index_elements=[ExpectedLine.delivery_id, ExpectedLine.line], set_=changed
    )
    written = await connection.execute(statement.returning(ExpectedLine.line, ExpectedLine.id), rows)
    return {row[0]: row[1] for row in written}


async def _write_packs(
    connection: AsyncConnection, site_id: UUID, told: Sequence[Line], lines: Mapping[int, UUID]
) -> None:
    await connection.execute(
        delete(ExpectedPack).where(
            ExpectedPack.line_id.in_(list(lines.values())), ExpectedPack.received_by_id.is_(None)
        )
    )
    rows = [
        {
            "id": new_id(),
            "site_id": site_id,
            "line_id": lines[line.line],
            "sscc": pack.sscc,
            "quantity": pack.quantity,
            "lot": pack.lot if pack.lot is not None else line.lot,
            "expires_on": pack.expires_on or line.expires_on,
        }
        for line in told
        for pack in line.packs
    ]
    if rows:
        await connection.execute(pg_insert(ExpectedPack).on_conflict_do_nothing(), rows)
