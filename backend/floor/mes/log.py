"""The log of an operation: read under its lock, and folded. `entries` adds to it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ScalarSelect,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import STOPPED, Item, Site
from backend.floor.mes import rules
from backend.floor.mes.masters import Shift, WorkCentre
from backend.floor.mes.tables import Operation, OpEvent, WorkOrder
from backend.kernel import clock
from backend.kernel.commands import Command
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
    revision: str
    released: str
    stopped: list[str] | None
    deviation: str | None
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
    log: list[rules.Event]
    folded: rules.State

    @property
    def drawing(self) -> rules.Drawing:
        """How the order's revision of the item stands."""
        return rules.drawing(
            self.revision, self.released, self.stopped or (), deviates=self.deviation is not None
        )

    @property
    def document(self) -> str:
        """The document its messages are about."""
        return f"work/{self.number}"


async def lock_job(connection: AsyncConnection, command: Command[Any], operation: UUID) -> Job:
    """Locks an operation after its order and reads its log, which nobody else can add to from then on.

    Raises:
        NotFound: there is no such operation at this site.
    """
    return await _job(connection, command.who.site_id, operation, _JOB_LOCKED)


async def read_job(connection: AsyncConnection, site: UUID, operation: UUID) -> Job:
    """An operation and its log as they stand, without a lock: for looking, or where it is locked already.

    Raises:
        NotFound: there is no such operation at this site.
    """
    return await _job(connection, site, operation, _JOB)


async def _job(connection: AsyncConnection, site: UUID, operation: UUID, query: Any) -> Job:
    wanted = {"p_operation": operation, "p_site": site}
    row = (await connection.execute(query, wanted)).mappings().first()
    if row is None:
        raise NotFound("No such job.", operation=str(operation))
    events = await read_log(connection, operation)
    return Job(**row, log=events, folded=rules.fold(events))


_JOB = (
    select(
        Operation.id, Operation.site_id, Operation.work_order_id, WorkOrder.number,
        WorkOrder.state.label("order_state"), WorkOrder.hold, WorkOrder.item_revision.label("revision"),
        Item.revision.label("released"), Item.attributes[STOPPED].label("stopped"), WorkOrder.deviation, WorkOrder.item_id, Item.sku, Item.unit, Item.whole,
        Item.tracking, Item.inspection_plan, Operation.operation, Operation.name, Operation.skill,
        Operation.work_centre_id, WorkCentre.line_place_id, WorkCentre.out_place_id, Operation.last,
        Operation.next_id, Operation.backflush, Operation.target, Operation.came_in, Operation.state,
    )
    .join(WorkOrder, WorkOrder.id == Operation.work_order_id)
    .join(Item, Item.id == WorkOrder.item_id)
    .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
    .where(
        Operation.id == bindparam("p_operation", type_=Uuid()), Operation.site_id == bindparam("p_site", type_=Uuid())
    )
)  # fmt: skip
# Rows are locked in the order that OF names; whoever waited for one reads it as it is then.
_JOB_LOCKED = _JOB.with_for_update(key_share=True, of=[WorkOrder, Operation])


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


async def advance_order(connection: AsyncConnection, job: Job, event: str) -> None:
    """Moves the work order's state by its table."""
    to = rules.ORDER.get((job.order_state, event))
    if to is not None:
        await connection.execute(
            update(WorkOrder)
            .where(WorkOrder.id == job.work_order_id)
            .values(state=to, completed_at=clock.now() if to == "completed" else None)
        )


def people_untold(state: rules.State, at: datetime, *, but: UUID) -> list[UUID]:
    """Whose clocks run, or have minutes that no report has told."""
    clocks = state.clocks.items()
    return [
        person for person, one in clocks if person != but and (one.kind != "off" or rules.untold(one, at) > 0)
    ]
