"""A count task as the handheld gets it: what to look for, never how much the books say."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Packaging, Place
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.floor.wms.counting.schemas import CountAside, CountDocument, CountLine, CountPack
from backend.floor.wms.counting.tables import CountTask
from backend.floor.work import Task
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy


async def count_document(connection: AsyncConnection, site_id: UUID, task: UUID) -> CountDocument:
    """All a device needs to count without the network.

    Raises:
        NotFound: there is no such count.
    """
    head = await _head(connection, site_id, task)
    packs = await _packs(connection, head.item_id)
    return CountDocument(
        id=task,
        number=head.number,
        state=head.state,
        reason=head.reason,
        place=head.place_id,
        place_code=head.code,
        check_digits=head.check_digits,
        item=head.item_id,
        sku=head.sku,
        name=head.name,
        unit=head.unit,
        whole=head.whole,
        tracking=head.tracking,
        expires=head.expires,
        gtins=[pack.gtin for pack in packs],
        packs=packs,
        lines=await _lines(connection, head.place_id, head.item_id),
        aside=await _aside(connection, head.place_id, head.item_id),
    )


async def _head(connection: AsyncConnection, site_id: UUID, task: UUID) -> Any:
    row = (
        await connection.execute(
            select(
                Task.number,
                Task.state,
                CountTask.reason,
                CountTask.place_id,
                Place.code,
                Place.check_digits,
                CountTask.item_id,
                Item.sku,
                Item.name,
                Item.unit,
                Item.whole,
                Item.tracking,
                Item.expires,
            )
            .join(Task, Task.id == CountTask.id)
            .join(Place, Place.id == CountTask.place_id)
            .join(Item, Item.id == CountTask.item_id)
            .where(CountTask.id == task, CountTask.site_id == site_id)
        )
    ).first()
    if row is None:
        raise NotFound("No such count.")
    return row


async def _packs(connection: AsyncConnection, item: UUID) -> list[CountPack]:
    """The barcodes an item is counted by, the smallest content first."""
    rows = await connection.execute(
        select(Packaging.gtin, Packaging.quantity)
        .where(Packaging.item_id == item)
        .order_by(Packaging.quantity)
    )
    return [CountPack(gtin=row.gtin, quantity=tidy(row.quantity)) for row in rows]


async def _lines(connection: AsyncConnection, place: UUID, item: UUID) -> list[CountLine]:
    """What of the item the books know there, by lot, serial and handling unit, without its quantity."""
    rows = await connection.execute(
        select(
            Quant.lot_id.label("lot"),
            Lot.code.label("lot_code"),
            Lot.expires_on,
            Quant.serial_id.label("serial"),
            Serial.code.label("serial_code"),
            Quant.handling_unit_id.label("handling_unit"),
            HandlingUnit.code.label("handling_unit_code"),
        )
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(Quant.place_id == place, Quant.item_id == item, Quant.status == "free", Quant.quantity > 0)
        .order_by(Lot.code, Serial.code, Quant.id)
    )
    return [CountLine(**row) for row in rows.mappings()]


async def _aside(connection: AsyncConnection, place: UUID, item: UUID) -> list[CountAside]:
    """What of the item lies there but is nobody's to pick: whoever counts must leave it out, so its quantity is told."""
    rows = await connection.execute(
        select(
            Quant.status,
            func.coalesce(Serial.code, Lot.code).label("code"),
            func.sum(Quant.quantity).label("quantity"),
        )
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .where(Quant.place_id == place, Quant.item_id == item, Quant.status != "free", Quant.quantity > 0)
        .group_by(Quant.status, func.coalesce(Serial.code, Lot.code))
        .order_by(Quant.status, func.coalesce(Serial.code, Lot.code))
    )
    return [CountAside(status=row.status, code=row.code, quantity=tidy(row.quantity)) for row in rows]
