"""Worker processes: a bad frame costs one answer, never the pool."""

import asyncio
import os
import signal
import time

import pytest

from scanning.bench.render import draw
from scanning.bench.stress import stored
from scanning.pool import NewestFrame, Pool, PoolBusy, PoolClosed
from scanning.starved import Effort, effort, starved

LABEL = stored(draw("Code128", "BIN-01-0203", 3.0), 0)


@pytest.fixture
async def pool():
    async with Pool(workers=1, recycle_after=50) as running:
        yield running


async def test_reads_as_the_library_does(pool):
    """Formats, expected texts and errors pass through the pipe unchanged."""
    reading = await pool.read(LABEL, formats=["Code128"], expected=["BIN-01-0203"])
    assert [(s.text, s.confirmed, s.expected) for s in reading.symbols] == [("BIN-01-0203", True, True)]
    refused = await pool.read(b"no picture")
    assert refused.error is not None
    assert refused.error.reason == "not-a-picture"


async def test_a_full_queue_is_refused_at_once(pool):
    """One frame is read and two may wait; the others are told to slow down, and the pool reads on."""
    answers = await asyncio.gather(*(pool.read(LABEL) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, PoolBusy) for answer in answers) == 8 - 3
    assert (await pool.read(LABEL)).symbols


async def test_a_killed_worker_costs_one_frame(pool):
    """The caller of a frame whose worker dies gets an answer; the next frame is read by a new worker."""
    (worker,) = pool._all
    os.kill(worker.process.pid, signal.SIGSTOP)  # so that it cannot answer first
    frame = asyncio.create_task(pool.read(LABEL))
    await asyncio.sleep(0.05)
    os.kill(worker.process.pid, signal.SIGKILL)
    answer = await asyncio.wait_for(frame, 120)
    assert answer.error is not None
    assert answer.error.reason == "worker-died"
    assert (await asyncio.wait_for(pool.read(LABEL), 120)).symbols
    assert pool.health().killed == 1
    assert pool.health().alive


async def test_a_hanging_worker_is_killed_at_its_deadline(pool):
    """A decoder that never returns is killed after its deadline; the frame says so and the next is read."""
    (worker,) = pool._all
    os.kill(worker.process.pid, signal.SIGSTOP)
    answer = await asyncio.wait_for(pool.read(LABEL, budget_ms=100), 120)
    assert answer.error is not None
    assert answer.error.reason == "took-too-long"
    await asyncio.to_thread(worker.process.join, 5)
    assert not worker.process.is_alive()
    assert (await asyncio.wait_for(pool.read(LABEL), 120)).symbols


async def test_a_worker_is_replaced_after_its_frames():
    """Workers are recycled, so that what a decoder leaks stays small."""
    async with Pool(workers=1, recycle_after=2) as pool:
        (first,) = pool._all
        for _ in range(3):
            assert (await pool.read(LABEL)).symbols
        (second,) = pool._all
        assert second is not first
        assert pool.health().killed == 0


async def test_only_the_newest_frame_of_a_device_is_read(pool):
    """Frames that arrive while one waits take its place."""
    device = NewestFrame(pool)
    device.offer(b"old")
    device.offer(b"older than the label")
    device.offer(LABEL, 3)
    reading, number = await device.read_next()
    assert number == 3
    assert [s.text for s in reading.symbols] == ["BIN-01-0203"]
    assert device.dropped == 2


async def test_a_closed_pool_says_so():
    """After closing, no worker is left and reading is refused by name."""
    pool = Pool(workers=1)
    async with pool:
        (worker,) = pool._all
    assert not worker.process.is_alive()
    with pytest.raises(PoolClosed):
        await pool.read(LABEL)


def test_a_worker_kept_from_its_core_is_not_taken_for_one_that_hangs():
    """Runnable with little CPU so far is starved; sleeping, having had its CPU, or gone is not."""
    before = Effort(10.0, runnable=True)
    assert starved(before, Effort(10.9, runnable=True), 2.0)
    assert not starved(before, Effort(10.9, runnable=False), 2.0)
    assert not starved(before, Effort(11.1, runnable=True), 2.0)
    assert not starved(before, None, 2.0)


def test_the_effort_of_a_process_is_its_cpu_time() -> None:
    """This process is at work and has used CPU; no process is nobody's."""
    own = effort(os.getpid())
    assert own is not None
    assert own.runnable
    assert own.cpu_s == pytest.approx(time.process_time(), abs=1)
    assert effort(0) is None
