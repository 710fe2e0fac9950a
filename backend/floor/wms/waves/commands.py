"""What a planner says about waves: plan these orders, make the rounds, drop it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Site
from backend.floor.wms.picking.release import make_planned
from backend.floor.wms.waves.rules import ACTIVE, MOST_ORDERS, MOST_TOTES, states_that, wave_state
from backend.floor.wms.waves.schemas import PlanWave, WaveAccepted, WaveAsked, WaveWish
from backend.floor.wms.waves.tables import Wave
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Conflict, NotFound


class WaveOver(Conflict):
    """The wave was accepted, cancelled or overtaken by a newer one."""

    type = "wave-over"
    title = "This wave is over"


class WaveTooLarge(BadRequest):
    """More orders than are planned at once."""

    type = "wave-too-large"
    title = "Too many orders for one wave"


async def plan_wave(connection: AsyncConnection, command: Command[PlanWave]) -> WaveAsked:
    """Asks for a plan. A wave of this site that is still asked for, planned or open to be accepted is overtaken by it."""
    facts, site = command.payload, command.who.site_id
    if len(facts.orders) > MOST_ORDERS:
        raise WaveTooLarge(f"{len(facts.orders)} orders; at most {MOST_ORDERS}.", most=MOST_ORDERS)
    if not 1 <= facts.totes <= MOST_TOTES:
        raise BadRequest(f"A cart carries 1 to {MOST_TOTES} totes, not {facts.totes}.")
    # Two planners who ask at once: the later one overtakes, so they go through here one by one.
    await connection.execute(select(Site.id).where(Site.id == site).with_for_update(key_share=True))
    await connection.execute(
        update(Wave)
        .where(Wave.site_id == site, Wave.state.in_(states_that("overtake")))
        .values(state="overtaken", ended_at=clock.now())
    )
    wave = new_id()
    await connection.execute(
        pg_insert(Wave).values(
            id=wave,
            site_id=site,
            asked_by=command.who.person_id,
            totes=facts.totes,
            accept=facts.automatic,
            plan={"orders": [str(order) for order in dict.fromkeys(facts.orders)]},
        )
    )
    return WaveAsked(wave=wave, state="asked")


async def accept_wave(connection: AsyncConnection, command: Command[WaveWish]) -> WaveAccepted:
    """Makes the plan's rounds. While it is still being planned, the solver is told to stop and its best plan is taken.

    Raises:
        WaveOver: it is no longer open.
    """
    row = await _locked(connection, command)
    if row.state in ("asked", "planning"):
        await connection.execute(update(Wave).where(Wave.id == row.id).values(accept=True))
        return WaveAccepted(wave=row.id, state=row.state, rounds=[], left={})
    if wave_state(row.state, "release") is None:
        raise WaveOver(state=row.state)
    return await release_wave(connection, row.site_id, row.id, row.plan)


async def release_wave(
    connection: AsyncConnection, site: UUID, wave: UUID, plan: dict[str, Any]
) -> WaveAccepted:
    """Makes one round of each batch of a plan and ends the wave."""
    carts = [[UUID(order) for order in cart] for cart in plan.get("batches", [])]
    made = await make_planned(connection, site, carts)
    left = plan.get("left", {}) | made.left
    await connection.execute(
        update(Wave)
        .where(Wave.id == wave)
        .values(
            state="accepted",
            ended_at=clock.now(),
            plan=plan | {"rounds": [str(round_) for round_ in made.rounds], "left": left},
        )
    )
    return WaveAccepted(wave=wave, state="accepted", rounds=made.rounds, left=left)


async def cancel_wave(connection: AsyncConnection, command: Command[WaveWish]) -> WaveAsked:
    """Drops a wave; its orders are free for others at once.

    Raises:
        WaveOver: it is no longer open.
    """
    row = await _locked(connection, command)
    state = wave_state(row.state, "cancel")
    if state is None:
        raise WaveOver(state=row.state)
    await connection.execute(update(Wave).where(Wave.id == row.id).values(state=state, ended_at=clock.now()))
    return WaveAsked(wave=row.id, state=state)


async def _locked(connection: AsyncConnection, command: Command[WaveWish]) -> Any:
    row = (
        await connection.execute(
            select(Wave.id, Wave.site_id, Wave.state, Wave.plan)
            .where(Wave.id == command.payload.wave, Wave.site_id == command.who.site_id)
            .with_for_update()
        )
    ).first()
    if row is None:
        raise NotFound("No such wave.")
    if row.state not in ACTIVE:
        raise WaveOver(state=row.state)
    return row


COMMANDS: Registry = {
    "wave.plan": (PlanWave, transactional(plan_wave)),
    "wave.accept": (WaveWish, transactional(accept_wave)),
    "wave.cancel": (WaveWish, transactional(cancel_wave)),
}
