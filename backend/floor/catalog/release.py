"""A released item becomes the floor's own: the message `gemba.item.released.v1` written into the catalog."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.masters import ItemReleased
from backend.floor.catalog.commands import upsert_item
from backend.floor.catalog.schemas import ItemMaster, PackagingMaster
from backend.floor.catalog.tables import Item

SHELF_LIFE = "shelf_life_days"


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
