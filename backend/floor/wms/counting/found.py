"""What was counted, in the books' terms: rows of known things, things found by their labels, and what cannot be booked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Packaging, Place
from backend.floor.stock import HandlingUnit, Lot, lot_id, serial_id
from backend.floor.wms.counting.schemas import Counted
from backend.floor.work import Found
from backend.floor.work.codes import codes_in
from backend.kernel.problems import BadRequest
from backend.kernel.quantity import checked, plain

_ITEM = (Item.id, Item.sku, Item.unit, Item.whole, Item.tracking, Item.expires)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """So much of one thing lies in the bin."""

    item: UUID
    quantity: Decimal
    lot: UUID | None = None
    serial: UUID | None = None
    handling_unit: UUID | None = None
    dated: bool = True
    """False if its item expires and nobody knows when this lot does."""

    @property
    def key(self) -> tuple[UUID, UUID | None, UUID | None, UUID | None]:
        """Which quant of the bin it is."""
        return self.item, self.lot, self.serial, self.handling_unit


class Sorted(msgspec.Struct, kw_only=True):
    """What can be booked, the items it is of, and what a supervisor must see."""

    seen: list[Seen] = []
    items: dict[UUID, Any] = {}
    odd: list[Found] = []


async def sort_out(
    connection: AsyncConnection, task: Any, counted: Sequence[Counted], units: Sequence[str]
) -> Sorted:
    """Finds what each row means. New lots and serials come into being here; what nobody can name becomes an exception.

    Raises:
        BadRequest: half a piece of something that comes in wholes, or more than one of a serial number.
    """
    own = await item_of(connection, task)
    sorted_ = Sorted(items={own.id: own})
    for row in counted:
        item = own if row.item is None else await _item(connection, row.item)
        if item is None:
            sorted_.odd.append(
                not_booked(task, row.item or "", row.quantity, "unknown_item", lot=row.lot_code)
            )
            continue
        _check(row, item)
        sorted_.items[item.id] = item
        sorted_.seen.append(await _seen(connection, task, row, item, sorted_.odd))
    for code in dict.fromkeys(units):
        sorted_.odd += await _unit(connection, task, code)
    return sorted_


async def item_of(connection: AsyncConnection, task: Any) -> Any:
    """The item a count is of."""
    return (await connection.execute(select(*_ITEM).where(Item.id == task.item_id))).one()


async def _item(connection: AsyncConnection, scanned: str) -> Any:
    codes = codes_in(scanned)
    by_gtin = select(Packaging.item_id).where(Packaging.gtin.in_(codes))
    found = await connection.execute(
        select(*_ITEM).where(Item.sku.in_(codes) | Item.id.in_(by_gtin)).limit(1)
    )
    return found.first()


def _check(row: Counted, item: Any) -> None:
    try:
        checked(row.quantity, whole=item.whole, zero=True)
    except ValueError as error:
        raise BadRequest(f"{error}.".capitalize()) from error
    if (row.serial or row.serial_code) and row.quantity > 1:
        raise BadRequest("There is one piece of a serial number.")


def not_booked(
    task: Any, sku: str, quantity: Decimal, why: str, *, item: UUID | None = None, lot: str | None = None
) -> Found:
    """Goods that lie in the bin and cannot go into the books until a person has looked."""
    facts = {"sku": sku, "lot": lot or "", "quantity": plain(quantity), "why": why}
    details = {name: value for name, value in facts.items() if value}
    return Found(kind="count_not_booked", severity="high", item=item, place=task.place_id, details=details)


async def _seen(connection: AsyncConnection, task: Any, row: Counted, item: Any, odd: list[Found]) -> Seen:
    lot, serial, dated = row.lot, row.serial, True
    if row.lot_code and item.tracking == "lot":
        lot = await lot_id(connection, item.id, row.lot_code, row.expires_on)
        known = (await connection.execute(select(Lot.expires_on).where(Lot.id == lot))).scalar_one()
        dated = known is not None or not item.expires
        if row.expires_on is not None and known not in {None, row.expires_on}:
            odd.append(_other_date(task, row, item, lot, known))
    if row.serial_code and item.tracking == "serial":
        serial = await serial_id(connection, item.id, row.serial_code)
    return Seen(
        item=item.id,
        quantity=row.quantity,
        lot=lot,
        serial=serial,
        handling_unit=row.handling_unit,
        dated=dated,
    )


def _other_date(task: Any, row: Counted, item: Any, lot: UUID, known: date) -> Found:
    """The date a lot is known by stays; a label that says another is for a person to look at."""
    details = {"sku": item.sku, "lot": row.lot_code, "expected": str(known), "found": str(row.expires_on)}
    return Found(kind="expiry_differs", item=item.id, lot=lot, place=task.place_id, details=details)


async def _unit(connection: AsyncConnection, task: Any, code: str) -> list[Found]:
    """A handling unit that stands in the bin unlisted: who knows it elsewhere, or not at all, is told and nothing is moved."""
    found = await connection.execute(
        select(HandlingUnit.id, HandlingUnit.place_id, Place.code)
        .outerjoin(Place, Place.id == HandlingUnit.place_id)
        .where(HandlingUnit.site_id == task.site_id, HandlingUnit.code == code)
    )
    row = found.first()
    if row is not None and row.place_id == task.place_id:
        return []
    details = {"unit": code} | ({"booked_at": row.code} if row is not None and row.code else {})
    return [
        Found(
            kind="count_found_elsewhere",
            severity="high",
            place=task.place_id,
            handling_unit=row.id if row is not None else None,
            details=details,
        )
    ]
