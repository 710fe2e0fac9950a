"""Periodic jobs: once over all workers, a failure told and tried again, a stuck run cut off."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.kernel.db import Database
from backend.kernel.jobs import Job, run_due
from backend.kernel.live import Live
from backend.kernel.tables import PeriodicJob

LIVE = Live(None)


class Counter:
    """Counts its runs; fails or hangs when told to."""

    def __init__(self, *, fail: bool = False, hang: bool = False) -> None:
        self.runs = 0
        self.fail = fail
        self.hang = hang

    async def __call__(self, db: Database, live: Live) -> None:
        self.runs += 1
        async with db.hot() as connection:
            await connection.execute(text("select pg_sleep(0.05)"))
        if self.hang:
            await asyncio.Event().wait()
        if self.fail:
            raise RuntimeError("no luck")


async def note(db: Database) -> Any:
    """The job's row."""
    async with db.transaction() as connection:
        return (await connection.execute(select(PeriodicJob.__table__))).one()


async def test_eight_workers_run_a_due_job_once(db: Database) -> None:
    """Of eight workers that look at the same time one runs the job, and none again before its time."""
    counter = Counter()
    job = Job("test.count", timedelta(minutes=1), counter)
    ran = await asyncio.gather(*(run_due(db, LIVE, job) for _ in range(8)))
    assert sorted(ran) == [False] * 7 + [True]
    assert not await run_due(db, LIVE, job)
    assert counter.runs == 1
    row = await note(db)
    assert (row.name, row.error) == ("test.count", None)
    assert row.took_ms >= 40


async def test_a_job_is_due_again_after_its_time(db: Database) -> None:
    """After `every` it runs again."""
    counter = Counter()
    job = Job("test.count", timedelta(milliseconds=150), counter)
    assert await run_due(db, LIVE, job)
    assert not await run_due(db, LIVE, job)
    await asyncio.sleep(0.2)
    assert await run_due(db, LIVE, job)
    assert counter.runs == 2


@pytest.mark.parametrize(("trouble", "told"), [("fail", "RuntimeError: no luck"), ("hang", "TimeoutError")])
async def test_a_failed_or_stuck_run_is_told_and_comes_again(db: Database, trouble: str, told: str) -> None:
    """An exception, and a run past its limit, are noted with their kind; the job stays on its schedule."""
    counter = Counter(**{trouble: True})
    job = Job("test.trouble", timedelta(milliseconds=50), counter, limit=timedelta(milliseconds=300))
    assert await run_due(db, LIVE, job)
    assert (await note(db)).error.startswith(told)
    await asyncio.sleep(0.1)
    assert await run_due(db, LIVE, job)
    assert counter.runs == 2


async def test_a_worker_that_died_frees_its_job_after_the_limit(db: Database) -> None:
    """A run that was never ended is started again by another worker once its limit has passed."""
    counter = Counter(hang=True)
    job = Job("test.dies", timedelta(milliseconds=10), counter, limit=timedelta(milliseconds=400))
    dying = asyncio.create_task(run_due(db, LIVE, job))
    await asyncio.sleep(0.2)
    dying.cancel()
    assert not await run_due(db, LIVE, job)
    await asyncio.sleep(0.3)
    counter.hang = False
    assert await run_due(db, LIVE, job)
