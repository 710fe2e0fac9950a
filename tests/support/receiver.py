"""An ERP's inbox for tests: plain HTTP on a loopback port, told to be slow, down, or cross with certain messages."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.kernel import clock
from backend.kernel.link import signing

KEY = b"the link's secret in the tests, long enough"


@dataclass
class Receiver:
    """Checks signatures, remembers what came, drops what it has seen by (source, id).

    Attributes:
        came: every message that was taken, repeats included, in order.
        booked: the same without repeats: what an ERP would have made of it.
        answer: decides the status of a message; None hangs up without an answer.
        delay: seconds before each answer.
        held: documents whose messages are answered only once the event is set.
    """

    answer: Callable[[dict[str, Any]], int | None] = lambda _: 202
    delay: float = 0.0
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    keys: tuple[bytes, ...] = (KEY,)
    came: list[dict[str, Any]] = field(default_factory=list)
    booked: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/inbox"

    async def start(self) -> None:
        """Listens, on the same port as before if it was stopped."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening and cuts every connection, as a killed process does."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    def documents(self) -> dict[str, list[int]]:
        """For each document the `n` of what was booked, in order."""
        found: dict[str, list[int]] = {}
        for message in self.booked:
            found.setdefault(message["subject"], []).append(message["data"]["n"])
        return found

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
            message = json.loads(body)
            if hold := self.held.get(message["subject"]):
                await hold.wait()
            status = self._take(headers, body, message)
        finally:
            self.at_once -= 1
        if status is None:
            return False
        writer.write(f"HTTP/1.1 {status} Said\r\ncontent-length: 2\r\n\r\nok".encode())
        await writer.drain()
        return True

    def _take(self, headers: dict[str, str], body: bytes, message: dict[str, Any]) -> int | None:
        signing.verify(self.keys, headers, body, clock.now())
        status = self.answer(message)
        if status is None or status < 300:
            self.came.append(message)
            key = (message["source"], message["id"])
            if key not in self._seen:
                self._seen.add(key)
                self.booked.append(message)
        return status
