"""The database door: one engine for transactions, one in autocommit for statements that are a transaction by themselves."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Dialect, MetaData, Numeric, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, mapped_column

from backend.kernel.driver import DriverPool
from backend.kernel.quantity import tidy

T = TypeVar("T")

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Exact(TypeDecorator[Decimal]):
    """numeric(18,4), read back without trailing zeros, so that 12 is told as "12" and never as "12.0000"."""

    impl = Numeric(18, 4)
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """Tidies what the driver gives."""
        del dialect
        return None if value is None else tidy(value)


Id = Annotated[UUID, mapped_column(primary_key=True)]
Amount = Annotated[Decimal, mapped_column(Exact())]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


_COLUMN_TYPES: dict[Any, Any] = {
    str: Text,
    UUID: Uuid,
    Decimal: Exact(),
    datetime: DateTime(timezone=True),
    dict[str, Any]: JSONB,
    list[str]: ARRAY(Text),
}


class KernelBase(DeclarativeBase):
    """Tables that every service has in its own database: commands, outbox, inbox."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _COLUMN_TYPES


class FloorBase(DeclarativeBase):
    """Tables of the floor's own database."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _COLUMN_TYPES


class CoreBase(DeclarativeBase):
    """Tables of the core service's own database."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _COLUMN_TYPES


_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder().decode


def to_json(value: Any) -> str:
    """JSON as it stands in a jsonb column: decimals as strings, so that no reader makes floats of them."""
    return _encode(value).decode()


class Database:
    """The doors to one PostgreSQL database: `transaction()` for commands and reads, `hot()` for single statements, `driver` for the
    few that are compiled once and sent hundreds of times a second. A statement is given `patience` seconds; None for ever.
    """

    def __init__(self, url: str, *, pool_size: int = 10, patience: float | None = 30) -> None:
        options: dict[str, Any] = {
            "json_serializer": to_json,
            "json_deserializer": _decode,
            "pool_size": pool_size,
            "max_overflow": 0,
            "pool_timeout": 10,
            "pool_pre_ping": False,
            "pool_use_lifo": True,
            "hide_parameters": True,  # an error in the log shows the statement, never a badge or a digest
            "connect_args": {"timeout": 5, "command_timeout": patience},
        }
        self._engine: AsyncEngine = create_async_engine(asyncpg_url(url), **options)
        self._hot: AsyncEngine = create_async_engine(
            asyncpg_url(url), isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
        )
        self.driver = DriverPool(url, size=pool_size)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction at READ COMMITTED; commits at the end, rolls back on any exception."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def hot(self) -> AsyncIterator[AsyncConnection]:
        """A connection in autocommit: each statement is a transaction, in one round trip."""
        async with self._hot.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Closes every connection of both pools."""
        await self._engine.dispose()
        await self._hot.dispose()
        await self.driver.close()


def asyncpg_url(url: str) -> str:
    """The same database in SQLAlchemy's spelling for asyncpg."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    return url


_TRANSIENT = {"40001", "40P01"}
_GONE = {"57P01", "57P02", "57P03", "08000", "08003", "08006", "08001"}


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five-character code behind a driver error, or None."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def constraint(error: BaseException) -> str | None:
    """The name of the violated constraint behind a driver error, or None."""
    driver = getattr(error, "orig", None)
    cause = getattr(driver, "__cause__", None) or driver
    return getattr(cause, "constraint_name", None)


def is_lost(error: BaseException) -> bool:
    """Whether the server or the connection went away, so that the same command may be tried again."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or sqlstate(error) in _GONE or isinstance(error.orig, OSError)
    return isinstance(error, OSError | TimeoutError)


async def retried(attempt: Callable[[], Awaitable[T]], *, tries: int = 5) -> T:
    """Runs a whole transaction again after a serialisation failure or a deadlock, with jitter, at most `tries` times."""
    for left in range(tries - 1, -1, -1):
        try:
            return await attempt()
        except DBAPIError as error:
            if left == 0 or sqlstate(error) not in _TRANSIENT:
                raise
            await asyncio.sleep(random.uniform(0.005, 0.05))
    raise AssertionError("unreachable")
