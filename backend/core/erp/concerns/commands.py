"""Raises what a person must look at, and keeps what they decide."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.concerns.rules import CHOICES, choices
from backend.core.erp.concerns.schemas import ConcernDecided, DecideConcern
from backend.core.erp.concerns.tables import Concern, Disposition
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Conflict


class UnfitDecision(BadRequest):
    """What was decided does not answer this concern; the facts name what would."""

    type = "unfit-decision"
    title = "That can't be decided about this"


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
    """Puts something before a person, once for each cause. `kind` is one of `rules.CHOICES`."""
    assert kind in CHOICES, kind
    row = pg_insert(Concern).values(
        id=new_id(), kind=kind, cause=cause, document=document, line=line, sku=sku, facts=facts
    )
    await connection.execute(row.on_conflict_do_nothing())


async def decide(connection: AsyncConnection, command: Command[DecideConcern]) -> ConcernDecided:
    """Keeps a decision; the concern is closed by it.

    Raises:
        UnfitDecision: it is not among the choices of that kind of concern.
        DecidedBefore: the first decision stands.
    """
    asked = command.payload
    fitting = choices(asked.key.partition("|")[0])
    if asked.decision not in fitting:
        raise UnfitDecision(decision=asked.decision, choices=list(fitting))
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
