"""What a pallet, box or tote should bear: the units packed in it and the goods that lie on it, for a check of its labels."""

from typing import Final
from uuid import UUID

from sqlalchemy import Integer, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Packaging
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.floor.work.schemas import GoodsInUnit, PackedUnit, UnitContents
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy

DEEPEST: Final = 6  # units in units; a box on a pallet is two


async def unit_contents(connection: AsyncConnection, site_id: UUID, unit: UUID) -> UnitContents:
    """The unit, every unit within it, and all goods in any of them.

    Raises:
        NotFound: no such unit at this site.
    """
    top = (
        await connection.execute(
            select(HandlingUnit.code, HandlingUnit.kind).where(
                HandlingUnit.id == unit, HandlingUnit.site_id == site_id
            )
        )
    ).first()
    if top is None:
        raise NotFound("No such pallet, box or tote here.")
    units = await _within(connection, unit)
    goods = await _goods(connection, [unit, *(one.id for one in units)])
    return UnitContents(id=unit, code=top.code, kind=top.kind, units=units, goods=goods)


async def _within(connection: AsyncConnection, unit: UUID) -> list[PackedUnit]:
    """Every unit packed in this one, or in one packed in it."""
    within = (
        select(HandlingUnit.id, HandlingUnit.code, HandlingUnit.kind, HandlingUnit.parent_id)
        .add_columns(literal(1, Integer()).label("depth"))
        .where(HandlingUnit.parent_id == unit)
        .cte("within", recursive=True)
    )
    inner = HandlingUnit.__table__.alias("inner_unit")
    within = within.union_all(
        select(inner.c.id, inner.c.code, inner.c.kind, inner.c.parent_id, within.c.depth + 1).where(
            inner.c.parent_id == within.c.id, within.c.depth < DEEPEST
        )
    )
    rows = await connection.execute(
        select(within.c.id, within.c.code, within.c.kind, within.c.parent_id).order_by(within.c.code)
    )
    return [PackedUnit(id=row.id, code=row.code, kind=row.kind, within=row.parent_id) for row in rows]


async def _goods(connection: AsyncConnection, units: list[UUID]) -> list[GoodsInUnit]:
    rows = (
        await connection.execute(
            select(
                Quant.handling_unit_id.label("unit"),
                Quant.item_id,
                Item.sku,
                Item.name,
                Item.unit.label("counted_in"),
                Lot.code.label("lot"),
                Serial.code.label("serial"),
                Quant.quantity,
            )
            .join(Item, Item.id == Quant.item_id)
            .join(Lot, Lot.id == Quant.lot_id, isouter=True)
            .join(Serial, Serial.id == Quant.serial_id, isouter=True)
            .where(Quant.handling_unit_id.in_(units), Quant.quantity > 0)
            .order_by(Item.sku, Lot.code, Serial.code, Quant.id)
        )
    ).all()
    packed = await connection.execute(
        select(Packaging.item_id, Packaging.gtin).where(Packaging.item_id.in_({row.item_id for row in rows}))
    )
    gtins: dict[UUID, list[str]] = {}
    for item, gtin in packed:
        gtins.setdefault(item, []).append(gtin)
    return [
        GoodsInUnit(
            within=row.unit,
            sku=row.sku,
            name=row.name,
            unit=row.counted_in,
            lot=row.lot,
            serial=row.serial,
            quantity=tidy(row.quantity),
            gtins=gtins.get(row.item_id, []),
        )
        for row in rows
    ]
