"""Live changes: what just happened, fanned out to every open screen through Valkey. Nothing that matters is kept here.

A publisher never waits for and never fails on a broker that is away; a listener reconnects by itself. A screen that
missed something reads afresh when its socket comes back, so a lost message costs a moment, never a fact.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()
_QUEUE = 256


class Change(msgspec.Struct, frozen=True):
    """One live change of a site: its kind (`round`, `stock`, `task`, `exception`, `person`) and a few plain facts."""

    kind: str
    facts: dict[str, Any]


class Live:
    """One process's share of the fan-out."""

    def __init__(self, url: str | None) -> None:
        self._client = (
            redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=None) if url else None
        )
        self._listeners: dict[str, set[asyncio.Queue[bytes]]] = {}
        self._pending: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_QUEUE)
        self._tasks: list[asyncio.Task[None]] = []
        self.connected = False

    async def start(self) -> None:
        """Starts publishing and listening in the background."""
        self._tasks = [asyncio.create_task(self._publish()), asyncio.create_task(self._listen())]

    async def stop(self) -> None:
        """Stops both, without waiting for the broker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._client.aclose()

    def publish(self, site_id: UUID, kind: str, **facts: Any) -> None:
        """Tells all screens of a site. Never blocks; with the broker away the change is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._pending.put_nowait((f"live:{site_id}", msgspec.json.encode(Change(kind, facts))))

    @contextlib.asynccontextmanager
    async def listen(self, site_id: UUID) -> AsyncIterator[asyncio.Queue[bytes]]:
        """A queue of the site's changes as JSON; a screen too slow to keep up loses the oldest."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE)
        listeners = self._listeners.setdefault(f"live:{site_id}", set())
        listeners.add(queue)
        try:
            yield queue
        finally:
            listeners.discard(queue)

    def _deliver(self, channel: str, data: bytes) -> None:
        for queue in self._listeners.get(channel, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(data)

    async def _publish(self) -> None:
        while True:
            channel, data = await self._pending.get()
            if self._client is None:
                self._deliver(channel, data)
                continue
            try:
                await asyncio.wait_for(self._client.publish(channel, data), 2)
            except (RedisError, OSError, TimeoutError):
                self._deliver(channel, data)

    async def _listen(self) -> None:
        if self._client is None:
            return
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.psubscribe("live:*")
                    self.connected = True
                    async for message in pubsub.listen():
                        if message["type"] == "pmessage":
                            self._deliver(message["channel"].decode(), message["data"])
            except (RedisError, OSError):
                if self.connected:
                    log.warning("live_broker_away")
                self.connected = False
                await asyncio.sleep(1)

    async def is_up(self) -> bool:
        """Whether the broker answers within a second."""
        if self._client is None:
            return False
        try:
            async with asyncio.timeout(1):
                return bool(await self._client.ping())
        except (RedisError, OSError, TimeoutError):
            return False
