"""What the one statement of a receipt writes once its line has given way: unit, lot, quant, move, receipt, message, key."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.contract.receipts import GoodsReceived
from backend.floor.stock import HandlingUnit, Lot, Quant, StockMove
from backend.floor.wms.receiving.facts import HOLDS_GOODS
from backend.floor.wms.receiving.tables import Receipt
from backend.kernel.tables import CommandLog, Outbox

KEY, SITE, PERSON, DEVICE, TASK, PLACE, PACK = (
    bindparam(name, type_=Uuid())
    for name in ("p_id", "p_site_id", "p_person_id", "p_device_id", "p_task", "p_place", "p_pack")
)
QUANTITY = bindparam("p_quantity", type_=Numeric(18, 4))
LOT, UNIT = bindparam("p_lot", type_=Text()), bindparam("p_unit", type_=Text())
CAPTURED = bindparam("p_captured_at", type_=DateTime(timezone=True))


def unit(firm: CTE) -> CTE:
    """The handling unit with this number, new or brought here; none where it stands elsewhere with goods on it."""
    row: dict[str, Any] = {
        "id": bindparam("p_unit_id", type_=Uuid()),
        "site_id": SITE,
        "code": UNIT,
        "kind": bindparam("p_unit_kind", type_=Text()),
        "place_id": PLACE,
    }
    wanted = select(*row.values()).select_from(firm).where(UNIT.is_not(None))
    return (
        pg_insert(HandlingUnit)
        .from_select(list(row), wanted)
        .on_conflict_do_update(
            index_elements=[HandlingUnit.site_id, HandlingUnit.code],
            set_={"place_id": PLACE},
            where=HandlingUnit.place_id.is_not_distinct_from(PLACE) | ~HOLDS_GOODS,
        )
        .returning(HandlingUnit.id)
        .cte("unit")
    )


def fresh_lot(firm: CTE) -> CTE:
    """The lot, where it comes into being with this receipt."""
    row = [bindparam("p_lot_id", type_=Uuid()), firm.c.item_id, LOT, firm.c.expires_on]
    wanted = select(*row).where(LOT.is_not(None), firm.c.lot_id.is_(None))
    return (
        pg_insert(Lot)
        .from_select(["id", "item_id", "code", "expires_on"], wanted)
        .on_conflict_do_nothing()
        .returning(Lot.id)
        .cte("fresh_lot")
    )


def quant(goods: CTE) -> CTE:
    """What lies at the dock now."""
    row: dict[str, Any] = {
        "id": bindparam("p_quant_id", type_=Uuid()),
        "site_id": SITE,
        "item_id": goods.c.item_id,
        "lot_id": goods.c.lot,
        "place_id": PLACE,
        "handling_unit_id": goods.c.unit_id,
        "status": literal("free"),
        "quantity": QUANTITY,
    }
    into = pg_insert(Quant).from_select(list(row), select(*row.values()))
    return (
        into.on_conflict_do_update(
            constraint="uq_quant_key", set_={"quantity": Quant.quantity + into.excluded.quantity}
        )
        .returning(Quant.id)
        .cte("quant_in")
    )


def move(goods: CTE) -> CTE:
    """The ledger's move, from the supplier to the dock."""
    row: dict[str, Any] = {
        "id": bindparam("p_move_id", type_=Uuid()),
        "site_id": SITE,
        "command_id": KEY,
        "kind": literal("receive"),
        "item_id": goods.c.item_id,
        "lot_id": goods.c.lot,
        "quantity": QUANTITY,
        "from_place_id": goods.c.from_place,
        "to_place_id": PLACE,
        "to_handling_unit_id": goods.c.unit_id,
        "reason": bindparam("p_reason", type_=Text()),
        "document_id": goods.c.delivery_id,
        "task_id": TASK,
        "person_id": PERSON,
        "device_id": DEVICE,
        "captured_at": CAPTURED,
    }
    return (
        insert(StockMove).from_select(list(row), select(*row.values())).returning(StockMove.id).cte("moved")
    )


def receipt(line: CTE, goods: CTE) -> CTE:
    """The receipt; without a quantity, which its column does not bear, where something did not give way."""
    sound = and_(
        goods.c.line_id.is_not(None),
        or_(LOT.is_(None), goods.c.lot.is_not(None)),
        or_(UNIT.is_(None), goods.c.unit_id.is_not(None)),
    )
    row: dict[str, Any] = {
        "id": KEY,
        "site_id": SITE,
        "delivery_id": line.c.delivery_id,
        "line_id": line.c.line_id,
        "pack_id": PACK,
        "item_id": line.c.item_id,
        "lot_id": goods.c.lot,
        "expires_on": line.c.expires_on,
        "quantity": case((sound, QUANTITY), else_=null()),
        "status": literal("free"),
        "place_id": PLACE,
        "handling_unit_id": goods.c.unit_id,
        "person_id": PERSON,
        "captured_at": CAPTURED,
    }
    rows = select(*row.values()).select_from(line.outerjoin(goods, true()))
    return insert(Receipt).from_select(list(row), rows).returning(Receipt.id).cte("receipt_in")


def message(goods: CTE) -> CTE:
    """What the ERP is told."""
    data = func.jsonb_build_object(
        "receipt", KEY, "sku", goods.c.sku, "quantity", _text(QUANTITY), "unit", goods.c.unit,
        "status", "free", "at", CAPTURED, "part", 1, "purchaseOrder", goods.c.purchase_order,
        "line", goods.c.order_line, "advice", case((goods.c.kind == "advice", goods.c.delivery)),
        "supplier", goods.c.supplier, "lot", LOT, "expiresOn", goods.c.expires_on,
        "serials", func.jsonb_build_array(), "handlingUnit", UNIT,
    )  # fmt: skip
    order = func.nullif(goods.c.purchase_order, "")
    row: dict[str, Any] = {
        "id": bindparam("p_message_id", type_=Uuid()),
        "type": literal(GoodsReceived.TYPE),
        "document": func.coalesce("purchase/" + order, "receipt/" + cast(KEY, Text)),
        "data": cast(data, JSONB),
    }
    return insert(Outbox).from_select(list(row), select(*row.values())).returning(Outbox.seq).cte("told")


def logged(goods: CTE) -> CTE:
    """The command's key with its answer, last and without ON CONFLICT: a second copy beside the first is rolled back whole."""
    answer = func.jsonb_build_object(
        "receipt", KEY, "item", goods.c.item_id, "status", "free", "blocked", "0", "lot", goods.c.lot,
        "handlingUnit", goods.c.unit_id, "line", goods.c.line_id, "received", _text(goods.c.received),
        "open", _text(goods.c.quantity - goods.c.received), "discrepancies", func.jsonb_build_array(),
    )  # fmt: skip
    row: dict[str, Any] = {
        "id": KEY,
        "site_id": SITE,
        "type": literal("receive.goods"),
        "digest": bindparam("p_digest", type_=Text()),
        "person_id": PERSON,
        "device_id": DEVICE,
        "captured_at": CAPTURED,
        "answer": answer,
    }
    return (
        insert(CommandLog)
        .from_select(list(row), select(*row.values()))
        .returning(CommandLog.answer)
        .cte("logged")
    )


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)
