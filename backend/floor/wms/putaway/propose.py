"""Where a load should go: three bins with their reasons, and room kept in the best of them while the person walks.

Candidates are worked out from a snapshot, without a lock. Room is kept under the bin's row lock, after everything that lies there
or is on its way there was looked at again; so two people never get the same last space. Who comes second starts anew.
"""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
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
from backend.kernel.commands import Command, Who
from backend.kernel.ids import new_id

_TENTH = Decimal("0.1")


class Overtaken(Exception):
    """The bin filled up between the look at it and its lock."""


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
    ranked, rows = await asyncio.to_thread(ranked_bins, at, load, at.table), at.rows
    if ranked[0].bin is None:
        looked = await bins(connection, who.site_id, load, who.person_id)
        ranked = await asyncio.to_thread(ranked_bins, at, load, table(at.floor, looked))
        rows = [one.place for one in looked]
    if ranked[0].bin is None:
        await _not_anothers(connection, command, load)
        raise _no_bin(load, ranked[0])
    hold = hold_of(command.who, load, rows[ranked[0].index].id)
    await _keep(connection, command, load, at.floor, hold)
    return proposed(hold, load, ranked, rows)


def ranked_bins(at: Ground, load: Load, bins_now: BinTable) -> list[RankedBin]:
    """The best bins of a table for the load, or the one entry that tells why none takes it."""
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


def hold_of(who: Who, load: Load, place: UUID) -> dict[str, Any]:
    """Room for the load in a bin, as a row."""
    return {
        "id": new_id(),
        "site_id": who.site_id,
        "person_id": who.person_id,
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


def written_over_mine(into: Insert, columns: list[str], *, person: Any, loose: bool) -> ReturningInsert[Any]:
    """The hold in place of what this person had kept for the load, or another kept too long ago; returns its id, or nothing."""
    kept = "quant_id" if loose else "handling_unit_id"
    over: Any = into.on_conflict_do_update(
        index_elements=[kept, "person_id"] if loose else [kept],
        index_where=PutawayHold.__table__.c[kept].is_not(None),
        set_={name: into.excluded[name] for name in columns},
        where=(PutawayHold.person_id == person) | (PutawayHold.expires_at <= func.clock_timestamp()),
    )
    written: ReturningInsert[Any] = over.returning(PutawayHold.id)
    return written


async def _keep(
    connection: AsyncConnection, command: Command[Any], load: Load, floor: Floor, hold: dict[str, Any]
) -> None:
    """Keeps room in a bin.

    Raises:
        Overtaken: now that its row is locked, the bin takes the load no more.
        LoadTaken: another person's hold still stands.
    """
    if await refusals(connection, command, load, floor, hold["place_id"]):
        raise Overtaken
    written = written_over_mine(
        pg_insert(PutawayHold).values(**hold),
        list(hold),
        person=command.who.person_id,
        loose=load.unit is None,
    )
    kept = await connection.execute(written)
    if kept.first() is None:
        await _not_anothers(connection, command, load)
        raise Overtaken  # it was given up this moment


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


def proposed(hold: dict[str, Any], load: Load, ranked: list[RankedBin], rows: list[Any]) -> Proposed:
    """The answer: the bins with their reasons, and which of them is kept."""
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
