"""The driver's own connections: what a statement finds after something went wrong on one of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import Integer, String, bindparam, column, func, literal, select, table
from sqlalchemy.exc import DBAPIError

from backend.kernel.driver import DriverPool
from backend.kernel.embedded import Urls
from backend.kernel.onetrip import OneTrip

NUMBER = bindparam("p_number", type_=Integer())
DOUBLE = OneTrip(select((NUMBER * 2).label("twice"), func.pg_backend_pid().label("pid")))
DIVIDE = OneTrip(select((8 / NUMBER).label("part")))
SLEEP = OneTrip(select(func.pg_sleep(NUMBER)))


@pytest.fixture
async def pool(floor_urls: Urls) -> AsyncIterator[DriverPool]:
    """A pool of one connection, so that each statement meets what the one before left."""
    made = DriverPool(floor_urls.owner, size=1)
    yield made
    await made.close()


async def ask(pool: DriverPool, number: int) -> tuple[int, int]:
    row = await pool.first(DOUBLE, {"p_number": number})
    assert row is not None
    return row["twice"], row["pid"]


def test_only_what_differs_from_run_to_run_travels() -> None:
    """Constants stand in the statement's text, quoted; what is given by name is its only parameter, once."""
    named = bindparam("p_name", type_=String())
    trip = OneTrip(
        select(literal("it's").label("said"), named.label("name")).where(named != "x", named != "")
    )
    assert trip.text.count("'it''s'") == 1
    assert "$2" not in trip.text
    assert trip.arguments({"p_name": "Anna"}) == ["Anna"]


async def test_one_connection_serves_many_at_once(pool: DriverPool) -> None:
    """Twenty statements asked at once each get their own answer, one after the other on the one connection."""
    answers = await asyncio.gather(*(ask(pool, number) for number in range(20)))
    assert [twice for twice, _ in answers] == [2 * number for number in range(20)]
    assert len({pid for _, pid in answers}) == 1


async def test_a_refusal_leaves_the_connection_fit(pool: DriverPool) -> None:
    """The driver's error comes as SQLAlchemy's, and the same connection answers the next statement."""
    _, before = await ask(pool, 1)
    with pytest.raises(DBAPIError) as refused:
        await pool.first(DIVIDE, {"p_number": 0})
    assert isinstance(refused.value.orig, asyncpg.DivisionByZeroError)
    assert await ask(pool, 2) == (4, before)


async def test_a_connection_that_died_is_replaced(pool: DriverPool, floor_urls: Urls) -> None:
    """After its backend was ended the pool opens another connection; nobody has to restart anything."""
    _, pid = await ask(pool, 1)
    other = await asyncpg.connect(floor_urls.owner)
    await other.execute("select pg_terminate_backend($1, 5000)", pid)
    await other.close()
    with contextlib.suppress(DBAPIError):
        await ask(pool, 1)  # may still meet the dead one
    twice, fresh = await ask(pool, 3)
    assert (twice, fresh != pid) == (6, True)


async def test_a_statement_that_was_given_up_never_answers_the_next(pool: DriverPool) -> None:
    """A cancelled statement takes its connection with it, so its late answer meets nobody."""
    _, pid = await ask(pool, 1)
    waiting = asyncio.ensure_future(pool.first(SLEEP, {"p_number": 30}))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    twice, fresh = await ask(pool, 5)
    assert (twice, fresh != pid) == (10, True)


async def test_a_table_changed_under_a_prepared_statement(pool: DriverPool, floor_urls: Urls) -> None:
    """A migration that changes a column's type is met by preparing again, unseen by whoever asked."""
    owner = await asyncpg.connect(floor_urls.owner)
    await owner.execute("create table shifting (n int); insert into shifting values (7)")
    read = OneTrip(select(column("n")).select_from(table("shifting")))
    assert [row["n"] for row in await pool.all(read, {})] == [7]
    await owner.execute("alter table shifting alter n type bigint")
    assert [row["n"] for row in await pool.all(read, {})] == [7]
    await owner.execute("drop table shifting")
    await owner.close()
