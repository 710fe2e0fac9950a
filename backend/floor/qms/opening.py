"""Opening a lot: goods of a planned item came in or were made; they stay on hold, and the plan is frozen beside them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms import aql, severity
from backend.floor.qms.explaining import explained
from backend.floor.qms.plans import active_plan
from backend.floor.qms.rules import OVER, ClassPlan
from backend.floor.qms.tables import InspectionLot, InspectionPlan
from backend.floor.stock import GoodsProduced, GoodsReceived, Move, ReceiptUndone, post
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.local import deaf_to

PATIENCE = timedelta(hours=8)
# What of a plan is kept in the lot as it was, beside how each class is sampled.
FROZEN = ("code", "version", "standard", "edition", "characteristics")
# What a lot that is inspected again has of the one before it.
INHERITED = (
    "site_id", "plan_id", "item_id", "lot_id", "unit", "place_id", "supplier", "purchase_order", "po_line", "work_order",
)  # fmt: skip


def _not_inspected(item: Any) -> ColumnElement[bool]:
    return ~exists().where(InspectionPlan.item_id == item, InspectionPlan.source == "receipt")


@deaf_to(_not_inspected)
async def goods_received(connection: AsyncConnection, event: GoodsReceived) -> None:
    """Opens an inspection lot for what was received, if its item is inspected on receipt."""
    lot = {
        "source": "receipt",
        "source_id": event.receipt,
        "part": event.part,
        "supplier": event.supplier or "",
        "purchase_order": event.purchase_order,
        "po_line": event.line,
    }
    await _open(connection, event, lot)


async def goods_produced(connection: AsyncConnection, event: GoodsProduced) -> None:
    """The same for what was made."""
    lot = {"source": "production", "source_id": event.production, "part": 1, "work_order": event.work_order}
    await _open(connection, event, lot)


async def receipt_undone(connection: AsyncConnection, event: ReceiptUndone) -> None:
    """The goods were never here: their lot is withdrawn, unless it was decided before."""
    await connection.execute(
        update(InspectionLot)
        .where(
            InspectionLot.source == "receipt",
            InspectionLot.source_id == event.receipt,
            InspectionLot.state.not_in(OVER),
        )
        .values(state="withdrawn")
    )


async def _open(
    connection: AsyncConnection, event: GoodsReceived | GoodsProduced, lot: dict[str, Any]
) -> None:
    if event.status not in {"free", "quality"}:
        return
    plan = await active_plan(connection, event.item, lot["source"], clock.now().date())
    if plan is None:
        if event.status == "quality":
            await _nobody_knows_how(connection, event)
        return
    if event.status == "free":
        await _hold(connection, event)
    classes = await classes_for(connection, plan, event.site, lot.get("supplier", ""), event.quantity)
    facts = lot | {
        "site_id": event.site,
        "item_id": event.item,
        "lot_id": event.lot,
        "serials": [str(serial) for serial in event.serials],
        "quantity": event.quantity,
        "unit": event.unit,
        "place_id": event.place,
        "opened_at": event.at,
    }
    told = {name: getattr(plan, name) for name in FROZEN}
    await _write(connection, told | _sampled(classes), facts | {"plan_id": plan.id})


async def _hold(connection: AsyncConnection, event: GoodsReceived | GoodsProduced) -> None:
    """Puts on hold what came in as free stock although its item is inspected."""
    pieces: Sequence[tuple[UUID | None, Decimal]] = [(one, Decimal(1)) for one in event.serials] or [
        (None, event.quantity)
    ]
    moves = [
        Move(
            kind="hold",
            item=event.item,
            quantity=quantity,
            from_place=event.place,
            to_place=event.place,
            lot=event.lot,
            serial=serial,
            from_handling_unit=event.handling_unit,
            to_handling_unit=event.handling_unit,
            to_status="quality",
        )
        for serial, quantity in pieces
    ]
    await post(connection, event.command, moves)


async def _nobody_knows_how(connection: AsyncConnection, event: GoodsReceived | GoodsProduced) -> None:
    found = Found(
        kind="inspection_plan_missing",
        severity="high",
        item=event.item,
        lot=event.lot,
        place=event.place,
        details={"sku": event.sku, "plan": event.inspection_plan or ""},
    )
    await raise_exception(connection, event.site, found, command=event.command)


async def classes_for(
    connection: AsyncConnection, plan: Any, site: UUID, supplier: str, quantity: Decimal
) -> list[ClassPlan]:
    """How each class of a plan is sampled in a lot of this size, at the severity that the supplier's item has now."""
    size = int(quantity.to_integral_value(rounding=ROUND_CEILING))
    told = []
    for one in plan.classes:
        standing = await severity.standing(connection, site, supplier, plan.item_id, one["ofClass"])
        rate = Decimal(one["aql"])
        stopped = standing.severity == "discontinued"
        chosen = aql.plan_for_lot(size, one["level"], rate, "tightened" if stopped else standing.severity)
        if stopped:  # nothing is accepted by sample until the supplier has acted: every piece is looked at
            chosen = aql.SamplingPlan(chosen.letter, size, 0, 1, whole_lot=True)
        told.append(
            ClassPlan(
                of_class=one["ofClass"],
                level=one["level"],
                aql=rate,
                severity=standing.severity,
                letter=aql.code_letter(size, one["level"]),
                plan_letter=chosen.letter,
                n=chosen.n,
                ac=chosen.ac,
                re=chosen.re,
                whole_lot=chosen.whole_lot,
                explained=explained(standing),
            )
        )
    return told


def _sampled(classes: Sequence[ClassPlan]) -> dict[str, Any]:
    return {"classes": msgspec.to_builtins(list(classes), str_keys=True)}


async def _write(connection: AsyncConnection, snapshot: dict[str, Any], facts: dict[str, Any]) -> UUID | None:
    """Writes the lot with its plan frozen. None when this receipt's part has its lot already."""
    row = pg_insert(InspectionLot).values(
        id=new_id(), snapshot=snapshot, due_at=clock.now() + PATIENCE, **facts
    )
    made = await connection.execute(row.on_conflict_do_nothing().returning(InspectionLot.id))
    return made.scalar_one_or_none()


async def open_again(
    connection: AsyncConnection, parent: Any, *, part: int, quantity: Decimal, serials: Sequence[str]
) -> UUID | None:
    """A linked lot in which every unit is inspected by its parent's plan: after sorting (part 1) or rework (part 2). It counts for no switching."""
    size = int(quantity.to_integral_value(rounding=ROUND_CEILING))
    classes = [
        msgspec.structs.replace(
            msgspec.convert(one, ClassPlan), n=size, ac=0, re=1, whole_lot=True, plan_letter=one["letter"]
        )
        for one in parent.snapshot["classes"]
    ]
    same = {name: getattr(parent, name) for name in INHERITED}
    facts = {
        "source": "again",
        "source_id": parent.id,
        "parent_id": parent.id,
        "part": part,
        "serials": list(serials),
        "quantity": quantity,
    }
    return await _write(connection, parent.snapshot | _sampled(classes), same | facts)
