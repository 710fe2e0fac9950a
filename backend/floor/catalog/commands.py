"""Writes masters. They come from the ERP's link or from a fixture; the ERP's version guards items and partners."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import BigInteger, func, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import rules
from backend.floor.catalog.schemas import ItemMaster, PartnerMaster, PlaceMaster, SetSite, SiteMaster, SiteSet
from backend.floor.catalog.tables import Item, Packaging, Partner, Place, Site
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.db import constraint
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Conflict

VERSION = "version"


class GtinTaken(Conflict):
    """A GTIN that stands on another item or packaging: two things with one number can never be told apart by a scan."""

    type = "gtin-taken"
    title = "This GTIN belongs to something else"


class UnknownMaster(Conflict):
    """A message names an item, partner, site, work centre or order that the floor does not know (yet): it waits and is tried again."""

    type = "unknown-master"
    title = "The message names something the floor does not know"


async def upsert_site(connection: AsyncConnection, master: SiteMaster) -> UUID:
    """Writes a site by its code and returns its id."""
    row = {"name": master.name, "time_zone": master.time_zone, "plan": master.plan}
    statement = pg_insert(Site).values(id=new_id(), code=master.code, **row)
    statement = statement.on_conflict_do_update(index_elements=[Site.code], set_=row)
    found = await connection.execute(statement.returning(Site.id))
    return UUID(str(found.scalar_one()))


async def set_site(connection: AsyncConnection, command: Command[SetSite]) -> SiteSet:
    """Labels and papers speak this language from now on, and the site's days and shifts begin by this zone's clocks.

    Raises:
        BadRequest: no such time zone.
    """
    asked = command.payload
    if asked.time_zone not in available_timezones():
        raise BadRequest(f"{asked.time_zone} is no time zone.", time_zone=asked.time_zone)
    await connection.execute(
        update(Site)
        .where(Site.id == command.who.site_id)
        .values(
            time_zone=asked.time_zone,
            plan=Site.plan.op("||")(func.jsonb_build_object("language", asked.language)),
        )
    )
    return SiteSet(language=asked.language, time_zone=asked.time_zone)


async def upsert_place(connection: AsyncConnection, site_id: UUID, master: PlaceMaster) -> UUID:
    """Writes one place by its site and code and returns its id; whether it is blocked stays as it is."""
    return (await upsert_places(connection, site_id, [master]))[master.code]


async def upsert_places(
    connection: AsyncConnection, site_id: UUID, masters: Sequence[PlaceMaster]
) -> dict[str, UUID]:
    """Writes places by their code and returns their ids by code."""
    rows = [{"id": new_id(), "site_id": site_id, **_fields(master)} for master in masters]
    statement = pg_insert(Place)
    changed = _replaced(statement, rows[0], keep={"id", "site_id", "code"})
    statement = statement.on_conflict_do_update(index_elements=[Place.site_id, Place.code], set_=changed)
    found = await connection.execute(statement.returning(Place.code, Place.id), rows)
    return {row[0]: row[1] for row in found}


async def upsert_item(connection: AsyncConnection, master: ItemMaster) -> bool:
    """Writes an item and its packagings by SKU; False, and nothing changed, if a newer version was here already.

    A packaging that the master no longer tells stays known: boxes with its GTIN may still stand in the racks.

    Raises:
        GtinTaken: a GTIN stands on another item, or on another packaging of this one.
    """
    return master.sku in await upsert_items(connection, [master])


async def upsert_items(connection: AsyncConnection, masters: Sequence[ItemMaster]) -> dict[str, UUID]:
    """Writes items with their packagings; returns the ids, by SKU, of those that were not older than what was here.

    Raises:
        GtinTaken: a GTIN stands on another item or packaging.
    """
    rows = [_versioned(master, without={"packagings"}) for master in masters]
    statement = pg_insert(Item)
    changed = _replaced(statement, rows[0], keep={"id", "sku"})
    statement = statement.on_conflict_do_update(
        index_elements=[Item.sku], set_=changed, where=_not_older(Item.attributes, statement)
    )
    found = await connection.execute(statement.returning(Item.sku, Item.id), rows)
    written = {row[0]: row[1] for row in found}
    await _upsert_packagings(connection, [(written[m.sku], m) for m in masters if m.sku in written])
    return written


async def _upsert_packagings(connection: AsyncConnection, items: Sequence[tuple[UUID, ItemMaster]]) -> None:
    rows = [
        {"id": new_id(), "item_id": item_id, "kind": pack.kind, "quantity": pack.quantity, "gtin": rules.gtin14(pack.gtin)}
        for item_id, master in items
        for pack in master.packagings
    ]  # fmt: skip
    if not rows:
        return
    statement = pg_insert(Packaging)
    statement = statement.on_conflict_do_update(
        index_elements=[Packaging.item_id, Packaging.kind],
        set_={"quantity": statement.excluded.quantity, "gtin": statement.excluded.gtin},
    )
    try:
        async with connection.begin_nested():
            await connection.execute(statement, rows)
    except IntegrityError as error:
        if constraint(error) == "uq_packaging_gtin":
            raise GtinTaken(items=[master.sku for _, master in items][:10]) from error
        raise


async def upsert_partner(connection: AsyncConnection, master: PartnerMaster) -> bool:
    """Writes a customer or supplier by number; False, and nothing changed, if a newer version was here already."""
    return master.number in await upsert_partners(connection, [master])


async def upsert_partners(connection: AsyncConnection, masters: Sequence[PartnerMaster]) -> dict[str, UUID]:
    """Writes partners; returns the ids, by number, of those that were not older than what was here."""
    rows = [_versioned(master) for master in masters]
    statement = pg_insert(Partner)
    changed = _replaced(statement, rows[0], keep={"id", "number"})
    statement = statement.on_conflict_do_update(
        index_elements=[Partner.number], set_=changed, where=_not_older(Partner.attributes, statement)
    )
    found = await connection.execute(statement.returning(Partner.number, Partner.id), rows)
    return {row[0]: row[1] for row in found}


def _fields(master: Any, without: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    return {name: getattr(master, name) for name in master.__struct_fields__ if name not in without}


def _versioned(
    master: ItemMaster | PartnerMaster, without: frozenset[str] | set[str] = frozenset()
) -> dict[str, Any]:
    row = _fields(master, {"version", *without})
    return {"id": new_id(), **row, "attributes": {**row["attributes"], VERSION: master.version}}


def _replaced(statement: Insert, row: dict[str, Any], keep: set[str]) -> dict[str, Any]:
    return {name: statement.excluded[name] for name in row if name not in keep}


def _not_older(attributes: Any, statement: Insert) -> Any:
    """The master's version stands among the attributes; one that is equal is written again, which changes nothing."""
    here = attributes[VERSION].as_string().cast(BigInteger)
    return here <= statement.excluded["attributes"][VERSION].as_string().cast(BigInteger)


COMMANDS: Registry = {"site.set": (SetSite, transactional(set_site))}
