"""The ledger can't be changed, whoever asks."""

import asyncpg
import pytest

from backend.kernel.embedded import Urls


@pytest.mark.parametrize(
    "statement", ["update stock_move set quantity = 1", "delete from stock_move", "truncate stock_move"]
)
async def test_moves_are_append_only_even_for_their_owner(demo_urls: Urls, statement: str) -> None:
    """UPDATE, DELETE and TRUNCATE of moves are refused by the database to the owner; the app's role may not even try some."""
    for url in (demo_urls.owner, demo_urls.app):
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
                await connection.execute(statement)
        finally:
            await connection.close()


async def test_the_app_is_neither_owner_nor_superuser(demo_urls: Urls) -> None:
    """The role that serves requests can't change tables or pass row security."""
    connection = await asyncpg.connect(demo_urls.app)
    try:
        row = await connection.fetchrow(
            """select rolsuper or rolcreaterole or rolbypassrls as mighty,
               (select count(*) from pg_tables where tableowner = current_user) as owned
               from pg_roles where rolname = current_user"""
        )
        assert (row["mighty"], row["owned"]) == (False, 0)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("alter table quant add column oops int")
    finally:
        await connection.close()
