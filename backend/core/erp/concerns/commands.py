"""Raises what a person must look at, and keeps what they decide."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.concerns.schemas import ConcernDecided, DecideConcern
from backend.core.erp.concerns.tables import Concern, Disposition
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict


class DecidedBefore(Conflict):
    """Somebody has decided about it."""

    type = "decided-before"
    title = "That was decided already"


async def raise_concern(
    connection: AsyncConnection,
    kind: str,
    *,
    cause: str,
    document: str,
    line: int | None = None,
    sku: str | None = None,
    **facts: Any,
) -> None:
    """Puts something before a person, once for each cause."""
    row = pg_insert(Concern).values(
        id=new_id(), kind=kind, cause=cause, document=document, line=line, sku=sku, facts=facts
    )
    await connection.execute(row.on_conflict_do_nothing())


async def decide(connection: AsyncConnection, command: Command[DecideConcern]) -> ConcernDecided:
    """Keeps a decision; the concern is closed by it.

    Raises:
        DecidedBefore: the first decision stands.
    """
    asked = command.payload
    kept = await connection.execute(
        pg_insert(Disposition)
        .values(concern=asked.key, decision=asked.decision, note=asked.note, person_id=command.who.person_id)
        .on_conflict_do_nothing()
        .returning(Disposition.decision)
    )
    if kept.first() is None:
        raise DecidedBefore(key=asked.key)
    return ConcernDecided(key=asked.key, decision=asked.decision)


COMMANDS: Registry = {"concern.decide": (DecideConcern, transactional(decide))}
