"""What a receipt is about, looked up and checked before anything is booked."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, exists, literal_column, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Item, Packaging, Place, Site
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial, SerialHere, TrackingMissing, lot_id
from backend.floor.wms.receiving import rules
from backend.floor.wms.receiving.problems import (
    ExpiredLot,
    SerialsDiffer,
    UnitElsewhere,
    UnknownItem,
)
from backend.floor.wms.receiving.schemas import ReceiveGoods
from backend.floor.work.codes import codes_in
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, NotFound
from backend.kernel.quantity import checked

# In ON CONFLICT … WHERE nothing encloses the subquery that it could be correlated to: the row in the way is named by hand.
HOLDS_GOODS = exists().where(
    Quant.handling_unit_id == literal_column("handling_unit.id", Uuid()), Quant.quantity > 0
)


async def item_of(connection: AsyncConnection, facts: ReceiveGoods) -> Any:
    """The item's row, by its id or by the code that was scanned.

    Raises:
        UnknownItem: nothing here has this number.
        BadRequest: half a piece of something that comes in wholes.
    """
    columns = select(
        Item.id,
        Item.sku,
        Item.name,
        Item.unit,
        Item.whole,
        Item.tracking,
        Item.expires,
        Item.inspection_plan,
    )
    if facts.item is not None:
        found = await connection.execute(columns.where(Item.id == facts.item))
    else:
        codes = codes_in(facts.code) if facts.code else []
        by_gtin = select(Packaging.item_id).where(Packaging.gtin.in_(codes))
        found = await connection.execute(columns.where(Item.sku.in_(codes) | Item.id.in_(by_gtin)).limit(1))
    row = found.first()
    if row is None:
        scanned = facts.code or str(facts.item)
        raise UnknownItem(f"No item here has the number {scanned}.", scanned=scanned)
    try:
        checked(facts.quantity, whole=row.whole)
    except ValueError as error:
        raise BadRequest(f"{error}.".capitalize()) from error
    return row


async def lot_of(
    connection: AsyncConnection, command: Command[ReceiveGoods], item: Any
) -> tuple[UUID | None, date | None]:
    """The lot's id and its expiry; a lot comes into being with its first receipt.

    Raises:
        TrackingMissing: the item needs a lot or a date, and none was given.
        ExpiredLot: it is past its date and was not set aside as such.
    """
    facts = command.payload
    if facts.lot_code is None:
        if item.tracking == "lot":
            raise TrackingMissing(f"{item.sku} is kept by lot: scan or enter the lot.", tracking="lot")
        return None, facts.expires_on
    known = select(Lot.expires_on).where(Lot.item_id == item.id, Lot.code == facts.lot_code)
    row = (await connection.execute(known)).first()
    expires_on = row.expires_on if row is not None and row.expires_on else facts.expires_on
    if item.expires and expires_on is None:
        raise TrackingMissing(f"{item.sku} expires: enter the date on the label.", tracking="expiry")
    today = await site_today(connection, command.who.site_id)
    if facts.condition == "good" and rules.is_expired(expires_on, today):
        raise ExpiredLot(
            f"Lot {facts.lot_code} of {item.sku} expired on {expires_on}; today is {today}. Set it aside as expired.",
            scanned=facts.lot_code,
            expires_on=str(expires_on),
            today=str(today),
            sku=item.sku,
        )
    return await lot_id(connection, item.id, facts.lot_code, expires_on), expires_on


async def serials_of(connection: AsyncConnection, facts: ReceiveGoods, item: Any) -> None:
    """Checks the serial numbers against the quantity and against the stock.

    Raises:
        SerialsDiffer: not one for each piece.
        SerialHere: one of them lies in stock already.
    """
    wanted = int(facts.quantity) if item.tracking == "serial" else 0
    if len(facts.serials) != wanted:
        raise SerialsDiffer(
            f"{len(facts.serials)} serial numbers for {wanted} pieces of {item.sku}.",
            scanned=len(facts.serials),
            expected=wanted,
        )
    if not facts.serials:
        return
    here = await connection.execute(
        select(Serial.code, Place.code.label("place"))
        .join(Quant, Quant.serial_id == Serial.id)
        .join(Place, Place.id == Quant.place_id)
        .where(Serial.item_id == item.id, Serial.code.in_(facts.serials), Quant.quantity > 0)
        .limit(1)
    )
    if (row := here.first()) is not None:
        raise SerialHere(
            f"{item.sku} with serial number {row.code} lies in {row.place}.",
            scanned=row.code,
            place=row.place,
        )


async def dock_of(connection: AsyncConnection, site_id: UUID, place: UUID) -> None:
    """Checks that the place is one of this site where goods can stand."""
    found = await connection.execute(
        select(Place.id).where(Place.id == place, Place.site_id == site_id, Place.kind.in_(PHYSICAL_KINDS))
    )
    if found.first() is None:
        raise NotFound("No such place at this site.", place=str(place))


async def unit_of(connection: AsyncConnection, command: Command[ReceiveGoods]) -> UUID | None:
    """The handling unit the goods stand on: the supplier's taken over by its SSCC, or a new one of ours.

    Raises:
        UnitElsewhere: that number stands at another place with goods on it.
    """
    facts = command.payload
    if facts.handling_unit_code is None:
        return None
    site_id = command.who.site_id
    row = pg_insert(HandlingUnit).values(
        id=new_id(),
        site_id=site_id,
        code=facts.handling_unit_code,
        kind=facts.handling_unit_kind,
        place_id=facts.place,
    )
    written = await connection.execute(
        row.on_conflict_do_update(
            index_elements=[HandlingUnit.site_id, HandlingUnit.code],
            set_={"place_id": facts.place},
            where=HandlingUnit.place_id.is_not_distinct_from(facts.place) | ~HOLDS_GOODS,
        ).returning(HandlingUnit.id)
    )
    unit = written.scalar_one_or_none()
    if unit is not None:
        return unit
    place = await connection.execute(
        select(Place.code)
        .join(HandlingUnit, HandlingUnit.place_id == Place.id)
        .where(HandlingUnit.site_id == site_id, HandlingUnit.code == facts.handling_unit_code)
    )
    where = place.scalar_one()
    raise UnitElsewhere(
        f"{facts.handling_unit_code} stands at {where} with goods on it.",
        scanned=facts.handling_unit_code,
        place=where,
    )


async def site_today(connection: AsyncConnection, site_id: UUID) -> date:
    """Today where the site is."""
    zone = await connection.execute(select(Site.time_zone).where(Site.id == site_id))
    return clock.now().astimezone(ZoneInfo(zone.scalar_one())).date()
