"""Masters of the ERP become the floor's own: the messages `item.released` and `partner.changed` written into the catalog."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.masters import ItemReleased, PartnerChanged
from backend.floor.catalog.commands import upsert_item, upsert_partner
from backend.floor.catalog.events import AddressChanged
from backend.floor.catalog.schemas import ItemMaster, PackagingMaster, PartnerMaster
from backend.floor.catalog.tables import Item, Partner
from backend.kernel import local

SHELF_LIFE = "shelf_life_days"
STOPPED = "stopped_revisions"


async def release_item(connection: AsyncConnection, message: ItemReleased, source: str) -> bool:
    """Writes the item as this release has it; False, and nothing changed, if a newer one was here.

    What the ERP does not tell (weight, volume, group, how fast it goes, where it may lie) stays as the floor measured it.

    Raises:
        GtinTaken: a GTIN stands on another item.
    """
    del source
    row = (
        (await connection.execute(select(*Item.__table__.columns).where(Item.sku == message.sku)))
        .mappings()
        .first()
    )
    known: dict[str, Any] = dict(row) if row else {}
    attributes = dict(known.get("attributes", {}))
    if message.shelf_life_days is not None:
        attributes[SHELF_LIFE] = message.shelf_life_days
    attributes[STOPPED] = list(message.stopped)
    master = ItemMaster(
        sku=message.sku,
        name=message.name,
        unit=message.unit,
        version=message.version,
        whole=message.whole,
        tracking=message.tracking,
        expires=message.shelf_life_days is not None,
        weight_g=message.weight_g or known.get("weight_g", Decimal(0)),
        volume_ml=message.volume_ml or known.get("volume_ml", Decimal(0)),
        group=message.group or known.get("group", ""),
        velocity=known.get("velocity", message.velocity),
        revision=message.revision,
        inspection_plan=message.inspection_plan,
        packagings=tuple(
            PackagingMaster(kind=pack.kind, quantity=pack.quantity, gtin=pack.gtin)
            for pack in message.packagings
        ),
        attributes=attributes,
    )
    return await upsert_item(connection, master)


async def release_partner(connection: AsyncConnection, message: PartnerChanged, source: str) -> bool:
    """Writes the partner as it is now; False, and nothing changed, if a newer one was here.

    What its customers must have left on the shelf stays as it was, where the ERP does not say. A new address for mail is
    announced: whoever wrote to the old one writes to it.
    """
    del source
    query = select(Partner.email, Partner.min_shelf_life_days, Partner.attributes)
    row = (await connection.execute(query.where(Partner.number == message.number))).first()
    days = message.min_shelf_life_days
    master = PartnerMaster(
        kind=message.kind,
        number=message.number,
        name=message.name,
        version=message.version,
        min_shelf_life_days=days if days is not None else row.min_shelf_life_days if row else 0,
        email=message.email,
        language=message.language,
        street=message.street,
        postal_code=message.postal_code,
        city=message.city,
        country=message.country,
        attributes=dict(row.attributes) if row else {},
    )
    if not await upsert_partner(connection, master):
        return False
    if row is not None and row.email != message.email:
        moved = AddressChanged(partner=message.number, before=row.email, email=message.email)
        await local.announce(connection, moved)
    return True
