"""What a buyer does: accept or refuse what a supplier answered, enter an answer heard by telephone, look after links and mails."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import links, mail, problems, rules
from backend.floor.srm.answers import By, book_answer
from backend.floor.srm.schemas import (
    AcceptAnswer,
    Answer,
    AnswerFor,
    CounterAnswer,
    Decided,
    LinkTold,
    Receipt,
    RenewLink,
    ResendMail,
    RevokeLink,
)
from backend.floor.srm.settle import expect, settle_order, tell_agreed, tell_countered
from backend.floor.srm.tables import PurchaseLine, PurchaseOrder, PurchaseReply, SupplierLink
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional


async def accept_answer(connection: AsyncConnection, command: Command[AcceptAnswer]) -> Decided:
    """Agrees to all that waits of an order, as the buyer saw it.

    Raises:
        OrderUnknown, OrderCancelled, NothingWaits.
        AnswerChanged: the supplier answered again since the buyer looked.
    """
    order, waiting = await _to_decide(connection, command, command.payload.order, command.payload.seen)
    await _decide(connection, command, waiting, "accept", "")
    state = await _move(connection, order, waiting, "accept")
    await expect(connection, order, waiting)
    await tell_agreed(connection, order.id)
    await mail.queue(connection, order.id, await links.cover(connection, order.id), "agreed")
    return Decided(order=order.id, state=state)


async def counter_answer(connection: AsyncConnection, command: Command[CounterAnswer]) -> Decided:
    """Says no to what waits. The ERP is told, and its next version of the order will ask the supplier again.

    Raises:
        OrderUnknown, OrderCancelled, NothingWaits, AnswerChanged.
    """
    order, waiting = await _to_decide(connection, command, command.payload.order, command.payload.seen)
    await _decide(connection, command, waiting, "counter", command.payload.note)
    state = await _move(connection, order, waiting, "counter")
    lines = tuple(reply.line for reply in waiting)
    await tell_countered(connection, order, lines, note=command.payload.note)
    return Decided(order=order.id, state=state)


async def answer_for(connection: AsyncConnection, command: Command[AnswerFor]) -> Receipt:
    """Books what the supplier said by telephone, marked as entered on its behalf; what follows is the worker's (`settle`).

    Raises what `book_answer` raises.
    """
    facts = command.payload
    answer = Answer(version=facts.version, lines=facts.lines, note=facts.note)
    by = By(person=command.who.person_id, site=command.who.site_id)
    return await book_answer(connection, command.id, facts.order, answer, by)


async def revoke_link(connection: AsyncConnection, command: Command[RevokeLink]) -> LinkTold:
    """Takes a link back at once.

    Raises:
        NoLink: it is not in force.
    """
    row = await links.revoke(connection, command.who.site_id, command.payload.link, command.who.person_id)
    if row is None:
        raise problems.NoLink
    return LinkTold(link=row.id, expires_at=row.expires_at, revoked=True)


async def renew_link(connection: AsyncConnection, command: Command[RenewLink]) -> LinkTold:
    """Ends the supplier's links and mails it a new one."""
    order = await _ours(connection, command, command.payload.order)
    link = await links.renew(connection, order.id, command.who.person_id)
    await mail.queue(connection, order.id, link, "order")
    return await _link(connection, link)


async def resend_mail(connection: AsyncConnection, command: Command[ResendMail]) -> LinkTold:
    """Mails about the order again, with the link in force."""
    order = await _ours(connection, command, command.payload.order)
    link = await links.cover(connection, order.id)
    await mail.queue(connection, order.id, link, "order")
    return await _link(connection, link)


async def _link(connection: AsyncConnection, link: UUID) -> LinkTold:
    expires = await connection.execute(select(SupplierLink.expires_at).where(SupplierLink.id == link))
    return LinkTold(link=link, expires_at=expires.scalar_one(), revoked=False)


async def _ours(connection: AsyncConnection, command: Command[Any], order: UUID) -> Any:
    found = await connection.execute(
        select(
            PurchaseOrder.id,
            PurchaseOrder.site_id,
            PurchaseOrder.number,
            PurchaseOrder.version,
            PurchaseOrder.state,
            PurchaseOrder.last_answer_id,
        )
        .where(PurchaseOrder.id == order, PurchaseOrder.site_id == command.who.site_id)
        .with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise problems.OrderUnknown
    if row.state == "cancelled":
        raise problems.OrderCancelled(f"Order {row.number} is cancelled.", order=row.number)
    return row


async def _to_decide(
    connection: AsyncConnection, command: Command[Any], order_id: UUID, seen: UUID
) -> tuple[Any, list[Any]]:
    """The order, held, and the replies that wait. What the portal booked a moment ago is told first, so that messages keep their order."""
    order = await _ours(connection, command, order_id)
    if order.last_answer_id != seen:
        raise problems.AnswerChanged(
            f"The supplier answered order {order.number} again. Look at it first.",
            seen=str(seen),
            now=str(order.last_answer_id),
        )
    found = await connection.execute(
        select(PurchaseReply.__table__)
        .join(PurchaseLine, PurchaseLine.reply_id == PurchaseReply.id)
        .where(PurchaseLine.order_id == order_id, PurchaseLine.state == "waiting")
        .order_by(PurchaseReply.line)
    )
    waiting = list(found.all())
    if not waiting:
        raise problems.NothingWaits(f"Nothing of order {order.number} waits for you.", order=order.number)
    await settle_order(connection, order_id)
    return order, waiting


async def _decide(
    connection: AsyncConnection, command: Command[Any], waiting: list[Any], decision: str, note: str
) -> None:
    await connection.execute(
        update(PurchaseReply)
        .where(PurchaseReply.id.in_([reply.id for reply in waiting]))
        .values(
            decision=decision, decided_by=command.who.person_id, decided_at=clock.now(), decision_note=note
        )
    )


async def _move(connection: AsyncConnection, order: Any, waiting: list[Any], event: str) -> str:
    """Moves the waiting lines and returns the order's new state."""
    await connection.execute(
        update(PurchaseLine)
        .where(PurchaseLine.order_id == order.id, PurchaseLine.line.in_([reply.line for reply in waiting]))
        .values(state=rules.LINE["waiting", event])
    )
    states = await connection.execute(select(PurchaseLine.state).where(PurchaseLine.order_id == order.id))
    state = rules.order_state(states.scalars(), viewed=True)
    await connection.execute(update(PurchaseOrder).where(PurchaseOrder.id == order.id).values(state=state))
    return state


COMMANDS: Registry = {
    "supplier.accept": (AcceptAnswer, transactional(accept_answer)),
    "supplier.counter": (CounterAnswer, transactional(counter_answer)),
    "supplier.answer_for": (AnswerFor, transactional(answer_for)),
    "supplier.revoke_link": (RevokeLink, transactional(revoke_link)),
    "supplier.renew_link": (RenewLink, transactional(renew_link)),
    "supplier.resend": (ResendMail, transactional(resend_mail)),
}
