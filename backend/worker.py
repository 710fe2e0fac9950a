"""The worker: reads the inbox, delivers the outbox, runs the periodic jobs. `gemba worker`

One process with a few loops that never end by themselves: whatever fails (PostgreSQL or Valkey killed, the ERP away) is
logged, waited out and tried again. Any number of workers may run at once; each message and each job is one worker's at
a time. SIGTERM lets what is under way end, then stops.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

import structlog
import uvloop
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.core.link.handlers import HANDLERS as CORE_HANDLERS
from backend.floor.jobs import JOBS, PLANNING
from backend.floor.link import HANDLERS
from backend.floor.link.work import LEASE, PARALLEL, compare_jobs, erp_work
from backend.floor.listeners import compose_listeners
from backend.floor.printing import print_jobs
from backend.floor.srm import supplier_jobs
from backend.kernel import clock
from backend.kernel.db import Database, is_lost
from backend.kernel.forgetting import FORGET
from backend.kernel.http import configure_logs
from backend.kernel.ids import new_id
from backend.kernel.jobs import Job, run_due
from backend.kernel.link import Carrier, Courier, Handlers, InboxReader, Relay
from backend.kernel.link.purging import PURGE
from backend.kernel.link.rules import wait
from backend.kernel.link.signing import keys
from backend.kernel.live import Live
from backend.kernel.settings import MissingSetting, Settings, from_environment
from backend.kernel.tables import WorkerBeat

log = structlog.get_logger()

Service = Literal["floor", "core"]
BEAT = timedelta(seconds=5)
POLL = timedelta(milliseconds=100)
QUIET = 5  # times as long between two looks when nothing has come for a while
LONGEST_REST = 5.0
LAST_WORD = 15.0


class Worker:
    """One worker process.

    Args:
        settings: without `erp_inbox_url` and with no ERP of another kind the outbox is kept and not delivered.
        handlers: what to do with each message type that comes in.
        jobs: what to do every so often.
        service: whose database and whose link. One process may hold a worker of each.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        handlers: Handlers = HANDLERS,
        jobs: list[Job],
        service: Service = "floor",
    ) -> None:
        compose_listeners()
        core = service == "core"
        self.stop = asyncio.Event()
        database = settings.core_database_url if core else settings.database_url
        self._db = Database(database or "", pool_size=settings.pool_size)
        self._live = Live(None if core else settings.redis_url)
        self._jobs = jobs
        # A job holds a connection for its lock and needs others for its work: all jobs at once would wait for each other for ever.
        self._turns = asyncio.Semaphore(max(1, settings.pool_size // 3))
        self._reader = InboxReader(self._db, handlers)
        receiver = settings.floor_inbox_url if core else settings.erp_inbox_url
        erp = None if core else erp_work(settings, self._db, handlers)
        self._courier: Carrier | None = None
        if erp is not None:
            self._courier = erp.writer
            self._jobs = [*jobs, *erp.jobs]
        elif not core:
            self._jobs = [*jobs, *compare_jobs(settings)]
        if erp is None and receiver:
            self._courier = Courier(receiver, keys(settings.link_secret), trusted_ca=settings.trusted_ca)
        pace: dict[str, Any] = {} if erp is None else {"parallel": PARALLEL, "lease": LEASE}
        self._relay = (
            Relay(self._db, self._courier, source=f"{settings.public_url}/{service}", **pace)
            if self._courier
            else None
        )
        self._id = new_id()
        self._started_at = clock.now()

    async def run(self) -> None:
        """Works until `stop` is set, then ends what is under way."""
        await self._live.start()
        loops = [
            asyncio.create_task(self._forever("inbox", self._reader.step, POLL, longest=QUIET)),
            asyncio.create_task(self._forever("beat", self._beat, BEAT)),
            asyncio.create_task(self._once("adopt", self._reader.adopt)),
            *(
                asyncio.create_task(self._forever(job.name, self._runner(job), job.every))
                for job in self._jobs
            ),
        ]
        if self._relay is not None:
            loops.append(asyncio.create_task(self._forever("outbox", self._relay.step, POLL, longest=QUIET)))
        log.info("worker_started", receiver=self._courier.url if self._courier else None)
        await self.stop.wait()
        _, late = await asyncio.wait(loops, timeout=LAST_WORD)
        for task in late:
            task.cancel()
        await self._close()
        log.info("worker_stopped", cut_off=len(late))

    def _runner(self, job: Job) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            async with self._turns:
                await run_due(self._db, self._live, job)

        return run

    async def _forever(
        self, name: str, step: Callable[[], Awaitable[int | None]], rest: timedelta, *, longest: int = 1
    ) -> None:
        """Repeats `step` until the stop; rests when it moved nothing, up to `longest` times as long in a quiet hour.

        While it fails it rests longer and longer.
        """
        failures, quiet = 0, 0
        while not self.stop.is_set():
            try:
                moved = await step()
                failures = 0
            except Exception as error:
                failures += 1
                log.warning(
                    "loop_failed",
                    loop=name,
                    failures=failures,
                    error=repr(error)[:300],
                    exc_info=not is_lost(error),
                )
                await self._rest(wait(failures, longest=LONGEST_REST))
            else:
                quiet = 0 if moved else quiet + 1
                if not moved:
                    await self._rest(rest * min(quiet, longest))

    async def _once(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        """Repeats `step` until it succeeded."""

        async def then_wait() -> None:
            await step()
            await self.stop.wait()

        await self._forever(name, then_wait, timedelta())

    async def _rest(self, time: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), time.total_seconds())

    async def _beat(self) -> None:
        facts: dict[str, Any] = {"read": self._reader.read, "unreadable": self._reader.failed}
        if self._relay is not None:
            facts |= {
                "sent": self._relay.sent,
                "unsent": self._relay.failed,
                "receiverAway": self._relay.away,
            }
        row = pg_insert(WorkerBeat).values(
            id=self._id, host=socket.gethostname(), pid=os.getpid(), started_at=self._started_at, facts=facts
        )
        async with self._db.hot() as connection:
            await connection.execute(
                row.on_conflict_do_update(
                    index_elements=["id"],
                    set_={"seen_at": func.clock_timestamp(), "facts": row.excluded.facts},
                )
            )

    async def _close(self) -> None:
        """Ends deliveries, takes the beat away and closes; a database that is away cannot keep us from stopping."""
        try:
            if self._relay is not None:
                await self._relay.finish()
            async with asyncio.timeout(3), self._db.hot() as connection:
                await connection.execute(
                    delete(WorkerBeat).where(
                        (WorkerBeat.id == self._id) | (WorkerBeat.seen_at < clock.now() - timedelta(days=1))
                    )
                )
        except Exception as error:
            log.warning("stopped_without_farewell", error=repr(error)[:300], exc_info=not is_lost(error))
        if self._courier is not None:
            await self._courier.close()
        await self._live.stop()
        await self._db.close()


async def work(settings: Settings, only: Service | None = None) -> None:
    """Runs a worker of each service that has a database here, or of one `only`, until SIGTERM or SIGINT.

    Raises:
        MissingSetting: there is no service to work for.
    """
    workers = []
    if only != "core":
        planning = [PLANNING] if settings.solver else []
        workers.append(
            Worker(
                settings,
                jobs=[*JOBS, *planning, *supplier_jobs(settings), *print_jobs(settings), PURGE, FORGET],
            )
        )
    if only != "floor" and settings.core_database_url is not None:
        workers.append(Worker(settings, handlers=CORE_HANDLERS, jobs=[PURGE, FORGET], service="core"))
    if not workers:
        raise MissingSetting("GEMBA_CORE_DATABASE_URL is not set, so there is no core to work for")

    def stop() -> None:
        for worker in workers:
            worker.stop.set()

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop)
    await asyncio.gather(*(worker.run() for worker in workers))


def main(only: Service | None = None) -> None:
    """The process: `python -m backend.worker`, with the settings of the environment."""
    configure_logs()
    uvloop.run(work(from_environment(), only))


if __name__ == "__main__":
    main()
