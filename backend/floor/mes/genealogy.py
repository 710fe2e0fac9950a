"""Which lot or serial went into which piece: consumption meets production by the two rules of `kinship`.

Edges are derived: whatever goes in before or after, and whatever is undone, they follow from consumption and production rows.
Only what bears a lot or serial on both sides has an edge; the rest cannot be told apart.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes.kinship import Made, Share, Went, shares
from backend.floor.mes.tables import (
    Consumption,
    Genealogy,
    Operation,
    OperationMaterial,
    OpEvent,
    Production,
)
from backend.kernel.ids import new_id

ZERO = Decimal(0)
_CHILD = func.coalesce(Consumption.serial_id, Consumption.lot_id)
_PARENT = func.coalesce(Production.serial_id, Production.lot_id)


async def match(connection: AsyncConnection, order: UUID) -> int:
    """Gives finished pieces what went in and is not in a piece yet. Returns how many edges were drawn."""
    pool = await _pool(connection, order)
    if not pool:
        return 0
    return await _draw(connection, shares(pool, await _lacking(connection, order)))


async def use_up_rest(connection: AsyncConnection, order: UUID) -> int:
    """At the end of an order made in one lot, what went in beyond the standard lies in that lot too."""
    last = (
        await connection.execute(
            select(Production.id, Production.lot_id)
            .where(
                Production.work_order_id == order,
                Production.lot_id.is_not(None),
                Production.serial_id.is_(None),
                ~Production.withdrawn,
            )
            .order_by(Production.id.desc())
            .limit(1)
        )
    ).first()
    if last is None:
        return 0
    rest = [
        Share(production=last.id, parent=last.lot_id, consumption=one.id, child=one.child, quantity=one.left)
        for one in await _pool(connection, order)
        if one.child != last.lot_id
    ]
    return await _draw(connection, rest)


async def scrap(
    connection: AsyncConnection, order: UUID, step: int, pieces: Decimal, *, first: UUID
) -> dict[str, str]:
    """Scrapped pieces keep what went into them up to this step, first of what the report itself flushed (`first`).

    Returns how much of which consumption, for the log.
    """
    each = await connection.execute(
        select(OperationMaterial.id, OperationMaterial.quantity_each)
        .join(Operation, Operation.id == OperationMaterial.operation_id)
        .where(OperationMaterial.work_order_id == order, Operation.operation <= step)
    )
    needs = {row.id: row.quantity_each * pieces for row in each}
    if not needs:
        return {}
    gone: dict[str, str] = {}
    pool = await _pool(connection, order, flushed=first)
    for one in sorted(pool, key=lambda one: one.report != first):
        taken = min(needs.get(one.material, ZERO), one.left)
        if taken > 0:
            needs[one.material] -= taken
            await connection.execute(
                update(Consumption)
                .where(Consumption.id == one.id)
                .values(scrapped=Consumption.scrapped + taken)
            )
            gone[str(one.id)] = str(taken)
    return gone


async def give_back(connection: AsyncConnection, events: Sequence[UUID], gone: dict[str, str]) -> None:
    """Takes out the edges of undone events, and what their scrap had used up; the rows stay, withdrawn."""
    for consumption, quantity in gone.items():
        await connection.execute(
            update(Consumption)
            .where(Consumption.id == UUID(consumption))
            .values(scrapped=Consumption.scrapped - Decimal(quantity))
        )
    made = select(Production.id).where(Production.event_id.in_(events))
    went = select(Consumption.id).where(Consumption.event_id.in_(events))
    gone_edges = (
        delete(Genealogy)
        .where(or_(Genealogy.production_id.in_(made), Genealogy.consumption_id.in_(went)))
        .returning(Genealogy.consumption_id, Genealogy.quantity)
    )
    for row in (await connection.execute(gone_edges)).all():
        await connection.execute(
            update(Consumption)
            .where(Consumption.id == row.consumption_id)
            .values(used=Consumption.used - row.quantity)
        )
    await connection.execute(update(Production).where(Production.event_id.in_(events)).values(withdrawn=True))
    await connection.execute(
        update(Consumption).where(Consumption.event_id.in_(events)).values(withdrawn=True)
    )


async def _pool(connection: AsyncConnection, order: UUID, *, flushed: UUID | None = None) -> list[Went]:
    """What is in no piece yet, the first in first, each with the report it was scanned or flushed for.

    `flushed` is the report that is being written: its own rows are there before it.
    """
    reports = await _reports(connection, order)
    left = Consumption.quantity - Consumption.used - Consumption.scrapped
    rows = await connection.execute(
        select(
            Consumption.id, Consumption.material_id, Consumption.operation_id, Consumption.event_id,
            _CHILD.label("child"), left.label("left"), OpEvent.captured_at,
        )
        .outerjoin(OpEvent, OpEvent.id == Consumption.event_id)
        .where(Consumption.work_order_id == order, ~Consumption.withdrawn, left > 0, _CHILD.is_not(None))
        .order_by(Consumption.id)
    )  # fmt: skip
    return [
        Went(
            id=row.id,
            material=row.material_id,
            child=row.child,
            left=row.left,
            report=flushed if row.event_id == flushed else _followed(reports.get(row.operation_id, []), row),
        )
        for row in rows.all()
    ]


def _followed(reports: Sequence[Any], row: Any) -> UUID | None:
    """The report of the same step that came first after a material was scanned; its own, where it flushed it."""
    return next(
        (
            one.id
            for one in reports
            if one.id == row.event_id or (row.captured_at is not None and one.captured_at >= row.captured_at)
        ),
        None,
    )


async def _reports(connection: AsyncConnection, order: UUID) -> dict[UUID, list[Any]]:
    """The reports of good pieces that stand, a step, in the order in which they happened."""
    undoing = OpEvent.__table__.alias("undoing")
    rows = await connection.execute(
        select(OpEvent.id, OpEvent.operation_id, OpEvent.captured_at)
        .join(Operation, Operation.id == OpEvent.operation_id)
        .outerjoin(undoing, undoing.c.undoes_id == OpEvent.id)
        .where(
            Operation.work_order_id == order,
            OpEvent.kind == "report",
            OpEvent.good > 0,
            undoing.c.id.is_(None),
        )
        .order_by(OpEvent.captured_at, OpEvent.id)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows.all():
        found.setdefault(row.operation_id, []).append(row)
    return found


async def _lacking(connection: AsyncConnection, order: UUID) -> list[Made]:
    """Finished pieces that have not all of a material yet, the first made first."""
    has = (
        select(
            Genealogy.production_id,
            Consumption.material_id,
            func.sum(Genealogy.quantity).label("has"),
        )
        .join(Consumption, Consumption.id == Genealogy.consumption_id)
        .where(Consumption.work_order_id == order)
        .group_by(Genealogy.production_id, Consumption.material_id)
        .subquery()
    )
    wanted = OperationMaterial.quantity_each * Production.quantity - case(
        (has.c.has.is_(None), ZERO), else_=has.c.has
    )
    rows = await connection.execute(
        select(
            Production.id.label("id"),
            _PARENT.label("parent"),
            OperationMaterial.id.label("material"),
            wanted.label("wanted"),
            Production.event_id.label("report"),
        )
        .join(OperationMaterial, OperationMaterial.work_order_id == Production.work_order_id)
        .outerjoin(has, (has.c.production_id == Production.id) & (has.c.material_id == OperationMaterial.id))
        .where(Production.work_order_id == order, ~Production.withdrawn, _PARENT.is_not(None), wanted > 0)
        .order_by(Production.id, OperationMaterial.line)
    )
    return [Made(**row) for row in rows.mappings()]


async def _draw(connection: AsyncConnection, found: Sequence[Share]) -> int:
    if not found:
        return 0
    edges = [
        {
            "id": new_id(),
            "parent_id": one.parent,
            "child_id": one.child,
            "production_id": one.production,
            "consumption_id": one.consumption,
            "quantity": one.quantity,
        }
        for one in found
    ]
    await connection.execute(insert(Genealogy), edges)
    for one in found:
        await connection.execute(
            update(Consumption)
            .where(Consumption.id == one.consumption)
            .values(used=Consumption.used + one.quantity)
        )
    return len(edges)
