"""Schema changes: one Alembic line a service. Run with `gemba migrate`, before any process that serves."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from backend.kernel.db import Database, asyncpg_url

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r"^(down_)?revision(?:: [^=]+)? = (?:\"(\w+)\"|None)$", re.MULTILINE)


def configuration(service: str = "floor") -> "Config":
    """Alembic's configuration for one service's line; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / service))
    return config


def head(service: str = "floor") -> str:
    """The newest revision in this code: the one that no other builds on.

    Read from the files' own lines: every process asks at its start, and loading Alembic for it would take longer than the rest.
    """
    made: set[str] = set()
    built_on: set[str] = set()
    for path in (Path(__file__).parent / service / "versions").glob("*.py"):
        for down, revision in _REVISION.findall(path.read_text(encoding="utf-8")):
            (built_on if down else made).add(revision)
    (newest,) = made - built_on
    return newest


async def migrate(owner_url: str, service: str = "floor") -> None:
    """Brings a service's database to the newest revision, as its owner. Several at once wait for each other."""
    engine = create_async_engine(asyncpg_url(owner_url))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(7291)"))
            if await _revision_of(connection) != head(service):
                await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


def _upgrade(connection: object, service: str) -> None:
    from alembic import command

    config = configuration(service)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def write_revision(owner_url: str, message: str, service: str = "floor") -> None:
    """Writes a new revision from the difference between the tables in the code and the database."""
    engine = create_async_engine(asyncpg_url(owner_url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_revision, service, message)
    finally:
        await engine.dispose()


def _revision(connection: object, service: str, message: str) -> None:
    from alembic import command

    config = configuration(service)
    config.attributes["connection"] = connection
    command.revision(config, message, autogenerate=True)


async def is_current(db: Database, service: str = "floor") -> bool:
    """Whether the database is at the newest revision."""
    async with db.hot() as connection:
        return await _revision_of(connection) == head(service)


async def _revision_of(connection: AsyncConnection) -> str | None:
    there = await connection.execute(text("SELECT to_regclass('alembic_version')"))
    if there.scalar_one() is None:
        return None
    found = await connection.execute(text("SELECT version_num FROM alembic_version"))
    return found.scalar_one_or_none()
