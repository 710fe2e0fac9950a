"""Orders as their supplier sees them. The same reads serve the portal's role, which sees only what its link covers, and the buyer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import problems, rules
from backend.floor.srm.answers import promised
from backend.floor.srm.schemas import (
    AdviceLineTold,
    AdviceTold,
    LineTold,
    OrderRow,
    OrderTold,
    PackTold,
    PromisedPart,
    ReplyTold,
)
from backend.floor.srm.tables import (
    DispatchAdvice,
    DispatchLine,
    DispatchPack,
    PurchaseAnswer,
    PurchaseLine,
    PurchaseOrder,
    PurchaseReply,
)

NO_ANSWER_NEEDED = ("agreed", "shipping", "shipped", "removed")


async def order_told(connection: AsyncConnection, order_id: UUID) -> OrderTold:
    """An order, whole.

    Raises:
        OrderUnknown: there is none, or not for this link.
    """
    order = (
        await connection.execute(select(PurchaseOrder.__table__).where(PurchaseOrder.id == order_id))
    ).first()
    if order is None:
        raise problems.OrderUnknown
    found = await connection.execute(
        select(
            PurchaseLine.__table__,
            PurchaseReply.schedule,
            PurchaseReply.rejected,
            PurchaseReply.reason.label("reply_reason"),
            PurchaseReply.differs,
            PurchaseReply.verdict,
            PurchaseReply.decision,
            PurchaseReply.decision_note,
            PurchaseAnswer.receipt,
            PurchaseAnswer.at,
        )
        .join(PurchaseReply, PurchaseReply.id == PurchaseLine.reply_id, isouter=True)
        .join(PurchaseAnswer, PurchaseAnswer.id == PurchaseReply.answer_id, isouter=True)
        .where(PurchaseLine.order_id == order_id, PurchaseLine.state != "removed")
        .order_by(PurchaseLine.line)
    )
    rows = found.all()
    return OrderTold(
        id=order.id,
        number=order.number,
        version=order.version,
        state=order.state,
        currency=order.currency,
        deliver_to=order.deliver_to,
        released_at=order.released_at,
        answer_by=answer_by(order, [row.state for row in rows]),
        reason=order.reason,
        lines=[_line(order, row) for row in rows],
        advices=await _advices(connection, order_id),
    )


def answer_by(order: Any, lines: Collection[str]) -> datetime | None:
    """When we would like to have the answer: at the first reminder; None once nothing is to be answered. `lines` are their states."""
    if order.state == "cancelled" or "open" not in lines:
        return None
    released: datetime = order.released_at
    return released + timedelta(hours=rules.LADDER[0][0])


def _line(order: Any, row: Any) -> LineTold:
    left = Decimal(0)
    if (row.state, "ship") in rules.LINE:
        tolerance = rules.Tolerance(over_percent=order.over_percent)
        left = rules.shippable(row.quantity, promised(row.schedule or ()), row.shipped, tolerance)
        left = left.to_integral_value(ROUND_FLOOR) if row.whole else left
    return LineTold(
        line=row.line,
        sku=row.sku,
        revision=row.revision,
        name=row.name,
        tracking=row.tracking,
        expires=row.expires,
        whole=row.whole,
        unit=row.unit,
        quantity=row.quantity,
        price=row.price,
        wanted_on=row.wanted_on,
        state=row.state,
        shipped=row.shipped,
        shippable=left,
        reply=None if row.reply_id is None else _reply(row),
    )


def _reply(row: Any) -> ReplyTold:
    return ReplyTold(
        schedule=schedule_told(row.schedule),
        rejected=row.rejected,
        reason=row.reply_reason,
        differs=row.differs,
        verdict=row.verdict,
        decision=row.decision,
        decision_note=row.decision_note,
        receipt=row.receipt,
        at=row.at,
    )


def schedule_told(schedule: Sequence[dict[str, Any]]) -> list[PromisedPart]:
    """A reply's parts as a screen gets them."""
    return [
        PromisedPart(
            quantity=Decimal(part["quantity"]),
            promised_on=date.fromisoformat(part["promised_on"]),
            price=None if part["price"] is None else Decimal(part["price"]),
        )
        for part in schedule
    ]


async def _advices(connection: AsyncConnection, order_id: UUID) -> list[AdviceTold]:
    lines = await _advised(connection, order_id)
    advices = await connection.execute(
        select(DispatchAdvice.__table__)
        .where(DispatchAdvice.order_id == order_id)
        .order_by(DispatchAdvice.number)
    )
    return [
        AdviceTold(
            id=advice.id,
            number=advice.number,
            ships_on=advice.ships_on,
            carrier=advice.carrier,
            at=advice.at,
            lines=lines[advice.id],
        )
        for advice in advices
    ]


async def _advised(connection: AsyncConnection, order_id: UUID) -> dict[UUID, list[AdviceLineTold]]:
    """The lines of each advice of an order, with their packs."""
    packs = await _packed(connection, order_id)
    lines: dict[UUID, list[AdviceLineTold]] = defaultdict(list)
    rows = await connection.execute(
        select(DispatchLine.__table__, PurchaseLine.sku, PurchaseLine.name, PurchaseLine.unit)
        .join(
            PurchaseLine,
            (PurchaseLine.order_id == DispatchLine.order_id) & (PurchaseLine.line == DispatchLine.line),
        )
        .where(DispatchLine.order_id == order_id)
        .order_by(DispatchLine.place)
    )
    for row in rows:
        told = AdviceLineTold(
            line=row.line,
            sku=row.sku,
            name=row.name,
            unit=row.unit,
            quantity=row.quantity,
            lot=row.lot,
            expires_on=row.expires_on,
            packs=packs[row.advice_id, row.place],
        )
        lines[row.advice_id].append(told)
    return lines


async def _packed(connection: AsyncConnection, order_id: UUID) -> dict[tuple[UUID, int], list[PackTold]]:
    """The packs of an order's advices, by advice and place in it."""
    packs: dict[tuple[UUID, int], list[PackTold]] = defaultdict(list)
    found = await connection.execute(
        select(DispatchPack.__table__).where(DispatchPack.order_id == order_id).order_by(DispatchPack.sscc)
    )
    for pack in found:
        packs[pack.advice_id, pack.place].append(PackTold(sscc=pack.sscc, quantity=pack.quantity))
    return packs


async def order_rows(connection: AsyncConnection) -> list[OrderRow]:
    """The orders this connection's role may see, those that need an answer first."""
    orders = (
        await connection.execute(
            select(
                PurchaseOrder.id,
                PurchaseOrder.number,
                PurchaseOrder.version,
                PurchaseOrder.state,
                PurchaseOrder.released_at,
            )
        )
    ).all()
    lines: dict[UUID, list[Any]] = {}
    found = await connection.execute(
        select(
            PurchaseLine.order_id,
            PurchaseLine.state,
            PurchaseLine.wanted_on,
            PurchaseLine.shipped,
            PurchaseReply.schedule,
        )
        .join(PurchaseReply, PurchaseReply.id == PurchaseLine.reply_id, isouter=True)
        .where(PurchaseLine.state != "removed")
    )
    for line in found:
        lines.setdefault(line.order_id, []).append(line)
    rows = [_row(order, lines.get(order.id, [])) for order in orders]
    return sorted(
        rows,
        key=lambda row: (row.state == "cancelled", row.open_lines == 0, row.due_on or date.max, row.number),
    )


def _row(order: Any, lines: Sequence[Any]) -> OrderRow:
    count = Counter(line.state for line in lines)
    live = [line for line in lines if line.state != "shipped"]
    return OrderRow(
        id=order.id,
        number=order.number,
        version=order.version,
        state=order.state,
        lines=len(lines),
        open_lines=0 if order.state == "cancelled" else count["open"],
        shippable_lines=0 if order.state == "cancelled" else count["agreed"] + count["shipping"],
        due_on=min((_due(line) for line in live), default=None),
        answer_by=answer_by(order, count),
    )


def _due(line: Any) -> date:
    """The first promised day whose part has not been shipped yet; the wanted one where nothing is promised."""
    wanted: date = line.wanted_on
    covered: Decimal = line.shipped
    for part in sorted(line.schedule or (), key=lambda one: one["promised_on"]):
        covered -= Decimal(part["quantity"])
        if covered < 0:
            return date.fromisoformat(part["promised_on"])
    return wanted
