"""Reads of the masters, by what a scan, a message or a screen holds in hand."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import rules
from backend.floor.catalog.schemas import ItemFacts, PackagingFacts, PartnerFacts, PlaceFacts, SiteFacts
from backend.floor.catalog.tables import Item, Packaging, Partner, Place, Site

S = TypeVar("S", bound=msgspec.Struct)


def _columns(table: Any, facts: type[msgspec.Struct]) -> Select[Any]:
    return select(*[getattr(table, name) for name in facts.__struct_fields__ if hasattr(table, name)])


_SITE, _PLACE, _ITEM = _columns(Site, SiteFacts), _columns(Place, PlaceFacts), _columns(Item, ItemFacts)
_PACKAGING, _PARTNER = _columns(Packaging, PackagingFacts), _columns(Partner, PartnerFacts)


async def _one(connection: AsyncConnection, query: Select[Any], facts: type[S]) -> S | None:
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else facts(**row)


async def _all(connection: AsyncConnection, query: Select[Any], facts: type[S]) -> list[S]:
    return [facts(**row) for row in (await connection.execute(query)).mappings()]


async def site(connection: AsyncConnection, site_id: UUID) -> SiteFacts | None:
    """A site with its floor plan."""
    return await _one(connection, _SITE.where(Site.id == site_id), SiteFacts)


async def site_by_code(connection: AsyncConnection, code: str) -> SiteFacts | None:
    """A site by the code that contract messages use."""
    return await _one(connection, _SITE.where(Site.code == code), SiteFacts)


async def place(connection: AsyncConnection, place_id: UUID) -> PlaceFacts | None:
    """A place by its id."""
    return await _one(connection, _PLACE.where(Place.id == place_id), PlaceFacts)


async def place_by_code(connection: AsyncConnection, site_id: UUID, code: str) -> PlaceFacts | None:
    """A place of a site by the code printed on its label."""
    return await _one(connection, _PLACE.where(Place.site_id == site_id, Place.code == code), PlaceFacts)


async def places(
    connection: AsyncConnection, site_id: UUID, kinds: Collection[str] = (), codes: Collection[str] = ()
) -> list[PlaceFacts]:
    """A site's places in the order of their codes; all, or those of some kinds or codes."""
    query = _PLACE.where(Place.site_id == site_id).order_by(Place.code)
    if kinds:
        query = query.where(Place.kind.in_(kinds))
    if codes:
        query = query.where(Place.code.in_(codes))
    return await _all(connection, query, PlaceFacts)


async def packaging_by_gtin(connection: AsyncConnection, gtin: str) -> PackagingFacts | None:
    """What a scanned GTIN of 8 to 14 digits stands for; None also for digits that are no GTIN."""
    try:
        stored = rules.gtin14(gtin)
    except ValueError:
        return None
    return await _one(connection, _PACKAGING.where(Packaging.gtin == stored), PackagingFacts)


async def item_by_sku(connection: AsyncConnection, sku: str) -> ItemFacts | None:
    """An item with its packagings, by the company's own number."""
    found = await _with_packagings(connection, _ITEM.where(Item.sku == sku))
    return found[0] if found else None


async def items_by_id(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, ItemFacts]:
    """Items with their packagings, by id; ids that are no item are left out."""
    found = await _with_packagings(connection, _ITEM.where(Item.id.in_(list(ids))))
    return {item.id: item for item in found}


async def items_by_sku(connection: AsyncConnection, skus: Iterable[str]) -> dict[str, ItemFacts]:
    """Items with their packagings, by SKU; numbers that are no item are left out."""
    found = await _with_packagings(connection, _ITEM.where(Item.sku.in_(list(skus))))
    return {item.sku: item for item in found}


async def items(
    connection: AsyncConnection, *, text: str = "", after: str = "", limit: int = 50
) -> list[ItemFacts]:
    """A page of items by SKU, from the one behind `after`; `text` is looked for in the SKU and the name."""
    query = _ITEM.where(Item.sku > after).order_by(Item.sku).limit(limit)
    if text:
        query = query.where(
            Item.sku.icontains(text, autoescape=True) | Item.name.icontains(text, autoescape=True)
        )
    return await _with_packagings(connection, query)


async def _with_packagings(connection: AsyncConnection, query: Select[Any]) -> list[ItemFacts]:
    found = await _all(connection, query, ItemFacts)
    wanted = _PACKAGING.where(Packaging.item_id.in_([item.id for item in found]))
    packed: dict[UUID, list[PackagingFacts]] = {}
    for pack in await _all(connection, wanted.order_by(Packaging.quantity, Packaging.kind), PackagingFacts):
        packed.setdefault(pack.item_id, []).append(pack)
    return [msgspec.structs.replace(item, packagings=tuple(packed.get(item.id, ()))) for item in found]


async def partner(connection: AsyncConnection, partner_id: UUID) -> PartnerFacts | None:
    """A partner by its id."""
    return await _one(connection, _PARTNER.where(Partner.id == partner_id), PartnerFacts)


async def partner_by_number(connection: AsyncConnection, number: str) -> PartnerFacts | None:
    """A customer or supplier by the ERP's number."""
    return await _one(connection, _PARTNER.where(Partner.number == number), PartnerFacts)
