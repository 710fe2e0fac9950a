"""A command that is one statement, sent by the driver itself: compiled once, one round trip, nothing in between.

SQLAlchemy's execution costs about half a millisecond of CPU each time: a context, a result, a greenlet, a look into the cache of
compiled statements. For the few statements that people wait for hundreds of times a second, `OneTrip` keeps what
SQLAlchemy is good at (the statement is written in Core, checked against the tables) and leaves the rest to asyncpg.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import CompoundSelect, Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError

_dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder().decode


class OneTrip:
    """One Core statement as text for the driver, and the order of its parameters."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        compiled = statement.compile(dialect=_dialect)
        self.text = str(compiled)
        names = compiled.positiontup or []
        fixed = compiled.params
        self._given = [(name, fixed[name]) for name in names]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's order: the given ones by name, the statement's own literals as they are."""
        return [values.get(name, fixed) for name, fixed in self._given]


class _Untouched(asyncpg.Connection):  # type: ignore[misc]
    """A connection that needs no cleaning between two statements: each is a transaction by itself."""

    def get_reset_query(self) -> str:
        return ""


class DriverPool:
    """asyncpg's own pool, opened when first used. `sent` counts the statements."""

    def __init__(self, url: str, *, size: int) -> None:
        self.sent = 0
        self._url = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._size = size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def first(self, trip: OneTrip, values: Mapping[str, Any]) -> asyncpg.Record | None:
        """Runs the statement as a transaction of its own and returns its first row, or None.

        Raises:
            DBAPIError: as from SQLAlchemy, with the driver's error as `orig`.
        """
        pool = self._pool or await self._open()
        return await self._told(trip, lambda: pool.fetchrow(trip.text, *trip.arguments(values)))

    async def all(self, trip: OneTrip, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """The same, with every row."""
        pool = self._pool or await self._open()
        rows: list[asyncpg.Record] = await self._told(
            trip, lambda: pool.fetch(trip.text, *trip.arguments(values))
        )
        return rows

    async def _told(self, trip: OneTrip, send: Callable[[], Awaitable[Any]]) -> Any:
        self.sent += 1
        try:
            return await send()
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            lost = isinstance(error, asyncpg.InterfaceError)
            raise DBAPIError(trip.text, None, error, True, lost) from error

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    timeout=5,
                    command_timeout=30,
                    connection_class=_Untouched,
                    init=_speak_json,
                )
            return self._pool

    async def close(self) -> None:
        """Closes what is open."""
        if self._pool is not None:
            await self._pool.close()


async def _speak_json(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="text",
        encoder=lambda value: _encode(value).decode(),
        decoder=_decode,
    )
