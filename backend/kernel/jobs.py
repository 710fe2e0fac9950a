"""Things to do every so often, once over all workers: whoever moves a job's due time on runs it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.kernel.db import Database
from backend.kernel.live import Live
from backend.kernel.tables import PeriodicJob

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """A periodic job. `run` opens its own transactions and may be run again at any point of it.

    Attributes:
        name: unique, like `work.expire_leases`.
        every: the least time between the end of one run and the start of the next.
        run: what to do.
        limit: after this long it is stopped, and another worker may start it.
    """

    name: str
    every: timedelta
    run: Callable[[Database, Live], Awaitable[object]]
    limit: timedelta = timedelta(minutes=5)


async def run_due(db: Database, live: Live, job: Job) -> bool:
    """Runs the job if it is due and no other worker has it, and notes how it went. Returns whether it ran.

    A failure is noted and logged, and the job is due again after its usual time.
    """
    if not await _take(db, job):
        return False
    started, told = time.monotonic(), None
    try:
        async with asyncio.timeout(job.limit.total_seconds()):
            await job.run(db, live)
    except Exception as error:
        told = f"{type(error).__name__}: {error}".split("\n", 1)[0][:500]
        log.exception("job_failed", job=job.name)
    took = round((time.monotonic() - started) * 1000)
    async with db.hot() as connection:
        await connection.execute(
            update(PeriodicJob)
            .where(PeriodicJob.name == job.name)
            .values(due_at=func.now() + job.every, ran_at=func.now(), took_ms=took, error=told)
        )
    return True


async def _take(db: Database, job: Job) -> bool:
    row = pg_insert(PeriodicJob).values(name=job.name, due_at=func.now() + job.limit)
    # A first run inserts the row, a later one moves it on: both only for one worker.
    taken = row.on_conflict_do_update(
        index_elements=["name"], set_={"due_at": row.excluded.due_at}, where=PeriodicJob.due_at <= func.now()
    ).returning(PeriodicJob.name)
    async with db.hot() as connection:
        return (await connection.execute(taken)).first() is not None
