"""What every machine does this moment, and how effective it was in the shift so far: one statement for all of a site.

Running is the time in which somebody's clock ran there, however many people and jobs at once; setup likewise where nothing ran.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Interval,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.access.tables import Person
from backend.floor.catalog import Item, Site
from backend.floor.mes import rules
from backend.floor.mes.masters import Shift, WorkCentre
from backend.floor.mes.oee import effectiveness
from backend.floor.mes.screens import BoardCentre, OeeTold
from backend.floor.mes.tables import MachineStop, OpClock, Operation, OpEvent, WorkOrder
from backend.kernel import clock
from backend.kernel.quantity import tidy

SITE: Final = bindparam("p_site", type_=Uuid())
NOW: Final = bindparam("p_now", type_=DateTime(timezone=True))
DOES: Final = ("running", "setup", "paused")
TURNS: Final = ("setup", "start", "pause", "finish", "cancel")
_OPEN: Final = Operation.state.not_in(("done", "cancelled"))


async def machines_now(
    connection: AsyncConnection, site: UUID, *, at: datetime | None = None
) -> list[BoardCentre]:
    """Every work centre by line: what it does or why it stands, since when, who is there, and its OEE of this shift; none between shifts.

    `at` is the moment to which the shift's minutes are counted, now if none is given.
    """
    rows = await connection.execute(_MACHINES, {"p_site": site, "p_now": at or clock.now()})
    return [_told(row) for row in rows]


def _told(row: Any) -> BoardCentre:
    state = "stopped" if row.reason else row.state or "idle"
    return BoardCentre(
        id=row.id,
        code=row.code,
        name=row.name,
        line=row.line,
        state=state,
        since=row.stopped_at or row.clocked or row.last_at,
        reason=row.reason or (row.pause_reason if state == "paused" else ""),
        number=f"{row.number}-{row.operation}" if row.number else "",
        item=row.item or "",
        good=Decimal(0) if row.good is None else row.good,
        target=Decimal(0) if row.target is None else row.target,
        people=row.people or [],
        waiting=row.waiting,
        late=row.late,
        oee=_oee(row) if row.began else None,
    )


def _oee(row: Any) -> OeeTold:
    run, setup, stopped = (_minutes(row.run), _minutes(row.setup), _minutes(row.stopped))
    planned = rules.minutes(row.began, row.asked)
    told = effectiveness(
        planned=planned, run=run, ideal=_minutes(row.ideal), ideal_good=_minutes(row.ideal_good)
    )
    return OeeTold(
        since=row.began,
        planned=tidy(planned),
        run=run,
        setup=setup,
        stopped=stopped,
        availability=told.availability,
        effectiveness=told.effectiveness,
        quality=told.quality,
        oee=told.oee,
    )


def _minutes(value: Decimal | None) -> Decimal:
    return tidy(round(value or Decimal(0), 2))


def _began() -> CTE:
    """When the shift began that it is now, in the site's own time."""
    local = func.timezone(Site.time_zone, NOW)
    now = func.to_char(local, "HH24:MI")
    over_midnight = Shift.ends <= Shift.starts
    inside = or_(
        and_(~over_midnight, now >= Shift.starts, now < Shift.ends),
        and_(over_midnight, or_(now >= Shift.starts, now < Shift.ends)),
    )
    days = case((and_(over_midnight, now < Shift.ends), literal("1 day")), else_=literal("0 days"))
    start = func.date_trunc("day", local) - cast(days, Interval) + cast(Shift.starts, Interval)
    return (
        select(func.timezone(Site.time_zone, start, type_=DateTime(timezone=True)).label("since"))
        .join(Shift, Shift.site_id == Site.id)
        .where(Site.id == SITE, inside)
        .order_by(Shift.starts)
        .limit(1)
        .cte("began")
    )


def _events(since: ColumnElement[datetime]) -> CTE:
    """What stands in the logs of operations on which anybody worked in this shift."""
    undoing = aliased(OpEvent)
    worked = (
        select(OpEvent.operation_id)
        .where(OpEvent.site_id == SITE, OpEvent.captured_at >= since)
        .union(select(OpClock.operation_id).where(OpClock.site_id == SITE, OpClock.kind != "off"))
    )
    made = OpEvent.good + OpEvent.scrap + OpEvent.rework - OpEvent.mended
    return (
        select(
            Operation.work_centre_id, OpEvent.operation_id, OpEvent.person_id, OpEvent.id, OpEvent.kind,
            OpEvent.captured_at.label("at"), (made * Operation.run_minutes_each).label("ideal"),
            (OpEvent.good * Operation.run_minutes_each).label("ideal_good"),
        )
        .join(Operation, Operation.id == OpEvent.operation_id)
        .where(
            OpEvent.operation_id.in_(worked),
            OpEvent.kind.in_((*TURNS, "report")),
            ~exists().where(undoing.undoes_id == OpEvent.id),
        )
        .cte("events")
    )  # fmt: skip


def _clocked(events: CTE, since: ColumnElement[datetime]) -> CTE:
    """Minutes in this shift in which a clock ran at a work centre, by its kind."""
    order = (events.c.at, events.c.id)
    ended = case((events.c.kind.in_(("finish", "cancel")), events.c.at))
    turns = (
        select(
            events.c.work_centre_id, events.c.kind, events.c.at,
            func.least(
                func.lead(events.c.at).over(partition_by=(events.c.operation_id, events.c.person_id), order_by=order),
                func.min(ended).over(partition_by=events.c.operation_id, order_by=order, rows=(1, None)),
                NOW,
            ).label("until"),
        )
        .where(events.c.kind.in_(TURNS))
        .subquery()
    )  # fmt: skip
    span = func.tstzrange(func.greatest(turns.c.at, since), turns.c.until)
    ran = (
        select(turns.c.work_centre_id, turns.c.kind, func.range_agg(span).label("spans"))
        .where(turns.c.kind.in_(("start", "setup")), turns.c.until > func.greatest(turns.c.at, since))
        .group_by(turns.c.work_centre_id, turns.c.kind)
        .subquery()
    )
    parts = func.unnest(ran.c.spans).table_valued("part").render_derived(name="parts")
    took = cast(extract("epoch", func.upper(parts.c.part) - func.lower(parts.c.part)), Numeric) / 60
    return (
        select(
            ran.c.work_centre_id,
            func.sum(took).filter(ran.c.kind == "start").label("run"),
            func.sum(took).filter(ran.c.kind == "setup").label("setup"),
        )
        .select_from(ran.join(parts, true()))
        .group_by(ran.c.work_centre_id)
        .cte("clocked")
    )


def _made(events: CTE, since: ColumnElement[datetime]) -> CTE:
    """The minutes that what came out in this shift should have taken."""
    return (
        select(
            events.c.work_centre_id,
            func.sum(events.c.ideal).label("ideal"),
            func.sum(events.c.ideal_good).label("ideal_good"),
        )
        .where(events.c.kind == "report", events.c.at >= since)
        .group_by(events.c.work_centre_id)
        .cte("made")
    )


def _stood(since: ColumnElement[datetime]) -> CTE:
    """Minutes in this shift in which a machine was told to stand."""
    end = func.coalesce(MachineStop.runs_at, NOW)
    took = cast(extract("epoch", end - func.greatest(MachineStop.stopped_at, since)), Numeric) / 60
    return (
        select(MachineStop.work_centre_id, func.sum(took).label("stopped"))
        .where(MachineStop.site_id == SITE, end > since)
        .group_by(MachineStop.work_centre_id)
        .cte("stood")
    )


def _at_hand() -> FromClause:
    """The job a work centre is at: the one that runs, or the last that did."""
    clocked = select(func.min(OpClock.since)).where(
        OpClock.operation_id == Operation.id, OpClock.kind != "off"
    )
    return (
        select(
            WorkOrder.number, Operation.operation, Item.name.label("item"), Operation.state, Operation.pause_reason,
            Operation.good, Operation.target, Operation.last_at, clocked.scalar_subquery().label("clocked"),
        )
        .select_from(Operation)
        .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
        .join(Item, Item.id == WorkOrder.item_id)
        .where(Operation.work_centre_id == WorkCentre.id, Operation.state.in_(DOES))
        .order_by(Operation.state != "running", Operation.last_at.desc())
        .limit(1)
        .correlate(WorkCentre)
        .lateral("at_hand")
    )  # fmt: skip


def _queue() -> FromClause:
    return (
        select(func.count().label("waiting"), func.count().filter(WorkOrder.due_at < NOW).label("late"))
        .select_from(Operation)
        .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
        .where(Operation.work_centre_id == WorkCentre.id, _OPEN)
        .correlate(WorkCentre)
        .lateral("queue")
    )


def _people() -> ColumnElement[Any]:
    return (
        select(func.array_agg(aggregate_order_by(Person.name, Person.name)))
        .select_from(Operation)
        .join(OpClock, OpClock.operation_id == Operation.id)
        .join(Person, Person.id == OpClock.person_id)
        .where(Operation.work_centre_id == WorkCentre.id, _OPEN, OpClock.kind != "off")
        .correlate(WorkCentre)
        .scalar_subquery()
    )


def _machines() -> Select[Any]:
    began = _began()
    since = select(began.c.since).scalar_subquery()
    events = _events(since)
    clocked, made, stood = _clocked(events, since), _made(events, since), _stood(since)
    job, queue = _at_hand(), _queue()
    shown = (
        job.c[one]
        for one in (
            "number",
            "operation",
            "item",
            "state",
            "pause_reason",
            "good",
            "target",
            "last_at",
            "clocked",
        )
    )
    return (
        select(
            WorkCentre.id, WorkCentre.code, WorkCentre.name, WorkCentre.line, MachineStop.reason, MachineStop.stopped_at,
            *shown, _people().label("people"), queue.c.waiting, queue.c.late, since.label("began"), NOW.label("asked"),
            clocked.c.run, clocked.c.setup, made.c.ideal, made.c.ideal_good, stood.c.stopped,
        )
        .select_from(WorkCentre)
        .outerjoin(MachineStop, (MachineStop.work_centre_id == WorkCentre.id) & MachineStop.runs_at.is_(None))
        .outerjoin(job, true())
        .join(queue, true())
        .outerjoin(clocked, clocked.c.work_centre_id == WorkCentre.id)
        .outerjoin(made, made.c.work_centre_id == WorkCentre.id)
        .outerjoin(stood, stood.c.work_centre_id == WorkCentre.id)
        .where(WorkCentre.site_id == SITE)
        .order_by(WorkCentre.line, WorkCentre.code)
    )  # fmt: skip


_MACHINES: Final = _machines()
