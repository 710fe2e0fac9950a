"""A PostgreSQL of the tests with the link's tables, emptied before each test, and a receiver that can misbehave."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.db import Database, asyncpg_url
from backend.kernel.embedded import Urls
from backend.migrations import migrate
from tests.support.receiver import Receiver
from tests.support.servers import Servers, cloned_databases, template_databases


@pytest.fixture(scope="session")
async def link_urls(servers: Servers) -> AsyncIterator[Urls]:
    """A database as the migrations make it."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.owner)

    async with (
        template_databases(servers, prepare) as template,
        cloned_databases(servers, template) as urls,
    ):
        yield urls


@pytest.fixture
async def db(link_urls: Urls) -> AsyncIterator[Database]:
    """The app role's door to an empty inbox and outbox."""
    owner = create_async_engine(asyncpg_url(link_urls.owner))
    async with owner.begin() as connection:
        await connection.execute(
            text("truncate inbox, outbox, command, worker_beat, periodic_job restart identity")
        )
    await owner.dispose()
    database = Database(link_urls.app, pool_size=10)
    yield database
    await database.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """An ERP's inbox on a port of its own."""
    found = Receiver()
    await found.start()
    yield found
    await found.stop()
