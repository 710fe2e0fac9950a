"""`gemba bench link --down 600`: the core is away for so long; the floor goes on, and is caught up with afterwards.

Floor and core run as in earnest, an API and a worker each, on one PostgreSQL with durable commits. The core's two processes are killed;
people pick, ship and receive meanwhile. Then the core comes back, and the table tells how long all it had missed took to arrive.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import uvloop

from backend.access.tokens import AccessTokens
from backend.bench.agreement import Books, books, disagreements
from backend.bench.ground import SECRET, Ground, ground
from backend.bench.process import running
from backend.bench.services import Services, services
from backend.bench.townspeople import Person, Tally, pick_and_ship, receive
from backend.demo.core_load import load_core
from backend.migrations import migrate

ORDERS_A_MINUTE = 25
PACE = 0.25  # seconds between two commands of one person
STUCK_SECONDS = 300.0


def main(*, down: float, tell: Callable[[str], None]) -> bool:
    """Runs it and prints what happened; False if the two did not agree at the end."""
    return uvloop.run(_bench(down, tell))


async def _bench(down: float, tell: Callable[[str], None]) -> bool:
    async with ground() as base:
        await migrate(base.urls.core_owner, "core")
        settings = msgspec.structs.replace(base.settings(), core_database_url=base.urls.core_app)
        await load_core(settings, 40 + round(down / 60 * ORDERS_A_MINUTE), tell=lambda _: None)
        four = services(base.urls, None, base.folder, SECRET)
        found = await books(base.urls)
        with running(*four.every):
            await _quiet(found)
            wrong = await _outage(base, four, found, down, tell)
        await found.close()
    for one in wrong:
        tell(f"WRONG: {one}")
    return not wrong


async def _outage(
    base: Ground, four: Services, found: Books, down: float, tell: Callable[[str], None]
) -> list[str]:
    four.core.kill()
    four.core_worker.kill()
    began = time.monotonic()
    before = await found.floor.fetchval("select count(*) from outbox")
    async with _at_work(base, four, found) as tally:
        await asyncio.sleep(down)
    away = time.monotonic() - began
    held = await found.floor.fetchval("select count(*) from outbox where state = 'waiting'")
    since = await found.floor.fetchval("select clock_timestamp()")
    four.core.start()
    four.core_worker.start()
    four.core.wait()
    back = time.monotonic()
    await _quiet(found)
    caught_up = time.monotonic() - back
    first, last, dead = await found.floor.fetchrow(
        "select min(sent_at), max(sent_at), count(*) filter (where state = 'dead') from outbox"
        " where sent_at >= $1 or state = 'dead'", since,
    )  # fmt: skip
    made = await found.floor.fetchval("select count(*) from outbox") - before
    wrong = await disagreements(found)
    tell(f"core away for             {away:8.0f} s")
    tell(
        f"commands meanwhile        {len(tally.done['floor']):8,}   ({tally.refused} refused, {tally.retries} retries)"
    )
    tell(f"  received, shipped       {tally.received:8,} pieces, {tally.shipped} orders")
    tell(f"messages they made        {made:8,}   ({held:,} waited when the core came back)")
    tell(f"caught up after           {caught_up:8.1f} s   (counted from the core's first answer)")
    if first is not None and last is not None:
        tell(f"  first to last message   {(last - first).total_seconds():8.1f} s")
    tell(f"dead                      {dead or 0:8}")
    tell(f"out of order, lost, wrong {len(wrong):8}")
    return wrong


@asynccontextmanager
async def _at_work(base: Ground, four: Services, found: Books) -> AsyncIterator[Tally]:
    """Two pickers who ship, and a receiver; at the end each finishes what was begun."""
    tally, over = Tally(), asyncio.Event()
    site = await found.floor.fetchval("select id from site")
    people = [row["id"] for row in await found.floor.fetch("select id from person order by id limit 3")]
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:

        def person(number: int) -> Person:
            bases = {"floor": four.floor.url, "core": four.core.url}
            tokens = AccessTokens(SECRET)
            return Person(client, bases, tokens, site, tally, over, people[number], pause=PACE)

        acts: list[Coroutine[Any, Any, None]] = [
            pick_and_ship(person(0)),
            pick_and_ship(person(1)),
            receive(person(2)),
        ]
        tasks = [asyncio.create_task(act) for act in acts]
        yield tally
        over.set()
        await asyncio.gather(*tasks)
    del base


async def _quiet(found: Books) -> None:
    """Waits until nothing is under way, however slow the machine.

    Raises:
        TimeoutError: five minutes long none got through.
    """
    least, deadline = await found.waiting(), time.monotonic() + STUCK_SECONDS
    while waiting := await found.waiting():
        if waiting < least:
            least, deadline = waiting, time.monotonic() + STUCK_SECONDS
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting} messages are stuck")
        await asyncio.sleep(0.1)
