"""Confirm a putaway: one statement in one round trip where a whole unit goes into the bin that was kept for it.

`CONFIRM` hangs on the UPDATE of the handling unit, which re-reads the locked row: it still stands where it was taken, and this
person's hold on this bin has not run out. Room was checked when it was kept, so nothing else needs to be looked at. All else is
settled with words by `settle_putaway`.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.floor.catalog import Place
from backend.floor.stock import HandlingUnit, Quant, StockMove
from backend.floor.wms.putaway.schemas import ConfirmPutaway
from backend.floor.wms.putaway.settle import settle_putaway
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Registry, once
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.onetrip import OneTrip
from backend.kernel.tables import CommandLog

MOST_CONTENTS: Final = 8
"""Things on a unit up to which it goes the short way; so many ids are made beforehand."""

_KEY, _SITE, _PERSON, _DEVICE, _UNIT, _SOURCE, _TARGET = (
    bindparam(name, type_=Uuid())
    for name in ("p_id", "p_site_id", "p_person_id", "p_device_id", "p_unit", "p_from", "p_to")
)
_CAPTURED = bindparam("p_captured_at", type_=DateTime(timezone=True))
_INSIDE = (Quant.handling_unit_id == _UNIT, Quant.quantity > 0)
_THING = ("site_id", "owner_id", "item_id", "lot_id", "serial_id", "handling_unit_id", "status", "quantity")


def _confirm_statement() -> Select[Any]:
    unit = _unit_stands_there()
    used = delete(PutawayHold).where(PutawayHold.id == unit.c.hold_id).returning(PutawayHold.id).cte("used")
    numbered = _contents(unit)
    fresh = select(bindparam("p_ids", type_=ARRAY(Uuid())).label("ids")).cte("fresh")
    logged = _logged(unit, numbered)
    return select(logged.c.answer).add_cte(
        used, _taken(numbered), _given(numbered, fresh), _moved(numbered, fresh)
    )


def _unit_stands_there() -> CTE:
    """The unit moves, if it and the hold are what they were, and nothing in it is promised; all else hangs on this row."""
    return (
        update(HandlingUnit)
        .where(
            HandlingUnit.id == _UNIT,
            HandlingUnit.site_id == _SITE,
            HandlingUnit.place_id == _SOURCE,
            PutawayHold.id == bindparam("p_hold", type_=Uuid()),
            PutawayHold.handling_unit_id == HandlingUnit.id,
            PutawayHold.person_id == _PERSON,
            PutawayHold.place_id == _TARGET,
            PutawayHold.expires_at > bindparam("p_now", type_=DateTime(timezone=True)),
            Place.id == PutawayHold.place_id,
            ~exists().where(*_INSIDE, (Quant.reserved > 0) | (Quant.place_id != _SOURCE)),
            select(func.count()).where(*_INSIDE).scalar_subquery().between(1, MOST_CONTENTS),
            ~exists().where(CommandLog.id == _KEY),
        )
        .values(place_id=_TARGET)
        .returning(HandlingUnit.id, PutawayHold.id.label("hold_id"), Place.code.label("place_code"))
        .cte("unit")
    )


def _contents(unit: CTE) -> CTE:
    """What is in the unit, locked by ascending id and numbered from one."""
    locked = (
        select(*Quant.__table__.columns)
        .join(unit, unit.c.id == Quant.handling_unit_id)
        .where(Quant.place_id == _SOURCE, Quant.quantity > 0)
        .order_by(Quant.id)
        .with_for_update(of=Quant, key_share=True)
        .cte("locked")
    )
    number = cast(func.row_number().over(order_by=locked.c.id), Integer)
    return select(*locked.c, number.label("n")).cte("numbered")


def _taken(numbered: CTE) -> CTE:
    return (
        update(Quant)
        .where(Quant.id == numbered.c.id)
        .values(quantity=Quant.quantity - numbered.c.quantity)
        .returning(Quant.id)
        .cte("taken")
    )


def _given(numbered: CTE, fresh: CTE) -> CTE:
    into = pg_insert(Quant).from_select(
        ["id", "place_id", *_THING],
        select(fresh.c.ids[numbered.c.n], _TARGET, *(numbered.c[name] for name in _THING)).select_from(
            numbered.join(fresh, true())
        ),
    )
    return (
        into.on_conflict_do_update(
            constraint="uq_quant_key", set_={"quantity": Quant.quantity + into.excluded.quantity}
        )
        .returning(Quant.id)
        .cte("given")
    )


def _moved(numbered: CTE, fresh: CTE) -> CTE:
    move: dict[str, Any] = {
        "id": fresh.c.ids[numbered.c.n + MOST_CONTENTS],
        "site_id": _SITE,
        "command_id": _KEY,
        "line": numbered.c.n - 1,
        "kind": literal("putaway"),
        "owner_id": numbered.c.owner_id,
        "item_id": numbered.c.item_id,
        "lot_id": numbered.c.lot_id,
        "serial_id": numbered.c.serial_id,
        "quantity": numbered.c.quantity,
        "from_place_id": _SOURCE,
        "from_handling_unit_id": numbered.c.handling_unit_id,
        "from_status": numbered.c.status,
        "to_place_id": _TARGET,
        "to_handling_unit_id": numbered.c.handling_unit_id,
        "to_status": numbered.c.status,
        "person_id": _PERSON,
        "device_id": _DEVICE,
        "captured_at": _CAPTURED,
    }
    rows = select(*move.values()).select_from(numbered.join(fresh, true()))
    return insert(StockMove).from_select(list(move), rows).returning(StockMove.id).cte("moved")


def _logged(unit: CTE, numbered: CTE) -> CTE:
    answer = func.jsonb_build_object(
        "place", _TARGET, "placeCode", unit.c.place_code, "handlingUnit", unit.c.id,
        "moves", select(func.count()).select_from(numbered).scalar_subquery(),
    )  # fmt: skip
    command: dict[str, Any] = {
        "id": _KEY,
        "site_id": _SITE,
        "type": literal("putaway.confirm"),
        "digest": bindparam("p_digest", type_=Text()),
        "person_id": _PERSON,
        "device_id": _DEVICE,
        "captured_at": _CAPTURED,
        "answer": answer,
    }
    return (
        insert(CommandLog)
        .from_select(list(command), select(*command.values()).select_from(unit))
        .returning(CommandLog.answer)
        .cte("logged")
    )


CONFIRM = OneTrip(_confirm_statement())


async def confirm_putaway(db: Database, command: Command[ConfirmPutaway]) -> Outcome:
    """Books that a load stands in a bin. A repeated key returns the first answer and changes nothing.

    Refused with BinRefused (a hard rule, by its name), LoadGone, StockShort or ReasonMissing; what the person did stays on record as
    an exception.
    """
    if command.payload.handling_unit is None or command.payload.hold is None:
        return await once(db, command, settle_putaway)
    booked = await db.driver.book(CONFIRM, _parameters(command))
    if booked is None:
        return await once(db, command, settle_putaway)
    return Outcome("done", answer=booked["answer"])


def _parameters(command: Command[ConfirmPutaway]) -> dict[str, Any]:
    facts, who = command.payload, command.who
    return {
        "p_id": command.id,
        "p_site_id": who.site_id,
        "p_person_id": who.person_id,
        "p_device_id": who.device_id,
        "p_captured_at": command.captured_at,
        "p_now": clock.now(),
        "p_digest": command.digest,
        "p_unit": facts.handling_unit,
        "p_hold": facts.hold,
        "p_from": facts.from_place,
        "p_to": facts.to_place,
        "p_ids": [new_id() for _ in range(2 * MOST_CONTENTS)],
    }


COMMANDS: Registry = {"putaway.confirm": (ConfirmPutaway, confirm_putaway)}
