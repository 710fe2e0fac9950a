"""Propose a putaway in two round trips: what the load and the bins are, then room in the best bin together with the key and the answer.

Nothing is locked between the two. The second hangs on an UPDATE of the bin's row: it is what it was, in it lies and to it comes what was
seen, and whoever kept room in it last (`Place.filled_by`) is somebody this statement sees. Two that want the same bin wait for
each other at its row; who comes second finds the first's number there, does not see the first's hold, and starts anew the careful
way, `propose_putaway`. So does whatever is not the usual case.
"""

import asyncio
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import (
    CTE,
    Boolean,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.floor.catalog import Place
from backend.floor.routing import RankedBin
from backend.floor.stock import StockShort
from backend.floor.wms.putaway.bins import CONTENT_OF_ONE, THIS_TRANSACTION, facts_of, look_of
from backend.floor.wms.putaway.loads import LOOSE, ON_UNIT, Load, Thing, load_from, things
from backend.floor.wms.putaway.propose import (
    Overtaken,
    hold_of,
    propose_putaway,
    proposed,
    ranked_bins,
    written_over_mine,
)
from backend.floor.wms.putaway.racks import Ground, ground_from, ground_statement, kept_racks, racks_of
from backend.floor.wms.putaway.schemas import ProposePutaway
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Registry, log_row, once
from backend.kernel.db import Database
from backend.kernel.onetrip import OneTrip
from backend.kernel.problems import Unavailable
from backend.kernel.tables import CommandLog

_TRIES: Final = 12
_LIMITS: Final = ("rules", "max_weight_g", "max_volume_ml", "max_height_mm")
_HOLD: Final = (
    "id", "site_id", "person_id", "place_id", "handling_unit_id", "quant_id", "item_id", "lot_id", "quantity", "grams",
    "millilitres", "hazard", "expires_at",
)  # fmt: skip
_LOG: Final = ("id", "site_id", "type", "digest", "person_id", "device_id", "captured_at")


async def propose(db: Database, command: Command[ProposePutaway]) -> Outcome:
    """Proposes bins for a load and keeps room in the best; as often anew as somebody else was faster. See `propose_putaway`."""
    told = await _at_once(db, command)
    if told is not None:
        return told
    for _ in range(_TRIES):
        try:
            return await once(db, command, propose_putaway)
        except Overtaken:  # all of the try is undone, its locks too
            continue
    raise Unavailable


async def _at_once(db: Database, command: Command[ProposePutaway]) -> Outcome | None:
    """The usual case: the load is there, a bin takes it, and nobody was faster. None: it is another."""
    seen = await _seen(db, command)
    if seen is None:
        return None
    load, at = seen
    ranked = await asyncio.to_thread(ranked_bins, at, load, at.table)
    if ranked[0].bin is None:
        return None
    hold = hold_of(command.who, load, at.rows[ranked[0].index].id)
    answer = msgspec.to_builtins(proposed(hold, load, ranked, at.rows), str_keys=True)
    facts = _kept_facts(command, load, at, ranked[0], hold) | {"p_answer": answer}
    kept = await db.driver.book(keep_trip(loose=load.unit is None), facts)
    return None if kept is None else Outcome("done", answer=answer)


async def _seen(db: Database, command: Command[ProposePutaway]) -> tuple[Load, Ground] | None:
    """The load and the bins in one look; None where nothing lies there any more or less than was asked for."""
    facts, who = command.payload, command.who
    look = {
        "p_site": who.site_id, "p_unit": facts.handling_unit, "p_quant": facts.quant, "p_person": who.person_id,
        "p_now": clock.now(),
    }  # fmt: skip
    row = await db.driver.first(look_trip(loose=facts.quant is not None), look)
    if row is None:
        return None
    lying = msgspec.convert(row["things"], list[Thing])
    if facts.quant is not None and lying[0].handling_unit_id is not None:
        return None
    try:
        load = load_from(lying, facts.quantity, whole=facts.quant is None)
    except StockShort:
        return None
    racks = kept_racks(who.site_id, row["plan"])
    if racks is None:
        async with db.hot() as connection:
            racks = await racks_of(connection, who.site_id, row["plan"])
    return load, ground_from(racks, row)


@cache
def look_trip(*, loose: bool) -> OneTrip:
    """The load and the ground under it, in one row; none where nothing lies there."""
    load = (LOOSE if loose else ON_UNIT).cte("load")
    first = select(load.c.item_id, load.c.place_id).order_by(load.c.id).limit(1).subquery("first")
    one_item = select(
        case((func.min(load.c.sku) == func.max(load.c.sku), select(first.c.item_id).scalar_subquery()))
    )
    statement = ground_statement(
        item=one_item.scalar_subquery(),
        face_of=select(first.c.item_id).scalar_subquery(),
        place=select(first.c.place_id).scalar_subquery(),
    )
    return OneTrip(statement.add_columns(things(load).label("things")))


@cache
def keep_trip(*, loose: bool) -> OneTrip:
    """Room, key and answer, if the bin is still what it was."""
    bin_ = _bin_as_seen()
    columns = {name: bindparam(f"p_hold_{name}", type_=PutawayHold.__table__.c[name].type) for name in _HOLD}
    into = pg_insert(PutawayHold).from_select(list(columns), select(*columns.values()).select_from(bin_))
    kept = written_over_mine(into, list(columns), person=columns["person_id"], loose=loose).cte("kept")
    table = CommandLog.__table__.c
    log = {name: bindparam(f"p_log_{name}", type_=table[name].type) for name in _LOG}
    log |= {"outcome": literal("done"), "answer": bindparam("p_answer", type_=JSONB())}
    logged = insert(CommandLog).from_select(list(log), select(*log.values()).select_from(kept))
    return OneTrip(select(logged.returning(CommandLog.id).cte("logged")))


def _bin_as_seen() -> CTE:
    """The bin's row, locked and marked, if its limits and what is in it are what the proposal took them for."""
    content = CONTENT_OF_ONE.subquery("content")
    look = func.coalesce(select(look_of(content.c)).scalar_subquery(), "")
    limits = [
        Place.__table__.c[name].is_not_distinct_from(
            bindparam(f"p_{name}", type_=Place.__table__.c[name].type)
        )
        for name in _LIMITS
    ]
    return (
        update(Place)
        .where(
            Place.id == bindparam("p_place", type_=Uuid()),
            Place.blocked.is_(None),
            *limits,
            look == bindparam("p_look", type_=Text()),
            literal_column(
                "(place.filled_by is null"
                " or pg_visible_in_snapshot(place.filled_by::text::xid8, pg_current_snapshot()))",
                Boolean,
            ),
        )
        .values(filled_by=THIS_TRANSACTION)
        .returning(Place.id)
        .cte("bin")
    )


def _kept_facts(
    command: Command[Any], load: Load, at: Ground, best: RankedBin, hold: dict[str, Any]
) -> dict[str, Any]:
    """The parameters of `keep_trip`, but for the answer."""
    bin_ = at.rows[best.index]
    return {
        **facts_of(command.who.site_id, load, command.who.person_id),
        **{f"p_hold_{name}": hold[name] for name in _HOLD},
        **{f"p_log_{name}": value for name, value in log_row(command).items()},
        **{f"p_{name}": getattr(bin_, name) for name in _LIMITS},
        "p_place": bin_.id,
        "p_look": at.looks.get(best.index, ""),
    }


COMMANDS: Registry = {"putaway.propose": (ProposePutaway, propose)}
