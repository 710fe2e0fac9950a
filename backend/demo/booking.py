"""Books the first morning: one command in the log, one ledger move for every quant, all in one transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.demo.opening import Opening, OpeningStock
from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial, StockMove, virtual_place
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.tables import CommandLog

_OURS = uuid5(NAMESPACE_URL, "https://gemba.example/demo")
KIND = "opening"


def named_id(what: str, name: str) -> UUID:
    """The id of a demo row that must be the same at every run, made of its name (RFC 9562, version 5)."""
    return uuid5(_OURS, f"{what}:{name}")


async def book(connection: AsyncConnection, site_id: UUID, site_code: str, opening: Opening) -> bool:
    """Books the opening stock of a site; False, and nothing done, if that was booked before."""
    command = named_id("opening-stock", site_code)
    taken = await connection.execute(
        pg_insert(CommandLog)
        .values(
            id=command,
            site_id=site_id,
            type="demo.opening_stock",
            digest="",
            captured_at=clock.now(),
            outcome="done",
            answer={"moves": len(opening.stock)},
        )
        .on_conflict_do_nothing()
        .returning(CommandLog.id)
    )
    if taken.first() is None:
        return False
    items = await _ids(connection, select(Item.sku, Item.id))
    places = await _ids(connection, select(Place.code, Place.id).where(Place.site_id == site_id))
    known = _Known(
        site_id,
        items,
        places,
        lots=await _lots(connection, opening, items),
        serials=await _serials(connection, opening, items),
        units=await _units(connection, opening, site_id, places),
    )
    now = clock.now()
    origin = {"command_id": command, "from_place_id": await virtual_place(connection, site_id, "count")}
    await connection.execute(insert(Quant), [known.quant(here, now) for here in opening.stock])
    await connection.execute(
        insert(StockMove),
        [known.move(here, now) | origin | {"line": line} for line, here in enumerate(opening.stock)],
    )
    return True


async def totes(connection: AsyncConnection, site_id: UUID, codes: Iterator[str]) -> None:
    """Empty totes, standing nowhere in particular until somebody puts one on a cart."""
    rows = [{"id": new_id(), "site_id": site_id, "code": code, "kind": "tote"} for code in codes]
    await connection.execute(pg_insert(HandlingUnit).on_conflict_do_nothing(), rows)


class _Known(msgspec.Struct, frozen=True):
    """The ids of all that an opening names."""

    site: UUID
    items: Mapping[str, UUID]
    places: Mapping[str, UUID]
    lots: Mapping[tuple[str, str], UUID]
    serials: Mapping[str, UUID]
    units: Mapping[str, UUID]

    def what(self, here: OpeningStock) -> dict[str, Any]:
        """The columns that a quant and a move have in common."""
        return {
            "id": new_id(),
            "site_id": self.site,
            "item_id": self.items[here.sku],
            "lot_id": self.lots[here.sku, here.lot] if here.lot else None,
            "serial_id": self.serials[here.serial] if here.serial else None,
            "quantity": here.quantity,
        }

    def quant(self, here: OpeningStock, now: datetime) -> dict[str, Any]:
        """A row of `quant`."""
        return self.what(here) | {
            "place_id": self.places[here.place],
            "handling_unit_id": self.units[here.unit] if here.unit else None,
            "status": here.status,
            "since": now - timedelta(days=here.age_days),
        }

    def move(self, here: OpeningStock, now: datetime) -> dict[str, Any]:
        """A row of `stock_move`, but for the command, the line and where it comes from."""
        return self.what(here) | {
            "kind": KIND,
            "from_status": here.status,
            "to_place_id": self.places[here.place],
            "to_handling_unit_id": self.units[here.unit] if here.unit else None,
            "to_status": here.status,
            "reason": "opening balance",
            "captured_at": now - timedelta(days=here.age_days),
        }


async def _ids(connection: AsyncConnection, query: Any) -> dict[str, UUID]:
    return {row[0]: row[1] for row in await connection.execute(query)}


async def _lots(
    connection: AsyncConnection, opening: Opening, items: Mapping[str, UUID]
) -> dict[tuple[str, str], UUID]:
    ids = {(lot.sku, lot.code): new_id() for lot in opening.lots}
    rows = [
        {
            "id": ids[lot.sku, lot.code],
            "item_id": items[lot.sku],
            "code": lot.code,
            "expires_on": lot.expires_on,
        }
        for lot in opening.lots
    ]
    await connection.execute(insert(Lot), rows)
    return ids


async def _serials(
    connection: AsyncConnection, opening: Opening, items: Mapping[str, UUID]
) -> dict[str, UUID]:
    ids = {here.serial: new_id() for here in opening.stock if here.serial}
    rows = [
        {"id": ids[here.serial], "item_id": items[here.sku], "code": here.serial}
        for here in opening.stock
        if here.serial
    ]
    await connection.execute(insert(Serial), rows)
    return ids


async def _units(
    connection: AsyncConnection, opening: Opening, site_id: UUID, places: Mapping[str, UUID]
) -> dict[str, UUID]:
    ids = {unit.code: new_id() for unit in opening.units}
    rows = [
        {
            "id": ids[unit.code],
            "site_id": site_id,
            "code": unit.code,
            "kind": unit.kind,
            "place_id": places[unit.place],
        }
        for unit in opening.units
    ]
    await connection.execute(insert(HandlingUnit), rows)
    return ids
