"""Receive the usual case in one statement and one round trip: so much of an announced line, in order, with nothing else to tell.

All hangs on the UPDATE of the expected line, which re-reads the locked row: it is still open and still lacks this much. What must
hold besides but can only be seen afterwards (the order's line had room too, the pack was nobody's, the unit stands nowhere
else) decides whether the receipt gets its quantity; without one the column's NOT NULL rolls the whole statement back. Then, and
for whatever is not the usual case, `receive_goods` looks closer. A test compares the rows that both leave behind.

Lock order: line, the order's line, pack, unit, quant.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    DateTime,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from backend.floor.catalog import PHYSICAL_KINDS, Item, Place, Site
from backend.floor.expected import ExpectedDelivery, ExpectedLine, ExpectedPack
from backend.floor.stock import GoodsReceived, Lot
from backend.floor.wms.receiving import hot_rows as rows
from backend.floor.wms.receiving.book import receive_goods
from backend.floor.wms.receiving.hot_rows import KEY, LOT, PACK, PLACE, QUANTITY, SITE
from backend.floor.wms.receiving.schemas import ReceiveGoods
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Registry, once
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.local import nobody_minds
from backend.kernel.onetrip import OneTrip
from backend.kernel.tables import CommandLog


async def receive(db: Database, command: Command[ReceiveGoods]) -> Outcome:
    """Books a receipt: the usual case in one round trip, all else by `receive_goods`, whose refusals it has.

    A repeated key returns the first answer and changes nothing.
    """
    if not _usual(command.payload):
        return await once(db, command, receive_goods)
    booked = await db.driver.book(receive_trip(), _parameters(command))
    if booked is None:
        return await once(db, command, receive_goods)
    return Outcome("done", answer=booked["answer"])


def _usual(facts: ReceiveGoods) -> bool:
    announced = facts.item is not None and facts.delivery is not None and facts.line is not None
    return announced and facts.condition == "good" and not facts.serials and facts.photo is None


def _parameters(command: Command[ReceiveGoods]) -> dict[str, Any]:
    facts, who = command.payload, command.who
    return {
        "p_id": command.id,
        "p_site_id": who.site_id,
        "p_person_id": who.person_id,
        "p_device_id": who.device_id,
        "p_task": command.task,
        "p_captured_at": command.captured_at,
        "p_now": clock.now(),
        "p_digest": command.digest,
        "p_delivery": facts.delivery,
        "p_line": facts.line,
        "p_pack": facts.pack,
        "p_item": facts.item,
        "p_quantity": facts.quantity,
        "p_place": facts.place,
        "p_lot": facts.lot_code,
        "p_expires": facts.expires_on,
        "p_unit": facts.handling_unit_code,
        "p_unit_kind": facts.handling_unit_kind,
        "p_reason": facts.reason or None,
        **{name: new_id() for name in ("p_lot_id", "p_unit_id", "p_quant_id", "p_move_id", "p_message_id")},
    }


@cache
def receive_trip() -> OneTrip:
    """The statement, made when first used: by then it is composed who listens."""
    line = _line(_facts())
    ordered, pack = _ordered(line), _pack(line)
    firm = _firm(line, ordered, pack)
    unit, fresh_lot = rows.unit(firm), rows.fresh_lot(firm)
    lot: Any = func.coalesce(firm.c.lot_id, select(fresh_lot.c.id).scalar_subquery())
    goods = select(
        *firm.c, lot.label("lot"), select(unit.c.id).scalar_subquery().label("unit_id")
    ).cte("goods")  # fmt: skip
    logged = rows.logged(goods)
    return OneTrip(
        select(logged.c.answer).add_cte(
            ordered,
            pack,
            unit,
            rows.quant(goods),
            rows.move(goods),
            rows.receipt(line, goods),
            rows.message(goods),
        )
    )


def _facts() -> CTE:
    """The line with all that is known of it beforehand, if nothing about it is out of the ordinary."""
    dock, supplier = aliased(Place), aliased(Place)
    expires_on = func.coalesce(Lot.expires_on, bindparam("p_expires", type_=Date()))
    virtual = (
        select(supplier.id)
        .where(supplier.site_id == SITE, supplier.kind == "supplier")
        .order_by(supplier.code)
        .limit(1)
    )
    return (
        select(
            ExpectedLine.id,
            ExpectedDelivery.kind,
            ExpectedDelivery.number.label("delivery"),
            ExpectedDelivery.purchase_order,
            ExpectedDelivery.supplier,
            Item.sku,
            Item.unit,
            Lot.id.label("lot_id"),
            expires_on.label("expires_on"),
            virtual.scalar_subquery().label("from_place"),
        )
        .join(ExpectedDelivery, ExpectedDelivery.id == ExpectedLine.delivery_id)
        .join(Item, Item.id == ExpectedLine.item_id)
        .join(
            dock,
            and_(
                dock.id == PLACE, dock.site_id == SITE, or_(*(dock.kind == kind for kind in PHYSICAL_KINDS))
            ),
        )
        .join(Site, Site.id == SITE)
        .join(Lot, and_(Lot.item_id == Item.id, Lot.code == LOT), isouter=True)
        .where(*_nothing_unusual(expires_on))
        .cte("facts")
    )


def _nothing_unusual(expires_on: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    """That it is this line of a delivery that is being received, tracked and dated as its item asks, of a lot that was announced."""
    now = bindparam("p_now", type_=DateTime(timezone=True))
    today = cast(func.timezone(Site.time_zone, now), Date)
    lots = select(ExpectedPack.lot).where(
        ExpectedPack.line_id == ExpectedLine.id, ExpectedPack.lot.is_not(None)
    )
    no_lots = and_(ExpectedLine.lot.is_(None), ~lots.exists())
    return (
        ExpectedLine.id == bindparam("p_line", type_=Uuid()),
        ExpectedDelivery.id == bindparam("p_delivery", type_=Uuid()),
        ExpectedDelivery.site_id == SITE,
        ExpectedDelivery.state == "receiving",
        Item.id == bindparam("p_item", type_=Uuid()),
        or_(Item.tracking == "none", and_(Item.tracking == "lot", LOT.is_not(None))),
        or_(~Item.whole, func.trunc(QUANTITY) == QUANTITY),
        Item.inspection_plan.is_(None),
        or_(and_(expires_on.is_(None), ~Item.expires), expires_on >= today),
        or_(LOT.is_(None), no_lots, ExpectedLine.lot == LOT, LOT.in_(lots)),
        nobody_minds(GoodsReceived, Item.id),
        ~exists().where(CommandLog.id == KEY),
    )


def _line(facts: CTE) -> CTE:
    """The line counts it, if it lacks this much."""
    own = {"line_id": ExpectedLine.id, "line": ExpectedLine.line, "item_id": ExpectedLine.item_id}
    own |= {
        name: getattr(ExpectedLine, name)
        for name in ("delivery_id", "purchase_line_id", "received", "quantity")
    }
    return (
        update(ExpectedLine)
        .where(
            ExpectedLine.id == facts.c.id,
            ExpectedLine.state == "open",
            ExpectedLine.received + QUANTITY <= ExpectedLine.quantity,
        )
        .values(received=ExpectedLine.received + QUANTITY)
        .returning(
            *(column.label(name) for name, column in own.items()),
            *(column for column in facts.c if column.name != "id"),
        )
        .cte("line")
    )


def _ordered(line: CTE) -> CTE:
    """So does the order's line that an advice stands for."""
    return (
        update(ExpectedLine)
        .where(
            ExpectedLine.id == line.c.purchase_line_id,
            ExpectedLine.received + QUANTITY <= ExpectedLine.quantity,
        )
        .values(received=ExpectedLine.received + QUANTITY)
        .returning(ExpectedLine.id, ExpectedLine.line)
        .cte("ordered")
    )


def _pack(line: CTE) -> CTE:
    return (
        update(ExpectedPack)
        .where(
            ExpectedPack.id == PACK,
            ExpectedPack.site_id == SITE,
            ExpectedPack.received_by_id.is_(None),
            line.c.line_id.is_not(None),
        )
        .values(received_by_id=KEY)
        .returning(ExpectedPack.id)
        .cte("pack")
    )


def _firm(line: CTE, ordered: CTE, pack: CTE) -> CTE:
    """The line once more, if the order's line and the pack gave way too."""
    order_line = select(ordered.c.line).scalar_subquery()
    return (
        select(*line.c, case((line.c.kind == "purchase", line.c.line), else_=order_line).label("order_line"))
        .where(
            or_(line.c.purchase_line_id.is_(None), select(ordered.c.id).exists()),
            or_(PACK.is_(None), select(pack.c.id).exists()),
        )
        .cte("firm")
    )


COMMANDS: Registry = {"receive.goods": (ReceiveGoods, receive)}
