"""Confirm a putaway: one statement in one round trip where a whole unit goes into the bin that was kept for it.

`CONFIRM` hangs on the UPDATE of the handling unit, which re-reads the locked row: it still stands where it was taken, and this
person's hold on this bin has not run out. Room was checked when it was kept, so nothing else needs to be looked at. All else is
settled with words by `settle_putaway`.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
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
from sqlalchemy.exc import IntegrityError

from backend.floor.catalog import Place
from backend.floor.stock import HandlingUnit, Quant, StockMove
from backend.floor.wms.putaway.schemas import ConfirmPutaway
from backend.floor.wms.putaway.settle import settle_putaway
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Registry, once, replay
from backend.kernel.db import Database, constraint
from backend.kernel.ids import new_id
from backend.kernel.tables import CommandLog

MOST_CONTENTS: Final = 8
"""Things on a unit up to which it goes the short way; so many ids are made beforehand."""


def _confirm_statement() -> Select[Any]:
    key = bindparam("p_id", type_=Uuid())
    site = bindparam("p_site_id", type_=Uuid())
    person = bindparam("p_person_id", type_=Uuid())
    device = bindparam("p_device_id", type_=Uuid())
    captured = bindparam("p_captured_at", type_=DateTime(timezone=True))
    source, target = bindparam("p_from", type_=Uuid()), bindparam("p_to", type_=Uuid())
    fresh = select(bindparam("p_ids", type_=ARRAY(Uuid())).label("ids")).cte("fresh")
    ids = fresh.c.ids
    inside = (Quant.handling_unit_id == bindparam("p_unit", type_=Uuid()), Quant.quantity > 0)
    unit = (
        update(HandlingUnit)
        .where(
            HandlingUnit.id == bindparam("p_unit", type_=Uuid()),
            HandlingUnit.site_id == site,
            HandlingUnit.place_id == source,
            PutawayHold.id == bindparam("p_hold", type_=Uuid()),
            PutawayHold.handling_unit_id == HandlingUnit.id,
            PutawayHold.person_id == person,
            PutawayHold.place_id == target,
            PutawayHold.expires_at > bindparam("p_now", type_=DateTime(timezone=True)),
            Place.id == PutawayHold.place_id,
            ~exists().where(*inside, (Quant.reserved > 0) | (Quant.place_id != source)),
            select(func.count()).where(*inside).scalar_subquery().between(1, MOST_CONTENTS),
            ~exists().where(CommandLog.id == key),
        )
        .values(place_id=target)
        .returning(HandlingUnit.id, PutawayHold.id.label("hold_id"), Place.code.label("place_code"))
        .cte("unit")
    )
    used = delete(PutawayHold).where(PutawayHold.id == unit.c.hold_id).returning(PutawayHold.id).cte("used")
    locked = (
        select(*Quant.__table__.columns)
        .join(unit, unit.c.id == Quant.handling_unit_id)
        .where(Quant.place_id == source, Quant.quantity > 0)
        .order_by(Quant.id)
        .with_for_update(of=Quant, key_share=True)
        .cte("locked")
    )
    numbered = select(*locked.c, cast(func.row_number().over(order_by=locked.c.id), Integer).label("n")).cte(
        "numbered"
    )
    taken = (
        update(Quant)
        .where(Quant.id == locked.c.id)
        .values(quantity=Quant.quantity - locked.c.quantity)
        .returning(Quant.id)
        .cte("taken")
    )
    columns = [
        "site_id",
        "owner_id",
        "item_id",
        "lot_id",
        "serial_id",
        "handling_unit_id",
        "status",
        "quantity",
    ]
    into = pg_insert(Quant).from_select(
        ["id", "place_id", *columns],
        select(ids[numbered.c.n], target, *(numbered.c[name] for name in columns)).select_from(
            numbered.join(fresh, true())
        ),
    )
    given = (
        into.on_conflict_do_update(
            constraint="uq_quant_key", set_={"quantity": Quant.quantity + into.excluded.quantity}
        )
        .returning(Quant.id)
        .cte("given")
    )
    moved = (
        insert(StockMove)
        .from_select(
            [
                "id", "site_id", "command_id", "line", "kind", "owner_id", "item_id", "lot_id", "serial_id",
                "quantity", "from_place_id", "from_handling_unit_id", "from_status", "to_place_id",
                "to_handling_unit_id", "to_status", "person_id", "device_id", "captured_at",
            ],
            select(
                ids[numbered.c.n + MOST_CONTENTS], site, key, numbered.c.n - 1, literal("putaway"),
                numbered.c.owner_id, numbered.c.item_id, numbered.c.lot_id, numbered.c.serial_id,
                numbered.c.quantity, source, numbered.c.handling_unit_id, numbered.c.status, target,
                numbered.c.handling_unit_id, numbered.c.status, person, device, captured,
            ).select_from(numbered.join(fresh, true())),
        )
        .returning(StockMove.id)
        .cte("moved")
    )  # fmt: skip
    answer = func.jsonb_build_object(
        "place", target, "placeCode", unit.c.place_code, "handlingUnit", unit.c.id,
        "moves", select(func.count()).select_from(numbered).scalar_subquery(),
    )  # fmt: skip
    logged = (
        insert(CommandLog)
        .from_select(
            ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"],
            select(
                key,
                site,
                literal("putaway.confirm"),
                bindparam("p_digest", type_=Text()),
                person,
                device,
                captured,
                answer,
            ),
        )
        .returning(CommandLog.answer)
        .cte("logged")
    )
    return select(logged.c.answer).add_cte(used, taken, given, moved)


CONFIRM = _confirm_statement()


async def confirm_putaway(db: Database, command: Command[ConfirmPutaway]) -> Outcome:
    """Books that a load stands in a bin. A repeated key returns the first answer and changes nothing.

    Refused with BinRefused (a hard rule, by its name), LoadGone, StockShort or ReasonMissing; what the person did stays on record as
    an exception.
    """
    facts, who = command.payload, command.who
    if facts.handling_unit is None or facts.hold is None:
        return await once(db, command, settle_putaway)
    parameters = {
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
    try:
        async with db.hot() as connection:
            booked = (await connection.execute(CONFIRM, parameters)).first()
    except IntegrityError as error:
        if constraint(error) == "pk_command":
            async with db.transaction() as connection:
                return await replay(connection, command)
        booked = None
    if booked is None:
        return await once(db, command, settle_putaway)
    return Outcome("done", answer=booked.answer)


COMMANDS: Registry = {"putaway.confirm": (ConfirmPutaway, confirm_putaway)}
