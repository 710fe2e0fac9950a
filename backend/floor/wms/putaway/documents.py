"""What waits at the docks to be put away."""

from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, Text, Uuid, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, Lot, Quant
from backend.floor.wms.putaway.schemas import WaitingTold
from backend.floor.wms.putaway.tables import PutawayHold
from backend.floor.work.schemas import KindCount
from backend.kernel import clock
from backend.kernel.commands import Who

ROLES = frozenset({"receiver", "supervisor", "admin"})
MOST = 100
# Damaged goods stay where they were set aside until somebody decides; all else leaves the dock.
_LEAVES = ("free", "quality", "blocked")


def _lying(site_id: UUID) -> Any:
    # That it is above nothing follows, but only said so is it found by the index of what lies somewhere.
    free = and_(Quant.quantity > 0, Quant.quantity > Quant.reserved)
    return and_(Quant.site_id == site_id, free, Place.kind == "dock", Quant.status.in_(_LEAVES))


async def waiting(connection: AsyncConnection, site_id: UUID) -> list[WaitingTold]:
    """Loads at the docks, the longest waiting first: each unit once, loose goods by what they are."""
    first = _first(site_id)
    held = and_(
        PutawayHold.expires_at > clock.now(),
        or_(PutawayHold.handling_unit_id == Quant.handling_unit_id, PutawayHold.quant_id == Quant.id),
    )
    rows = await connection.execute(
        select(
            first.c.since,
            first.c["items"].label("things"),
            first.c.quantity.label("total"),
            Quant.id,
            Quant.handling_unit_id,
            Quant.status,
            Item.sku,
            Item.name,
            Item.unit,
            Item.whole,
            Lot.code.label("lot"),
            HandlingUnit.code.label("unit_code"),
            Place.id.label("place_id"),
            Place.code.label("place_code"),
            func.coalesce(Person.name, "").label("person"),
        )
        .join(Quant, Quant.id == first.c.quant.cast(Uuid))
        .join(Item, Item.id == Quant.item_id)
        .join(Place, Place.id == Quant.place_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .join(PutawayHold, held, isouter=True)
        .join(Person, Person.id == PutawayHold.person_id, isouter=True)
        .order_by(first.c.since, Quant.id)
    )
    return [_told(row) for row in rows.all()]


def _first(site_id: UUID) -> Subquery:
    """Each load with its oldest moment, its sums, and one of its quants to show it by."""
    load = func.coalesce(Quant.handling_unit_id, Quant.id)
    return (
        select(
            load.label("load"),
            func.min(Quant.since).label("since"),
            func.count(Quant.item_id.distinct()).label("items"),
            func.sum(Quant.quantity - Quant.reserved).label("quantity"),
            func.min(Quant.id.cast(Text)).label("quant"),
        )
        .join(Place, Place.id == Quant.place_id)
        .where(_lying(site_id))
        .group_by(load)
        .order_by(func.min(Quant.since))
        .limit(MOST)
        .subquery()
    )


def _told(row: Any) -> WaitingTold:
    return WaitingTold(
        handling_unit=row.handling_unit_id,
        quant=None if row.handling_unit_id else row.id,
        code=row.unit_code or row.sku,
        place=row.place_id,
        place_code=row.place_code,
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        whole=row.whole,
        quantity=row.total,
        items=row.things,
        status=row.status,
        lot=row.lot,
        since=row.since,
        person=row.person,
    )


async def counted(connection: AsyncConnection, who: Who) -> list[KindCount]:
    """Loads at the docks, for home."""
    if not who.roles & ROLES:
        return []
    load = func.coalesce(Quant.handling_unit_id, Quant.id)
    found = await connection.execute(
        select(func.count(load.distinct()).label("open"), func.min(Quant.since).label("oldest_at"))
        .select_from(Quant)
        .join(Place, Place.id == Quant.place_id)
        .where(_lying(who.site_id))
    )
    row = found.one()
    return [KindCount(kind="putaway", open=row.open, lines=row.open, due_at=None, oldest_at=row.oldest_at)]
