"""Where a load should go: three bins with their reasons, and room kept in the best of them while the person walks.

Candidates are worked out from a snapshot, without a lock. Room is kept under the bin's row lock, after everything that lies there
or is on its way there was looked at again; so two people never get the same last space. Who comes second starts anew.
"""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import to_builtins
from sqlalchemy import insert, literal, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from backend.access import person_name
from backend.floor.catalog import Place
from backend.floor.routing import BinTable, RankedBin, bin_refusals, choose_bins
from backend.floor.wms.picking.floor import Floor
from backend.floor.wms.putaway import rules
from backend.floor.wms.putaway.bins import RULES, bins, locked_bin, router_load, table
from backend.floor.wms.putaway.loads import Load, load_of
from backend.floor.wms.putaway.problems import LoadTaken, NoBin
from backend.floor.wms.putaway.racks import Ground, ground
from backend.floor.wms.putaway.schemas import ProposalTold, Proposed, ProposePutaway, ReasonTold
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Registry, log_row, once, replay
from backend.kernel.db import Database, constraint, retried
from backend.kernel.ids import new_id
from backend.kernel.problems import Problem, Unavailable
from backend.kernel.tables import CommandLog

_TRIES = 12
_TENTH = Decimal("0.1")


class _Overtaken(Exception):
    """The bin filled up between the look at it and its lock."""


async def propose(db: Database, command: Command[ProposePutaway]) -> Outcome:
    """Proposes bins for a load and keeps room in the best; as often anew as somebody else was faster. See `propose_putaway`.

    The usual case reads without a transaction and writes hold, key and answer in one statement; whatever is out of the ordinary
    goes the careful way, which keeps refusals under the key.
    """
    told = await _at_once(db, command)
    if told is not None:
        return told
    for _ in range(_TRIES):
        try:
            return await once(db, command, propose_putaway)
        except _Overtaken:  # all of the try is undone, its locks too
            continue
    raise Unavailable


async def _at_once(db: Database, command: Command[ProposePutaway]) -> Outcome | None:
    """The usual case: the load is there, a bin takes it, and nobody was faster. None: it is another."""
    facts, who = command.payload, command.who
    try:
        async with db.hot() as connection:
            load = await load_of(
                connection, who.site_id, unit=facts.handling_unit, quant=facts.quant, quantity=facts.quantity
            )
            at = await ground(connection, who.site_id, load, who.person_id)
        ranked = await asyncio.to_thread(_ranked, at, load, at.table)
        if ranked[0].bin is None:
            return None
        hold = _hold_of(command, load, at.rows[ranked[0].index].id)
        answer = to_builtins(_proposed(hold, load, ranked, at.rows), str_keys=True)
        return await retried(lambda: _keep_with_answer(db, command, load, at.floor, hold, answer))
    except Problem:
        return None
    except IntegrityError as error:
        if constraint(error) != "pk_command":
            raise
        async with db.transaction() as connection:
            return await replay(connection, command)


async def _keep_with_answer(
    db: Database, command: Command[Any], load: Load, floor: Floor, hold: dict[str, Any], answer: Any
) -> Outcome | None:
    """Keeps the room and the key with its answer, once the bin is locked and still takes the load."""
    async with db.transaction() as connection:
        if await refusals(connection, command, load, floor, hold["place_id"]):
            return None
        kept = _held(command, load, hold).cte("kept")
        log = CommandLog.__table__.c
        row = log_row(command) | {"outcome": "done", "answer": answer}
        values = [literal(value, log[name].type) for name, value in row.items()]
        logged = insert(CommandLog).from_select(list(row), select(*values).select_from(kept))
        done = await connection.execute(logged.returning(CommandLog.id))
        return None if done.first() is None else Outcome("done", answer=answer)


async def propose_putaway(connection: AsyncConnection, command: Command[ProposePutaway]) -> Proposed:
    """Proposes bins for a load and keeps room in the best. Asked again, the same load gets fresh proposals.

    Raises:
        NoBin: every bin of the site refuses the load; the facts say by which rules.
        LoadTaken: another person has room kept for this load.
        LoadGone, StockShort: it is not there (any more), or promised to an order.
    """
    facts, who = command.payload, command.who
    load = await load_of(
        connection, who.site_id, unit=facts.handling_unit, quant=facts.quant, quantity=facts.quantity
    )
    at = await ground(connection, who.site_id, load, who.person_id)
    ranked, rows = await asyncio.to_thread(_ranked, at, load, at.table), at.rows
    if ranked[0].bin is None:
        looked = await bins(connection, who.site_id, load, who.person_id)
        ranked = await asyncio.to_thread(_ranked, at, load, table(at.floor, looked))
        rows = [one.place for one in looked]
    if ranked[0].bin is None:
        await _not_anothers(connection, command, load)
        raise _no_bin(load, ranked[0])
    hold = _hold_of(command, load, rows[ranked[0].index].id)
    await _keep(connection, command, load, at.floor, hold)
    return _proposed(hold, load, ranked, rows)


def _ranked(at: Ground, load: Load, bins_now: BinTable) -> list[RankedBin]:
    wanted = router_load(load, at.floor.stand(at.face) if at.face else None)
    return choose_bins(at.floor.layout, [wanted], bins_now, RULES, here=at.floor.stand(at.here))[0]


def _no_bin(load: Load, refused: RankedBin) -> NoBin:
    counted = dict(rules.refusal_of(told) for told in refused.reasons if " bins: " in told)
    words = ", ".join(f"{count}: {rule}" for rule, count in counted.items())
    return NoBin(f"No bin takes {load.code} ({words}).", load=load.code, refusals=counted)


async def _not_anothers(connection: AsyncConnection, command: Command[Any], load: Load) -> None:
    """Raises LoadTaken where another person's hold for this load still stands."""
    if load.unit is None:
        return
    found = await connection.execute(
        select(PutawayHold.person_id).where(
            PutawayHold.handling_unit_id == load.unit,
            PutawayHold.person_id != command.who.person_id,
            PutawayHold.expires_at > clock.now(),
        )
    )
    if (person := found.scalar_one_or_none()) is not None:
        name = await person_name(connection, person)
        raise LoadTaken(f"{name} is putting {load.code} away.", load=load.code, name=name)


def _hold_of(command: Command[Any], load: Load, place: UUID) -> dict[str, Any]:
    """Room for the load in a bin, as a row."""
    return {
        "id": new_id(),
        "site_id": command.who.site_id,
        "person_id": command.who.person_id,
        "place_id": place,
        "handling_unit_id": load.unit,
        "quant_id": load.quant,
        "item_id": load.rows[0].item_id if load.measure.item != "mixed" else None,
        "lot_id": load.rows[0].lot_id if load.measure.lot != "mixed" else None,
        "quantity": load.quantity,
        "grams": load.measure.grams,
        "millilitres": load.measure.millilitres,
        "hazard": load.measure.hazard,
        "expires_at": clock.now() + rules.HOLD_FOR,
    }


def _held(command: Command[Any], load: Load, hold: dict[str, Any]) -> ReturningInsert[Any]:
    """Writes a hold in place of what I had kept for this load or another kept too long ago; returns its id, or nothing."""
    statement = pg_insert(PutawayHold).values(**hold)
    if load.unit is None:
        target: list[Any] = [PutawayHold.quant_id, PutawayHold.person_id]
        one_load = PutawayHold.quant_id.is_not(None)
    else:
        target, one_load = [PutawayHold.handling_unit_id], PutawayHold.handling_unit_id.is_not(None)
    return statement.on_conflict_do_update(
        index_elements=target,
        index_where=one_load,
        set_=hold,
        where=(PutawayHold.person_id == command.who.person_id) | (PutawayHold.expires_at <= clock.now()),
    ).returning(PutawayHold.id)


async def _keep(
    connection: AsyncConnection, command: Command[Any], load: Load, floor: Floor, hold: dict[str, Any]
) -> None:
    """Keeps room in a bin.

    Raises:
        _Overtaken: now that its row is locked, the bin takes the load no more.
        LoadTaken: another person's hold still stands.
    """
    if await refusals(connection, command, load, floor, hold["place_id"]):
        raise _Overtaken
    kept = await connection.execute(_held(command, load, hold))
    if kept.first() is None:
        await _not_anothers(connection, command, load)
        raise _Overtaken  # it was given up this moment


async def refusals(
    connection: AsyncConnection, command: Command[Any], load: Load, floor: Floor, place: UUID
) -> tuple[str, ...]:
    """The rules by which a bin refuses a load now, by name; its row is locked from here on, so the answer stays true."""
    found = await locked_bin(connection, command.who.site_id, load, command.who.person_id, place)
    if found is None:
        return ("closed",)
    told = bin_refusals(router_load(load), table(floor, [found]), RULES, 0)
    # What is built for a hazard can only be told from all bins: a class that any bin is built for lies nowhere else.
    named = [rules.RULES[why] for why in told]
    if "hazard_place" not in named and await _elsewhere(connection, command, load, found.place):
        named.append("hazard_place")
    return tuple(named)


async def _elsewhere(connection: AsyncConnection, command: Command[Any], load: Load, row: Any) -> bool:
    hazard = load.measure.hazard
    if not hazard or hazard in row.rules.get("hazards", ()):
        return False
    found = await connection.execute(
        select(Place.id)
        .where(
            Place.site_id == command.who.site_id,
            Place.kind == "bin",
            Place.rules["hazards"].contains([hazard]),
        )
        .limit(1)
    )
    return found.first() is not None


def _proposed(hold: dict[str, Any], load: Load, ranked: list[RankedBin], rows: list[Any]) -> Proposed:
    return Proposed(
        hold=hold["id"],
        held=hold["place_id"],
        expires_at=hold["expires_at"],
        load=load.told(),
        proposals=[_told(choice, rows[choice.index]) for choice in ranked],
    )


def _told(choice: RankedBin, bin_: Any) -> ProposalTold:
    parts = [rules.reason_of(told) for told in choice.reasons]
    reasons = [ReasonTold(code=code, metres=metres.quantize(_TENTH)) for code, metres in parts]
    walk = next((reason.metres for reason in reasons if reason.code == "walk"), Decimal(0))
    return ProposalTold(
        place=bin_.id,
        code=bin_.code,
        check_digits=bin_.check_digits,
        zone=bin_.zone,
        walk_m=walk,
        score=Decimal(choice.score).quantize(_TENTH),
        reasons=[reason for reason in reasons if reason.code != "walk"],
    )


COMMANDS: Registry = {"putaway.propose": (ProposePutaway, propose)}
