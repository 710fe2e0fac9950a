"""One command, one transaction, one key.

A command is a fact with a UUIDv7 key made on the device. `once` runs it exactly once: the key's row is written first, in
the same transaction as the effect, so a second copy waits for the first and then gets the first answer again, marked
`replayed`; a refusal is kept and repeated just the same. A slice registers its commands; a typed route and the batch that
flushes an offline queue call the same function.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel import clock, problems
from backend.kernel.db import Database, retried
from backend.kernel.tables import CommandLog

P = TypeVar("P", bound=msgspec.Struct)


class Who(msgspec.Struct, frozen=True):
    """Who acts, on which device, at which site. `access` makes it from a token; tests make it by hand."""

    person_id: UUID
    device_id: UUID | None
    site_id: UUID
    roles: frozenset[str] = frozenset()


class Command(msgspec.Struct, Generic[P], frozen=True):
    """A command as the floor did it: its key, who, when it happened, and the facts."""

    id: UUID
    type: str
    payload: P
    who: Who
    captured_at: datetime
    task: UUID | None = None

    @property
    def digest(self) -> str:
        """What the key is bound to: the type and the facts, not the moment of sending."""
        return digest(self.type, msgspec.json.encode(self.payload))


class Outcome(msgspec.Struct, frozen=True):
    """What became of a command: its answer, or the problem it was refused with; the same for every copy of it."""

    outcome: str
    answer: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    replayed: bool = False


Handler = Callable[[Database, Command[Any]], Awaitable[Outcome]]
Effect = Callable[[AsyncConnection, Command[P]], Awaitable[msgspec.Struct]]
Registry = dict[str, tuple[type[msgspec.Struct], Handler]]


def digest(command_type: str, payload: bytes) -> str:
    """A short fingerprint of a command's facts, to tell a replay from a reused key."""
    return hashlib.blake2b(command_type.encode() + b"\0" + payload, digest_size=16).hexdigest()


def transactional(effect: Effect[P]) -> Handler:
    """Makes a handler of a function that books one command inside a transaction, exactly once."""

    async def handler(db: Database, command: Command[Any]) -> Outcome:
        return await once(db, command, effect)

    return handler


async def once(db: Database, command: Command[P], effect: Effect[P]) -> Outcome:
    """Runs `effect` in one transaction under the command's key and keeps its answer.

    Returns the first outcome again for a repeated key. A `Problem` below 500 is an outcome too: what the effect had done is
    rolled back, the refusal is kept.

    Raises:
        KeyReused: the key was used for other facts.
    """
    return await retried(lambda: _attempt(db, command, effect))


async def _attempt(db: Database, command: Command[P], effect: Effect[P]) -> Outcome:
    async with db.transaction() as connection:
        if not await _take(connection, command):
            return await replay(connection, command)
        try:
            async with connection.begin_nested():
                answer = cast(
                    "dict[str, Any]", msgspec.to_builtins(await effect(connection, command), str_keys=True)
                )
            outcome = Outcome("done", answer=answer)
        except problems.Problem as problem:
            if problem.status >= 500:
                raise
            if problem.record is not None:
                await problem.record(connection)
            outcome = Outcome("refused", problem=problem.body())
        await connection.execute(
            update(CommandLog)
            .where(CommandLog.id == command.id)
            .values(
                outcome=outcome.outcome, answer=outcome.answer if outcome.problem is None else outcome.problem
            )
        )
        return outcome


async def _take(connection: AsyncConnection, command: Command[Any]) -> bool:
    row = pg_insert(CommandLog).values(**log_row(command), outcome="taken").on_conflict_do_nothing()
    return (await connection.execute(row.returning(CommandLog.id))).first() is not None


def log_row(command: Command[Any]) -> dict[str, Any]:
    """The command's own columns in the log."""
    return {
        "id": command.id,
        "site_id": command.who.site_id,
        "type": command.type,
        "digest": command.digest,
        "person_id": command.who.person_id,
        "device_id": command.who.device_id,
        "captured_at": command.captured_at,
    }


async def replay(connection: AsyncConnection, command: Command[Any]) -> Outcome:
    """The first answer of a key that is already there.

    Raises:
        KeyReused: the key stands for other facts, or for another person's command.
        Unavailable: the key is there without an outcome (its first copy is being answered this moment).
    """
    found = await connection.execute(
        select(CommandLog.digest, CommandLog.person_id, CommandLog.outcome, CommandLog.answer).where(
            CommandLog.id == command.id
        )
    )
    row = found.one()
    if row.digest != command.digest or row.person_id != command.who.person_id:
        raise problems.KeyReused(command=str(command.id))
    if row.outcome == "taken":
        raise problems.Unavailable
    if row.outcome == "refused":
        return Outcome("refused", problem=row.answer, replayed=True)
    return Outcome("done", answer=row.answer, replayed=True)


async def record_refusal(db: Database, command: Command[Any], problem: problems.Problem) -> Outcome:
    """Keeps the refusal of a one-statement command that booked nothing, and returns what the key stands for now."""
    async with db.transaction() as connection:
        row = log_row(command) | {"outcome": "refused", "answer": problem.body()}
        taken = await connection.execute(
            pg_insert(CommandLog).values(**row).on_conflict_do_nothing().returning(CommandLog.id)
        )
        if taken.first() is None:
            return await replay(connection, command)
    return Outcome("refused", problem=problem.body())


async def forget_answers(connection: AsyncConnection, *, days: int = 60) -> None:
    """Drops stored answers older than `days`; the keys stay."""
    await connection.execute(
        update(CommandLog)
        .where(CommandLog.booked_at < clock.now() - timedelta(days=days), CommandLog.answer.is_not(None))
        .values(answer=None)
    )
