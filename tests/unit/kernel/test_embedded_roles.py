"""The roles we connect as: what each may and may not do, shown on a real PostgreSQL."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from backend.kernel.embedded import Urls, ensure_roles_and_databases
from backend.kernel.embedded.roles import with_login
from tests.support.servers import Servers, cloned_databases, running_servers, template_databases


@pytest.fixture(scope="module")
def own_servers() -> Iterator[Servers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("REDIS_URL", "redis://unused.example/0")
        with running_servers() as servers:
            yield servers


@pytest.fixture
async def urls(own_servers: Servers, tmp_path: Path) -> Urls:
    return await ensure_roles_and_databases(own_servers.admin_url, tmp_path)


async def run(url: str, *statements: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def test_the_app_is_neither_superuser_nor_owner_nor_above_row_security(urls: Urls) -> None:
    """None of our roles is superuser, may bypass row security, or may create roles; the schema is not the app's."""
    query = "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname LIKE 'gemba\\_%'"
    assert await run(urls.app, query + " AND rolname <> 'gemba_admin'") is False
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(urls.app, "CREATE TABLE mine (a int)", "SELECT 1")


async def test_the_app_reads_and_writes_rows_of_the_owners_tables(urls: Urls) -> None:
    """A table that the owner makes is at once open to the app, for rows only, and closed to the portal."""
    await run(urls.owner, "CREATE TABLE thing (a int GENERATED ALWAYS AS IDENTITY, b int)", "SELECT 1")
    try:
        assert await run(urls.app, "INSERT INTO thing (b) VALUES (5)", "SELECT sum(b) FROM thing") == 5
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(urls.app, "DROP TABLE thing", "SELECT 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(urls.portal, "SELECT count(*) FROM thing")
    finally:
        await run(urls.owner, "DROP TABLE thing", "SELECT 1")


async def test_floor_and_core_cannot_enter_each_other(urls: Urls) -> None:
    """The floor's roles are refused by the core's database, and the other way round."""
    assert await run(urls.core_app, "SELECT current_database()") == "core"
    floor_in_core = urls.app.rsplit("/", 1)[0] + "/core"
    core_in_floor = urls.core_app.rsplit("/", 1)[0] + "/floor"
    for url in (floor_in_core, core_in_floor):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(url)


async def test_requests_have_time_limits(urls: Urls) -> None:
    """A request's lock, statement and idle transaction end by themselves; a migration's statement does not."""
    assert await run(urls.app, "SHOW lock_timeout") == "3s"
    assert await run(urls.app, "SHOW statement_timeout") == "15s"
    assert await run(urls.app, "SHOW idle_in_transaction_session_timeout") == "15s"
    assert await run(urls.portal, "SHOW statement_timeout") == "10s"
    assert await run(urls.owner, "SHOW statement_timeout") == "0"


async def test_several_processes_may_ensure_at_once_and_agree(own_servers: Servers, tmp_path: Path) -> None:
    """Four at once, each with a state folder of its own, all arrive at the same working URLs."""
    folders = [tmp_path / str(number) for number in range(4)]
    made = await asyncio.gather(
        *(ensure_roles_and_databases(own_servers.admin_url, folder, floor="fresh") for folder in folders)
    )
    assert len(set(made)) == 1
    assert await run(made[0].app, "SELECT current_database()") == "fresh"


async def test_a_user_who_may_not_create_roles_is_used_for_all_and_told(
    own_servers: Servers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With a plain user everything runs as that user, and a warning names it."""
    await run(own_servers.admin_url, "CREATE ROLE plain LOGIN PASSWORD 'p'", "SELECT 1")
    await run(own_servers.admin_url, "CREATE DATABASE plain OWNER plain", "SELECT 1")
    url = with_login(own_servers.admin_url, "plain", "plain", "p")
    urls = await ensure_roles_and_databases(url, tmp_path)
    assert urls.separate is False
    assert set(vars(urls).values()) == {url, False}
    assert "plain may not create roles" in caplog.text


async def test_a_given_password_is_used_whatever_stands_in_it(own_servers: Servers, tmp_path: Path) -> None:
    """A deployment sets the app's password by environment; a quote in it breaks nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMBA_APP_PASSWORD", "it's/odd@:%")
        urls = await ensure_roles_and_databases(own_servers.admin_url, tmp_path)
        assert await run(urls.app, "SELECT current_user") == "gemba_app"
        assert "it%27s%2Fodd%40%3A%25" in urls.app
    await ensure_roles_and_databases(own_servers.admin_url, tmp_path)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(urls.app)


async def test_a_user_with_createrole_and_createdb_is_enough(own_servers: Servers, tmp_path: Path) -> None:
    """No superuser is needed: a managed server's administrator can make our roles and databases on a fresh server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        with running_servers() as fresh:
            await run(
                fresh.admin_url, "CREATE ROLE managed LOGIN CREATEROLE CREATEDB PASSWORD 'm'", "SELECT 1"
            )
            urls = await ensure_roles_and_databases(
                with_login(fresh.admin_url, "postgres", "managed", "m"), tmp_path
            )
            assert urls.separate is True
            assert await run(urls.owner, "CREATE TABLE thing (a int)", "SELECT count(*) FROM thing") == 0
            assert await run(urls.app, "SELECT count(*) FROM thing") == 0
    assert own_servers.postgres is not None


async def test_a_clone_has_the_templates_rows_and_is_gone_afterwards(own_servers: Servers) -> None:
    """Each clone starts with the template's content, keeps its own changes, and is dropped at the end."""

    async def migrate(made: Urls) -> None:
        await run(made.owner, "CREATE TABLE seeded AS SELECT 1 AS a", "SELECT 1")

    async with template_databases(own_servers, migrate) as template:
        for _ in range(2):
            async with cloned_databases(own_servers, template) as clone:
                assert (
                    await run(clone.app, "INSERT INTO seeded VALUES (2)", "SELECT count(*) FROM seeded") == 2
                )
                assert await run(clone.core_app, "SELECT current_database()") != await run(
                    clone.app, "SELECT current_database()"
                )
    left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'gemba\\_t%'"
    assert await run(own_servers.admin_url, left) == 0
