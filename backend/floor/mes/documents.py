"""Jobs as screens see them: a work centre's list, one job whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    String,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_names
from backend.floor.catalog import Item, Packaging, Place
from backend.floor.mes import rules, screens
from backend.floor.mes.gates import previous_name, shut_gates
from backend.floor.mes.lists import open_calls, reasons
from backend.floor.mes.log import Job, read_job
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.tables import MachineStop, OpClock, Operation, OperationMaterial, WorkOrder
from backend.floor.stock import Lot, Quant, Serial
from backend.floor.work.resolve import MORE
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Exact
from backend.kernel.problems import NotFound

NEXT = 3
_OPEN = Operation.state.not_in(("done", "cancelled"))
_ZERO = Decimal(0)
_CODES: Any = bindparam("p_codes", type_=ARRAY(Text))
_SITE: Any = bindparam("p_site_id", type_=Uuid())


def _found(kind: str, id_: Any, code: Any, label: Any) -> Any:
    return select(
        literal(kind).label("kind"),
        id_.label("id"),
        code.label("code"),
        label.label("label"),
        cast(null(), Uuid).label("item"),
        cast(null(), Packaging.quantity.type).label("quantity"),
        literal("").label("place"),
    )


# A traveller's number and a work centre's code are scanned like any other code.
MORE.append(
    _found("job", WorkOrder.id, WorkOrder.number, Item.name)
    .join(Item, Item.id == WorkOrder.item_id)
    .where(WorkOrder.site_id == _SITE, WorkOrder.number == any_(_CODES))
)
MORE.append(
    _found("work_centre", WorkCentre.id, WorkCentre.code, WorkCentre.name).where(
        WorkCentre.site_id == _SITE, WorkCentre.code == any_(_CODES)
    )
)


async def work_centres(connection: AsyncConnection, site: UUID) -> list[screens.CentreTold]:
    """Every work centre, with how much waits there."""
    ready = or_(Operation.came_in.is_(None), Operation.came_in > Operation.good + Operation.scrap)
    rows = await connection.execute(
        select(
            WorkCentre.id,
            WorkCentre.code,
            WorkCentre.name,
            WorkCentre.line,
            MachineStop.reason.label("stopped"),
            func.count(Operation.id)
            .filter(Operation.state.in_(("waiting", "paused")), ready)
            .label("waiting"),
            func.count(Operation.id).filter(Operation.state.in_(("running", "setup"))).label("running"),
        )
        .outerjoin(MachineStop, (MachineStop.work_centre_id == WorkCentre.id) & MachineStop.runs_at.is_(None))
        .outerjoin(Operation, (Operation.work_centre_id == WorkCentre.id) & _OPEN)
        .where(WorkCentre.site_id == site)
        .group_by(WorkCentre.id, MachineStop.reason)
        .order_by(WorkCentre.line, WorkCentre.code)
    )
    return [screens.CentreTold(**row) for row in rows.mappings()]


async def dispatch(connection: AsyncConnection, who: Who, centre: UUID) -> screens.Dispatch:
    """What a work centre does now and next.

    Raises:
        NotFound: there is no such work centre at this site.
    """
    here = [one for one in await work_centres(connection, who.site_id) if one.id == centre]
    if not here:
        raise NotFound("No such work centre.", work_centre=str(centre))
    rows = (
        await connection.execute(_summaries(who).where(Operation.work_centre_id == centre, _OPEN))
    ).mappings()
    jobs = [screens.JobSummary(**row) for row in rows]
    active = [job for job in jobs if job.state != "waiting"]
    waiting = [job for job in jobs if job.state == "waiting"]
    return screens.Dispatch(
        centre=here[0],
        active=active,
        next=waiting[:NEXT],
        later=max(len(waiting) - NEXT, 0),
        calls=await open_calls(connection, who.site_id, centre),
        reasons=await reasons(connection, who.site_id),
    )


def _summaries(who: Who) -> Any:
    mine = (
        select(OpClock.operation_id)
        .where(
            OpClock.operation_id == Operation.id, OpClock.person_id == who.person_id, OpClock.kind != "off"
        )
        .exists()
    )
    ready = case((or_(Operation.came_in.is_(None), Operation.came_in > 0), 0), else_=1)
    return (
        select(
            Operation.id.label("operation"),
            WorkOrder.id.label("work_order"),
            WorkOrder.number,
            Operation.operation.label("step"),
            Operation.name,
            Item.sku,
            Item.name.label("item"),
            Item.unit,
            Operation.target,
            Operation.good,
            Operation.rework,
            func.greatest(Operation.target - Operation.good, _ZERO, type_=Exact()).label("remaining"),
            Operation.came_in,
            WorkOrder.due_at,
            Operation.state,
            WorkOrder.hold,
            mine.label("mine"),
        )
        .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
        .join(Item, Item.id == WorkOrder.item_id)
        .where(Operation.site_id == who.site_id)
        .order_by(ready, WorkOrder.due_at, WorkOrder.number, Operation.operation)
    )


async def steps(connection: AsyncConnection, who: Who, order: UUID) -> list[screens.JobSummary]:
    """The steps of a work order, in order: what a traveller stands for."""
    query = (
        _summaries(who).where(Operation.work_order_id == order).order_by(None).order_by(Operation.operation)
    )
    return [screens.JobSummary(**row) for row in (await connection.execute(query)).mappings()]


async def job_document(connection: AsyncConnection, who: Who, operation: UUID) -> screens.JobDocument:
    """One job, whole: all a device needs to do it without the network.

    Raises:
        NotFound: there is no such job at this site.
    """
    job = await read_job(connection, who.site_id, operation)
    row = (await connection.execute(_WHOLE, {"p_operation": operation})).mappings().one()
    next_name = await connection.execute(
        select(Operation.operation, Operation.name).where(Operation.id == job.next_id)
    )
    following = next_name.first()
    shut = await shut_gates(connection, job, who.person_id)
    centres = await work_centres(connection, who.site_id)
    return screens.JobDocument(
        **row,
        centre=next(one for one in centres if one.id == job.work_centre_id),
        previous=await previous_name(connection, job.work_order_id, job.operation),
        earlier=await _earlier(connection, job),
        again=job.folded.again,
        drawing=job.drawing,
        next=f"{following.operation} {following.name}" if following else "",
        gates=[screens.GateTold(kind=one.kind, detail=one.detail, facts=one.facts) for one in shut],
        clocks=await _clocks(connection, job),
        materials=await _materials(connection, job),
        calls=await open_calls(connection, who.site_id, job.work_centre_id),
        reasons=await reasons(connection, who.site_id),
    )


async def _earlier(connection: AsyncConnection, job: Job) -> list[screens.EarlierStep]:
    rows = await connection.execute(
        select(Operation.id.label("operation"), Operation.operation.label("step"), Operation.name)
        .where(
            Operation.work_order_id == job.work_order_id,
            Operation.operation < job.operation,
            Operation.state != "cancelled",
        )
        .order_by(Operation.operation)
    )
    return [screens.EarlierStep(**row) for row in rows.mappings()]


_LINE = Place.__table__.alias("line_place")
_OUT = Place.__table__.alias("out_place")
_WHOLE = (
    select(
        Operation.id.label("operation"), WorkOrder.id.label("work_order"), WorkOrder.number,
        Operation.operation.label("step"), Operation.name, Operation.instructions, Item.sku, Item.name.label("item"),
        WorkOrder.item_revision.label("revision"), Item.revision.label("released"), Item.unit, Item.whole, Item.tracking,
        _LINE.c.code.label("line_place"), _OUT.c.code.label("out_place"), Operation.target, Operation.came_in,
        Operation.good, Operation.scrap, Operation.rework,
        func.greatest(Operation.target - Operation.good, _ZERO, type_=Exact()).label("remaining"), Operation.setup_minutes,
        Operation.run_minutes_each, WorkOrder.due_at, Operation.state, Operation.pause_reason, Operation.last,
        WorkOrder.hold, WorkOrder.deviation, Operation.version,
    )
    .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
    .join(Item, Item.id == WorkOrder.item_id)
    .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
    .join(_LINE, _LINE.c.id == WorkCentre.line_place_id)
    .join(_OUT, _OUT.c.id == WorkCentre.out_place_id)
    .where(Operation.id == bindparam("p_operation", type_=Uuid()))
)  # fmt: skip


async def _clocks(connection: AsyncConnection, job: Job) -> list[screens.PersonClock]:
    names = await person_names(connection, job.folded.clocks)
    now = clock.now()
    return [
        screens.PersonClock(
            person=person,
            name=names.get(person, "?"),
            kind=one.kind,
            since=one.since,
            minutes=one.worked + (rules.minutes(one.since, now) if one.since else _ZERO),
        )
        for person, one in job.folded.clocks.items()
    ]


async def _materials(connection: AsyncConnection, job: Job) -> list[screens.JobMaterial]:
    rows = await connection.execute(
        select(
            OperationMaterial.id, OperationMaterial.line, Item.id.label("item"), Item.sku, Item.name, Item.unit, Item.whole,
            Item.tracking, OperationMaterial.quantity_each, OperationMaterial.consumed, OperationMaterial.consumption,
            func.coalesce(
                select(func.array_agg(Packaging.gtin)).where(Packaging.item_id == Item.id).scalar_subquery(),
                cast([], ARRAY(Text)),
            ).label("gtins"),
        )
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.operation_id == job.id, OperationMaterial.consumption != "none")
        .order_by(OperationMaterial.line)
    )  # fmt: skip
    materials = list(rows.mappings())
    lots = await _lots(connection, job, [row["item"] for row in materials])
    return [
        screens.JobMaterial(**row, needed=row["quantity_each"] * job.target, lots=lots.get(row["item"], []))
        for row in materials
    ]


async def _lots(
    connection: AsyncConnection, job: Job, items: Sequence[UUID]
) -> dict[UUID, list[screens.LineLot]]:
    rows = await connection.execute(
        select(
            Quant.item_id,
            Lot.code.label("lot"),
            Serial.code.label("serial"),
            cast(Lot.expires_on, String).label("expires_on"),
            func.sum(Quant.quantity - Quant.reserved).label("quantity"),
            Quant.status,
        )
        .outerjoin(Lot, Lot.id == Quant.lot_id)
        .outerjoin(Serial, Serial.id == Quant.serial_id)
        .where(Quant.place_id == job.line_place_id, Quant.item_id.in_(items), Quant.quantity > 0)
        .group_by(Quant.item_id, Lot.code, Serial.code, Lot.expires_on, Quant.status)
        .order_by(Lot.expires_on.asc().nulls_last(), func.min(Quant.since), Lot.code, Serial.code)
    )
    found: dict[UUID, list[screens.LineLot]] = {}
    for row in rows.mappings():
        facts = dict(row)
        found.setdefault(facts.pop("item_id"), []).append(screens.LineLot(**facts))
    return found
