"""The rule that stands in for a planner: keep a few rounds waiting, batched as well as a moment allows."""

from uuid import UUID

import structlog

from backend.floor.wms.picking.packing import OpenOrder, open_orders
from backend.floor.wms.picking.release import CART_TOTES, make_planned, make_rounds, rounds_waiting
from backend.floor.wms.waves.planning import problem_of
from backend.floor.wms.waves.problem import Better, Solved
from backend.floor.wms.waves.queries import held_orders
from backend.floor.wms.waves.rules import small_budget
from backend.floor.wms.waves.solver import Solver, SolverLost
from backend.kernel.db import Database
from backend.kernel.ids import new_id

log = structlog.get_logger()

KEEP_READY = 4
LOOKED_AT = 3
"""So many times the orders a release needs are weighed against each other; later ones wait, however well they would fit."""


async def release_by_rule(
    db: Database, site_id: UUID, solver: Solver | None, *, keep_ready: int = KEEP_READY
) -> list[UUID]:
    """Keeps so many rounds waiting, no more, so that urgent orders can still overtake. Returns the rounds made.

    While the solver is busy or not ready, carts are filled first come.
    """
    async with db.transaction() as connection:
        missing = keep_ready - await rounds_waiting(connection, site_id)
        held = await held_orders(connection, site_id) if missing > 0 else []
    if missing <= 0:
        return []
    carts = await _batched(db, site_id, solver, missing, held) if solver and solver.is_free else None
    async with db.transaction() as connection:
        if carts is not None:
            return (await make_planned(connection, site_id, carts)).rounds
        return (await make_rounds(connection, site_id, without=held, rounds=missing)).rounds


async def _batched(
    db: Database, site_id: UUID, solver: Solver, carts: int, held: list[UUID]
) -> list[list[UUID]] | None:
    async with db.transaction() as connection:
        orders = await open_orders(
            connection, site_id, without=held, limit=carts * CART_TOTES * LOOKED_AT, lock=False
        )
        if not orders:
            return []
        problem = await problem_of(
            connection, site_id, orders, id_=str(new_id()), totes=CART_TOTES, rounds=small_budget(len(orders))
        )
    try:
        solved = await solver.solve(problem, _go_on)
    except SolverLost as error:
        log.warning("rule_released_first_come", why=str(error))
        return None
    return most_urgent(solved, orders, carts)


async def _go_on(_: Better | None) -> bool:
    return True


def most_urgent(solved: Solved, orders: list[OpenOrder], carts: int) -> list[list[UUID]]:
    """So many of the plan's carts, those with the most urgent orders first."""
    rank = {str(order.id): place for place, order in enumerate(orders)}
    by_urgency = sorted(solved.batches, key=lambda batch: min(rank[order] for order in batch))
    return [[UUID(order) for order in batch] for batch in by_urgency[:carts]]
