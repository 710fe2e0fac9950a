"""Planning in the worker: takes a wave that was asked for, has it solved, keeps the best plan so far where all can see it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Site
from backend.floor.wms.picking.packing import OpenOrder, open_orders, passed_over
from backend.floor.wms.picking.walk import crowd_of
from backend.floor.wms.waves.commands import release_wave
from backend.floor.wms.waves.problem import Better, Problem, Solved, WaveOrder
from backend.floor.wms.waves.rules import MOST_ORDERS, PROVED_UP_TO, budget, states_that
from backend.floor.wms.waves.solver import Solver, SolverLost
from backend.floor.wms.waves.tables import Wave
from backend.floor.work import Task
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.live import Live

log = structlog.get_logger()

METRE = Decimal("0.1")


async def plan_waves(db: Database, live: Live, solver: Solver) -> int:
    """Plans every wave that waits, one after the other. Returns how many."""
    await solver.start()
    planned = 0
    while (wave := await _take(db)) is not None:
        planned += 1
        live.publish(wave.site_id, "wave", wave=str(wave.id), state="planning")
        try:
            solved = await _solve(db, live, solver, wave)
        except SolverLost as error:
            log.warning("wave_failed", wave=str(wave.id), why=str(error))
            await _end(db, wave.id, "failed", str(error))
        else:
            if solved is not None:
                await _finish(db, wave, solved)
        live.publish(wave.site_id, "wave", wave=str(wave.id), state="ended")
    return planned


async def _take(db: Database) -> Any:
    """The oldest wave that waits, or one whose worker is gone: only one runs this at a time over all workers."""
    chosen = (
        select(Wave.id)
        .where(Wave.state.in_(states_that("take")))
        .order_by(Wave.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    async with db.transaction() as connection:
        taken = await connection.execute(
            update(Wave)
            .where(Wave.id == chosen.scalar_subquery())
            .values(state="planning", started_at=clock.now(), share=0)
            .returning(Wave.id, Wave.site_id, Wave.totes, Wave.accept, Wave.plan)
        )
        return taken.first()


async def _solve(db: Database, live: Live, solver: Solver, wave: Any) -> Solved | None:
    """The plan, or None when the wave was cancelled or overtaken meanwhile."""
    problem, left = await _problem(db, wave)
    is_wanted = True

    async def hear(told: Better | None) -> bool:
        nonlocal is_wanted
        state, accept = await _keep(db, wave.id, told)
        is_wanted = state == "planning"
        if told is not None:
            live.publish(wave.site_id, "wave", wave=str(wave.id), share=round(told.share, 3))
        # Accepted while it is planned: the best plan so far will do. One to be accepted by itself is planned to its end.
        return is_wanted and (wave.accept or not accept)

    solved = await solver.solve(problem, hear)
    return msgspec.structs.replace(solved, left=left | solved.left) if is_wanted else None


async def _problem(db: Database, wave: Any) -> tuple[Problem, dict[str, str]]:
    """The wave as the solver takes it, its orders noted on it; and why some of the orders asked for are not in it."""
    asked = [UUID(order) for order in wave.plan.get("orders", ())]
    async with db.transaction() as connection:
        orders = await open_orders(
            connection,
            wave.site_id,
            wanted=asked or None,
            limit=None if asked else MOST_ORDERS,
            lock=False,
        )
        left = await passed_over(connection, wave.site_id, set(asked) - {order.id for order in orders})
        everything = list(dict.fromkeys([*map(str, asked), *(str(order.id) for order in orders)]))
        await connection.execute(
            update(Wave)
            .where(Wave.id == wave.id)
            .values(plan=wave.plan | {"orders": everything, "left": left})
        )
        problem = await problem_of(
            connection, wave.site_id, orders, id_=str(wave.id), totes=wave.totes, rounds=budget(len(orders))
        )
    return problem, left


async def problem_of(
    connection: AsyncConnection,
    site_id: UUID,
    orders: Iterable[OpenOrder],
    *,
    id_: str,
    totes: int,
    rounds: int,
) -> Problem:
    """Orders, the floor as it is today and who works where, as the solver takes them."""
    now = clock.now()
    asked = tuple(
        WaveOrder(
            id=str(order.id),
            totes=len(order.totes),
            due=max(0, int((order.due_at - now).total_seconds())),
            stops=tuple(dict.fromkeys(piece.spot for piece in order.pieces)),
        )
        for order in orders
    )
    plan = (await connection.execute(select(Site.plan).where(Site.id == site_id))).scalar_one()
    pickers = await connection.execute(
        select(func.count(Task.person_id.distinct())).where(
            Task.site_id == site_id, Task.kind == "pick", Task.state == "claimed"
        )
    )
    crowd = await crowd_of(connection, site_id)
    return Problem(
        id=id_,
        plan=plan,
        orders=asked,
        totes=totes,
        budget=rounds,
        crowd=tuple((aisle, block, factor) for (aisle, block), factor in sorted(crowd.items())),
        pickers=max(1, pickers.scalar_one()),
        prove=len(asked) <= PROVED_UP_TO,
    )


async def _keep(db: Database, wave: UUID, told: Better | None) -> tuple[str, bool]:
    """Keeps a better plan for all to see, and learns whether the wave is still wanted."""
    still = Wave.state == "planning"
    async with db.transaction() as connection:
        if told is not None:
            better = {"batches": told.batches}
            await connection.execute(
                update(Wave)
                .where(Wave.id == wave, still)
                .values(
                    share=Decimal(min(told.share, 1.0)).quantize(Decimal("0.0001")),
                    length_m=Decimal(told.length_m).quantize(METRE),
                    plan=Wave.plan.concat(better),
                )
            )
        row = (await connection.execute(select(Wave.state, Wave.accept).where(Wave.id == wave))).one()
        return row.state, row.accept


async def _finish(db: Database, wave: Any, solved: Solved) -> None:
    async with db.transaction() as connection:
        kept = await connection.execute(
            update(Wave)
            .where(Wave.id == wave.id, Wave.state.in_(states_that("finish")))
            .values(
                state="planned",
                planned_at=clock.now(),
                share=1,
                first_come_m=Decimal(solved.first_come_m).quantize(METRE),
                length_m=Decimal(solved.length_m).quantize(METRE),
                bound_m=Decimal(solved.bound_m).quantize(METRE),
                proved=solved.proved,
                method=solved.method,
                plan=Wave.plan.concat({"batches": solved.batches, "left": solved.left}),
            )
            .returning(Wave.accept, Wave.plan)
        )
        row = kept.first()
        if row is not None and row.accept:
            await release_wave(connection, wave.site_id, wave.id, row.plan)


async def _end(db: Database, wave: UUID, state: str, why: str) -> None:
    async with db.transaction() as connection:
        await connection.execute(
            update(Wave)
            .where(Wave.id == wave, Wave.state == "planning")
            .values(state=state, why=why[:500], ended_at=clock.now())
        )
