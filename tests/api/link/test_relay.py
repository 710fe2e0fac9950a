"""The relay against a real PostgreSQL and a receiver that misbehaves."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from backend.kernel import outbox
from backend.kernel.db import Database
from backend.kernel.link import Answer, Courier, Relay, rules
from backend.kernel.tables import Outbox
from tests.support.receiver import KEY, Receiver


class Fact(msgspec.Struct):
    """The n-th fact of a document."""

    n: int


async def send(db: Database, documents: int, each: int, *, prefix: str = "shipment/D") -> None:
    """Fills the outbox with `each` facts for each of some documents, one transaction for each fact's number."""
    for n in range(each):
        async with db.transaction() as connection:
            for document in range(documents):
                await outbox.send(
                    connection, message_type="gemba.test.v1", document=f"{prefix}{document}", data=Fact(n)
                )


@asynccontextmanager
async def relays(
    db: Database, url: str, *, count: int = 1, longest: float = 2.0, **options: Any
) -> AsyncIterator[list[Relay]]:
    """Some relays to step by hand, and their couriers closed at the end."""
    couriers = [Courier(url, (KEY,), longest=longest) for _ in range(count)]
    made = [Relay(db, courier, source="https://floor.example", **options) for courier in couriers]
    yield made
    for relay in made:
        await relay.finish()
    for courier in couriers:
        await courier.close()


async def run_until(relay: Relay, done: Callable[[], Awaitable[bool]], *, seconds: float = 120) -> None:
    """Steps one relay until `done`, as the worker does."""
    until = time.monotonic() + seconds
    while not await done():
        assert time.monotonic() < until, "not done in time"
        if not await relay.step():
            await asyncio.sleep(0.02)


async def states(db: Database) -> dict[str, int]:
    """How many messages are in which state."""
    async with db.transaction() as connection:
        rows = await connection.execute(select(Outbox.state))
        found: dict[str, int] = {}
        for state in rows.scalars():
            found[state] = found.get(state, 0) + 1
        return found


def all_sent(db: Database) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return set(await states(db)) == {"sent"}

    return check


async def test_messages_arrive_signed_and_whole(db: Database, receiver: Receiver) -> None:
    """A message of the outbox arrives as a CloudEvent with our signature, its document, time, sequence and data."""
    await send(db, 1, 1)
    async with relays(db, receiver.url) as (relay,):
        await run_until(relay, all_sent(db))
    (message,) = receiver.booked
    assert message["specversion"] == "1.0"
    assert message["source"] == "https://floor.example"
    assert message["type"] == "gemba.test.v1"
    assert message["subject"] == "shipment/D0"
    assert message["data"] == {"n": 0}
    assert message["sequence"] == "00000000000000000001"
    assert message["time"].endswith("Z")


async def test_four_relays_keep_the_order_of_each_document(db: Database, receiver: Receiver) -> None:
    """Four relays at once deliver 20 documents of 25 facts: each document's facts in order, nothing lost or doubled."""
    receiver.delay = 0.002
    await send(db, 20, 25)
    async with relays(db, receiver.url, count=4, parallel=4) as four:
        await asyncio.gather(*(run_until(relay, all_sent(db), seconds=120) for relay in four))
    assert receiver.documents() == {f"shipment/D{d}": list(range(25)) for d in range(20)}
    assert len(receiver.came) == 500
    assert receiver.most_at_once > 4
    assert sum(1 for relay in four if relay.sent) == 4


async def test_new_facts_follow_while_a_document_is_under_way(db: Database, receiver: Receiver) -> None:
    """Facts written while the relays run leave in the order of their document."""
    async with relays(db, receiver.url, count=2, parallel=4) as both:
        sending = asyncio.create_task(send(db, 5, 40))
        done = asyncio.gather(*(run_until(relay, lambda: _true(sending.done())) for relay in both))
        await done
        await asyncio.gather(*(run_until(relay, all_sent(db)) for relay in both))
    assert receiver.documents() == {f"shipment/D{d}": list(range(40)) for d in range(5)}


async def _true(value: bool) -> bool:
    return value


async def test_a_receiver_that_was_down_gets_all_in_order(
    db: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the receiver down nothing dies and no message's tries are used up; when it is back all arrives, in order, once."""
    monkeypatch.setattr(rules, "LONGEST_PAUSE", 0.3)
    await receiver.stop()
    await send(db, 10, 5)
    async with relays(db, receiver.url) as (relay,):
        until = time.monotonic() + 60
        tried = 0
        while tried < 30 and time.monotonic() < until:
            if not await relay.step():
                await asyncio.sleep(0.02)
            tried += relay.away
        assert [relay.away, await states(db)] == [True, {"waiting": 50}]
        await receiver.start()
        await run_until(relay, all_sent(db))
        assert [relay.away, await states(db)] == [False, {"sent": 50}]
    assert receiver.documents() == {f"shipment/D{d}": list(range(5)) for d in range(10)}
    assert len(receiver.came) == 50
    async with db.transaction() as connection:
        assert set((await connection.execute(select(Outbox.tries))).scalars()) == {0}


async def test_answers_that_get_lost_double_nothing(db: Database, receiver: Receiver) -> None:
    """When the answer is lost after the receiver booked, the message comes again with the same id and is booked once."""
    lost: set[str] = set()

    def hang_up_once(message: dict[str, Any]) -> int | None:
        if message["data"]["n"] == 1 and message["id"] not in lost:
            lost.add(message["id"])
            return None
        return 202

    receiver.answer = hang_up_once
    await send(db, 3, 3)
    async with relays(db, receiver.url) as (relay,):
        await run_until(relay, all_sent(db))
    assert len(lost) == 3
    assert len(receiver.came) == 12
    assert receiver.documents() == {f"shipment/D{d}": [0, 1, 2] for d in range(3)}


async def test_a_refused_message_stops_its_document_only(db: Database, receiver: Receiver) -> None:
    """A message the receiver will never take is dead at once with its words; its document waits, others go on."""
    receiver.answer = lambda message: (
        422 if (message["subject"], message["data"]["n"]) == ("shipment/D1", 2) else 202
    )
    await send(db, 3, 5)
    async with relays(db, receiver.url) as (relay,):

        async def settled() -> bool:
            return await states(db) == {"sent": 12, "dead": 1, "waiting": 2}

        await run_until(relay, settled)
    assert receiver.documents() == {
        "shipment/D0": [0, 1, 2, 3, 4],
        "shipment/D1": [0, 1],
        "shipment/D2": [0, 1, 2, 3, 4],
    }
    async with db.transaction() as connection:
        row = (await connection.execute(select(Outbox).where(Outbox.state == "dead"))).one()
    assert (row.tries, row.last_error) == (1, "HTTP 422: ok")


async def test_a_message_that_fails_waits_longer_and_longer_then_dies(
    db: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message answered with 500 is tried again after growing waits, and is dead after the last try."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(rules, "MAX_TRIES", 4)
    at: list[float] = []

    def cross(message: dict[str, Any]) -> int:
        if message["subject"] == "shipment/D0":
            at.append(time.monotonic())
            return 500
        return 202

    receiver.answer = cross
    await send(db, 2, 1)
    async with relays(db, receiver.url) as (relay,):

        async def settled() -> bool:
            return await states(db) == {"sent": 1, "dead": 1}

        await run_until(relay, settled)
    waits = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert len(at) == 4
    for n, waited in enumerate(waits):
        assert waited >= 0.75 * 0.02 * 2**n


async def test_slow_documents_do_not_hold_up_others(db: Database, receiver: Receiver) -> None:
    """While twenty documents' messages hang, more than half of all lanes, a hundred other messages get through."""
    hang = asyncio.Event()
    receiver.held = {f"shipment/SLOW{n}": hang for n in range(20)}
    await send(db, 20, 1, prefix="shipment/SLOW")
    await send(db, 10, 10)
    async with relays(db, receiver.url, longest=10, parallel=32) as (relay,):

        async def others() -> bool:
            return len(receiver.booked) == 100

        await run_until(relay, others)
        hang.set()
        await run_until(relay, all_sent(db))


async def test_leases_of_a_dead_worker_run_out(db: Database, receiver: Receiver) -> None:
    """What a worker had claimed when it died is delivered by another one after the lease, in order."""
    await send(db, 4, 3)
    lease = timedelta(seconds=3)
    async with relays(db, receiver.url, count=2, lease=lease, longest=0.3) as (dies, lives):
        assert len(await dies._claim(32, 16)) == 12
        assert await lives.step() == 0
        await run_until(lives, all_sent(db))
    assert receiver.documents() == {f"shipment/D{d}": [0, 1, 2] for d in range(4)}


async def test_a_changed_secret_makes_all_wait_and_none_die(db: Database, receiver: Receiver) -> None:
    """401 from the receiver is nobody's fault: everything waits and goes out once the secrets agree again."""
    receiver.answer = lambda _: 401
    await send(db, 3, 2)
    async with relays(db, receiver.url) as (relay,):
        for _ in range(5):
            await relay.step()
            await asyncio.sleep(0.02)
        assert await states(db) == {"waiting": 6}
        receiver.answer = lambda _: 202
        await run_until(relay, all_sent(db))
    assert len(receiver.booked) == 6


class Breaks:
    """A carrier that breaks on one document."""

    url, longest = "nowhere", 1.0

    async def deliver(self, message_id: str, body: bytes) -> Answer:
        if b"shipment/D0" in body:
            raise ZeroDivisionError("a fault nobody thought of")
        return Answer(200, "")

    async def close(self) -> None: ...


async def test_a_message_that_breaks_the_program_ends_with_a_person(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery that raises is a failed try: the message is dead after the last one, and others go on."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(rules, "MAX_TRIES", 3)
    await send(db, 2, 1)
    relay = Relay(db, Breaks(), source="https://gemba.test/floor")

    async def settled() -> bool:
        return await states(db) == {"sent": 1, "dead": 1}

    await run_until(relay, settled)
    await relay.finish()
    async with db.transaction() as connection:
        row = (await connection.execute(select(Outbox).where(Outbox.state == "dead"))).one()
    assert row.tries == 3
    assert "ZeroDivisionError" in row.last_error
