"""Which lot or serial went into which piece: consumption meets production, the first in with the first out.

Edges are derived: whatever goes in before or after, and whatever is undone, they follow from consumption and production rows.
Only what bears a lot or serial on both sides has an edge; the rest cannot be told apart.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes.tables import Consumption, Genealogy, Operation, OperationMaterial, Production
from backend.kernel.ids import new_id

ZERO = Decimal(0)
_CHILD = func.coalesce(Consumption.serial_id, Consumption.lot_id)
_PARENT = func.coalesce(Production.serial_id, Production.lot_id)


async def match(connection: AsyncConnection, order: UUID) -> int:
    """Gives finished pieces what went in and is not in a piece yet. Returns how many edges were drawn."""
    pool = await _pool(connection, order)
    if not pool:
        return 0
    edges = []
    for lack in await _lacking(connection, order):
        wanted: Decimal = lack.wanted
        for row in pool:
            if row["material_id"] != lack.material_id or row["left"] <= 0 or row["child"] == lack.parent:
                continue
            if wanted <= 0:
                break
            taken = min(wanted, row["left"])
            row["left"] -= taken
            wanted -= taken
            edges.append(_edge(lack.parent, lack.production_id, row, taken))
    return await _draw(connection, edges)


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
    pool = await _pool(connection, order)
    return await _draw(connection, [_edge(last.lot_id, last.id, row, row["left"]) for row in pool])


async def scrap(connection: AsyncConnection, order: UUID, step: int, pieces: Decimal) -> dict[str, str]:
    """Scrapped pieces keep what went into them up to this step. Returns how much of which consumption, for the log."""
    each = await connection.execute(
        select(OperationMaterial.id, OperationMaterial.quantity_each)
        .join(Operation, Operation.id == OperationMaterial.operation_id)
        .where(OperationMaterial.work_order_id == order, Operation.operation <= step)
    )
    needs = {row.id: row.quantity_each * pieces for row in each}
    gone: dict[str, str] = {}
    for row in await _pool(connection, order):
        taken = min(needs.get(row["material_id"], ZERO), row["left"])
        if taken > 0:
            needs[row["material_id"]] -= taken
            await connection.execute(
                update(Consumption)
                .where(Consumption.id == row["id"])
                .values(scrapped=Consumption.scrapped + taken)
            )
            gone[str(row["id"])] = str(taken)
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


async def _pool(connection: AsyncConnection, order: UUID) -> list[dict[str, Any]]:
    left = Consumption.quantity - Consumption.used - Consumption.scrapped
    rows = await connection.execute(
        select(Consumption.id, Consumption.material_id, _CHILD.label("child"), left.label("left"))
        .where(Consumption.work_order_id == order, ~Consumption.withdrawn, left > 0, _CHILD.is_not(None))
        .order_by(Consumption.id)
    )
    return [dict(row) for row in rows.mappings()]


async def _lacking(connection: AsyncConnection, order: UUID) -> Sequence[Any]:
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
            Production.id.label("production_id"),
            _PARENT.label("parent"),
            OperationMaterial.id.label("material_id"),
            wanted.label("wanted"),
        )
        .join(OperationMaterial, OperationMaterial.work_order_id == Production.work_order_id)
        .outerjoin(has, (has.c.production_id == Production.id) & (has.c.material_id == OperationMaterial.id))
        .where(Production.work_order_id == order, ~Production.withdrawn, _PARENT.is_not(None), wanted > 0)
        .order_by(Production.id, OperationMaterial.line)
    )
    return rows.all()


def _edge(parent: UUID, production: UUID, row: dict[str, Any], quantity: Decimal) -> dict[str, Any]:
    return {
        "id": new_id(),
        "parent_id": parent,
        "child_id": row["child"],
        "production_id": production,
        "consumption_id": row["id"],
        "quantity": quantity,
    }


async def _draw(connection: AsyncConnection, edges: list[dict[str, Any]]) -> int:
    if not edges:
        return 0
    await connection.execute(insert(Genealogy), edges)
    for edge in edges:
        await connection.execute(
            update(Consumption)
            .where(Consumption.id == edge["consumption_id"])
            .values(used=Consumption.used + edge["quantity"])
        )
    return len(edges)
