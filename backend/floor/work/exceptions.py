"""Exceptions: what the floor found that a person must see. Raised by commands, resolved by a supervisor."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.work.schemas import ResolveException
from backend.floor.work.tables import FloorException
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.edge import Told
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict


class AlreadyResolved(Conflict):
    """Someone was first."""

    type = "already-resolved"
    title = "Already resolved"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, and all it concerns. `details` are plain facts for words on the screen."""

    kind: str
    severity: str = "normal"
    task: UUID | None = None
    item: UUID | None = None
    lot: UUID | None = None
    place: UUID | None = None
    handling_unit: UUID | None = None
    document: UUID | None = None
    details: dict[str, Any] = {}


class ExceptionResolved(Told):
    """The exception is settled."""

    exception: UUID


async def raise_exception(
    connection: AsyncConnection, site_id: UUID, found: Found, *, command: Command[Any] | None = None
) -> UUID:
    """Puts an exception on the supervisor's list; `command` is what a person did that brought it up. Returns its id."""
    exception = new_id()
    await connection.execute(
        insert(FloorException).values(
            id=exception,
            site_id=site_id,
            kind=found.kind,
            severity=found.severity,
            task_id=found.task or (command.task if command else None),
            command_id=command.id if command else None,
            item_id=found.item,
            lot_id=found.lot,
            place_id=found.place,
            handling_unit_id=found.handling_unit,
            document_id=found.document,
            raised_by=command.who.person_id if command else None,
            details=msgspec.to_builtins(found.details, str_keys=True),
        )
    )
    return exception


async def outlived(connection: AsyncConnection, kind: str, document: UUID, resolution: str) -> None:
    """Settles what was raised about a document and has passed by itself: nobody is asked any more."""
    await connection.execute(
        update(FloorException)
        .where(
            FloorException.kind == kind,
            FloorException.document_id == document,
            FloorException.state == "open",
        )
        .values(state="resolved", resolved_at=clock.now(), resolution=resolution)
    )


async def is_raised(connection: AsyncConnection, command_id: UUID) -> bool:
    """Whether a command brought up an exception already."""
    found = await connection.execute(select(exists().where(FloorException.command_id == command_id)))
    return bool(found.scalar_one())


async def resolve_exception(
    connection: AsyncConnection, command: Command[ResolveException]
) -> ExceptionResolved:
    """Settles an exception with what was decided, once.

    Raises:
        AlreadyResolved: someone else did, or it is not there.
    """
    facts = command.payload
    settled = await connection.execute(
        update(FloorException)
        .where(
            FloorException.id == facts.exception,
            FloorException.site_id == command.who.site_id,
            FloorException.state == "open",
        )
        .values(
            state="resolved",
            resolved_by=command.who.person_id,
            resolved_at=clock.now(),
            resolution=facts.resolution,
            note=facts.note or None,
        )
        .returning(FloorException.id)
    )
    if settled.first() is None:
        raise AlreadyResolved
    return ExceptionResolved(exception=facts.exception)


COMMANDS: Registry = {"exception.resolve": (ResolveException, transactional(resolve_exception))}
