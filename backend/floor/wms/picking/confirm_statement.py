"""The one statement that books a pick, part by part; each part is a CTE named for what it does.

`picked_line` is the gate: all others take their rows from it, so that they do nothing where it found nothing.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.contract.shipments import LinePicked
from backend.floor.catalog import Item
from backend.floor.stock import Lot, Quant, Reservation, Serial, StockMove
from backend.floor.wms.picking.lines import ZERO
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import Task
from backend.kernel.tables import CommandLog, Outbox

# Parameters are named p_…: one named like a column would be taken for a value to set.
_QUANTITY = bindparam("p_quantity", type_=Numeric(18, 4))
_KEY = bindparam("p_id", type_=Uuid())
_SITE = bindparam("p_site_id", type_=Uuid())
_PERSON = bindparam("p_person_id", type_=Uuid())
_DEVICE = bindparam("p_device_id", type_=Uuid())
_CAPTURED = bindparam("p_captured_at", type_=DateTime(timezone=True))


def confirm_statement() -> Select[Any]:
    """Books one pick of the usual case. Returns the line's picked and remaining quantities, or no row."""
    line = _picked_line()
    taken = _taken_from_bin(line)
    return select(line.c.picked, line.c.remaining).add_cte(
        taken,
        _promise_kept(line),
        _order_line_picked(line),
        _laid_in_tote(line, taken),
        _move_written(line, taken),
        _erp_told(line, taken),
        _answer_kept(line),
    )


def _picked_line() -> CTE:
    """The pick line, if everything about it is as usual: open, this person's, enough wanted, the tote bound, the key new."""
    now_picked = PickLine.picked + _QUANTITY
    return (
        update(PickLine)
        .where(
            PickLine.id == bindparam("p_line", type_=Uuid()),
            PickLine.site_id == _SITE,
            PickLine.state == "open",
            now_picked <= PickLine.quantity,
            *_of_this_person(),
            *_into_its_tote(),
            ShipmentRequest.id == ShipmentLine.request_id,
            Item.id == ShipmentLine.item_id,
            ~exists().where(CommandLog.id == _KEY),
        )
        .values(
            picked=now_picked,
            version=PickLine.version + 1,
            state=case((now_picked == PickLine.quantity, "picked"), else_="open"),
        )
        .returning(
            PickLine.id,
            PickLine.round_id,
            PickLine.quant_id,
            PickLine.reservation_id,
            PickLine.shipment_line_id,
            PickLine.picked,
            (PickLine.quantity - PickLine.picked).label("remaining"),
            PickRound.cart_place_id,
            RoundTote.handling_unit_id.label("tote_unit_id"),
            ShipmentLine.request_id,
            ShipmentLine.line.label("order_line"),
            ShipmentRequest.number.label("order_number"),
            Item.sku,
            Item.unit,
        )
        .cte("picked_line")
    )


def _of_this_person() -> tuple[ColumnElement[bool], ...]:
    return (
        Task.id == PickLine.round_id,
        Task.state == "claimed",
        Task.person_id == _PERSON,
        PickRound.id == PickLine.round_id,
    )


def _into_its_tote() -> tuple[ColumnElement[bool], ...]:
    return (
        RoundTote.id == bindparam("p_tote", type_=Uuid()),
        RoundTote.round_id == PickLine.round_id,
        RoundTote.handling_unit_id.is_not(None),
        RoundTote.state == "filling",
        ShipmentLine.id == PickLine.shipment_line_id,
        ShipmentLine.request_id == RoundTote.request_id,
    )


def _taken_from_bin(line: CTE) -> CTE:
    return (
        update(Quant)
        .where(Quant.id == line.c.quant_id)
        .values(quantity=Quant.quantity - _QUANTITY, reserved=Quant.reserved - _QUANTITY)
        .returning(
            Quant.owner_id,
            Quant.item_id,
            Quant.lot_id,
            Quant.serial_id,
            Quant.place_id,
            Quant.handling_unit_id,
        )
        .cte("taken_from_bin")
    )


def _promise_kept(line: CTE) -> CTE:
    return (
        update(Reservation)
        .where(Reservation.id == line.c.reservation_id)
        .values(quantity=Reservation.quantity - _QUANTITY)
        .returning(Reservation.id)
        .cte("promise_kept")
    )


def _order_line_picked(line: CTE) -> CTE:
    return (
        update(ShipmentLine)
        .where(ShipmentLine.id == line.c.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - _QUANTITY, picked=ShipmentLine.picked + _QUANTITY)
        .returning(ShipmentLine.id)
        .cte("order_line_picked")
    )


def _laid_in_tote(line: CTE, taken: CTE) -> CTE:
    row = pg_insert(Quant).from_select(
        [
            "id", "site_id", "owner_id", "item_id", "lot_id", "serial_id", "place_id", "handling_unit_id", "status",
            "quantity", "reserved",
        ],
        select(
            bindparam("p_quant_id", type_=Uuid()), _SITE, taken.c.owner_id, taken.c.item_id, taken.c.lot_id,
            taken.c.serial_id, line.c.cart_place_id, line.c.tote_unit_id, literal("free"), _QUANTITY, literal(ZERO),
        ).select_from(taken.join(line, true())),
    )  # fmt: skip
    more = {"quantity": Quant.quantity + row.excluded.quantity}
    return (
        row.on_conflict_do_update(constraint="uq_quant_key", set_=more)
        .returning(Quant.id)
        .cte("laid_in_tote")
    )


def _move_written(line: CTE, taken: CTE) -> CTE:
    row = select(
        bindparam("p_move_id", type_=Uuid()), _SITE, _KEY, literal("pick"), taken.c.owner_id, taken.c.item_id,
        taken.c.lot_id, taken.c.serial_id, _QUANTITY, taken.c.place_id, taken.c.handling_unit_id,
        line.c.cart_place_id, line.c.tote_unit_id, line.c.request_id, line.c.round_id, _PERSON, _DEVICE, _CAPTURED,
    ).select_from(taken.join(line, true()))  # fmt: skip
    columns = [
        "id", "site_id", "command_id", "kind", "owner_id", "item_id", "lot_id", "serial_id", "quantity",
        "from_place_id", "from_handling_unit_id", "to_place_id", "to_handling_unit_id", "document_id",
        "task_id", "person_id", "device_id", "captured_at",
    ]  # fmt: skip
    return insert(StockMove).from_select(columns, row).returning(StockMove.id).cte("move_written")


def _erp_told(line: CTE, taken: CTE) -> CTE:
    lot = select(Lot.code).where(Lot.id == taken.c.lot_id).scalar_subquery()
    serial = select(Serial.code).where(Serial.id == taken.c.serial_id).scalar_subquery()
    message = func.jsonb_build_object(
        "number", line.c.order_number, "line", line.c.order_line, "sku", line.c.sku, "quantity", _text(_QUANTITY),
        "unit", line.c.unit, "at", _CAPTURED, "lot", lot, "serial", serial,
    )  # fmt: skip
    row = select(
        bindparam("p_message_id", type_=Uuid()),
        literal(LinePicked.TYPE),
        literal("shipment/") + line.c.order_number,
        message,
    ).select_from(taken.join(line, true()))
    return (
        insert(Outbox)
        .from_select(["id", "type", "document", "data"], row)
        .returning(Outbox.seq)
        .cte("erp_told")
    )


def _answer_kept(line: CTE) -> CTE:
    """The command's row: without ON CONFLICT, so that a second copy beside the first is rolled back whole."""
    answer = func.jsonb_build_object(
        "line", line.c.id, "picked", _text(line.c.picked), "remaining", _text(line.c.remaining)
    )
    digest = bindparam("p_digest", type_=Text())
    row = select(_KEY, _SITE, literal("pick.confirm"), digest, _PERSON, _DEVICE, _CAPTURED, answer)
    columns = ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"]
    return insert(CommandLog).from_select(columns, row).returning(CommandLog.id).cte("answer_kept")


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)
