"""Finds what a label must say, by the number that is asked for."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Executable, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor import catalog
from backend.floor.catalog import Item, ItemFacts, PackagingFacts, Place, SiteFacts
from backend.floor.labels import kinds
from backend.floor.labels.layout import Label
from backend.floor.labels.words import spoken
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.kernel.problems import NotFound
from backend.kernel.quantity import Quantity

LabelKind = Literal["place", "item", "lot", "serial", "unit", "tote", "badge"]
PLACE_KINDS = ("bin", "dock", "pack", "cart", "line")


async def labels(
    connection: AsyncConnection, site_id: UUID, kind: LabelKind, codes: Sequence[str], item: str = ""
) -> list[Label]:
    """The labels of these codes, in their order. Lots and serials need the item's SKU beside their own number.

    Raises:
        NotFound: nothing of this kind has one of the numbers; the facts name it.
    """
    site = await catalog.site(connection, site_id)
    if site is None:
        raise NotFound("This device's site is not known.")
    make = _Maker(connection, site)
    return [await make.label(kind, code, item) for code in codes]


async def place_codes(connection: AsyncConnection, site_id: UUID, prefix: str, limit: int) -> list[str]:
    """Codes of places that can be labelled and begin so, in their order."""
    found = await connection.execute(
        select(Place.code)
        .where(
            Place.site_id == site_id,
            Place.kind.in_(PLACE_KINDS),
            Place.code.startswith(prefix, autoescape=True),
        )
        .order_by(Place.code)
        .limit(limit)
    )
    return list(found.scalars())


class _Maker:
    """Makes labels of one site."""

    def __init__(self, connection: AsyncConnection, site: SiteFacts) -> None:
        self._connection = connection
        self._site_id = site.id
        self._company = site.name
        self._words = spoken(site.plan)
        self._zones = {zone["code"]: zone["name"] for zone in site.plan.get("zones", ())}

    async def label(self, kind: LabelKind, code: str, item: str) -> Label:
        match kind:
            case "place":
                return await self._place(code)
            case "item":
                return await self._item(code)
            case "lot":
                return await self._lot(await self._known_item(item), code)
            case "serial":
                return await self._serial(await self._known_item(item), code)
            case "unit" | "tote":
                return await self._unit(code)
            case "badge":
                return await self._badge(code)

    async def _place(self, code: str) -> Label:
        place = await catalog.place_by_code(self._connection, self._site_id, code)
        if place is None or place.kind not in PLACE_KINDS:
            raise NotFound(f"No place has the code {code}.", code=code)
        return kinds.place_label(place.code, place.check_digits, self._zones.get(place.zone, ""))

    async def _item(self, code: str) -> Label:
        pack = await catalog.packaging_by_gtin(self._connection, code)
        if pack is None:
            item = await self._known_item(code)
            pack = _smallest(item)
        else:
            item = (await catalog.items_by_id(self._connection, [pack.item_id]))[pack.item_id]
        packed = Quantity(pack.quantity, item.unit)
        return kinds.item_label(item.name, item.sku, pack.gtin, packed, pack.kind, self._words)

    async def _known_item(self, sku: str) -> ItemFacts:
        item = await catalog.item_by_sku(self._connection, sku)
        if item is None:
            raise NotFound(f"No item has the number {sku or '(none given)'}.", item=sku)
        return item

    async def _lot(self, item: ItemFacts, code: str) -> Label:
        lot = await self._first(select(Lot.expires_on).where(Lot.item_id == item.id, Lot.code == code), code)
        gtin = _smallest(item).gtin
        return kinds.lot_label(item.name, item.sku, gtin, code, lot.expires_on, self._words)

    async def _serial(self, item: ItemFacts, code: str) -> Label:
        await self._first(select(Serial.id).where(Serial.item_id == item.id, Serial.code == code), code)
        return kinds.serial_label(item.name, item.sku, _smallest(item).gtin, code, self._words)

    async def _unit(self, code: str) -> Label:
        unit = await self._first(
            select(HandlingUnit.id, HandlingUnit.kind).where(
                HandlingUnit.site_id == self._site_id, HandlingUnit.code == code
            ),
            code,
        )
        if unit.kind == "tote":
            return kinds.tote_label(code)
        content = await self._content(unit.id)
        return kinds.unit_label(code, unit.kind, self._company, content, self._words)

    async def _content(self, unit: UUID) -> kinds.Content | None:
        """What is on a unit, if it is one thing; a mixed one says nothing rather than half."""
        rows = (
            await self._connection.execute(
                select(Item.id, Item.name, Item.sku, Item.unit, Quant.quantity, Lot.code, Lot.expires_on)
                .join(Item, Item.id == Quant.item_id)
                .join(Lot, Lot.id == Quant.lot_id, isouter=True)
                .where(Quant.handling_unit_id == unit, Quant.quantity > 0)
                .limit(2)
            )
        ).all()
        if len(rows) != 1:
            return None
        row = rows[0]
        item = (await catalog.items_by_id(self._connection, [row.id]))[row.id]
        return kinds.Content(
            name=row.name,
            sku=row.sku,
            gtin=_smallest(item).gtin,
            quantity=row.quantity,
            unit=row.unit,
            lot=row.code or "",
            expires_on=row.expires_on,
        )

    async def _badge(self, code: str) -> Label:
        person = await self._first(
            select(Person.name, Person.roles).where(Person.site_id == self._site_id, Person.badge == code),
            code,
        )
        return kinds.badge_label(code, person.name, person.roles, self._company, self._words)

    async def _first(self, query: Executable, code: str) -> Any:
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(f"Nothing here has the number {code}.", code=code)
        return row


def _smallest(item: ItemFacts) -> PackagingFacts:
    if not item.packagings:
        raise NotFound(f"{item.sku} has no GTIN to print.", item=item.sku)
    return item.packagings[0]
