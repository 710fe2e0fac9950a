"""What becomes of messages that come in: read once, in order, put off, dead, tried again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.envelope import Envelope
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.link import Handler, InboxReader, repair, rules
from backend.kernel.link.inbox import keep
from backend.kernel.link.messages import decode
from backend.kernel.problems import Conflict, Unavailable
from backend.kernel.tables import CommandLog, Inbox

TYPE = "gemba.test.v1"


class Fact(msgspec.Struct):
    """The n-th fact of a document."""

    n: int


class Book:
    """A handler that books facts in the database's command log, and fails when told to."""

    def __init__(self) -> None:
        self.fail: Callable[[Fact], Exception | None] = lambda _: None
        self.delay = 0.0
        self.order: list[int] = []
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, connection: AsyncConnection, fact: Fact, source: str) -> None:
        await connection.execute(
            insert(CommandLog).values(
                id=new_id(), type=f"{source}:{fact.n}", digest="", captured_at=text("now()")
            )
        )
        self.order.append(fact.n)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
        finally:
            self.at_once -= 1
        if error := self.fail(fact):
            raise error


@pytest.fixture
def book() -> Book:
    """A fresh book."""
    return Book()


def reader(db: Database, book: Book, **options: Any) -> InboxReader:
    return InboxReader(db, {TYPE: Handler(Fact, book)}, **options)


async def put(
    db: Database, n: int, *, document: str = "shipment/D", sequence: int | None = None, **changes: Any
) -> str:
    """Keeps one message and returns what became of it."""
    envelope = {
        "specversion": "1.0",
        "id": changes.pop("id", f"m{n}"),
        "source": "https://erp.example",
        "type": TYPE,
        "subject": document,
        "sequence": None if sequence is None else str(sequence),
        "data": {"n": n},
    } | changes
    received = decode(msgspec.json.encode({k: v for k, v in envelope.items() if v is not None}))
    async with db.hot() as connection:
        return await keep(connection, received, {TYPE: Handler(Fact, Book())})


async def drain(
    reader: InboxReader, *, seconds: float = 60, until: Callable[[], Awaitable[bool]] | None = None
) -> None:
    """Steps until nothing is due, or until `until`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        moved = await reader.step()
        if until is not None and await until():
            return
        if not moved:
            if until is None:
                return
            await asyncio.sleep(0.02)
    raise AssertionError("not done in time")


async def booked(db: Database) -> list[int]:
    """The facts whose effect is in the database, in order."""
    async with db.transaction() as connection:
        rows = await connection.execute(select(CommandLog.type).order_by(CommandLog.booked_at))
        return [int(kind.rsplit(":", 1)[1]) for kind in rows.scalars()]


async def rows(db: Database) -> list[Any]:
    """The whole inbox."""
    async with db.transaction() as connection:
        return list(await connection.execute(select(Inbox).order_by(Inbox.seq)))


async def test_a_message_is_booked_and_marked_in_one_transaction(db: Database, book: Book) -> None:
    """A message's effect is in the database and the message is done; reading again does nothing."""
    assert await put(db, 1) == "accepted"
    await drain(reader(db, book))
    await drain(reader(db, book))
    assert await booked(db) == [1]
    (row,) = await rows(db)
    assert (row.state, row.tries) == ("done", 1)
    assert row.done_at is not None


async def test_a_repeated_message_is_booked_once(db: Database, book: Book) -> None:
    """The same (source, id) before and after reading is a duplicate; another source's same id is not."""
    assert await put(db, 1) == "accepted"
    assert await put(db, 1) == "duplicate"
    await drain(reader(db, book))
    assert await put(db, 1) == "duplicate"
    assert await put(db, 2, id="m1", source="https://other.example") == "accepted"
    await drain(reader(db, book))
    assert await booked(db) == [1, 2]


async def test_waiting_messages_are_read_in_their_sequence(db: Database, book: Book) -> None:
    """Messages of a document that overtook each other on the way are read by sequence when both are there."""
    for n in (3, 1, 2):
        await put(db, n, sequence=n)
    await drain(reader(db, book))
    assert book.order == [1, 2, 3]


async def test_one_that_comes_late_waits_for_the_one_that_overtook_it(db: Database, book: Book) -> None:
    """An earlier message that arrives while a later one of its document is being read is read after it, never beside it."""
    book.delay = 0.4
    await put(db, 2, sequence=2)
    first = asyncio.create_task(reader(db, book).step())
    while not book.order:  # the handler has no event to wait for
        await asyncio.sleep(0.01)
    await put(db, 1, sequence=1)
    assert await reader(db, book).step() == 1
    await first
    assert book.order == [2, 1]
    assert book.most_at_once == 1


async def test_eight_readers_book_each_message_once_and_in_order(db: Database, book: Book) -> None:
    """Eight readers on 10 documents of 10 facts: each booked once, each document's in order."""
    book.delay = 0.003
    for n in range(100):
        await put(db, n, document=f"shipment/D{n % 10}")
    await asyncio.gather(*(drain(reader(db, book), until=_none_waiting(db), seconds=120) for _ in range(8)))
    done = await booked(db)
    assert sorted(done) == list(range(100))
    for document in range(10):
        assert [n for n in done if n % 10 == document] == list(range(document, 100, 10))


def _none_waiting(db: Database) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return all(row.state != "waiting" for row in await rows(db))

    return check


async def test_an_unknown_type_is_kept_shown_and_read_later(db: Database, book: Book) -> None:
    """A newer schema's message is kept whole as unknown, holds nothing up, and is read once a worker understands it."""
    assert await put(db, 1, type="gemba.test.v2", data={"n": 1, "more": [1, 2]}) == "unknown"
    await put(db, 2)
    await drain(reader(db, book))
    assert await booked(db) == [2]
    kept = (await rows(db))[0]
    assert (kept.state, kept.body["data"]) == ("unknown", {"n": 1, "more": [1, 2]})
    assert "gemba.test.v2" in kept.last_error
    newer = InboxReader(db, {"gemba.test.v2": Handler(Fact, book)})
    await newer.adopt()
    await drain(newer)
    assert await booked(db) == [2, 1]


async def test_extensions_and_unknown_fields_are_kept(db: Database, book: Book) -> None:
    """What an envelope and its data say beyond our schema is kept whole and does not stop the reading."""
    await put(db, 1, traceparent="00-abc-def-01", data={"n": 1, "extra": {"a": "1.50"}})
    await drain(reader(db, book))
    (row,) = await rows(db)
    assert row.state == "done"
    assert row.body["traceparent"] == "00-abc-def-01"
    assert row.body["data"]["extra"] == {"a": "1.50"}


async def test_data_that_does_not_fit_its_type_is_dead_at_once(db: Database, book: Book) -> None:
    """Data of the wrong shape is never tried again by itself, is shown with the field that is wrong, and stops nothing."""
    await put(db, 1, data={"n": "one"})
    await put(db, 2)
    await drain(reader(db, book))
    first, second = await rows(db)
    assert (first.state, first.tries) == ("dead", 1)
    assert "Expected `int`, got `str` - at `$.n`" in first.last_error
    assert second.state == "done"


async def test_a_refused_message_waits_then_is_dead_then_a_person_tries_again(
    db: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal is tried a few times, leaves no effect, then is dead with its words; replayed after the cure it is booked."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.005)
    monkeypatch.setattr(rules, "REFUSED_TRIES", 3)
    book.fail = lambda fact: Conflict("Item BK-9 is not known.") if fact.n == 1 else None
    await put(db, 1)
    await drain(reader(db, book), until=_none_waiting(db))
    (row,) = await rows(db)
    assert (row.state, row.tries) == ("dead", 3)
    assert row.last_error.endswith("Item BK-9 is not known.")
    assert await booked(db) == []

    book.fail = lambda _: None
    async with db.transaction() as connection:
        await repair.replay(connection, "in", [row.seq], by="Mia")
    await drain(reader(db, book))
    (row,) = await rows(db)
    assert row.state == "done"
    assert row.note.endswith("tried again by Mia")
    assert await booked(db) == [1]


async def test_a_waiting_message_holds_its_document_and_a_dead_one_does_not(
    db: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first message waits for another try the second is not read; once the first is dead the second is."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.2)
    monkeypatch.setattr(rules, "REFUSED_TRIES", 2)
    book.fail = lambda fact: Conflict("no") if fact.n == 1 else None
    await put(db, 1)
    await put(db, 2)
    await put(db, 3, document="shipment/OTHER")
    await drain(reader(db, book))
    assert await booked(db) == [3]
    await drain(reader(db, book), until=_none_waiting(db))
    assert await booked(db) == [3, 2]
    assert [row.state for row in await rows(db)] == ["dead", "done", "done"]


async def test_something_away_is_tried_for_longer_than_a_refusal(
    db: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that is not the message's own is tried up to the day's limit, well past a refusal's."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.002)
    monkeypatch.setattr(rules, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(rules, "REFUSED_TRIES", 2)
    monkeypatch.setattr(rules, "MAX_TRIES", 6)
    failures = iter([Unavailable(), RuntimeError("bug"), Unavailable(), Unavailable()])
    book.fail = lambda _: next(failures, None)
    await put(db, 1)
    await drain(reader(db, book), until=_none_waiting(db))
    (row,) = await rows(db)
    assert (row.state, row.tries) == ("done", 5)
    assert await booked(db) == [1]


async def test_a_message_whose_reader_died_is_read_by_another(db: Database, book: Book) -> None:
    """What a reader had taken up when it was killed is read after the lease; the dead reader's late attempt books nothing."""
    await put(db, 1)
    dies = reader(db, book, lease=timedelta(seconds=2))
    (claimed,) = await dies._claim()
    lives = reader(db, book)
    assert await lives.step() == 0
    await drain(lives, until=_none_waiting(db))
    await dies._read(claimed)
    assert await booked(db) == [1]


async def test_a_message_that_kills_its_readers_is_dead_in_the_end(
    db: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that was taken up time and again and never came back is not tried for ever."""
    monkeypatch.setattr(rules, "MAX_TRIES", 3)
    await put(db, 1)
    killer = reader(db, book, lease=timedelta(milliseconds=1))
    for _ in range(3):
        assert len(await killer._claim()) == 1
        await asyncio.sleep(0.01)
    await drain(reader(db, book))
    (row,) = await rows(db)
    assert row.state == "dead"
    assert "stopped" in row.last_error
    assert book.order == []


async def test_a_dropped_message_stays_with_its_reason_and_frees_its_document(
    db: Database, book: Book
) -> None:
    """Dropping keeps message, reason and name; the next message of the document is read at once."""
    book.fail = lambda fact: Conflict("no") if fact.n == 1 else None
    await put(db, 1)
    await put(db, 2)
    await drain(reader(db, book))
    assert await booked(db) == []
    async with db.transaction() as connection:
        await repair.drop(connection, "in", 1, reason="made twice by hand", by="Mia")
    await drain(reader(db, book))
    assert await booked(db) == [2]
    first, _ = await rows(db)
    assert first.state == "dropped"
    assert first.note.endswith("dropped by Mia: made twice by hand")


async def test_a_message_that_got_through_can_be_neither_dropped_nor_tried_again(
    db: Database, book: Book
) -> None:
    """Done is done."""
    await put(db, 1)
    await drain(reader(db, book))
    with pytest.raises(repair.AlreadyThrough):
        async with db.transaction() as connection:
            await repair.drop(connection, "in", 1, reason="no", by="Mia")
    with pytest.raises(repair.AlreadyThrough):
        async with db.transaction() as connection:
            await repair.replay(connection, "in", [1], by="Mia")
    assert [row.state for row in await rows(db)] == ["done"]


def test_the_envelope_is_what_cloudevents_asks() -> None:
    """Our envelope has the four required attributes without defaults, so that none can be left out."""
    required = {field.name for field in msgspec.structs.fields(Envelope) if field.required}
    assert required == {"id", "source", "specversion", "type", "subject", "data"}
