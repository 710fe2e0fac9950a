"""Many people who do something at the same moment, each through one of several API processes."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from backend.kernel.commands import Who
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


@dataclass
class Crowd:
    """A floor with several APIs before it."""

    floor: DemoFloor
    clients: Sequence[httpx.AsyncClient]
    _next: Any = field(init=False)

    def __post_init__(self) -> None:
        self._next = cycle(self.clients)

    async def people(self, count: int, *roles: str) -> list["Person"]:
        """So many people, spread over the APIs."""
        workers = [await self.floor.worker(*roles, name=f"P{number}") for number in range(count)]
        return [Person(worker, next(self._next)) for worker in workers]


@dataclass
class Person:
    """Someone on one of the APIs."""

    worker: Worker
    client: httpx.AsyncClient

    @property
    def who(self) -> Who:
        return self.worker.who

    async def post(self, path: str, body: dict[str, Any], *, key: UUID | None = None) -> httpx.Response:
        headers = {
            "authorization": self.worker.client.headers["authorization"],
            "idempotency-key": str(key or new_id()),
        }
        return await self.client.post(f"/api/floor{path}", json=body, headers=headers)

    async def flush(self, commands: list[dict[str, Any]]) -> httpx.Response:
        """A device's queue, as it comes back from where there is no network."""
        headers = {"authorization": self.worker.client.headers["authorization"]}
        return await self.client.post("/api/floor/commands", json={"commands": commands}, headers=headers)


async def at_once(*acts: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """All of them, started behind one gate."""
    gate = asyncio.Event()

    async def one(act: Awaitable[httpx.Response]) -> httpx.Response:
        await gate.wait()
        return await act

    tasks = [asyncio.ensure_future(one(act)) for act in acts]
    await asyncio.sleep(0)
    gate.set()
    return list(await asyncio.gather(*tasks))


async def overlapping(
    floor: DemoFloor, held: str, row: UUID, *acts: Awaitable[httpx.Response]
) -> list[httpx.Response]:
    """All of them, made to overlap: the row of the table `held` is kept until each waits for it, so each has looked before any has written.

    Looking is not kept from anybody, and neither is a new row that points at it: who reads first and writes after gets as far as the writing.
    """
    waiting = """select count(distinct pid) from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()"""
    async with floor.db.transaction() as connection:
        await connection.execute(text(f"select from {held} where id = :row for no key update"), {"row": row})
        tasks = [asyncio.ensure_future(act) for act in acts]
        async with asyncio.timeout(120):
            while await floor.scalar(waiting) < len(tasks):
                assert not any(task.done() for task in tasks), "one of them did not wait for the row"
                await asyncio.sleep(0.01)
    return list(await asyncio.gather(*tasks))


def successes(answers: Sequence[httpx.Response]) -> list[httpx.Response]:
    """The answers that were done; every other must be a refusal with words, never a fault of ours."""
    for answer in answers:
        assert answer.status_code in {200, 409}, answer.text
    return [answer for answer in answers if answer.status_code == 200]
