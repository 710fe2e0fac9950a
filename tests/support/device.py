"""A picker's device as the chaos knows it: it queues commands, sends them until they are answered, and never forgets one."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from backend.kernel import clock
from backend.kernel.ids import new_id


@dataclass
class Tally:
    """What all devices saw together."""

    acknowledged: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    refused: int = 0
    retries: int = 0
    doubled: int = 0
    differing: list[UUID] = field(default_factory=list)


@dataclass
class Device:
    """One device with a clock that may be wrong, a network that drops answers, and a person who goes on working."""

    client: httpx.AsyncClient
    urls: list[str]
    token: str
    tally: Tally
    random: random.Random
    skew: timedelta = timedelta(0)
    timeout: float = 5.0

    async def act(self, kind: str, payload: dict[str, Any], *, task: str | None = None) -> dict[str, Any]:
        """Does one thing and sends it until it has an answer. Returns the result's row."""
        command = {
            "id": str(new_id()),
            "type": kind,
            "task": task,
            "schema": 1,
            "clientTs": (clock.now() + self.skew).isoformat(),
            "payload": payload,
        }
        while True:
            row = await self._try(command)
            if row is not None and row["outcome"] != "retry":
                break
            self.tally.retries += 1
            await asyncio.sleep(self.random.uniform(0.05, 0.5))
        await self._double(command, row)
        key = UUID(str(command["id"]))
        if row["outcome"] == "done":
            self.tally.acknowledged[key] = row["answer"]
        else:
            self.tally.refused += 1
        return row

    async def _double(self, command: dict[str, Any], first: dict[str, Any]) -> None:
        """Now and then the same is sent again, as a device does that lost the answer."""
        if self.random.random() > 0.1:
            return
        self.tally.doubled += 1
        again = None
        while again is None or again["outcome"] == "retry":
            again = await self._try(command)
            await asyncio.sleep(0.05)
        if (again["outcome"], again["answer"]) != (first["outcome"], first["answer"]):
            self.tally.differing.append(UUID(str(command["id"])))

    async def _try(self, command: dict[str, Any]) -> dict[str, Any] | None:
        command = command | {"sentTs": (clock.now() + self.skew).isoformat()}
        # One sending in eight loses its answer on the way, however well it was booked.
        timeout = self.random.uniform(0.005, 0.05) if self.random.random() < 0.12 else self.timeout
        try:
            answer = await self.client.post(
                f"{self.random.choice(self.urls)}/api/floor/commands",
                json={"commands": [command]},
                headers={"authorization": f"Bearer {self.token}"},
                timeout=timeout,
            )
        except httpx.HTTPError:
            return None
        if answer.status_code != 200:
            assert answer.status_code >= 500, answer.text
            return None
        row: dict[str, Any] = answer.json()["results"][0]
        return row
