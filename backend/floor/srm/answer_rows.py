"""What an answer reads and writes, each in one statement: it is booked on the order as it was seen, or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    DateTime,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm.tables import PurchaseAnswer, PurchaseLine, PurchaseOrder, PurchaseReply

_ORDER = bindparam("p_order", type_=Uuid())
_KEY = bindparam("p_key", type_=Uuid())
_AT = bindparam("p_at", type_=DateTime(timezone=True))
_TURN = bindparam("p_turn", type_=Integer())
_VERSION = bindparam("p_version", type_=Integer())
# PostgreSQL's own number for a row's version: it changes with every change of the row, whoever makes it.
_ROW_VERSION = cast(literal_column("purchase_order.xmin"), Text)


class OrderSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An order's row as far as an answer needs it; `row_version` tells whether it is still the same."""

    id: UUID
    site_id: UUID
    number: str
    version: int
    state: str
    days_early: int
    days_late: int
    over_percent: Decimal
    time_zone: str
    answers: int
    row_version: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The answer that was booked under a key before."""

    digest: str
    receipt: str
    order_id: UUID
    version: int
    at: datetime


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to be written, with the rows of its replies; each has its line's new `state` beside it."""

    key: UUID
    link: UUID | None
    person: UUID | None
    turn: int
    receipt: str
    digest: str
    note: str
    at: datetime
    state: str
    waits: bool
    replies: Sequence[Mapping[str, Any]]


_ORDER_FACTS = OrderSeen.__struct_fields__[:-1]
_KNOWN_FACTS = Known.__struct_fields__
_LOOK = (
    select(
        PurchaseLine.__table__,
        *(getattr(PurchaseOrder, name).label(f"o_{name}") for name in _ORDER_FACTS),
        *(getattr(PurchaseAnswer, name).label(f"a_{name}") for name in _KNOWN_FACTS),
        _ROW_VERSION.label("row_version"),
    )
    .select_from(PurchaseOrder)
    .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
    .outerjoin(PurchaseAnswer, PurchaseAnswer.id == _KEY)
    .where(PurchaseOrder.id == _ORDER)
    .order_by(PurchaseLine.line)
)


async def look(
    connection: AsyncConnection, order: UUID, key: UUID
) -> tuple[OrderSeen, dict[int, Any], Known | None] | None:
    """The order, its lines by number (removed ones too), and what was answered under this key; None where nothing is to be seen."""
    rows = (await connection.execute(_LOOK, {"p_order": order, "p_key": key})).all()
    if not rows:
        return None
    first = rows[0]
    seen = OrderSeen(
        row_version=first.row_version, **{name: getattr(first, f"o_{name}") for name in _ORDER_FACTS}
    )
    known = None
    if first.a_digest is not None:
        known = Known(**{name: getattr(first, f"a_{name}") for name in _KNOWN_FACTS})
    return seen, {row.line: row for row in rows}, known


async def write(connection: AsyncConnection, seen: OrderSeen, written: Written) -> bool:
    """Books an answer with all that it changes; False, and nothing is changed, if the order is not as it was seen."""
    facts = {
        "p_order": seen.id,
        "p_row_version": seen.row_version,
        "p_version": seen.version,
        "p_key": written.key,
        "p_link": written.link,
        "p_person": written.person,
        "p_turn": written.turn,
        "p_receipt": written.receipt,
        "p_digest": written.digest,
        "p_note": written.note,
        "p_at": written.at,
        "p_state": written.state,
        "p_waits": written.waits,
        "p_replies": written.replies,
    }
    return (await connection.execute(_WRITE, facts)).first() is not None


def _write_statement() -> Select[Any]:
    order = _ordered()
    rows = (
        func.jsonb_to_recordset(bindparam("p_replies", type_=JSONB()))
        .table_valued(
            column("id", Uuid()),
            column("line", Integer()),
            column("about", JSONB()),
            column("schedule", JSONB()),
            column("rejected", Numeric(18, 4)),
            column("reason", Text()),
            column("differs", ARRAY(Text())),
            column("verdict", Text()),
            column("state", Text()),
            name="told",
        )
        .render_derived(with_types=True)
    )
    return select(order.c.id).add_cte(_answer(order), _replies(order, rows), _lines(order, rows))


def _ordered() -> CTE:
    """The order's row, if it is still the one that was seen; all else hangs on it."""
    waits = bindparam("p_waits", type_=Boolean())
    return (
        update(PurchaseOrder)
        .where(PurchaseOrder.id == _ORDER, bindparam("p_row_version", type_=Text()) == _ROW_VERSION)
        .values(
            state=bindparam("p_state", type_=Text()),
            viewed_at=func.coalesce(PurchaseOrder.viewed_at, _AT),
            answered_at=_AT,
            answers=_TURN,
            last_answer_id=_KEY,
            remind_at=case((waits, PurchaseOrder.remind_at), else_=null()),
        )
        .returning(PurchaseOrder.id)
        .cte("ordered")
    )


def _answer(order: CTE) -> CTE:
    row: dict[str, Any] = {
        "id": _KEY,
        "order_id": order.c.id,
        "version": _VERSION,
        "link_id": bindparam("p_link", type_=Uuid()),
        "person_id": bindparam("p_person", type_=Uuid()),
        "receipt": bindparam("p_receipt", type_=Text()),
        "digest": bindparam("p_digest", type_=Text()),
        "note": bindparam("p_note", type_=Text()),
        "at": _AT,
    }
    said = insert(PurchaseAnswer).from_select(list(row), select(*row.values()))
    return said.returning(PurchaseAnswer.id).cte("answer")


def _replies(order: CTE, told: Any) -> CTE:
    own = ("id", "line", "about", "schedule", "rejected", "reason", "differs", "verdict")
    row: dict[str, Any] = {name: told.c[name] for name in own}
    row |= {"answer_id": _KEY, "order_id": order.c.id, "turn": _TURN}
    rows = select(*row.values()).select_from(told.join(order, order.c.id == _ORDER))
    return insert(PurchaseReply).from_select(list(row), rows).returning(PurchaseReply.id).cte("replies")


def _lines(order: CTE, told: Any) -> CTE:
    return (
        update(PurchaseLine)
        .where(PurchaseLine.order_id == order.c.id, PurchaseLine.line == told.c.line)
        .values(state=told.c.state, reply_id=told.c.id)
        .returning(PurchaseLine.line)
        .cte("lines")
    )


_WRITE = _write_statement()
