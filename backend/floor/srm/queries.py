"""What the buyer sees: orders with their answers, mails, links, and how promises moved."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import buyer_schemas, problems, rules
from backend.floor.srm.documents import order_told, schedule_told
from backend.floor.srm.tables import (
    PurchaseAnswer,
    PurchaseLine,
    PurchaseOrder,
    PurchaseReply,
    SupplierLink,
    SupplierLinkOrder,
    SupplierMail,
)
from backend.kernel import clock
from backend.kernel.paging import Asked, Filters, contains, listed

_SUPPLIERS_TURN = ("countered", "sent", "viewed", "part_answered")
_CALL = PurchaseOrder.state.in_(rules.UNANSWERED) & (PurchaseOrder.reminders > rules.MAILS)
_URGENCY = case(
    (PurchaseOrder.state == "waiting", 0),
    (_CALL, 1),
    (PurchaseOrder.state == "countered", 2),
    (PurchaseOrder.state.in_(_SUPPLIERS_TURN), 3),
    else_=4,
)
_SETTLED_AT = case((_URGENCY == 4, PurchaseOrder.released_at))


async def buyer_rows(
    connection: AsyncConnection, site_id: UUID, asked: Asked, *, search: str = ""
) -> buyer_schemas.BuyerRows:
    """A page of the site's orders: what waits for the buyer first, then who must be called, then what waits for the supplier, the
    longest first, then the newest settled.
    """
    statement = (
        select(PurchaseOrder.__table__)
        .where(PurchaseOrder.site_id == site_id)
        .order_by(_URGENCY, _SETTLED_AT.desc(), PurchaseOrder.released_at, PurchaseOrder.number)
    )
    if search:
        like = contains(search)
        statement = statement.where(
            or_(PurchaseOrder.number.ilike(like), PurchaseOrder.supplier_name.ilike(like))
        )
    page = await listed(connection, statement, asked, _filters())
    orders, ids = page.rows, [order.id for order in page.rows]
    lines: dict[UUID, list[Any]] = {}
    found = await connection.execute(
        select(PurchaseLine.order_id, PurchaseLine.state, PurchaseReply.differs)
        .join(PurchaseReply, PurchaseReply.id == PurchaseLine.reply_id, isouter=True)
        .where(PurchaseLine.order_id.in_(ids), PurchaseLine.state != "removed")
    )
    for line in found:
        lines.setdefault(line.order_id, []).append(line)
    drifts = await _drifts(connection, ids)
    rows = [_buyer_row(order, lines.get(order.id, []), drifts.get(order.id, [])) for order in orders]
    return buyer_schemas.BuyerRows(items=rows, **page.page)


def _filters() -> Filters:
    """Whose turn it is, and what is overdue: not shipped whole on the day that was promised last, or else wanted."""
    state, part = PurchaseOrder.state, func.jsonb_array_elements(PurchaseReply.schedule).column_valued("part")
    promised = select(func.max(cast(part.op("->>")("promised_on"), Date))).scalar_subquery()
    waits = PurchaseLine.state.not_in(("removed", "shipped")) & (PurchaseLine.shipped < PurchaseLine.quantity)
    overdue = (
        select(PurchaseLine.order_id)
        .join(PurchaseReply, PurchaseReply.id == PurchaseLine.reply_id, isouter=True)
        .where(waits, func.coalesce(promised, PurchaseLine.wanted_on) < clock.now().date())
    )
    return {
        "waits": state == "waiting",
        "call": _CALL,
        "supplier_turn": state.in_(_SUPPLIERS_TURN) & ~_CALL,
        "reminded": state.in_(_SUPPLIERS_TURN) & (PurchaseOrder.reminders > 0),
        "overdue": state.not_in(("shipped", "cancelled")) & PurchaseOrder.id.in_(overdue),
        "on_its_way": state.in_(("agreed", "part_shipped")),
        "settled": state.in_(("shipped", "cancelled")),
    }


def _must_call(order: Any) -> bool:
    return order.state in rules.UNANSWERED and order.reminders > rules.MAILS


def _buyer_row(
    order: Any, lines: Sequence[Any], drift: Sequence[buyer_schemas.Drift]
) -> buyer_schemas.BuyerRow:
    waiting = [line for line in lines if line.state == "waiting"]
    differs = {kind for line in waiting for kind in line.differs or ()}
    return buyer_schemas.BuyerRow(
        id=order.id,
        number=order.number,
        version=order.version,
        supplier=order.supplier,
        supplier_name=order.supplier_name,
        state=order.state,
        released_at=order.released_at,
        answered_at=order.answered_at,
        remind_at=order.remind_at,
        reminders=min(order.reminders, rules.MAILS),
        call=_must_call(order),
        lines=len(lines),
        open_lines=sum(1 for line in lines if line.state == "open"),
        waiting_lines=len(waiting),
        differs=sorted(differs),
        moved=sum(line.moved for line in drift),
    )


async def buyer_order(connection: AsyncConnection, site_id: UUID, order_id: UUID) -> buyer_schemas.BuyerOrder:
    """One order with all that was said about it.

    Raises:
        OrderUnknown: not at this site.
    """
    order = (
        await connection.execute(
            select(PurchaseOrder.__table__).where(
                PurchaseOrder.id == order_id, PurchaseOrder.site_id == site_id
            )
        )
    ).first()
    if order is None:
        raise problems.OrderUnknown
    return buyer_schemas.BuyerOrder(
        order=await order_told(connection, order_id),
        supplier=order.supplier,
        supplier_name=order.supplier_name,
        email=order.email,
        language=order.language,
        seen=order.last_answer_id,
        reminders=min(order.reminders, rules.MAILS),
        call=_must_call(order),
        answers=await _answers(connection, order_id),
        mails=await _mails(connection, order_id),
        links=await _links(connection, order_id),
        drift=(await _drifts(connection, [order_id])).get(order_id, []),
    )


async def _mails(connection: AsyncConnection, order_id: UUID) -> list[buyer_schemas.MailTold]:
    """What was mailed about an order, the newest first."""
    rows = await connection.execute(
        select(
            SupplierMail.kind,
            SupplierMail.state,
            SupplierMail.made_at,
            SupplierMail.sent_at,
            SupplierMail.last_error,
        )
        .where(SupplierMail.order_id == order_id)
        .order_by(SupplierMail.seq.desc())
    )
    return [buyer_schemas.MailTold(**row) for row in rows.mappings()]


async def _links(connection: AsyncConnection, order_id: UUID) -> list[buyer_schemas.LinkRow]:
    """The links that open an order or did, the newest first."""
    rows = await connection.execute(
        select(
            SupplierLink.id,
            SupplierLink.made_at,
            SupplierLink.expires_at,
            SupplierLink.used_at,
            SupplierLink.revoked_at,
        )
        .join(SupplierLinkOrder, SupplierLinkOrder.link_id == SupplierLink.id)
        .where(SupplierLinkOrder.order_id == order_id)
        .order_by(SupplierLink.made_at.desc())
    )
    return [buyer_schemas.LinkRow(**row) for row in rows.mappings()]


async def _answers(connection: AsyncConnection, order_id: UUID) -> list[buyer_schemas.AnswerTold]:
    lines: dict[UUID, list[buyer_schemas.AnsweredLineTold]] = {}
    replies = await connection.execute(
        select(PurchaseReply.__table__).where(PurchaseReply.order_id == order_id).order_by(PurchaseReply.line)
    )
    for row in replies:
        told = buyer_schemas.AnsweredLineTold(
            line=row.line,
            schedule=schedule_told(row.schedule),
            rejected=row.rejected,
            reason=row.reason,
            differs=row.differs,
            verdict=row.verdict,
            decision=row.decision,
        )
        lines.setdefault(row.answer_id, []).append(told)
    answers = await connection.execute(
        select(PurchaseAnswer.__table__)
        .where(PurchaseAnswer.order_id == order_id)
        .order_by(PurchaseAnswer.at.desc(), PurchaseAnswer.id.desc())
    )
    return [
        buyer_schemas.AnswerTold(
            id=row.id,
            version=row.version,
            receipt=row.receipt,
            at=row.at,
            note=row.note,
            on_behalf=row.person_id is not None,
            lines=lines.get(row.id, []),
        )
        for row in answers
    ]


async def _drifts(
    connection: AsyncConnection, orders: Sequence[UUID]
) -> dict[UUID, list[buyer_schemas.Drift]]:
    """For each order how its lines' promises moved, from the last day of each answer in turn."""
    rows = await connection.execute(
        select(PurchaseReply.order_id, PurchaseReply.line, PurchaseReply.schedule)
        .where(PurchaseReply.order_id.in_(orders))
        .order_by(PurchaseReply.order_id, PurchaseReply.line, PurchaseReply.turn)
    )
    promises: dict[UUID, dict[int, list[date | None]]] = {}
    for row in rows:
        days = [date.fromisoformat(part["promised_on"]) for part in row.schedule]
        promises.setdefault(row.order_id, {}).setdefault(row.line, []).append(max(days, default=None))
    return {
        order: [
            buyer_schemas.Drift(
                line=line,
                first=next((day for day in told if day is not None), None),
                last=next((day for day in reversed(told) if day is not None), None),
                moved=rules.moves(told),
            )
            for line, told in sorted(of_lines.items())
        ]
        for order, of_lines in promises.items()
    }
