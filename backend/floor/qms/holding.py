"""Stock on hold: which of it belongs to a lot, wherever it lies by now, and the moves that take it off hold."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import Move, Quant, StockShort
from backend.kernel.quantity import plain

ZERO: Final = Decimal(0)
# Where units go: the status they have then. Scrap leaves for a virtual place; what is to be sorted stays as it is.
STATUS_AFTER: Final = {"release": "free", "concession": "free", "return": "blocked", "rework": "blocked"}


class Held(msgspec.Struct, frozen=True):
    """So much on hold in one place."""

    place: UUID
    unit: UUID | None
    owner: UUID | None
    serial: UUID | None
    quantity: Decimal


async def held(
    connection: AsyncConnection, lot: Any, *, status: str, quantity: Decimal, serials: Sequence[str] = ()
) -> list[Held]:
    """The stock of a lot in a status, locked, as much as asked, what lies at the lot's own place first.

    Raises:
        StockShort: less of it is there.
    """
    found = await _locked(connection, lot, status, serials or lot.serials)
    if sum((one.quantity for one in found), start=ZERO) < quantity:
        # A move that was under way when we locked has put it where that look could not see it yet.
        found = await _locked(connection, lot, status, serials or lot.serials)
    have = sum((one.quantity for one in found), start=ZERO)
    if have < quantity:
        raise StockShort(
            f"{plain(have)} on hold, {plain(quantity)} in the lot.",
            have=plain(have),
            free=plain(have),
            wanted=plain(quantity),
        )
    return sorted(found, key=lambda one: one.place != lot.place_id)


async def _locked(connection: AsyncConnection, lot: Any, status: str, serials: Sequence[str]) -> list[Held]:
    wanted = [
        Quant.site_id == lot.site_id,
        Quant.item_id == lot.item_id,
        Quant.lot_id.is_not_distinct_from(lot.lot_id),
        Quant.status == status,
        Quant.quantity > 0,
    ]
    if serials:
        wanted.append(Quant.serial_id.in_([UUID(serial) for serial in serials]))
    rows = await connection.execute(
        select(Quant.place_id, Quant.handling_unit_id, Quant.owner_id, Quant.serial_id, Quant.quantity)
        .where(*wanted)
        .order_by(Quant.id)
        .with_for_update(key_share=True)
    )
    return [Held(*row) for row in rows.all()]


def moves_for(
    lot: Any,
    stock: Sequence[Held],
    allocated: Mapping[Any, Decimal],
    *,
    serials: Mapping[str, str],
    scrap: UUID,
) -> list[Move]:
    """The moves that take a lot off hold as allocated, to `scrap` what is scrapped: by serial where it has serials, else by quantity."""
    moves: list[Move] = []
    if lot.serials:
        for one in stock:
            moves += _off(lot, one, serials[str(one.serial)], one.quantity, scrap)
        return moves
    left = [one.quantity for one in stock]
    for kind, wanted in allocated.items():
        rest = wanted
        for place, one in enumerate(stock):
            part = min(rest, left[place])
            if part > 0:
                moves += _off(lot, one, kind, part, scrap)
                left[place] -= part
                rest -= part
    return moves


def _off(lot: Any, one: Held, kind: str, quantity: Decimal, scrap: UUID) -> list[Move]:
    if kind == "sort":
        return []
    away = kind == "scrap"
    return [
        Move(
            kind="scrap" if away else "decide",
            item=lot.item_id,
            quantity=quantity,
            from_place=one.place,
            to_place=scrap if away else one.place,
            lot=lot.lot_id,
            serial=one.serial,
            owner=one.owner,
            from_handling_unit=one.unit,
            to_handling_unit=None if away else one.unit,
            from_status="quality",
            to_status="free" if away else STATUS_AFTER[kind],
            reason=kind,
            document=lot.id,
        )
    ]
