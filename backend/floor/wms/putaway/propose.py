"""Where a load should go: three bins with their reasons, and room kept in the best of them while the person walks.

Candidates are worked out from a snapshot, without a lock. Room is kept under the bin's row lock, after everything that lies there
or is on its way there was looked at again; so two people never get the same last space.
"""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.catalog import Place
from backend.floor.routing import RankedBin, bin_refusals, choose_bins
from backend.floor.stock import Quant
from backend.floor.wms.picking.floor import Floor
from backend.floor.wms.picking.walk import floor_of
from backend.floor.wms.putaway import rules
from backend.floor.wms.putaway.bins import RULES, Bin, bins, router_load, table
from backend.floor.wms.putaway.loads import Load, load_of
from backend.floor.wms.putaway.problems import LoadTaken, NoBin
from backend.floor.wms.putaway.schemas import ProposalTold, Proposed, ProposePutaway, ReasonTold
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id

_TRIES = 3
_TENTH = Decimal("0.1")


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
    await _free(connection, command, load)
    floor = await floor_of(connection, who.site_id)
    for attempt in range(_TRIES):
        rows = await bins(connection, who.site_id, load, who.person_id, fresh=attempt > 0)
        ranked = await _ranked(connection, floor, load, rows)
        if ranked[0].bin is None:
            if attempt > 0:
                break
            continue
        for choice in ranked:
            hold = await _keep(connection, command, load, floor, rows[choice.index].place.id)
            if hold is not None:
                return _proposed(hold, load, ranked, rows)
    counted = dict(rules.refusal_of(told) for told in ranked[0].reasons if " bins: " in told)
    words = ", ".join(f"{count}: {rule}" for rule, count in counted.items())
    raise NoBin(f"No bin takes {load.code} ({words}).", load=load.code, refusals=counted)


async def _ranked(connection: AsyncConnection, floor: Floor, load: Load, rows: list[Bin]) -> list[RankedBin]:
    places = await connection.execute(
        select(Place.aisle, Place.block, Place.offset_m, Place.x).where(Place.id == load.place)
    )
    here = places.one()
    face = await _face(connection, load)

    def choose() -> list[RankedBin]:
        wanted = router_load(load, floor.stand(face) if face else None)
        return choose_bins(floor.layout, [wanted], table(floor, rows), RULES, here=floor.stand(here))[0]

    return await asyncio.to_thread(choose)


async def _face(connection: AsyncConnection, load: Load) -> Any:
    """Where the item lies loose to be picked from: the fullest such bin."""
    found = await connection.execute(
        select(Place.aisle, Place.block, Place.offset_m, Place.x)
        .join(Quant, Quant.place_id == Place.id)
        .where(
            Quant.item_id == load.rows[0].item_id,
            Quant.site_id == load.rows[0].site_id,
            Quant.handling_unit_id.is_(None),
            Quant.status == "free",
            Quant.quantity > 0,
            Place.kind == "bin",
        )
        .order_by(Quant.quantity.desc())
        .limit(1)
    )
    return found.first()


async def _free(connection: AsyncConnection, command: Command[Any], load: Load) -> None:
    """Drops what I had kept for this load, and what others kept for it too long ago.

    Raises:
        LoadTaken: another person's hold still stands.
    """
    mine = PutawayHold.person_id == command.who.person_id
    same: Any = PutawayHold.handling_unit_id == load.unit
    if load.unit is None:
        same = (PutawayHold.quant_id == load.quant) & mine
    over = PutawayHold.expires_at <= clock.now()
    await connection.execute(delete(PutawayHold).where(same, mine | over))
    if load.unit is None:
        return
    left = await connection.execute(select(PutawayHold.person_id).where(same))
    if (person := left.scalar_one_or_none()) is not None:
        name = await person_name(connection, person)
        raise LoadTaken(f"{name} is putting {load.code} away.", load=load.code, name=name)


async def _keep(
    connection: AsyncConnection, command: Command[Any], load: Load, floor: Floor, place: UUID
) -> PutawayHold | None:
    """Keeps room in one bin, if it still takes the load when its row is locked. A bin that does not is unlocked again."""
    savepoint = await connection.begin_nested()
    if await refusals(connection, command, load, floor, place):
        await savepoint.rollback()
        return None
    row = {
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
    kept = await connection.execute(
        pg_insert(PutawayHold).values(**row).on_conflict_do_nothing().returning(PutawayHold.id)
    )
    if kept.first() is None:
        await savepoint.rollback()
        raise LoadTaken(f"Someone else is putting {load.code} away.", load=load.code)
    await savepoint.commit()
    return PutawayHold(**row)


async def refusals(
    connection: AsyncConnection, command: Command[Any], load: Load, floor: Floor, place: UUID
) -> tuple[str, ...]:
    """The rules by which a bin refuses a load now, by name; its row is locked from here on, so the answer stays true."""
    await connection.execute(select(Place.id).where(Place.id == place).with_for_update(key_share=True))
    rows = await bins(connection, command.who.site_id, load, command.who.person_id, only=place)
    if not rows:
        return ("closed",)
    told = bin_refusals(router_load(load), table(floor, rows), RULES, 0)
    # What is built for a hazard can only be told from all bins: a class that any bin is built for lies nowhere else.
    named = [rules.RULES[why] for why in told]
    if "hazard_place" not in named and await _elsewhere(connection, command, load, rows[0].place):
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


def _proposed(hold: PutawayHold, load: Load, ranked: list[RankedBin], rows: list[Bin]) -> Proposed:
    proposals = [_told(choice, rows[choice.index]) for choice in ranked]
    # What is kept comes first: a better bin may just have gone to someone else.
    proposals.sort(key=lambda proposal: proposal.place != hold.place_id)
    return Proposed(
        hold=hold.id,
        held=hold.place_id,
        expires_at=hold.expires_at,
        load=load.told(),
        proposals=proposals,
    )


def _told(choice: RankedBin, row: Bin) -> ProposalTold:
    parts = [rules.reason_of(told) for told in choice.reasons]
    reasons = [ReasonTold(code=code, metres=metres.quantize(_TENTH)) for code, metres in parts]
    walk = next((reason.metres for reason in reasons if reason.code == "walk"), Decimal(0))
    return ProposalTold(
        place=row.place.id,
        code=row.place.code,
        check_digits=row.place.check_digits,
        zone=row.place.zone,
        walk_m=walk,
        score=Decimal(choice.score).quantize(_TENTH),
        reasons=[reason for reason in reasons if reason.code != "walk"],
    )


COMMANDS: Registry = {"putaway.propose": (ProposePutaway, transactional(propose_putaway))}
