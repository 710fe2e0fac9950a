"""What follows from what suppliers booked: the ERP is told, receiving knows what to expect. Runs as the floor, never as the portal.

An answer is its own outbox: `told_at` is set in the transaction that sends its messages, so each is sent exactly once.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.purchases import (
    AnsweredLine,
    Promise,
    PurchaseOrderAgreed,
    PurchaseOrderAnswered,
    PurchaseOrderCountered,
)
from backend.floor import expected
from backend.floor.srm import reminders
from backend.floor.srm.advised import tell_advice
from backend.floor.srm.tables import (
    DispatchAdvice,
    PurchaseAnswer,
    PurchaseLine,
    PurchaseOrder,
    PurchaseReply,
)
from backend.kernel import clock, outbox
from backend.kernel.db import Database
from backend.kernel.live import Live

AT_ONCE = 50
AGREED = ("agreed", "part_shipped", "shipped")
_ORDER = (
    PurchaseOrder.id,
    PurchaseOrder.site_id,
    PurchaseOrder.number,
    PurchaseOrder.version,
    PurchaseOrder.state,
    PurchaseOrder.supplier,
    PurchaseOrder.supplier_name,
    PurchaseOrder.over_percent,
)


async def settle(db: Database, live: Live) -> None:
    """Takes up what was answered and advised since the last time, the oldest first."""
    async with db.transaction() as connection:
        found = await connection.execute(
            select(PurchaseAnswer.order_id)
            .where(PurchaseAnswer.told_at.is_(None))
            .union(select(DispatchAdvice.order_id).where(DispatchAdvice.told_at.is_(None)))
            .limit(AT_ONCE)
        )
        orders = list(found.scalars())
    for order in orders:
        async with db.transaction() as connection:
            site = await settle_order(connection, order)
        live.publish(site, "supplier", order=str(order))


async def settle_order(connection: AsyncConnection, order_id: UUID) -> UUID:
    """The same for one order, inside the caller's transaction. Returns the order's site."""
    order = (
        await connection.execute(
            select(*_ORDER).where(PurchaseOrder.id == order_id).with_for_update(key_share=True)
        )
    ).one()
    now = clock.now()
    answers = await connection.execute(
        update(PurchaseAnswer)
        .where(PurchaseAnswer.order_id == order_id, PurchaseAnswer.told_at.is_(None))
        .values(told_at=now)
        .returning(PurchaseAnswer.id, PurchaseAnswer.version, PurchaseAnswer.at)
    )
    told = sorted(answers.all(), key=lambda row: (row.at, row.id))
    for answer in told:
        await _tell_answer(connection, order, answer)
    if told:
        await tell_agreed(connection, order_id)
        if not await _waits(connection, order_id):
            await reminders.call_off(connection, order_id)
    advices = await connection.execute(
        update(DispatchAdvice)
        .where(DispatchAdvice.order_id == order_id, DispatchAdvice.told_at.is_(None))
        .values(told_at=now)
        .returning(
            DispatchAdvice.id,
            DispatchAdvice.number,
            DispatchAdvice.ships_on,
            DispatchAdvice.carrier,
            DispatchAdvice.at,
        )
    )
    for advice in sorted(advices.all(), key=lambda row: (row.at, row.id)):
        await tell_advice(connection, order, advice)
    return UUID(str(order.site_id))


async def _waits(connection: AsyncConnection, order_id: UUID) -> bool:
    """Whether the supplier has yet to answer a line."""
    open_line = exists().where(PurchaseLine.order_id == order_id, PurchaseLine.state == "open")
    return bool(await connection.scalar(select(open_line)))


async def _tell_answer(connection: AsyncConnection, order: Any, answer: Any) -> None:
    replies = (
        await connection.execute(
            select(PurchaseReply.__table__)
            .where(PurchaseReply.answer_id == answer.id)
            .order_by(PurchaseReply.line)
        )
    ).all()
    agreed = all(reply.verdict == "agree" for reply in replies)
    message = PurchaseOrderAnswered(
        number=order.number,
        version=answer.version,
        answer_id=str(answer.id),
        state="agreed" if agreed else "needs_buyer",
        lines=answered_lines(replies),
        at=answer.at,
    )
    await _send(connection, order.number, message)
    await expect(connection, order, [reply for reply in replies if reply.verdict == "agree"])


async def tell_agreed(connection: AsyncConnection, order_id: UUID) -> bool:
    """Tells the ERP that the order stands, whole, once each of its lines is agreed; False while one is not."""
    order = (
        await connection.execute(
            select(*_ORDER, PurchaseOrder.last_answer_id).where(PurchaseOrder.id == order_id)
        )
    ).one()
    if order.state not in AGREED or order.last_answer_id is None:
        return False
    found = await connection.execute(
        select(PurchaseReply.__table__)
        .join(PurchaseLine, PurchaseLine.reply_id == PurchaseReply.id)
        .where(PurchaseLine.order_id == order_id, PurchaseLine.state != "removed")
        .order_by(PurchaseReply.line)
    )
    replies = found.all()
    message = PurchaseOrderAgreed(
        number=order.number,
        version=order.version,
        answer_id=str(order.last_answer_id),
        by="buyer" if any(reply.decision == "accept" for reply in replies) else "tolerance",
        lines=answered_lines(replies),
        at=clock.now(),
    )
    await _send(connection, order.number, message)
    return True


async def tell_countered(
    connection: AsyncConnection, order: Any, lines: tuple[int, ...], *, note: str
) -> None:
    """Tells the ERP that the buyer wants another version than the answer asks for. `order` has number, version and last_answer_id."""
    message = PurchaseOrderCountered(
        number=order.number,
        version=order.version,
        answer_id=str(order.last_answer_id),
        lines=lines,
        at=clock.now(),
        note=note,
    )
    await _send(connection, order.number, message)


async def expect(connection: AsyncConnection, order: Any, replies: Sequence[Any]) -> None:
    """Receiving is to expect what these replies promise, where they are still in force. `order` has id, site_id and number."""
    in_force = await connection.execute(
        select(PurchaseLine.line, PurchaseLine.reply_id).where(PurchaseLine.order_id == order.id)
    )
    standing = {row.line: row.reply_id for row in in_force}
    promised = {
        reply.line: parts(reply.schedule) for reply in replies if standing.get(reply.line) == reply.id
    }
    if promised:
        await expected.amend(
            connection, order.site_id, kind="purchase", number=order.number, promised=promised
        )


def answered_lines(replies: Sequence[Any]) -> tuple[AnsweredLine, ...]:
    """Replies as the ERP reads them."""
    return tuple(
        AnsweredLine(
            line=reply.line,
            schedule=tuple(msgspec.convert(part, Promise, from_attributes=False) for part in _camel(reply)),
            rejected=reply.rejected,
            reason=reply.reason,
        )
        for reply in replies
    )


def _camel(reply: Any) -> list[dict[str, Any]]:
    return [
        {
            "quantity": Decimal(part["quantity"]),
            "promisedOn": part["promised_on"],
            "price": None if part["price"] is None else Decimal(part["price"]),
        }
        for part in reply.schedule
    ]


async def _send(connection: AsyncConnection, number: str, message: Any) -> None:
    await outbox.send(
        connection, message_type=type(message).TYPE, document=f"purchase/{number}", data=message
    )


def parts(schedule: list[dict[str, Any]]) -> list[expected.Part]:
    """A reply's schedule as receiving reads it."""
    return [
        expected.Part(
            quantity=Decimal(part["quantity"]),
            on=msgspec.convert(part["promised_on"], type=date),
        )
        for part in schedule
    ]
