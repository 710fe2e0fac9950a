"""Claiming work: one person has a task at a time, by a lease that the device renews. Who is first wins; others are told who."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.work.tables import Task
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict, NotFound

LEASE = timedelta(hours=12)


class ClaimedByOther(Conflict):
    """Someone else has this work; the facts say who."""

    type = "claimed-by-other"
    title = "Someone else has this work"


class NoWork(Conflict):
    """Nothing of this kind waits."""

    type = "no-work"
    title = "No more work of this kind"


class NotYours(Conflict):
    """The task is no longer this person's."""

    type = "not-yours"
    title = "You no longer have this work"


async def create(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    kind: str,
    due_at: datetime | None = None,
    priority: int = 0,
    zone: str = "",
) -> UUID:
    """A released task, free to be claimed. Returns its id."""
    task = new_id()
    await connection.execute(
        insert(Task).values(
            id=task, site_id=site_id, kind=kind, state="released", due_at=due_at, priority=priority, zone=zone
        )
    )
    return task


async def claim(
    connection: AsyncConnection,
    command: Command[Any],
    *,
    kind: str,
    task: UUID | None,
    but: ColumnElement[bool] | None = None,
) -> UUID:
    """Takes the given task, or the most urgent free one of a kind, none that is free and `but`. Claiming what one already has is no error.

    Raises:
        ClaimedByOther: the given task is another person's.
        NoWork: nothing free, or the given task is over.
    """
    who = command.who
    wanted: list[ColumnElement[bool]] = [Task.site_id == who.site_id, Task.kind == kind]
    free = Task.state == "released" if but is None else (Task.state == "released") & ~but
    wanted.append(or_(free, (Task.state == "claimed") & (Task.person_id == who.person_id)))
    if task is not None:
        wanted.append(Task.id == task)
    chosen = (
        select(Task.id)
        .where(*wanted)
        .order_by(Task.priority.desc(), Task.due_at.asc().nulls_last(), Task.number)
        .limit(1)
        .with_for_update(skip_locked=task is None, key_share=True)
    )
    if task is None:
        chosen = chosen.where(Task.state == "released")
    found = (await connection.execute(chosen)).scalar_one_or_none()
    if found is None:
        raise await _why_not(connection, who.site_id, task)
    await _give(connection, command, found)
    return found


async def take_over(connection: AsyncConnection, command: Command[Any], task: UUID) -> UUID | None:
    """Takes a claimed task from whoever has it. Returns that person."""
    row = (
        await connection.execute(
            select(Task.state, Task.person_id)
            .where(Task.id == task, Task.site_id == command.who.site_id)
            .with_for_update(key_share=True)
        )
    ).first()
    if row is None:
        raise NotFound("No such work.")
    if row.state not in {"released", "claimed"}:
        raise NoWork("This work is over.")
    await _give(connection, command, task)
    return None if row.person_id is None else UUID(str(row.person_id))


async def release(connection: AsyncConnection, command: Command[Any], task: UUID) -> None:
    """Gives a claimed task back.

    Raises:
        NotYours: it is not this person's to give.
    """
    freed = await connection.execute(
        update(Task)
        .where(Task.id == task, Task.state == "claimed", Task.person_id == command.who.person_id)
        .values(state="released", person_id=None, device_id=None, lease_until=None, version=Task.version + 1)
        .returning(Task.id)
    )
    if freed.first() is None:
        raise NotYours


async def hand_on(connection: AsyncConnection, task: UUID, *, by: UUID) -> None:
    """Frees a task to be claimed by another, unless another has it already. `by` is the person who is done with it."""
    await connection.execute(
        update(Task)
        .where(
            Task.id == task,
            or_(
                Task.state.in_(("planned", "released")),
                (Task.state == "claimed") & (Task.person_id == by),
            ),
        )
        .values(state="released", person_id=None, device_id=None, lease_until=None, version=Task.version + 1)
    )


async def hold_back(connection: AsyncConnection, task: UUID) -> None:
    """Takes a task out of whoever's hands; nobody can claim it until it is handed on."""
    await connection.execute(
        update(Task)
        .where(Task.id == task, Task.state.in_(("released", "claimed")))
        .values(state="planned", person_id=None, device_id=None, lease_until=None, version=Task.version + 1)
    )


async def finish(connection: AsyncConnection, task: UUID, *, state: str = "done") -> None:
    """Ends a task; who had it stays on record."""
    await connection.execute(
        update(Task)
        .where(Task.id == task, Task.state.in_(("planned", "released", "claimed")))
        .values(state=state, done_at=clock.now(), lease_until=None, version=Task.version + 1)
    )


async def expire(connection: AsyncConnection) -> list[Any]:
    """Frees every task whose lease ran out. Returns each one's id, site and last person."""
    over = (
        select(Task.id, Task.person_id, Task.site_id)
        .where(Task.state == "claimed", Task.lease_until < clock.now())
        .with_for_update(skip_locked=True, key_share=True)
    )
    left = (await connection.execute(over)).all()
    await connection.execute(
        update(Task)
        .where(Task.id.in_([row.id for row in left]))
        .values(state="released", person_id=None, device_id=None, lease_until=None, version=Task.version + 1)
    )
    return list(left)


async def renew(connection: AsyncConnection, person_id: UUID) -> None:
    """Moves the end of a person's leases: the person is at work."""
    await connection.execute(
        update(Task)
        .where(Task.person_id == person_id, Task.state == "claimed")
        .values(lease_until=clock.now() + LEASE)
    )


async def _give(connection: AsyncConnection, command: Command[Any], task: UUID) -> None:
    now = clock.now()
    await connection.execute(
        update(Task)
        .where(Task.id == task)
        .values(
            state="claimed",
            person_id=command.who.person_id,
            device_id=command.who.device_id,
            claimed_at=now,
            lease_until=now + LEASE,
            version=Task.version + 1,
        )
    )


async def _why_not(connection: AsyncConnection, site_id: UUID, task: UUID | None) -> Conflict | NotFound:
    if task is None:
        return NoWork()
    row = (
        await connection.execute(
            select(Task.state, Task.person_id).where(Task.id == task, Task.site_id == site_id)
        )
    ).first()
    if row is None:
        return NotFound("No such work.")
    if row.state == "claimed" and row.person_id is not None:
        name = await person_name(connection, row.person_id)
        return ClaimedByOther(f"{name} has it.", person=str(row.person_id), name=name)
    return NoWork("This work is over.")
