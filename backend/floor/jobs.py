"""What the worker does for the floor every so often: rounds by the rule, stock for orders that lacked it, leases that ran out."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import exists, select

from backend.floor.catalog import Site
from backend.floor.mes import look_after_jobs
from backend.floor.wms.picking.walked import measure_walks
from backend.floor.wms.putaway import drop_holds
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest, allocate
from backend.floor.wms.waves import Solver, plan_waves, release_by_rule
from backend.floor.work import Found, raise_exception, tasks
from backend.kernel.db import Database, retried
from backend.kernel.jobs import Job
from backend.kernel.live import Live

AT_ONCE = 50
SOLVER = Solver()


async def release_rounds(db: Database, live: Live) -> None:
    """Keeps a few rounds waiting at every site."""
    async with db.transaction() as connection:
        sites = list((await connection.execute(select(Site.id))).scalars())
    for site in sites:
        made = await release_by_rule(db, site, SOLVER)
        if made:
            live.publish(site, "rounds", released=len(made))


async def plan_waves_asked(db: Database, live: Live) -> None:
    """Plans the waves that planners asked for."""
    await plan_waves(db, live, SOLVER)


async def measure(db: Database, live: Live) -> None:
    """Writes how far rounds were walked, and tells those who look on."""
    for site in set(await measure_walks(db)):
        live.publish(site, "rounds", measured=True)


async def allocate_again(db: Database, live: Live) -> None:
    """Looks again for stock for open orders that lack some: it may have come, or been counted free."""
    lacking = exists().where(
        ShipmentLine.request_id == ShipmentRequest.id,
        ShipmentLine.allocated + ShipmentLine.picked + ShipmentLine.shorted < ShipmentLine.wanted,
    )
    async with db.transaction() as connection:
        found = await connection.execute(
            select(ShipmentRequest.id)
            .where(ShipmentRequest.state == "open", lacking)
            .order_by(ShipmentRequest.priority.desc(), ShipmentRequest.due_at)
            .limit(AT_ONCE)
        )
        requests = list(found.scalars())
    for request in requests:
        await retried(partial(_allocate, db, request))
    del live


async def _allocate(db: Database, request: UUID) -> None:
    async with db.transaction() as connection:
        await allocate(connection, request)


async def expire_leases(db: Database, live: Live) -> None:
    """Frees work whose lease ran out; a supervisor sees that it was left lying."""
    async with db.transaction() as connection:
        for left in await tasks.expire(connection):
            found = Found(
                kind="lease_ran_out", severity="low", task=left.id, details={"person": str(left.person_id)}
            )
            await raise_exception(connection, left.site_id, found)
            live.publish(left.site_id, "task", task=str(left.id))


async def clear_holds(db: Database, live: Live) -> None:
    """Forgets room in bins that was kept for somebody who never came."""
    async with db.transaction() as connection:
        await drop_holds(connection)
    del live


JOBS = [
    Job("picking.release", timedelta(seconds=5), release_rounds),
    Job("picking.walked", timedelta(seconds=5), measure),
    Job("shipping.allocate", timedelta(minutes=1), allocate_again),
    Job("work.leases", timedelta(minutes=1), expire_leases),
    Job("jobs.look_after", timedelta(seconds=30), look_after_jobs),
    Job("putaway.holds", timedelta(minutes=5), clear_holds),
]
# Only where the worker may solve (`Settings.solver`).
PLANNING = Job("waves.plan", timedelta(seconds=1), plan_waves_asked, limit=timedelta(minutes=10))
