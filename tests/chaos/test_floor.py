"""Sixteen pickers, an operator and an inspector work while PostgreSQL, an API and Valkey are killed: every acknowledged command is booked exactly once."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.bench.process import Service, running
from backend.demo.load import load_masters
from backend.kernel.embedded import PostgresServer, ValkeyServer, ensure_roles_and_databases
from backend.kernel.ids import new_id
from backend.migrations import migrate
from tests.support.demo_floor import DemoFloor, running_demo_floor
from tests.support.device import Device, Tally
from tests.support.floor_app import settings_for
from tests.support.makers import Makers
from tests.support.processes import api_process, worker_process

PICKERS = 16
SECONDS = 24.0

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


async def test_nothing_is_lost_or_doubled_when_everything_is_killed(tmp_path: Path) -> None:
    """Lost answers, double sends, clocks a day off, kill -9 of each server: recovery by itself, the audit clean."""
    with PostgresServer(tmp_path) as postgres, ValkeyServer(tmp_path) as valkey:
        postgres.supervise()
        valkey.supervise()
        urls = await ensure_roles_and_databases(postgres.url, tmp_path)
        await migrate(urls.owner)
        await load_masters(settings_for(urls), tell=lambda _: None)
        apis = [api_process(urls, valkey.url, tmp_path) for _ in range(2)]
        worker = worker_process(urls, valkey.url, tmp_path)
        async with running_demo_floor(urls) as floor:
            makers, made = await Makers.of(floor), Tally()
            with running(*apis, worker):
                tally = await _a_bad_half_hour(floor, apis, postgres, valkey, makers, made)
            assert len(tally.acknowledged) >= 100
            assert tally.retries > 0
            assert tally.doubled > 0
            assert tally.differing == []
            booked = await floor.scalar(
                "select count(*) from command where id = any(:keys) and outcome = 'done'",
                keys=list(tally.acknowledged),
            )
            assert booked == len(tally.acknowledged)
            picks = [key for key, answer in tally.acknowledged.items() if "remaining" in answer]
            moves = await floor.scalar(
                "select count(*) from stock_move where command_id = any(:keys)", keys=picks
            )
            assert moves == len(picks)
            assert made.differing == []
            assert await makers.booked(made.acknowledged) == []
            assert await floor.audit() == []


async def _a_bad_half_hour(
    floor: DemoFloor,
    apis: list[Service],
    postgres: PostgresServer,
    valkey: ValkeyServer,
    makers: Makers,
    made: Tally,
) -> Tally:
    tally = Tally()
    over = asyncio.Event()
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=PICKERS * 2))
    pickers = [await _person(floor, client, apis, tally, seed, "picker") for seed in range(PICKERS)]
    operator, inspector = [
        await _person(floor, client, apis, made, seed, role)
        for seed, role in enumerate(("operator", "inspector"))
    ]
    for _ in range(PICKERS * 2):
        await floor.order([(sku, "3") for sku in await floor.stocked(limit=4)])
    planner = await floor.worker("planner")
    for _ in range(4):
        await planner.done("/picking/release-orders", {"totes": 1, "rounds": 10})
    work = [asyncio.create_task(_shift(picker, over)) for picker in pickers]
    work += [
        asyncio.create_task(makers.report(operator, over)),
        asyncio.create_task(makers.read(inspector, over)),
    ]
    kills: list[Callable[[], Awaitable[None]]] = [
        lambda: _kill_server(postgres),
        lambda: _kill_api(apis[0]),
        lambda: _kill_server(valkey),
        lambda: _kill_api(apis[1]),
        lambda: _kill_server(postgres),
    ]
    for kill in kills:
        await asyncio.sleep(SECONDS / (len(kills) + 1))
        await kill()
    await asyncio.sleep(SECONDS / (len(kills) + 1))
    over.set()
    await asyncio.wait_for(asyncio.gather(*work), 120)
    await client.aclose()
    return tally


async def _person(
    floor: DemoFloor, client: httpx.AsyncClient, apis: list[Service], tally: Tally, seed: int, role: str
) -> Device:
    worker = await floor.worker(role, name=f"P{seed}")
    token = worker.client.headers["authorization"].removeprefix("Bearer ")
    skew = timedelta(days=(seed % 3) - 1)
    return Device(client, [api.url for api in apis], token, tally, random.Random(seed), skew)


async def _shift(device: Device, over: asyncio.Event) -> None:
    """Rounds, one after another: bind, pick in parts, a short now and then, an undo, drop."""
    while not over.is_set():
        claimed = await device.act("pick.claim", {})
        if claimed["outcome"] != "done":
            await asyncio.sleep(0.3)
            continue
        await _walk(device, claimed["answer"], over)


async def _walk(device: Device, document: dict[str, Any], over: asyncio.Event) -> None:
    task = document["id"]
    for tote in document["totes"]:
        await device.act(
            "pick.bind_tote", {"tote": tote["id"], "code": f"TC-{new_id().hex[-12:]}"}, task=task
        )
    for line in document["lines"]:
        if over.is_set():
            return
        if line["state"] == "open":
            await _line(device, task, line)
    for tote in document["totes"]:
        await device.act("pick.drop", {"tote": tote["id"], "place": tote["dropPlace"]}, task=task)


async def _line(device: Device, task: str, line: dict[str, Any]) -> None:
    luck = device.random.random()
    one = {"line": line["id"], "tote": line["tote"], "quantity": "1"}
    for _ in range(int(line["quantity"]) - 1):
        await device.act("pick.confirm", one, task=task)
    if luck < 0.1:
        await device.act("pick.short", {"line": line["id"], "found": "0", "reason": "not_found"}, task=task)
        return
    await device.act("pick.confirm", one, task=task)


async def _kill_server(server: PostgresServer | ValkeyServer) -> None:
    while (pid := server.pid) is None:
        await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


async def _kill_api(api: Service) -> None:
    api.kill()
    await asyncio.sleep(1)
    api.start()
