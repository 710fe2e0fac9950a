"""A putaway that is not the usual case: loose goods, another bin, room that is no longer kept. Booked, or refused by a rule's name."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Place
from backend.floor.stock import HandlingUnit, Move, SamePlace, move_contents, post
from backend.floor.wms.picking.walk import floor_of
from backend.floor.wms.putaway import rules
from backend.floor.wms.putaway.loads import Load, load_of
from backend.floor.wms.putaway.problems import BinRefused, LoadGone, ReasonMissing
from backend.floor.wms.putaway.propose import refusals
from backend.floor.wms.putaway.schemas import ConfirmPutaway, PutAway
from backend.floor.wms.putaway.tables import PutawayHold
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command
from backend.kernel.problems import NotFound, Problem
from backend.kernel.quantity import plain


async def settle_putaway(connection: AsyncConnection, command: Command[ConfirmPutaway]) -> PutAway:
    """Books a putaway after every hard rule was looked at under the bin's lock.

    Raises:
        BinRefused: a hard rule, by its name. LoadGone: the load was not where it was taken. ReasonMissing: another bin, no reason.
        All but the last are kept as exceptions: the load stands somewhere, and the books do not know where.
    """
    try:
        return await _settle(connection, command)
    except ReasonMissing:
        raise
    except Problem as problem:
        raise problem.recording(_not_booked(command, problem)) from None


async def _settle(connection: AsyncConnection, command: Command[ConfirmPutaway]) -> PutAway:
    facts, who = command.payload, command.who
    if facts.from_place == facts.to_place:
        raise SamePlace
    target = await _target(connection, command)
    load = await load_of(
        connection, who.site_id, unit=facts.handling_unit, quant=facts.quant, quantity=facts.quantity
    )
    if load.place != facts.from_place:
        raise LoadGone(f"{load.code} now stands at {load.place_code}.", load=load.code, place=load.place_code)
    held = await _held(connection, command, load)
    if rules.needs_reason(held=held, to_place=facts.to_place, reason=facts.reason):
        raise ReasonMissing(expected=str(held), scanned=target)
    floor = await floor_of(connection, who.site_id)
    if target_rules := await refusals(connection, command, load, floor, facts.to_place):
        raise BinRefused(
            f"{load.code} may not lie in {target}: {', '.join(target_rules)}.",
            scanned=target,
            rule=target_rules[0],
            rules=list(target_rules),
            load=load.code,
        )
    moves = await _move(connection, command, load)
    return PutAway(place=facts.to_place, place_code=target, handling_unit=load.unit, moves=moves)


async def _target(connection: AsyncConnection, command: Command[ConfirmPutaway]) -> str:
    found = await connection.execute(
        select(Place.code).where(
            Place.id == command.payload.to_place,
            Place.site_id == command.who.site_id,
            Place.kind.in_(PHYSICAL_KINDS),
        )
    )
    code = found.scalar_one_or_none()
    if code is None:
        raise NotFound("No such bin at this site.", place=str(command.payload.to_place))
    return code


async def _held(connection: AsyncConnection, command: Command[ConfirmPutaway], load: Load) -> UUID | None:
    """Where I have room kept for this load; the room is given back with the booking, whichever bin it is."""
    mine = PutawayHold.person_id == command.who.person_id
    same: Any = PutawayHold.handling_unit_id == load.unit
    if load.unit is None:
        same = PutawayHold.quant_id == load.quant
    gone = await connection.execute(delete(PutawayHold).where(same, mine).returning(PutawayHold.place_id))
    return gone.scalar_one_or_none()


async def _move(connection: AsyncConnection, command: Command[ConfirmPutaway], load: Load) -> int:
    facts = command.payload
    reason = facts.reason or None
    if load.unit is None:
        row = load.rows[0]
        move = Move(
            kind="putaway",
            item=row.item_id,
            quantity=load.quantity,
            from_place=facts.from_place,
            to_place=facts.to_place,
            lot=row.lot_id,
            serial=row.serial_id,
            owner=row.owner_id,
            from_status=row.status,
            to_status=row.status,
            reason=reason,
        )
        return len(await post(connection, command, [move]))
    booked = await move_contents(
        connection, command, load.unit, facts.from_place, facts.to_place, kind="putaway", reason=reason
    )
    stood = await connection.execute(
        update(HandlingUnit)
        .where(HandlingUnit.id == load.unit, HandlingUnit.place_id == facts.from_place)
        .values(place_id=facts.to_place)
        .returning(HandlingUnit.id)
    )
    if stood.first() is None or not booked:
        raise LoadGone(f"{load.code} was moved meanwhile.", load=load.code)
    return len(booked)


def _not_booked(command: Command[ConfirmPutaway], problem: Problem) -> Any:
    async def record(connection: AsyncConnection) -> None:
        facts = command.payload
        found = Found(
            kind="putaway_not_booked",
            severity="high",
            place=facts.to_place,
            handling_unit=facts.handling_unit,
            details={
                "why": problem.type,
                "detail": problem.detail,
                "rule": str(problem.facts.get("rule", "")),
                "quantity": plain(facts.quantity) if facts.quantity is not None else "",
                "reason": facts.reason,
            },
        )
        await raise_exception(connection, command.who.site_id, found, command=command)

    return record
