"""An answer is booked: by the supplier through its link, or by a buyer who heard it on the telephone. One transaction.

Under the portal's role it writes only what the role may: the answer, its replies, the lines' and the order's state. What the ERP and
receiving must hear follows from the booked answer, in the floor's own worker (`settle.py`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import problems, rules
from backend.floor.srm.answer_rows import Known, OrderSeen, Written, look, write
from backend.floor.srm.schemas import Answer, LineAnswer, Receipt
from backend.floor.srm.tables import PurchaseLine, PurchaseOrder
from backend.floor.srm.versions import changes_between
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.problems import KeyReused, Problem, Unavailable

_FAULTS: Mapping[str, type[Problem]] = {
    "sum": problems.DoesNotAddUp,
    "past": problems.DateInThePast,
    "empty": problems.AnswerIncomplete,
    "reason": problems.AnswerIncomplete,
    "whole": problems.AnswerIncomplete,
    "same_day": problems.AnswerIncomplete,
    "frozen": problems.ShippedIsFrozen,
}
ORDER_COLUMNS = (
    PurchaseOrder.id,
    PurchaseOrder.number,
    PurchaseOrder.version,
    PurchaseOrder.state,
    PurchaseOrder.over_percent,
    PurchaseOrder.advices,
)


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers: a link, or a person of ours on the supplier's behalf, for orders of the person's `site` only."""

    link: UUID | None = None
    person: UUID | None = None
    site: UUID | None = None


async def book_answer(
    connection: AsyncConnection, key: UUID, order_id: UUID, answer: Answer, by: By
) -> Receipt:
    """Books an answer and says how each line stands. The same key gives the first receipt again.

    Raises:
        OrderUnknown, OrderCancelled, OldVersion (with what changed), LineUnknown, KeyReused.
        DoesNotAddUp, DateInThePast, AnswerIncomplete, ShippedIsFrozen: the facts name the line.
    """
    digest = fingerprint(order_id, answer)
    for again in (False, True):
        if again:  # somebody was faster; from here on nobody can be
            await locked(connection, order_id)
        seen = await look(connection, order_id, key)
        if seen is None or (by.site is not None and seen[0].site_id != by.site):
            raise problems.OrderUnknown
        order, lines, known = seen
        if known is not None:
            return _told_before(known, digest, lines)
        await _refuse_stale(connection, order, answer)
        judged = _judge(order, lines, answer)
        states = {row.line: row.state for row in lines.values()} | {
            row["line"]: row["state"] for row in judged
        }
        written = Written(
            key=key,
            link=by.link,
            person=by.person,
            turn=order.answers + 1,
            receipt=f"{order.number}/{order.answers + 1}",
            digest=digest,
            note=answer.note,
            at=clock.now(),
            state=rules.order_state(states.values(), viewed=True),
            waits="open" in states.values(),
            replies=judged,
        )
        if await write(connection, order, written):
            return _receipt_told(written.receipt, order_id, order.version, written.at, states)
    raise Unavailable


async def locked(connection: AsyncConnection, order_id: UUID) -> Any:
    """The order's row, held until the end of the transaction.

    Raises:
        OrderUnknown: there is none, or not for this link.
    """
    found = await connection.execute(
        select(*ORDER_COLUMNS).where(PurchaseOrder.id == order_id).with_for_update(key_share=True)
    )
    order = found.first()
    if order is None:
        raise problems.OrderUnknown
    return order


async def lines_of(connection: AsyncConnection, order_id: UUID) -> dict[int, Any]:
    """The order's lines by their number, removed ones too."""
    found = await connection.execute(
        select(PurchaseLine.__table__).where(PurchaseLine.order_id == order_id).order_by(PurchaseLine.line)
    )
    return {row.line: row for row in found}


def fingerprint(order: UUID, facts: msgspec.Struct) -> str:
    """What a key is bound to."""
    return hashlib.blake2b(order.bytes + msgspec.json.encode(facts), digest_size=16).hexdigest()


def today(time_zone: str) -> date:
    """The day it is at the site."""
    return clock.now().astimezone(ZoneInfo(time_zone)).date()


def ordered(row: Any) -> rules.Ordered:
    """A line's row as the rules see it."""
    return rules.Ordered(
        line=row.line,
        sku=row.sku,
        revision=row.revision,
        unit=row.unit,
        quantity=row.quantity,
        price=row.price,
        wanted_on=row.wanted_on,
    )


def _told_before(known: Known, digest: str, lines: Mapping[int, Any]) -> Receipt:
    if known.digest != digest:
        raise KeyReused("This key was used for another answer.")
    states = {line.line: line.state for line in lines.values()}
    return _receipt_told(known.receipt, known.order_id, known.version, known.at, states)


async def _refuse_stale(connection: AsyncConnection, order: OrderSeen, answer: Answer) -> None:
    if order.state == "cancelled":
        raise problems.OrderCancelled(f"Order {order.number} is cancelled.", order=order.number)
    if answer.version != order.version:
        changes = await changes_between(connection, order.id, answer.version, order.version)
        raise problems.OldVersion(
            f"You answered version {answer.version}; order {order.number} is now at version {order.version}.",
            version=order.version,
            answered=answer.version,
            changes=[msgspec.to_builtins(change, str_keys=True) for change in changes],
        )


def _judge(order: OrderSeen, lines: Mapping[int, Any], answer: Answer) -> Sequence[dict[str, Any]]:
    """The rows of the answer's replies, each judged; the first fault is raised as its problem."""
    told = [line.line for line in answer.lines]
    if len(set(told)) < len(told):
        raise problems.AnswerIncomplete("A line is answered twice in one answer.", missing="line_twice")
    tolerance = rules.Tolerance(
        days_early=order.days_early, days_late=order.days_late, over_percent=order.over_percent
    )
    day = today(order.time_zone)
    rows = []
    for said in answer.lines:
        line = lines.get(said.line)
        if line is None or line.state == "removed":
            raise problems.LineUnknown(f"Order {order.number} has no line {said.line}.", line=said.line)
        if line.state == "shipped":
            raise problems.ShippedIsFrozen(f"All of line {said.line} has been shipped.", line=said.line)
        about, reply = ordered(line), _reply(said)
        found = rules.fault(about, reply, shipped=line.shipped, whole=line.whole, today=day)
        if found is not None:
            raise _FAULTS[found.kind](_sentence(found), line=found.line, missing=found.kind, **found.facts)
        rows.append(_row(line, about, reply, rules.verdict(about, reply, tolerance)))
    return rows


def _row(line: Any, about: rules.Ordered, reply: rules.Reply, verdict: rules.Verdict) -> dict[str, Any]:
    return {
        "id": new_id(),
        "line": reply.line,
        "about": msgspec.to_builtins(about),
        "schedule": [msgspec.to_builtins(part) for part in reply.schedule],
        "rejected": reply.rejected,
        "reason": reply.reason,
        "differs": list(rules.differences(about, reply)),
        "verdict": verdict,
        "state": rules.LINE[line.state, verdict],
    }


def _reply(said: LineAnswer) -> rules.Reply:
    schedule = sorted(said.schedule, key=lambda part: part.promised_on)
    return rules.Reply(
        line=said.line,
        schedule=tuple(
            rules.Part(quantity=part.quantity, promised_on=part.promised_on, price=part.price)
            for part in schedule
        ),
        rejected=said.rejected,
        quantity=said.quantity,
        reason=said.reason,
    )


def _sentence(found: rules.Fault) -> str:
    words = {
        "sum": "Line {line}: ordered {ordered}, the parts and what is rejected make {told}.",
        "past": "Line {line}: a promised date lies before today, {today}.",
        "empty": "Line {line}: neither a date nor a rejection.",
        "reason": "Line {line}: say why it is rejected.",
        "whole": "Line {line}: this item comes in whole pieces.",
        "same_day": "Line {line}: two parts are promised for the same day.",
        "frozen": "Line {line}: {shipped} has been shipped and stays promised.",
    }
    return words[found.kind].format(line=found.line, **found.facts)


def _receipt_told(
    receipt: str, order: UUID, version: int, at: datetime, states: Mapping[int, str]
) -> Receipt:
    def standing(*wanted: str) -> list[int]:
        return sorted(line for line, state in states.items() if state in wanted)

    return Receipt(
        receipt=receipt,
        order=order,
        version=version,
        state=rules.order_state(states.values(), viewed=True),
        at=at,
        agreed=standing("agreed", "shipping", "shipped"),
        waiting=standing("waiting", "countered"),
        open=standing("open"),
    )


def promised(schedule: Sequence[Mapping[str, Any]]) -> Decimal:
    """How much a reply's parts promise in all."""
    return sum((Decimal(part["quantity"]) for part in schedule), start=Decimal(0))
