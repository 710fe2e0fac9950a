"""The worker as a process of its own, with everything round it killed: nothing lost, nothing doubled, order kept."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.contract.shipments import ShipmentCancelled, ShipmentRequested
from backend.demo.assortment import articles
from backend.demo.company import read_company
from backend.demo.load import load_masters
from backend.demo.orders import requests
from backend.floor.link.handlers import HANDLERS
from backend.floor.stock.audit import audit
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work.tables import FloorException
from backend.kernel import clock
from backend.kernel.db import Database, asyncpg_url
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from backend.kernel.link.inbox import keep
from backend.kernel.link.messages import compose, decode
from backend.kernel.tables import Inbox, Outbox, WorkerBeat
from backend.migrations import migrate
from tests.support.floor_app import settings_for
from tests.support.receiver import KEY, Receiver
from tests.support.servers import Servers, running_servers, template_databases

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def mortal() -> Iterator[Servers]:
    """Servers of this module's own, to be killed; brought back by their runner as in earnest."""
    with running_servers() as servers:
        assert servers.postgres is not None, "this test kills PostgreSQL, so it must be ours"
        assert servers.valkey is not None
        servers.postgres.supervise()
        servers.valkey.supervise()
        yield servers


@pytest.fixture(scope="module")
async def urls(mortal: Servers) -> AsyncIterator[Urls]:
    """The demo's floor without orders."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.owner)
        await load_masters(settings_for(urls), tell=lambda _: None)

    async with template_databases(mortal, prepare) as found:
        yield found


@pytest.fixture
async def db(urls: Urls) -> AsyncIterator[Database]:
    """The floor's database with an empty inbox and outbox."""
    owner = create_async_engine(asyncpg_url(urls.owner))
    async with owner.begin() as connection:
        await connection.execute(text("truncate inbox, outbox, worker_beat restart identity"))
    await owner.dispose()
    database = Database(urls.app, pool_size=4)
    yield database
    await database.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """An ERP's inbox."""
    found = Receiver(delay=0.02)
    await found.start()
    yield found
    await found.stop()


@contextmanager
def worker(urls: Urls, servers: Servers, receiver: Receiver, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One worker process; killed at the end if it still runs."""
    environment = {
        **os.environ,
        "DATABASE_URL": urls.app,
        "REDIS_URL": servers.redis_url,
        "GEMBA_SECRET": "s" * 32,
        "GEMBA_LINK_SECRET": KEY.decode().replace(" ", "_"),
        "GEMBA_ERP_INBOX_URL": receiver.url,
        "GEMBA_STATE": str(log.parent),
        "GEMBA_SOLVER": "0",
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "backend.worker"], env=environment, stderr=out, stdout=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def fill(db: Database, documents: int, each: int) -> None:
    """Puts facts into the outbox, in order for each document."""
    async with db.transaction() as connection:
        for n in range(each):
            rows = [
                {"id": new_id(), "type": "gemba.test.v1", "document": f"shipment/D{d}", "data": {"n": n}}
                for d in range(documents)
            ]
            await connection.execute(insert(Outbox), rows)


async def until(check: Callable[[], Awaitable[bool]], *, seconds: float, log: Path | None = None) -> None:
    """Waits for something, through a database that is away."""
    end = time.monotonic() + seconds
    while True:
        try:
            if await check():
                return
        except Exception:  # noqa: BLE001  # PostgreSQL is being killed
            pass
        if time.monotonic() > end:
            _late(log)
        await asyncio.sleep(0.1)


def _late(log: Path | None) -> NoReturn:
    raise AssertionError("not done in time; the worker said: " + (log.read_text()[-3000:] if log else ""))


def none_left(db: Database, table: type[Inbox] | type[Outbox]) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        async with db.transaction() as connection:
            left = await connection.execute(select(table.seq).where(table.state == "waiting").limit(1))
            return left.first() is None

    return check


def in_order(receiver: Receiver, documents: int, each: int) -> bool:
    """Whether every fact of every document was booked once, in order."""
    return receiver.documents() == {f"shipment/D{d}": list(range(each)) for d in range(documents)}


async def test_a_killed_workers_messages_go_out_by_another(
    db: Database, urls: Urls, mortal: Servers, receiver: Receiver, tmp_path: Path
) -> None:
    """Two workers deliver; one is killed in the middle: all 1,200 facts arrive, each document's in order, booked once."""
    receiver.keys = (KEY.replace(b" ", b"_"),)
    log = tmp_path / "worker.log"
    await fill(db, 40, 30)
    with worker(urls, mortal, receiver, log) as dies, worker(urls, mortal, receiver, log):

        async def some() -> bool:
            return len(receiver.came) > 200

        await until(some, seconds=240, log=log)
        dies.kill()
        await until(none_left(db, Outbox), seconds=240, log=log)
    assert in_order(receiver, 40, 30)


async def test_everything_round_the_worker_killed(
    db: Database, urls: Urls, mortal: Servers, receiver: Receiver, tmp_path: Path
) -> None:
    """PostgreSQL, Valkey and the receiver are killed one after another while the worker delivers: it goes on by itself."""
    receiver.keys = (KEY.replace(b" ", b"_"),)
    log = tmp_path / "worker.log"
    assert mortal.postgres is not None
    assert mortal.valkey is not None
    await fill(db, 40, 30)
    with worker(urls, mortal, receiver, log) as process:

        def more_than(count: int) -> Callable[[], Awaitable[bool]]:
            async def check() -> bool:
                return len(receiver.came) > count

            return check

        await until(more_than(100), seconds=240, log=log)
        os.kill(mortal.postgres.pid or 0, signal.SIGKILL)
        os.kill(mortal.valkey.pid or 0, signal.SIGKILL)
        await until(more_than(500), seconds=240, log=log)
        await receiver.stop()
        await asyncio.sleep(2)
        await receiver.start()
        await until(none_left(db, Outbox), seconds=240, log=log)
        assert process.poll() is None
    assert in_order(receiver, 40, 30)
    assert "loop_failed" in log.read_text()


def _messages(count: int) -> list[bytes]:
    """Orders of the demo in two versions each, every fifth cancelled by a third; every message twice, all shuffled."""
    company = read_company()
    found: list[bytes] = []
    for n, first in enumerate(requests(company, articles(company.assortment), count, clock.now())):
        second = msgspec.structs.replace(first, version=2, priority=9)
        versions: list[ShipmentRequested | ShipmentCancelled] = [first, second]
        if n % 5 == 0:
            versions.append(ShipmentCancelled(number=first.number, version=3))
        found += [
            compose(
                message,
                message_id=f"{message.number}:{message.version}",
                source="https://erp.example",
                subject=f"shipment/{message.number}",
                sequence=message.version,
            )
            for message in versions
        ]
    found *= 2
    random.Random(7).shuffle(found)
    return found


async def test_requests_in_any_order_twice_with_a_worker_killed(
    db: Database, urls: Urls, mortal: Servers, receiver: Receiver, tmp_path: Path
) -> None:
    """60 orders in two versions, some cancelled, all twice and shuffled, a worker killed: each stands once at its last word."""
    log = tmp_path / "worker.log"
    with worker(urls, mortal, receiver, log) as dies, worker(urls, mortal, receiver, log):
        for body in _messages(60):
            async with db.hot() as connection:
                await keep(connection, decode(body), HANDLERS)
            if dies.poll() is None and await _done(db) > 40:
                dies.kill()
        await until(none_left(db, Inbox), seconds=240, log=log)
    assert dies.poll() is not None
    async with db.transaction() as connection:
        inbox = list(await connection.execute(select(Inbox.state, Inbox.last_error)))
        orders = list(
            await connection.execute(select(ShipmentRequest.__table__).order_by(ShipmentRequest.number))
        )
        kinds = ("order_changed_late", "order_cancelled_late")
        found = list(
            await connection.execute(select(FloorException.document_id).where(FloorException.kind.in_(kinds)))
        )
    async with db.transaction() as connection:
        assert await audit(connection) == []
    assert {row.state for row in inbox} == {"done"}, inbox
    assert len(inbox) == 132
    assert len(orders) == 60
    late = {row.document_id for row in found}
    for n, order in enumerate(orders):
        assert order.version == (3 if n % 5 == 0 else 2), order.number
        # An order that the rule had released to the floor by then keeps its state, and a person is told.
        obeyed = order.state == "cancelled" if n % 5 == 0 else order.priority == 9
        assert obeyed or order.id in late, (order.number, order.state)
    assert sum(order.state == "cancelled" for order in orders) >= 6


async def _done(db: Database) -> int:
    async with db.transaction() as connection:
        counted = await connection.execute(select(func.count()).where(Inbox.state == "done"))
        return counted.scalar_one()


async def test_a_worker_told_to_stop_ends_what_it_does(
    db: Database, urls: Urls, mortal: Servers, receiver: Receiver, tmp_path: Path
) -> None:
    """SIGTERM: exit code 0 within seconds, nothing delivered is left unmarked, its beat is gone; the next one does the rest."""
    receiver.keys = (KEY.replace(b" ", b"_"),)
    log = tmp_path / "worker.log"
    await fill(db, 40, 30)
    with worker(urls, mortal, receiver, log) as process:

        async def some() -> bool:
            async with db.transaction() as connection:
                beats = (await connection.execute(select(func.count()).select_from(WorkerBeat))).scalar_one()
            return len(receiver.came) > 100 and beats == 1

        await until(some, seconds=240, log=log)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
    async with db.transaction() as connection:
        sent = await connection.execute(select(func.count()).where(Outbox.state == "sent"))
        assert sent.scalar_one() == len(receiver.came)
        assert (await connection.execute(select(WorkerBeat.__table__))).all() == []
    assert len(receiver.came) < 1200
    with worker(urls, mortal, receiver, log):
        await until(none_left(db, Outbox), seconds=240, log=log)
    assert in_order(receiver, 40, 30)
    assert len(receiver.came) == 1200
