"""PostgreSQL and Valkey for the tests: the given ones, else embedded ones in a temporary state folder.

A session makes one template database with the migrations in it; a test module that wants its own copy clones it, which takes
about a tenth of a second.
"""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from backend.kernel.embedded import PostgresServer, Urls, ValkeyServer, ensure_roles_and_databases
from backend.kernel.embedded.roles import with_login

SETTINGS = {"max_connections": "300", "fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Servers:
    """The servers of a test session. `postgres` and `valkey` are None where the environment gave a URL."""

    admin_url: str
    redis_url: str
    state: Path
    postgres: PostgresServer | None
    valkey: ValkeyServer | None


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Both servers, until the session ends.

    A commit survives the death of any process, as in earnest: the chaos tests kill them. Only the machine's own death, which no
    test brings about, would lose it: nothing waits for the disk.
    """
    with tempfile.TemporaryDirectory(prefix="gemba-test-") as folder:
        state = Path(folder)
        state.chmod(0o755)  # the servers' user must be able to enter it
        postgres = None if os.environ.get("DATABASE_URL") else PostgresServer(state, settings=SETTINGS)
        valkey = None if os.environ.get("REDIS_URL") else ValkeyServer(state)
        started = [server.start() for server in (postgres, valkey) if server is not None]
        try:
            yield Servers(
                admin_url=postgres.url if postgres else os.environ["DATABASE_URL"],
                redis_url=valkey.url if valkey else os.environ["REDIS_URL"],
                state=state,
                postgres=postgres,
                valkey=valkey,
            )
        finally:
            for server in reversed(started):
                server.stop()


@asynccontextmanager
async def template_databases(
    servers: Servers, migrate: Callable[[Urls], Awaitable[None]]
) -> AsyncIterator[Urls]:
    """A migrated pair of databases (floor and core) to clone. `migrate` gets their URLs and must close its connections."""
    name = f"gemba_template_{uuid.uuid4().hex[:12]}"
    urls = await ensure_roles_and_databases(servers.admin_url, servers.state, floor=name)
    try:
        await migrate(urls)
        yield urls
    finally:
        await _drop(servers, name, f"{name}_core")


@asynccontextmanager
async def cloned_databases(servers: Servers, template: Urls) -> AsyncIterator[Urls]:
    """A fresh pair of databases with the template's content, dropped at the end whoever is still connected."""
    name = f"gemba_test_{uuid.uuid4().hex[:12]}"
    source = database_of(template.owner)
    connection = await asyncpg.connect(servers.admin_url)
    try:
        for old, new, owner in (
            (source, name, "gemba_owner"),
            (f"{source}_core", f"{name}_core", "gemba_core_owner"),
        ):
            await connection.execute(f'CREATE DATABASE "{new}" TEMPLATE "{old}" OWNER {owner}')
    finally:
        await connection.close()
    try:
        yield Urls(
            owner=with_login(template.owner, name),
            app=with_login(template.app, name),
            portal=with_login(template.portal, name),
            core_owner=with_login(template.core_owner, f"{name}_core"),
            core_app=with_login(template.core_app, f"{name}_core"),
            separate=template.separate,
        )
    finally:
        await _drop(servers, name, f"{name}_core")


def database_of(url: str) -> str:
    """The database's name in a URL."""
    return urlsplit(url).path.lstrip("/")


async def _drop(servers: Servers, *names: str) -> None:
    connection = await asyncpg.connect(servers.admin_url)
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
