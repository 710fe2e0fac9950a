"""What lies in one bay."""

from collections import defaultdict
from typing import cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, Lot, Quant
from backend.floor.trace.schemas import BayBin, BayStock
from backend.floor.wms.picking import PickLine


async def bay(connection: AsyncConnection, site_id: UUID, *, aisle: int, number: int) -> list[BayBin]:
    """What lies in each bin of a bay, from the floor up."""
    lines = (
        select(func.count())
        .select_from(PickLine)
        .join(Quant, Quant.id == PickLine.quant_id)
        .where(Quant.place_id == Place.id, PickLine.state == "open")
        .scalar_subquery()
    )
    bins = await connection.execute(
        select(Place.id, Place.code, Place.level, Place.slot, func.coalesce(Place.blocked, "").label("blocked"), lines.label("lines"))
        .where(Place.site_id == site_id, Place.kind == "bin", Place.aisle == aisle, Place.bay == number)
        .order_by(Place.level, Place.slot)
    )  # fmt: skip
    rows = bins.mappings().all()
    stock = await _lying(connection, [row["id"] for row in rows])
    return [BayBin(**row, stock=stock[row["id"]]) for row in rows]


async def _lying(connection: AsyncConnection, bins: list[UUID]) -> dict[UUID, list[BayStock]]:
    rows = await connection.execute(
        select(
            Quant.place_id,
            Item.id.label("item"),
            Item.sku,
            Item.name,
            Item.unit,
            func.coalesce(Lot.code, "").label("lot"),
            func.coalesce(HandlingUnit.code, "").label("handling_unit"),
            Quant.status,
            Quant.quantity,
            Quant.reserved,
        )
        .join(Item, Item.id == Quant.item_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(Quant.place_id.in_(bins), Quant.quantity > 0)
        .order_by(Item.sku, Lot.expires_on.asc().nulls_last())
    )
    found: dict[UUID, list[BayStock]] = defaultdict(list)
    for row in rows.mappings():
        facts = dict(row)
        found[cast("UUID", facts.pop("place_id"))].append(BayStock(**facts))
    return found
