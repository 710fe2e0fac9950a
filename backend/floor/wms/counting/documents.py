"""A count task as the handheld gets it: what to look for, never how much the books say."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Packaging, Place
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.floor.wms.counting.schemas import CountDocument, CountLine, CountPack
from backend.floor.wms.counting.tables import CountTask
from backend.floor.work import Task
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy


async def count_document(connection: AsyncConnection, site_id: UUID, task: UUID) -> CountDocument:
    """All a device needs to count without the network.

    Raises:
        NotFound: there is no such count.
    """
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
            )
            .join(Task, Task.id == CountTask.id)
            .join(Place, Place.id == CountTask.place_id)
            .join(Item, Item.id == CountTask.item_id)
            .where(CountTask.id == task, CountTask.site_id == site_id)
        )
    ).first()
    if row is None:
        raise NotFound("No such count.")
    packs = (
        await connection.execute(
            select(Packaging.gtin, Packaging.quantity)
            .where(Packaging.item_id == row.item_id)
            .order_by(Packaging.quantity)
        )
    ).all()
    lines = await connection.execute(
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
        .where(
            Quant.place_id == row.place_id,
            Quant.item_id == row.item_id,
            Quant.status == "free",
            Quant.quantity > 0,
        )
        .order_by(Lot.code, Serial.code, Quant.id)
    )
    return CountDocument(
        id=task,
        number=row.number,
        state=row.state,
        reason=row.reason,
        place=row.place_id,
        place_code=row.code,
        check_digits=row.check_digits,
        item=row.item_id,
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        whole=row.whole,
        gtins=[pack.gtin for pack in packs],
        packs=[CountPack(gtin=pack.gtin, quantity=tidy(pack.quantity)) for pack in packs],
        lines=[CountLine(**line) for line in lines.mappings()],
    )
