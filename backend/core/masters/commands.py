"""Writes masters, and hands out document numbers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.masters.tables import NumberSeries
from backend.kernel.db import CoreBase

FIRST = 1


async def next_number(connection: AsyncConnection, kind: str) -> str:
    """The next number of a kind of document, such as `PO-6`. Two at once wait for each other; a refused command leaves no gap."""
    statement = pg_insert(NumberSeries).values(kind=kind, next=FIRST + 1)
    statement = statement.on_conflict_do_update(
        index_elements=[NumberSeries.kind], set_={"next": NumberSeries.next + 1}
    )
    following = (await connection.execute(statement.returning(NumberSeries.next))).scalar_one()
    return f"{kind}-{following - 1}"


async def start_numbers(connection: AsyncConnection, kind: str, first: int) -> None:
    """Numbers of a kind begin no lower than `first`: what was loaded has the ones below."""
    statement = pg_insert(NumberSeries).values(kind=kind, next=first)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[NumberSeries.kind],
            set_={"next": statement.excluded.next},
            where=NumberSeries.next < statement.excluded.next,
        )
    )


async def add(connection: AsyncConnection, table: type[CoreBase], rows: Sequence[dict[str, Any]]) -> None:
    """Adds masters that are not there by their keys; those that are stay as people made them since."""
    if rows:
        await connection.execute(pg_insert(table).on_conflict_do_nothing(), rows)
