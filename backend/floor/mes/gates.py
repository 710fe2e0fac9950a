"""What stands against starting a job, as the books have it now."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.mes import rules
from backend.floor.mes.log import ZERO, Job
from backend.floor.mes.masters import PersonSkill
from backend.floor.mes.tables import AndonCall, MachineStop, Operation, OperationMaterial
from backend.floor.stock import Quant
from backend.kernel.quantity import plain


async def shut_gates(connection: AsyncConnection, job: Job, person: UUID) -> list[rules.Gate]:
    """Every gate that is shut for this person now."""
    skills = await connection.execute(select(PersonSkill.skill).where(PersonSkill.person_id == person))
    stopped = await connection.execute(
        select(MachineStop.reason).where(
            MachineStop.work_centre_id == job.work_centre_id, MachineStop.runs_at.is_(None)
        )
    )
    call = await connection.execute(
        select(AndonCall.kind)
        .where(
            AndonCall.work_centre_id == job.work_centre_id,
            AndonCall.critical,
            AndonCall.state != "resolved",
        )
        .limit(1)
    )
    return rules.gates(
        rules.Before(
            order_state=job.order_state,
            state=job.state,
            hold=job.hold,
            revision=job.revision,
            released=job.released,
            drawing=job.drawing,
            came_in=job.came_in,
            used=job.folded.used - job.folded.rework,
            previous=await previous_name(connection, job.work_order_id, job.operation),
            skill=job.skill,
            skills=frozenset(skills.scalars()),
            stopped=stopped.scalar_one_or_none(),
            critical_call=call.scalar_one_or_none(),
            missing=await _missing(connection, job),
        )
    )


async def previous_name(connection: AsyncConnection, order: UUID, operation: int) -> str:
    """The step before, as people call it; empty for the first."""
    found = await connection.execute(
        select(Operation.operation, Operation.name)
        .where(Operation.work_order_id == order, Operation.operation < operation)
        .order_by(Operation.operation.desc())
        .limit(1)
    )
    row = found.first()
    return f"{row.operation} {row.name}" if row else ""


def free_at(place: UUID) -> Any:
    """How much of a material's item is free at a place, as a scalar of its query."""
    return (
        select(func.coalesce(func.sum(Quant.quantity - Quant.reserved), ZERO))
        .where(
            Quant.place_id == place,
            Quant.item_id == OperationMaterial.item_id,
            Quant.status == "free",
        )
        .correlate(OperationMaterial)
        .scalar_subquery()
    )


async def _missing(connection: AsyncConnection, job: Job) -> tuple[rules.Missing, ...]:
    rows = await connection.execute(
        select(
            Item.sku,
            Item.unit,
            OperationMaterial.quantity_each,
            OperationMaterial.consumed,
            free_at(job.line_place_id).label("free"),
        )
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.operation_id == job.id, OperationMaterial.consumption != "none")
        .order_by(OperationMaterial.line)
    )
    made = job.folded.good + job.folded.scrap
    missing = []
    for row in rows:
        in_hand: Decimal = max(row.consumed - row.quantity_each * made, ZERO)
        there = Decimal(row.free) + in_hand
        if there < row.quantity_each:
            missing.append(rules.Missing(row.sku, plain(row.quantity_each), plain(there), row.unit))
    return tuple(missing)
