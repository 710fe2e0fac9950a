"""Adding to the log of an operation that is locked: events, the fold kept beside them, and what the next operation gets."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Text, cast, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes import rules
from backend.floor.mes.log import ZERO, Job, lock_job, shift_of
from backend.floor.mes.tables import OpClock, Operation, OpEvent
from backend.floor.stock import NotUndoable
from backend.kernel.commands import Command
from backend.kernel.ids import new_id


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event to be written. `data` is what the fold does not need: scrap rows, photos, notes. `id` where rows bear it already."""

    kind: str
    person: UUID
    at: datetime
    good: Decimal = ZERO
    scrap: Decimal = ZERO
    rework: Decimal = ZERO
    mended: Decimal = ZERO
    minutes: Decimal = ZERO
    reason: str = ""
    data: dict[str, Any] = {}
    undoes: UUID | None = None
    id: UUID | None = None


class Written(NamedTuple):
    """The ids of the events that were added, in order, and what the log amounts to with them."""

    events: list[UUID]
    state: rules.State


async def write(
    connection: AsyncConnection, command: Command[Any], job: Job, entries: Sequence[Entry]
) -> Written:
    """Adds events to the log of a job that is locked, once a command, and keeps the new fold."""
    added = [_event(entry) for entry in entries]
    for entry, event in zip(entries, added, strict=True):
        await connection.execute(
            insert(OpEvent).values(
                id=event.id,
                site_id=job.site_id,
                operation_id=job.id,
                command_id=command.id,
                kind=entry.kind,
                person_id=entry.person,
                device_id=command.who.device_id,
                good=entry.good,
                scrap=entry.scrap,
                rework=entry.rework,
                mended=entry.mended,
                minutes=entry.minutes,
                reason=entry.reason,
                data=msgspec.to_builtins(entry.data, str_keys=True),
                shift=func.coalesce(
                    shift_of(job.site_id, cast(entry.at, OpEvent.captured_at.type)), cast("", Text)
                ),
                undoes_id=entry.undoes,
                captured_at=entry.at,
            )
        )
    state = rules.fold([*job.log, *added])
    await _keep(connection, job, state)
    return Written([event.id for event in added], state)


def _event(entry: Entry) -> rules.Event:
    return rules.Event(
        id=entry.id or new_id(),
        kind=entry.kind,
        at=entry.at,
        person=entry.person,
        good=entry.good,
        scrap=entry.scrap,
        rework=entry.rework,
        mended=entry.mended,
        minutes=entry.minutes,
        reason=entry.reason,
        undoes=entry.undoes,
    )


async def _keep(connection: AsyncConnection, job: Job, state: rules.State) -> None:
    """Stores what the log amounts to; hands what is new to the next operation.

    Raises:
        NotUndoable: pieces are taken back that the next operation has used already.
    """
    await connection.execute(
        update(Operation)
        .where(Operation.id == job.id)
        .values(
            good=state.good,
            scrap=state.scrap,
            rework=state.rework,
            state=state.name,
            pause_reason=state.pause_reason,
            last_at=state.last_at,
            version=Operation.version + 1,
        )
    )
    if job.next_id is not None:
        used = Operation.good + Operation.scrap + Operation.rework
        handed = await connection.execute(
            update(Operation)
            .where(Operation.id == job.next_id, used <= state.good)
            .values(came_in=state.good)
            .returning(Operation.id)
        )
        if handed.first() is None:
            raise NotUndoable("The next operation has used these pieces already.")
    await _keep_clocks(connection, job, state)


async def _keep_clocks(connection: AsyncConnection, job: Job, state: rules.State) -> None:
    running = people_running(state)
    mine = OpClock.operation_id == job.id
    elsewhere = ~mine & OpClock.person_id.in_(running) & (OpClock.kind != "off")
    known = (
        await connection.execute(select(OpClock.person_id, mine.label("here")).where(or_(mine, elsewhere)))
    ).all()
    if not all(row.here for row in known):
        raise NotUndoable("Somebody on this job works on another meanwhile.")
    rows = []
    for person in sorted({*(row.person_id for row in known), *state.clocks}):
        now = state.clocks.get(person, rules.Clock())
        told = {"kind": now.kind, "since": now.since, "worked": now.worked, "told": now.told}
        rows.append({"operation_id": job.id, "person_id": person, "site_id": job.site_id, **told})
    if not rows:
        return
    kept = pg_insert(OpClock).values(rows)
    new = {name: kept.excluded[name] for name in ("kind", "since", "worked", "told")}
    await connection.execute(
        kept.on_conflict_do_update(index_elements=["operation_id", "person_id"], set_=new)
    )


async def stop_elsewhere(connection: AsyncConnection, command: Command[Any], here: UUID) -> datetime | None:
    """A person works on one job at a time: starting here pauses the other, whose minutes stay its own.

    Returns when the person began elsewhere, if that was later: what comes late from a device does not stop what runs now.
    """
    rows = await connection.execute(
        select(OpClock.operation_id).where(
            OpClock.person_id == command.who.person_id, OpClock.kind != "off", OpClock.operation_id != here
        )
    )
    for operation in rows.scalars().all():
        other = await lock_job(connection, command, operation)
        mine = other.folded.clocks.get(command.who.person_id)
        if mine is None or mine.since is None:
            continue
        if mine.since > command.captured_at:
            return mine.since
        pause = Entry(kind="pause", person=command.who.person_id, at=command.captured_at, reason="switched")
        await write(connection, command, other, [pause])
    return None


def people_running(state: rules.State) -> list[UUID]:
    """Whose clocks run."""
    return [person for person, one in state.clocks.items() if one.kind != "off"]
