"""The log of an operation: read under its lock, added to, folded, and the fold kept beside it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ScalarSelect, Text, Uuid, and_, bindparam, cast, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Site
from backend.floor.mes import rules
from backend.floor.mes.masters import Shift, WorkCentre
from backend.floor.mes.tables import OpClock, Operation, OpEvent, WorkOrder
from backend.floor.stock import NotUndoable
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import NotFound

ZERO = rules.ZERO


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """An operation under its lock, with its order, item and work centre."""

    id: UUID
    site_id: UUID
    work_order_id: UUID
    number: str
    order_state: str
    hold: str | None
    item_id: UUID
    sku: str
    unit: str
    whole: bool
    tracking: str
    inspection_plan: str | None
    operation: int
    name: str
    skill: str | None
    work_centre_id: UUID
    line_place_id: UUID
    out_place_id: UUID
    last: bool
    next_id: UUID | None
    backflush: bool
    target: Decimal
    came_in: Decimal | None
    state: str
    folded: rules.State

    @property
    def document(self) -> str:
        """The document its messages are about."""
        return f"work/{self.number}"


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


async def lock_job(connection: AsyncConnection, command: Command[Any], operation: UUID) -> Job:
    """Locks an operation after its order and reads its log.

    Raises:
        NotFound: there is no such operation at this site.
    """
    own = select(Operation.work_order_id).where(
        Operation.id == operation, Operation.site_id == command.who.site_id
    )
    order = (
        await connection.execute(
            select(WorkOrder.id).where(WorkOrder.id == own.scalar_subquery()).with_for_update(key_share=True)
        )
    ).first()
    if order is None:
        raise NotFound("No such job.", operation=str(operation))
    await connection.execute(
        select(Operation.id).where(Operation.id == operation).with_for_update(key_share=True)
    )
    return await read_job(connection, command.who.site_id, operation)


async def read_job(connection: AsyncConnection, site: UUID, operation: UUID) -> Job:
    """An operation and its log as they stand, without a lock: for looking.

    Raises:
        NotFound: there is no such operation at this site.
    """
    row = (await connection.execute(_JOB, {"p_operation": operation})).mappings().first()
    if row is None or row["site_id"] != site:
        raise NotFound("No such job.", operation=str(operation))
    events = await read_log(connection, operation)
    return Job(**row, folded=rules.fold(events))


_JOB = (
    select(
        Operation.id, Operation.site_id, Operation.work_order_id, WorkOrder.number,
        WorkOrder.state.label("order_state"), WorkOrder.hold, WorkOrder.item_id, Item.sku, Item.unit, Item.whole,
        Item.tracking, Item.inspection_plan, Operation.operation, Operation.name, Operation.skill,
        Operation.work_centre_id, WorkCentre.line_place_id, WorkCentre.out_place_id, Operation.last,
        Operation.next_id, Operation.backflush, Operation.target, Operation.came_in, Operation.state,
    )
    .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
    .join(Item, Item.id == WorkOrder.item_id)
    .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
    .where(Operation.id == bindparam("p_operation", type_=Uuid()))
)  # fmt: skip


async def read_log(connection: AsyncConnection, operation: UUID) -> list[rules.Event]:
    """Every event of an operation, as the fold takes them."""
    rows = await connection.execute(
        select(
            OpEvent.id, OpEvent.kind, OpEvent.captured_at.label("at"), OpEvent.person_id.label("person"), OpEvent.good,
            OpEvent.scrap, OpEvent.rework, OpEvent.mended, OpEvent.minutes, OpEvent.reason,
            OpEvent.undoes_id.label("undoes"),
        ).where(OpEvent.operation_id == operation)
    )  # fmt: skip
    return [rules.Event(**row) for row in rows.mappings()]


def shift_of(site: Any, at: Any) -> ScalarSelect[str]:
    """The code of the shift that a moment lies in, in the site's own time; NULL between shifts."""
    zone = select(Site.time_zone).where(Site.id == site).scalar_subquery()
    local = func.to_char(func.timezone(zone, at), "HH24:MI")
    over_midnight = Shift.ends <= Shift.starts
    return (
        select(Shift.code)
        .where(
            Shift.site_id == site,
            or_(
                and_(~over_midnight, local >= Shift.starts, local < Shift.ends),
                and_(over_midnight, or_(local >= Shift.starts, local < Shift.ends)),
            ),
        )
        .order_by(Shift.starts)
        .limit(1)
        .scalar_subquery()
    )


async def write(
    connection: AsyncConnection, command: Command[Any], job: Job, entries: Sequence[Entry]
) -> list[UUID]:
    """Adds events to a job's log and keeps the new fold. Returns the events' ids, in order."""
    ids = []
    for entry in entries:
        event = entry.id or new_id()
        ids.append(event)
        await connection.execute(
            insert(OpEvent).values(
                id=event,
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
    await keep(connection, job)
    return ids


async def keep(connection: AsyncConnection, job: Job) -> rules.State:
    """Folds the log anew and stores what it amounts to; hands what is new to the next operation.

    Raises:
        NotUndoable: pieces are taken back that the next operation has used already.
    """
    state = rules.fold(await read_log(connection, job.id))
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
    return state


async def _keep_clocks(connection: AsyncConnection, job: Job, state: rules.State) -> None:
    known = await connection.execute(select(OpClock.person_id).where(OpClock.operation_id == job.id))
    running = [person for person, one in state.clocks.items() if one.kind != "off"]
    elsewhere = select(OpClock.person_id).where(
        OpClock.person_id.in_(running), OpClock.kind != "off", OpClock.operation_id != job.id
    )
    if running and (await connection.execute(elsewhere)).first() is not None:
        raise NotUndoable("Somebody on this job works on another meanwhile.")
    rows = []
    for person in sorted({*known.scalars(), *state.clocks}):
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


async def advance_order(connection: AsyncConnection, job: Job, event: str) -> None:
    """Moves the work order's state by its table."""
    to = rules.ORDER.get((job.order_state, event))
    if to is not None:
        await connection.execute(
            update(WorkOrder)
            .where(WorkOrder.id == job.work_order_id)
            .values(state=to, completed_at=clock.now() if to == "completed" else None)
        )


def people_running(state: rules.State) -> list[UUID]:
    """Whose clocks run."""
    return [person for person, one in state.clocks.items() if one.kind != "off"]


def people_untold(state: rules.State, at: datetime, *, but: UUID) -> list[UUID]:
    """Whose clocks run, or have minutes that no report has told."""
    clocks = state.clocks.items()
    return [
        person for person, one in clocks if person != but and (one.kind != "off" or rules.untold(one, at) > 0)
    ]
