"""A PostgreSQL of the tests with the link's tables, emptied before each test, and a receiver that can misbehave."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.db import Database, KernelBase, asyncpg_url
from backend.kernel.embedded import Urls
from tests.support.receiver import Receiver
from tests.support.servers import Servers, cloned_databases, template_databases


@pytest.fixture(scope="session")
async def link_urls(servers: Servers) -> AsyncIterator[Urls]:
    """A database with the kernel's tables: the link needs no others."""

    async def migrate(urls: Urls) -> None:
        engine = create_async_engine(asyncpg_url(urls.owner))
        async with engine.begin() as connection:
            await connection.run_sync(KernelBase.metadata.create_all)
        await engine.dispose()

    async with (
        template_databases(servers, migrate) as template,
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
