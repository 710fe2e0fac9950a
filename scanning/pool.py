"""Reads pictures in worker processes: a crash, a hang or a bomb in a decoder costs one frame, never the API.

Workers are spawned, hold one thread of OpenCV each and a cap on memory, and are replaced after so many frames. A
frame that takes longer than its deadline kills its worker; the caller gets a reading that says so. One that only waits
for a core is waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from typing import TYPE_CHECKING, Final, Self

import msgspec

from scanning.confirm import Rules
from scanning.engines import zbar_present
from scanning.starved import effort, starved
from scanning.symbols import Reading, Refusal
from scanning.worker import Task, serve

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

STARTING_S: Final = 60.0  # a machine may be busy; a worker that died is known at once
FIRST_REST_S: Final = 0.2
LONGEST_REST_S: Final = 10.0
WAITING_S: Final = 60.0  # then none can be started
# A worker is killed after so many times its CPU budget, and so many seconds more.
DEADLINE_BEHIND_BUDGET: Final = 4.0
SLACK_S: Final = 2.0
PATIENCE: Final = 6
_BROKEN: Final = frozenset({"took-too-long", "worker-died"})


class PoolBusy(Exception):
    """All workers are busy and the queue is full. Send fewer frames and try again soon (HTTP 429)."""


class PoolClosed(Exception):
    """The pool was stopped; nothing more is read."""


class Health(msgspec.Struct, frozen=True):
    """How the pool is: `zbar` is whether libzbar was found; without it reading works on zxing-cpp alone."""

    workers: int
    alive: int
    waiting: int
    frames: int
    killed: int
    zbar: bool


class _Worker:
    """One process and its pipe, as seen from the event loop."""

    def __init__(self, memory_mb: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=serve, args=(theirs, memory_mb), name="scanning-worker", daemon=True
        )
        self.process.start()
        theirs.close()
        self.frames = 0

    async def ask(self, message: bytes, timeout_s: float) -> bytes:
        """Sends one message and waits for the answer. Raises TimeoutError, or EOFError when the process died."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self.pipe.fileno(), _settle, answered)
        try:
            await _send(self.pipe, message)
            await self._wait_for(answered, timeout_s)
        finally:
            loop.remove_reader(self.pipe.fileno())
        return self.pipe.recv_bytes()

    async def _wait_for(self, answered: asyncio.Future[None], timeout_s: float) -> None:
        """Waits so long; while other processes keep the worker from its core, `PATIENCE` times as long at most."""
        before = effort(self.process.pid)
        for _ in range(PATIENCE):
            await asyncio.wait({answered}, timeout=timeout_s)
            if answered.done():
                return
            if not starved(before, effort(self.process.pid), timeout_s):
                break
        raise TimeoutError

    def kill(self) -> None:
        self.process.kill()
        self.pipe.close()
        self.process.join(timeout=5)


def _settle(answered: asyncio.Future[None]) -> None:
    if not answered.done():
        answered.set_result(None)


async def _send(pipe: Connection, message: bytes) -> None:
    """Writes a frame to a worker's pipe without holding up the loop while the worker drains it."""
    try:
        await asyncio.to_thread(pipe.send_bytes, message)
    except (BrokenPipeError, OSError) as error:
        raise EOFError from error


class Pool:
    """Worker processes behind an async `read`. Use as `async with Pool(workers=2) as pool`.

    Args:
        workers: Processes; the cores less one by default, one at least.
        waiting: Frames that may wait for a worker; twice the workers by default.
        recycle_after: Frames after which a worker is replaced, so that a leak in a decoder stays small.
        memory_mb: Address space each worker may take.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        waiting: int | None = None,
        recycle_after: int = 2_000,
        memory_mb: int = 2_048,
    ) -> None:
        self.size = workers or max(1, (os.cpu_count() or 2) - 1)
        self._most_waiting = 2 * self.size if waiting is None else waiting
        self._recycle_after = recycle_after
        self._memory_mb = memory_mb
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = self._frames = self._killed = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        self.begin()
        await asyncio.gather(*self._starting)
        return self

    def begin(self) -> None:
        """Starts the workers without waiting for them: frames that come before they are ready wait for them."""
        for _ in range(self.size):
            self._start_one()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stops every worker; frames under way answer as killed."""
        self._closed = True
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in list(self._all):
            await asyncio.to_thread(worker.kill)
        self._all.clear()

    @property
    def full(self) -> bool:
        """Whether a frame that came now would be refused."""
        return self._waiting >= self._most_waiting + self._idle.qsize()

    async def read(
        self,
        data: bytes,
        *,
        formats: Iterable[str] | None = None,
        expected: Iterable[str] | None = None,
        still: bool = True,
        budget_ms: float = 600,
        rules: Rules = Rules(),  # noqa: B008  (frozen)
    ) -> Reading:
        """`scanning.read` in a worker process, with the same arguments and answer.

        Raises PoolBusy at once when too many frames wait or after a minute without a worker, PoolClosed after `close`. A
        frame that outlives its deadline or takes its worker down answers with the error `took-too-long` or `worker-died`;
        the next frame is read.
        """
        if self._closed:
            raise PoolClosed
        if self.full:
            raise PoolBusy
        task = Task(
            data=data,
            formats=None if formats is None else list(formats),
            expected=None if expected is None else list(expected),
            still=still,
            budget_ms=budget_ms,
            rules=rules,
        )
        self._waiting += 1
        try:
            async with asyncio.timeout(WAITING_S):
                worker = await self._idle.get()
        except TimeoutError as none_came:
            raise PoolBusy from none_came
        finally:
            self._waiting -= 1
        return await self._read_with(worker, task)

    async def _read_with(self, worker: _Worker, task: Task) -> Reading:
        deadline_s = DEADLINE_BEHIND_BUDGET * task.budget_ms / 1e3 + SLACK_S
        answer: Reading | None = None
        try:
            answer = msgspec.msgpack.decode(
                await worker.ask(msgspec.msgpack.encode(task), deadline_s), type=Reading
            )
        except TimeoutError:
            late = Refusal("took-too-long", "The picture took too long to read. Take another.")
            answer = Reading(error=late)
        except (EOFError, OSError):
            answer = Reading(error=Refusal("worker-died", "Reading this picture failed. Take another."))
        finally:
            self._frames += 1
            worker.frames += 1
            broken = answer is None or (answer.error is not None and answer.error.reason in _BROKEN)
            self._killed += broken
            if broken or worker.frames >= self._recycle_after:
                self._replace(worker)
            else:
                self._idle.put_nowait(worker)
        return answer

    def _replace(self, worker: _Worker) -> None:
        self._all.discard(worker)
        worker.process.kill()
        with contextlib.suppress(OSError):
            worker.pipe.close()
        if not self._closed:
            self._start_one()

    def _start_one(self) -> None:
        start = asyncio.get_running_loop().create_task(self._start())
        self._starting.add(start)
        start.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        """Spawns a worker and waits until it has loaded its engines; tries again, ever less often, when it dies doing so."""
        rest_s = FIRST_REST_S
        while not self._closed:
            worker = await asyncio.to_thread(_Worker, self._memory_mb)
            self._all.add(worker)
            try:
                await worker.ask(b"", STARTING_S)
            except (TimeoutError, EOFError, OSError):
                self._all.discard(worker)
                await asyncio.to_thread(worker.kill)
                await asyncio.sleep(rest_s)
                rest_s = min(2 * rest_s, LONGEST_REST_S)
            else:
                self._idle.put_nowait(worker)
                return

    def health(self) -> Health:
        """How many workers live, what was read and killed so far, and whether zbar is there. Never blocks."""
        return Health(
            workers=self.size,
            alive=sum(worker.process.is_alive() for worker in self._all),
            waiting=self._waiting,
            frames=self._frames,
            killed=self._killed,
            zbar=zbar_present(),
        )


class NewestFrame:
    """Keeps only the newest frame of one device while an older one is being read: latest wins."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._next: tuple[bytes, int] | None = None
        self._arrived = asyncio.Event()
        self.dropped = 0

    def offer(self, data: bytes, number: int = 0) -> None:
        """A frame has arrived, `number` as its device counts; it takes the place of one not yet begun."""
        self.dropped += self._next is not None
        self._next = data, number
        self._arrived.set()

    async def read_next(self, **options: object) -> tuple[Reading, int]:
        """Waits for a frame, reads it as a live one, and returns the reading with the frame's number.

        Raises PoolBusy and PoolClosed as `Pool.read` does; the frame is then gone.
        """
        await self._arrived.wait()
        assert self._next is not None
        (data, number), self._next = self._next, None
        self._arrived.clear()
        options.setdefault("still", False)
        options.setdefault("budget_ms", 150)
        return await self._pool.read(data, **options), number  # type: ignore[arg-type]
