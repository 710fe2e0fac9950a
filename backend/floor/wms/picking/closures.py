"""Closing and opening an aisle: the site's plan says it, open rounds go round it, what nobody can reach becomes an exception."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Site
from backend.floor.wms.picking.plan_schemas import (
    AisleBlocked,
    AisleTold,
    CloseAisle,
    OpenAisle,
    RoundReplanned,
)
from backend.floor.wms.picking.replan import last_stand, place_lines, replan_rounds
from backend.floor.wms.picking.tables import AisleClosure, PickRound
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Conflict, NotFound


class NoSuchAisle(BadRequest):
    """The floor plan has no such aisle or block."""

    type = "no-such-aisle"
    title = "There is no such aisle"


class NotClosed(Conflict):
    """The aisle is open already."""

    type = "not-closed"
    title = "That aisle is open"


async def close_aisle(connection: AsyncConnection, command: Command[CloseAisle]) -> AisleTold:
    """Closes an aisle for everyone and plans the open rounds again, pickers' devices included. Closing it twice is no error.

    Raises:
        NoSuchAisle: it is not on this floor.
    """
    facts, site = command.payload, command.who.site_id
    plan = await _locked_plan(connection, site)
    blocks = range(plan["blocks"]) if facts.block is None else (facts.block,)
    _must_exist(plan, facts.aisle, blocks)
    if not facts.reason.strip():
        raise BadRequest("Say why the aisle is closed.")
    await connection.execute(
        pg_insert(AisleClosure)
        .values(
            [
                {
                    "id": new_id(),
                    "site_id": site,
                    "aisle": facts.aisle,
                    "block": block,
                    "reason": facts.reason.strip()[:200],
                    "closed_by": command.who.person_id,
                }
                for block in blocks
            ]
        )
        .on_conflict_do_nothing()
    )
    return await _planned_anew(connection, site, plan)


async def open_aisle(connection: AsyncConnection, command: Command[OpenAisle]) -> AisleTold:
    """Opens an aisle again; rounds whose bins were cut off have them back in their walk.

    Raises:
        NotClosed: it is open.
    """
    facts, site = command.payload, command.who.site_id
    plan = await _locked_plan(connection, site)
    still = [
        AisleClosure.site_id == site,
        AisleClosure.aisle == facts.aisle,
        AisleClosure.opened_at.is_(None),
    ]
    if facts.block is not None:
        still.append(AisleClosure.block == facts.block)
    opened = await connection.execute(
        update(AisleClosure)
        .where(*still)
        .values(opened_at=clock.now(), opened_by=command.who.person_id)
        .returning(AisleClosure.id)
    )
    if opened.first() is None:
        raise NotClosed(aisle=facts.aisle, block=facts.block)
    return await _planned_anew(connection, site, plan)


async def aisle_blocked(connection: AsyncConnection, command: Command[AisleBlocked]) -> RoundReplanned:
    """A picker stands before something. Their round goes round it; whether the aisle is closed for all a supervisor decides.

    Raises:
        NotFound: there is no such round here.
        NoSuchAisle: it is not on this floor.
    """
    facts, site = command.payload, command.who.site_id
    found = await connection.execute(
        select(Site.plan)
        .join(PickRound, PickRound.site_id == Site.id)
        .where(PickRound.id == facts.round, PickRound.site_id == site)
    )
    row = found.first()
    if row is None:
        raise NotFound("No such round.")
    _must_exist(row.plan, facts.aisle, [facts.block])
    report = Found(
        kind="aisle_blocked",
        severity="high",
        task=facts.round,
        place=facts.at,
        details={"aisle": facts.aisle, "block": facts.block} | ({"note": facts.note} if facts.note else {}),
    )
    await raise_exception(connection, site, report, command=command)
    start = facts.at or await last_stand(connection, facts.round)
    unreachable = await place_lines(
        connection, site, facts.round, start=start, closed=[(facts.aisle, facts.block)]
    )
    return RoundReplanned(round=facts.round, unreachable=unreachable)


async def closures(connection: AsyncConnection, site_id: UUID) -> Sequence[Any]:
    """What is closed now: aisle, block, reason, who and since when."""
    found = await connection.execute(
        select(
            AisleClosure.aisle,
            AisleClosure.block,
            AisleClosure.reason,
            AisleClosure.closed_by,
            AisleClosure.closed_at,
        )
        .where(AisleClosure.site_id == site_id, AisleClosure.opened_at.is_(None))
        .order_by(AisleClosure.aisle, AisleClosure.block)
    )
    return found.all()


def _must_exist(plan: dict[str, Any], aisle: int, blocks: Sequence[int]) -> None:
    if not 0 <= aisle < plan["aisles"] or any(not 0 <= block < plan["blocks"] for block in blocks):
        raise NoSuchAisle(aisle=aisle, blocks=list(blocks))


async def _locked_plan(connection: AsyncConnection, site: UUID) -> dict[str, Any]:
    found = await connection.execute(select(Site.plan).where(Site.id == site).with_for_update(key_share=True))
    return dict(found.scalar_one())


async def _planned_anew(connection: AsyncConnection, site: UUID, plan: dict[str, Any]) -> AisleTold:
    closed = [(row.aisle, row.block) for row in await closures(connection, site)]
    await connection.execute(update(Site).where(Site.id == site).values(plan=plan | {"closed": closed}))
    rounds, unreachable = await replan_rounds(connection, site)
    return AisleTold(closed=closed, rounds=rounds, unreachable=unreachable)


COMMANDS: Registry = {
    "aisle.close": (CloseAisle, transactional(close_aisle)),
    "aisle.open": (OpenAisle, transactional(open_aisle)),
    "pick.aisle_blocked": (AisleBlocked, transactional(aisle_blocked)),
}
