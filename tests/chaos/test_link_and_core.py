"""Floor and core at work while each of their processes and servers is killed: the two books agree afterwards, to the piece and the cent."""

import asyncio
import os
import random
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from backend.access.tokens import AccessTokens
from backend.bench.agreement import Books, books, disagreements
from backend.bench.process import Service, running
from backend.bench.services import Services, services
from backend.bench.townspeople import Person, Tally, buy, pick_and_ship, receive, sell
from backend.demo.core_load import load_core
from backend.demo.load import load_masters
from backend.kernel.embedded import PostgresServer, ValkeyServer, ensure_roles_and_databases
from backend.migrations import migrate
from tests.support.floor_app import SECRET, settings_for

BETWEEN = (
    15  # commands that are acknowledged before each kill: however slow the machine, there is work under way
)
PATIENCE = 180.0
SUPPLIER, CUSTOMER, SKU = "S2006", "C1001", "BOL-107"

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]


async def test_floor_and_core_agree_whatever_is_killed(tmp_path: Path) -> None:
    """Orders are released and answered, goods come in, shipments leave, everything is killed once: each acknowledged command is booked
    once, each message read once and in its document's order, ledger and trial balance are right, and stock is the same on both sides."""
    with PostgresServer(tmp_path) as postgres, ValkeyServer(tmp_path) as valkey:
        postgres.supervise()
        valkey.supervise()
        urls = await ensure_roles_and_databases(postgres.url, tmp_path)
        await migrate(urls.owner)
        await migrate(urls.core_owner, "core")
        settings = msgspec.structs.replace(settings_for(urls), core_database_url=urls.core_app)
        await load_masters(settings, tell=lambda _: None)
        await load_core(settings, 0, tell=lambda _: None)
        four = services(urls, valkey.url, tmp_path, SECRET)
        with running(*four.every):
            tally = await _a_bad_day(four, await books(urls), postgres, valkey)
            found = await books(urls)
            await _quiet(found)
        assert await disagreements(found) == []
        await _acknowledged_once(found, tally)
        await found.close()


async def _a_bad_day(four: Services, found: Books, postgres: PostgresServer, valkey: ValkeyServer) -> Tally:
    site = await found.floor.fetchval("select id from site")
    people = [row["id"] for row in await found.floor.fetch("select id from person order by id limit 5")]
    await found.close()
    tally, over = Tally(), asyncio.Event()
    bases = {"floor": four.floor.url, "core": four.core.url}
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        crew = [
            Person(client, bases, AccessTokens(SECRET), site, tally, over, who, chance=random.Random(seed))
            for seed, who in enumerate(people)
        ]
        acts: list[Coroutine[Any, Any, None]] = [
            buy(crew[0], SUPPLIER, SKU), sell(crew[1], CUSTOMER, SKU), receive(crew[2]), pick_and_ship(crew[3]),
            pick_and_ship(crew[4]),
        ]  # fmt: skip
        work = [asyncio.create_task(act) for act in acts]
        kills: list[Callable[[], Coroutine[Any, Any, None]]] = [
            lambda: _again(four.floor_worker),
            lambda: _again(four.core),
            lambda: _server(valkey),
            lambda: _again(four.core_worker),
            lambda: _server(postgres),
        ]
        for kill in kills:
            await _until(_some_more(tally))
            await kill()
        await _until(lambda: min(tally.received, tally.shipped, tally.released) >= 2)
        over.set()
        await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    return tally


def _some_more(tally: Tally) -> Callable[[], bool]:
    def count() -> int:
        return sum(len(keys) for keys in tally.done.values())

    before = count()
    return lambda: count() >= before + BETWEEN


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():
            await asyncio.sleep(0.05)


async def _again(service: Service) -> None:
    """Killed, and started again by its supervisor; nobody waits for it."""
    service.kill()
    service.start()


async def _server(server: PostgresServer | ValkeyServer) -> None:
    while (pid := server.pid) is None:
        await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


async def _quiet(found: Books) -> None:
    """Waits until nothing is under way; what killed workers had leased is due at once, as if half a minute had passed."""
    for side in (found.floor, found.core):
        for box in ("outbox", "inbox"):
            await side.execute(f"update {box} set next_try_at = now() where state = 'waiting'")
    async with asyncio.timeout(PATIENCE):
        while await found.waiting():
            await asyncio.sleep(0.1)


async def _acknowledged_once(found: Books, tally: Tally) -> None:
    """What people were told is done is in the books, once; a repeated key had the same answer."""
    assert tally.differing == []
    assert tally.retries > 0
    assert min(tally.received, tally.shipped, tally.released) >= 2
    for side, keys in ((found.floor, tally.done["floor"]), (found.core, tally.done["core"])):
        booked = "select count(*) from command where id = any($1) and outcome = 'done'"
        assert await side.fetchval(booked, list(keys)) == len(keys)
    receipts = "select count(*) from journal_entry where kind = $1"
    assert await found.core.fetchval(receipts, "receipt") == tally.received
    assert await found.core.fetchval(receipts, "shipment") == tally.shipped
    released = "select (select count(*) from purchase_version) + (select count(*) from sales_order where state <> 'entered')"
    loaded = 5  # purchase orders of the first morning
    assert await found.core.fetchval(released) == tally.released + loaded
