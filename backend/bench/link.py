"""`gemba bench link`: how fast worker processes empty an outbox, with the order of each document kept.

The receiver is this process: it checks each signature and each document's order, and answers 202. Commits are durable. In the
last run the receiver is away while the outbox fills, as when the ERP is down.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import uvloop
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.bench import load
from backend.bench.ground import SECRET, Ground, ground
from backend.contract.envelope import Envelope
from backend.contract.shipments import LinePicked
from backend.kernel import clock
from backend.kernel.db import Database, asyncpg_url
from backend.kernel.ids import new_id
from backend.kernel.link import signing
from backend.kernel.tables import Outbox, WorkerBeat

_decode = msgspec.json.Decoder(Envelope).decode


@dataclass
class Receiver:
    """Takes messages over plain HTTP/1.1; counts those that came again or before their turn."""

    last: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    repeats: int = 0
    disordered: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    _keys: tuple[bytes, ...] = signing.keys(SECRET.replace(" ", "_"))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
                lines = (line.partition(": ") for line in head if line)
                headers = {name.lower(): value for name, _, value in lines}
                self.take(headers, await reader.readexactly(int(headers["content-length"])))
                writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        signing.verify(self._keys, headers, body, clock.now())
        message = _decode(body)
        if message.id in self.seen:
            self.repeats += 1
            return
        self.seen.add(message.id)
        sequence = int(message.sequence or 0)
        self.disordered += sequence < self.last.get(message.subject, 0)
        self.last[message.subject] = sequence
        self.last_at = time.perf_counter()
        self.first_at = self.first_at or self.last_at


def main(*, messages: int, tell: Callable[[str], None]) -> None:
    """Runs the bench and prints its table."""
    uvloop.run(_bench(messages, tell))


async def _bench(messages: int, tell: Callable[[str], None]) -> None:
    tell(
        f"{'workers':>8}{'documents':>11}{'each':>6}{'msg/s':>8}{'worker CPU ms':>15}{'repeats':>9}{'disordered':>12}"
    )
    async with ground() as base:
        db = Database(base.urls.app)
        for workers, documents in ((1, messages), (1, messages // 10), (2, messages // 10)):
            tell(await _run(base, db, workers, documents, messages // documents))
        tell("With the receiver away for 20 s first:")
        tell(await _run(base, db, 1, messages // 10, 10, away=20.0))
        await db.close()


async def _run(
    base: Ground, db: Database, workers: int, documents: int, each: int, *, away: float = 0.0
) -> str:
    await _fill(base, db, documents, each)
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if away:
        server.close()
    with _workers(base, workers, port) as pids:
        await _started(db, workers)
        spent = load.cpu_seconds(pids)
        await _let_go(db)
        if away:
            await asyncio.sleep(away)
            server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
        while len(receiver.seen) < documents * each:  # noqa: ASYNC110  # a hundred looks a second cost nothing
            await asyncio.sleep(0.01)
        spent = load.cpu_seconds(pids) - spent
    server.close()
    total = documents * each
    rate = total / (receiver.last_at - receiver.first_at)
    return (
        f"{workers:8}{documents:11,}{each:6,}{rate:8.0f}{spent * 1000 / total:15.2f}"
        f"{receiver.repeats:9}{receiver.disordered:12}"
    )


async def _fill(base: Ground, db: Database, documents: int, each: int) -> None:
    """Messages of picks, held back until `_let_go`."""
    engine = create_async_engine(asyncpg_url(base.urls.owner))
    async with engine.begin() as connection:
        await connection.execute(text("truncate outbox, worker_beat"))
    await engine.dispose()
    async with db.transaction() as connection:
        for n in range(each):
            rows = [_row(document, n) for document in range(documents)]
            await connection.execute(insert(Outbox), rows)
        await connection.execute(text("update outbox set next_try_at = now() + interval '1 day'"))
    async with db.hot() as connection:
        await connection.execute(text("analyze outbox"))


def _row(document: int, n: int) -> dict[str, object]:
    number = f"SO-{document}"
    return {
        "id": new_id(),
        "type": LinePicked.TYPE,
        "document": f"shipment/{number}",
        "data": {
            "number": number, "line": n + 1, "sku": "BK-100", "quantity": "2.0000", "unit": "pc", "lot": "L-2026-11",
            "serial": None, "at": clock.now(),
        },
    }  # fmt: skip


async def _let_go(db: Database) -> None:
    async with db.hot() as connection:
        await connection.execute(text("update outbox set next_try_at = now() where state = 'waiting'"))


async def _started(db: Database, workers: int) -> None:
    while True:
        async with db.transaction() as connection:
            found = await connection.execute(select(func.count()).select_from(WorkerBeat))
        if found.scalar_one() == workers:
            return
        await asyncio.sleep(0.1)


@contextmanager
def _workers(base: Ground, count: int, port: int) -> Iterator[list[int]]:
    environment = {
        **os.environ,
        "DATABASE_URL": base.urls.app,
        "GEMBA_SECRET": SECRET,
        "GEMBA_LINK_SECRET": SECRET.replace(" ", "_"),
        "GEMBA_ERP_INBOX_URL": f"http://127.0.0.1:{port}/inbox",
    }
    environment.pop("REDIS_URL", None)
    processes = [
        subprocess.Popen([sys.executable, "-m", "backend.worker"], env=environment, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
