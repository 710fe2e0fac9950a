"""Waves as a planner sees them, and the orders that waves hold."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.wms.waves.rules import ACTIVE
from backend.floor.wms.waves.schemas import WaveBatch, WaveLeft, WaveOrderTold, WaveTold
from backend.floor.wms.waves.tables import Wave
from backend.kernel import clock

HELD_FOR = timedelta(minutes=15)
"""So long the rule leaves the orders of a wave alone that nobody has accepted."""


async def waves(connection: AsyncConnection, site_id: UUID, *, limit: int = 10) -> list[WaveTold]:
    """The site's waves, the newest first."""
    rows = (
        await connection.execute(
            select(*Wave.__table__.columns)
            .where(Wave.site_id == site_id)
            .order_by(Wave.number.desc())
            .limit(limit)
        )
    ).all()
    orders = await _orders(connection, rows)
    return [await _told(connection, row, orders) for row in rows]


async def held_orders(connection: AsyncConnection, site_id: UUID) -> list[UUID]:
    """Orders of an open wave, which the rule must not release from under the planner's hands."""
    rows = await connection.execute(
        select(func.jsonb_array_elements_text(Wave.plan["orders"]).label("order")).where(
            Wave.site_id == site_id, Wave.state.in_(ACTIVE), Wave.asked_at > clock.now() - HELD_FOR
        )
    )
    return [UUID(row.order) for row in rows]


async def _orders(connection: AsyncConnection, rows: Any) -> dict[str, WaveOrderTold]:
    wanted = {order for row in rows for order in (*row.plan.get("orders", ()), *row.plan.get("left", {}))}
    found = await connection.execute(
        select(ShipmentRequest.id, ShipmentRequest.number, ShipmentRequest.due_at).where(
            cast(ShipmentRequest.id, String).in_(wanted)
        )
    )
    return {str(row.id): WaveOrderTold(id=row.id, number=row.number, due_at=row.due_at) for row in found}


async def _told(connection: AsyncConnection, row: Any, orders: dict[str, WaveOrderTold]) -> WaveTold:
    plan = row.plan
    lengths = {
        name: None if getattr(row, name) is None else float(getattr(row, name))
        for name in ("first_come_m", "length_m", "bound_m")
    }
    return WaveTold(
        id=row.id,
        number=row.number,
        state=row.state,
        asked_by=row.asked_by,
        asked_by_name=await person_name(connection, row.asked_by),
        asked_at=row.asked_at,
        orders=len(plan.get("orders", ())),
        totes=row.totes,
        automatic=row.accept,
        share=float(row.share),
        **lengths,
        proved=row.proved,
        method=row.method,
        batches=[
            WaveBatch(orders=[orders[order] for order in batch if order in orders])
            for batch in plan.get("batches", ())
        ],
        left=[
            WaveLeft(order=orders[order], why=why)
            for order, why in plan.get("left", {}).items()
            if order in orders
        ],
        rounds=[UUID(round_) for round_ in plan.get("rounds", ())],
        why=row.why,
    )
