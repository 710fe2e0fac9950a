"""Periodic jobs: once over all workers, a failure told and tried again, a stuck run cut off."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.kernel.db import Database
from backend.kernel.embedded import Urls
from backend.kernel.jobs import Job, run_due
from backend.kernel.live import Live
from backend.kernel.tables import PeriodicJob

LIVE = Live(None)


class Counter:
    """Counts its runs; fails or hangs when told to."""

    def __init__(self, *, fail: bool = False, hang: bool = False) -> None:
        self.runs = 0
        self.begun = asyncio.Event()
        self.fail = fail
        self.hang = hang

    async def __call__(self, db: Database, live: Live) -> None:
        self.runs += 1
        self.begun.set()
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
    job = Job("test.count", timedelta(seconds=1), counter)
    assert await run_due(db, LIVE, job)
    assert not await run_due(db, LIVE, job)
    await asyncio.sleep(1.05)
    assert await run_due(db, LIVE, job)
    assert counter.runs == 2


@pytest.mark.parametrize(("trouble", "told"), [("fail", "RuntimeError: no luck"), ("hang", "TimeoutError")])
async def test_a_failed_or_stuck_run_is_told_and_comes_again(db: Database, trouble: str, told: str) -> None:
    """An exception, and a run past its limit, are noted with their kind; the job stays on its schedule."""
    counter = Counter(**{trouble: True})
    job = Job("test.trouble", timedelta(milliseconds=50), counter, limit=timedelta(seconds=1))
    assert await run_due(db, LIVE, job)
    assert (await note(db)).error.startswith(told)
    await asyncio.sleep(0.1)
    assert await run_due(db, LIVE, job)
    assert counter.runs == 2


async def test_a_run_that_was_broken_off_leaves_the_job_free(db: Database) -> None:
    """A worker that is stopped in the middle of a run holds nothing: the next worker runs the job at once."""
    counter = Counter(hang=True)
    job = Job("test.stopped", timedelta(minutes=1), counter)
    running = asyncio.create_task(run_due(db, LIVE, job))
    await counter.begun.wait()
    assert not await run_due(db, LIVE, job)
    running.cancel()
    await asyncio.wait([running])
    counter.hang = False
    assert await run_due(db, LIVE, job)
    assert counter.runs == 2


async def test_a_killed_workers_job_is_free_at_once(db: Database, link_urls: Urls) -> None:
    """A worker whose connections end without a word, as under kill -9, does not keep its job from the others."""
    counter = Counter(hang=True)
    job = Job("test.killed", timedelta(minutes=1), counter)
    killed = Database(link_urls.app, pool_size=2)
    running = asyncio.create_task(run_due(killed, LIVE, job))
    await counter.begun.wait()
    assert not await run_due(db, LIVE, job)
    async with db.hot() as connection:
        holder = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())"
        assert (await connection.execute(text(holder))).scalars().all() == [True]
    await asyncio.sleep(1.05)
    counter.hang = False
    assert await run_due(db, LIVE, job)
    running.cancel()
    await asyncio.wait([running])
    await killed.close()
