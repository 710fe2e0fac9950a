"""Look: what lies in a bin, in a handling unit, or where an item or lot lies; and the list of exceptions."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_names
from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.floor.work.schemas import ExceptionRow, StockRow
from backend.floor.work.tables import FloorException, Task

By = Literal["bin", "item", "lot", "serial", "handling_unit"]
_COLUMNS: dict[str, Any] = {
    "bin": Quant.place_id,
    "item": Quant.item_id,
    "lot": Quant.lot_id,
    "serial": Quant.serial_id,
    "handling_unit": Quant.handling_unit_id,
}


async def stock(
    connection: AsyncConnection, site_id: UUID, *, by: By, of: UUID, limit: int = 200
) -> list[StockRow]:
    """The quants of one bin, item, lot, serial or handling unit, as people name them."""
    rows = await connection.execute(
        select(
            Place.code.label("place"),
            Place.id.label("place_id"),
            Item.id.label("item_id"),
            Item.sku,
            Item.name,
            Item.unit,
            Lot.code.label("lot"),
            Lot.id.label("lot_id"),
            Lot.expires_on,
            Serial.code.label("serial"),
            Serial.id.label("serial_id"),
            HandlingUnit.code.label("handling_unit"),
            HandlingUnit.id.label("handling_unit_id"),
            Quant.status,
            Quant.quantity,
            Quant.reserved,
        )
        .join(Place, Place.id == Quant.place_id)
        .join(Item, Item.id == Quant.item_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(Quant.site_id == site_id, _COLUMNS[by] == of, Quant.quantity > 0)
        .order_by(Item.sku, Lot.expires_on.asc().nulls_last(), Place.code)
        .limit(limit)
    )
    return [
        StockRow(**{**row, "expires_on": row["expires_on"].isoformat() if row["expires_on"] else None})
        for row in rows.mappings()
    ]


async def exceptions(
    connection: AsyncConnection, site_id: UUID, *, state: str = "open", limit: int = 200
) -> list[ExceptionRow]:
    """Exceptions, the newest first."""
    rows = (
        await connection.execute(
            select(
                *FloorException.__table__.columns,
                Task.number.label("task_number"),
                Item.sku,
                Place.code.label("place"),
            )
            .join(Task, Task.id == FloorException.task_id, isouter=True)
            .join(Item, Item.id == FloorException.item_id, isouter=True)
            .join(Place, Place.id == FloorException.place_id, isouter=True)
            .where(FloorException.site_id == site_id, FloorException.state == state)
            .order_by(FloorException.raised_at.desc())
            .limit(limit)
        )
    ).all()
    names = await person_names(
        connection, {person for row in rows for person in (row.raised_by, row.resolved_by) if person}
    )
    return [
        ExceptionRow(
            id=row.id,
            kind=row.kind,
            severity=row.severity,
            state=row.state,
            raised_at=row.raised_at,
            raised_by=names.get(row.raised_by, ""),
            task=row.task_id,
            task_number=row.task_number,
            item=row.sku or "",
            place=row.place or "",
            order=str(row.details.get("order", "")),
            details=row.details,
            resolution=row.resolution,
            resolved_by=names.get(row.resolved_by, ""),
            resolved_at=row.resolved_at,
        )
        for row in rows
    ]
