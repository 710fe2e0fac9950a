"""A supplier who does not answer is reminded twice by mail; then a person is asked to telephone. `rules.LADDER` says when."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import links, mail, rules
from backend.floor.srm.tables import PurchaseLine, PurchaseOrder
from backend.floor.work import Found, outlived, raise_exception
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.live import Live

AT_ONCE = 50
CALL = "confirm_by_phone"


async def remind(db: Database, live: Live) -> None:
    """Takes the next step for every order that is due for one."""
    for _ in range(AT_ONCE):
        async with db.transaction() as connection:
            site = await remind_one(connection)
        if site is None:
            return
        live.publish(site, "supplier", reminded=True)


async def remind_one(connection: AsyncConnection) -> UUID | None:
    """One step of one due order; its site, or None when none is due."""
    order = await _due(connection)
    if order is None:
        return None
    _, step = rules.LADDER[order.reminders]
    if step == "mail":
        await mail.queue(connection, order.id, await links.cover(connection, order.id), "reminder")
    else:
        await _ask_a_person(connection, order)
    following = rules.time_to_next(order.reminders)
    await connection.execute(
        update(PurchaseOrder)
        .where(PurchaseOrder.id == order.id)
        .values(
            reminders=PurchaseOrder.reminders + 1, remind_at=clock.now() + following if following else None
        )
    )
    return UUID(str(order.site_id))


async def _due(connection: AsyncConnection) -> Any:
    """An order whose time has come, held; one that another worker holds is left to it."""
    found = await connection.execute(
        select(
            PurchaseOrder.id,
            PurchaseOrder.site_id,
            PurchaseOrder.number,
            PurchaseOrder.supplier_name,
            PurchaseOrder.reminders,
        )
        .where(PurchaseOrder.remind_at <= clock.now())
        .order_by(PurchaseOrder.remind_at)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return found.first()


async def _ask_a_person(connection: AsyncConnection, order: Any) -> None:
    lines = await connection.execute(
        select(PurchaseLine.line)
        .where(PurchaseLine.order_id == order.id, PurchaseLine.state == "open")
        .order_by(PurchaseLine.line)
    )
    found = Found(
        kind=CALL,
        severity="high",
        document=order.id,
        details={
            "order": order.number,
            "supplier": order.supplier_name,
            "lines": ", ".join(str(line) for line in lines.scalars()),
        },
    )
    await raise_exception(connection, order.site_id, found)


async def call_off(connection: AsyncConnection, order: UUID) -> None:
    """Nobody need be called about an order any more."""
    await outlived(connection, CALL, order, "answered")
