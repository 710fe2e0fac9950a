"""Things to do every so often, once over all workers: whoever holds the job's lock when it is due runs it."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

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
        limit: after this long it is stopped and told as failed.
    """

    name: str
    every: timedelta
    run: Callable[[Database, Live], Awaitable[object]]
    limit: timedelta = timedelta(minutes=5)


async def run_due(db: Database, live: Live, job: Job) -> bool:
    """Runs the job if it is due and no other worker is at it, and notes how it went. Returns whether it ran.

    A failure is noted and logged, and the job is due again after its usual time. The job is held by an advisory lock of a
    connection, which PostgreSQL lets go the moment a worker dies.
    """
    async with db.hot() as connection:
        if not (await connection.execute(_TRY, {"key": _key(job)})).scalar_one():
            return False
        try:
            due = await _is_due(connection, job)
            if due:
                await _run(db, live, job)
            await connection.execute(_LET_GO, {"key": _key(job)})
        except BaseException:
            await connection.invalidate()  # the pool must not keep a connection that may still hold the lock
            raise
    return due


_TRY = select(func.pg_try_advisory_lock(bindparam("key", type_=BigInteger)))
_LET_GO = select(func.pg_advisory_unlock(bindparam("key", type_=BigInteger)))


def _key(job: Job) -> int:
    return int.from_bytes(hashlib.blake2b(job.name.encode(), digest_size=8).digest(), signed=True)


async def _is_due(connection: AsyncConnection, job: Job) -> bool:
    await connection.execute(pg_insert(PeriodicJob).values(name=job.name).on_conflict_do_nothing())
    due = select(PeriodicJob.due_at <= func.clock_timestamp()).where(PeriodicJob.name == job.name)
    return bool((await connection.execute(due)).scalar_one())


async def _run(db: Database, live: Live, job: Job) -> None:
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
