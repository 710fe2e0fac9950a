"""A round as the handheld gets it, whole: lines, bins, barcodes, what lies near, the map. Enough for a shift without network."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.catalog import Item, Packaging, Partner, Place, Site
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial
from backend.floor.wms.picking.round_schemas import (
    CodeFacts,
    ItemFacts,
    LineFacts,
    LotFacts,
    MapFacts,
    NearFacts,
    OrderFacts,
    PackagingFacts,
    PlaceFacts,
    RoundDocument,
    ToteFacts,
)
from backend.floor.wms.picking.rules import zero_check_due
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import Task
from backend.kernel.problems import NotFound


async def round_document(connection: AsyncConnection, site_id: UUID, round_id: UUID) -> RoundDocument:
    """Everything about one round.

    Raises:
        NotFound: there is no such round.
    """
    head = await _head(connection, site_id, round_id)
    totes = await _totes(connection, round_id)
    lines = await _lines(connection, round_id)
    items = {row.item_id for row in lines}
    bins = {row.place_id for row in lines}
    near = await _near(connection, bins, items)
    drops = {tote.drop_place for tote in totes}
    places = await _places(connection, bins | drops | {row.place_id for row in near} | {head.cart_place_id})
    stock = await _bin_stock(connection, bins, items)
    return RoundDocument(
        id=round_id,
        number=head.number,
        version=head.version,
        state=head.state,
        due_at=head.due_at,
        person=head.person_id,
        person_name=await person_name(connection, head.person_id) if head.person_id else "",
        lease_until=head.lease_until,
        cart=next((place.code for place in places if place.id == head.cart_place_id), ""),
        length_m=float(head.length_m),
        proved=head.proved,
        start=None,
        totes=totes,
        lines=[_line(row, stock) for row in lines],
        places=places,
        items=await _items(connection, items),
        near=[_near_facts(row) for row in near],
        map=MapFacts(plan=head.plan, legs=head.path.get("legs", [])),
    )


async def _head(connection: AsyncConnection, site_id: UUID, round_id: UUID) -> Any:
    row = (
        await connection.execute(
            select(
                Task.number,
                Task.version,
                Task.state,
                Task.due_at,
                Task.person_id,
                Task.lease_until,
                PickRound.cart_place_id,
                PickRound.length_m,
                PickRound.proved,
                PickRound.path,
                Site.plan,
            )
            .join(PickRound, PickRound.id == Task.id)
            .join(Site, Site.id == PickRound.site_id)
            .where(Task.id == round_id, Task.site_id == site_id)
        )
    ).first()
    if row is None:
        raise NotFound("No such round.")
    return row


async def _totes(connection: AsyncConnection, round_id: UUID) -> list[ToteFacts]:
    rows = await connection.execute(
        select(
            RoundTote.id,
            RoundTote.slot,
            RoundTote.state,
            RoundTote.drop_place_id,
            HandlingUnit.code,
            ShipmentRequest.id.label("order_id"),
            ShipmentRequest.number,
            ShipmentRequest.due_at,
            ShipmentRequest.carrier,
            Partner.name,
        )
        .join(ShipmentRequest, ShipmentRequest.id == RoundTote.request_id)
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .join(HandlingUnit, HandlingUnit.id == RoundTote.handling_unit_id, isouter=True)
        .where(RoundTote.round_id == round_id)
        .order_by(RoundTote.slot)
    )
    return [
        ToteFacts(
            id=row.id,
            slot=row.slot,
            state=row.state,
            code=row.code,
            drop_place=row.drop_place_id,
            order=OrderFacts(
                id=row.order_id, number=row.number, customer=row.name, due_at=row.due_at, carrier=row.carrier
            ),
        )
        for row in rows
    ]


_THING = (
    Lot.id.label("lot_id"),
    Lot.code.label("lot_code"),
    Lot.expires_on,
    Serial.id.label("serial_id"),
    Serial.code.label("serial_code"),
    HandlingUnit.id.label("unit_id"),
    HandlingUnit.code.label("unit_code"),
    HandlingUnit.kind.label("unit_kind"),
)


async def _lines(connection: AsyncConnection, round_id: UUID) -> list[Any]:
    rows = await connection.execute(
        select(
            PickLine.id,
            PickLine.sequence,
            PickLine.state,
            PickLine.version,
            PickLine.quantity,
            PickLine.picked,
            PickLine.skipped,
            PickLine.tote_id,
            Quant.item_id,
            Quant.place_id,
            Quant.quantity.label("in_quant"),
            *_THING,
        )
        .join(Quant, Quant.id == PickLine.quant_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(PickLine.round_id == round_id, PickLine.state != "cancelled")
        .order_by(PickLine.sequence, PickLine.id)
    )
    return list(rows.all())


async def _bin_stock(
    connection: AsyncConnection, bins: set[UUID], items: set[UUID]
) -> dict[tuple[UUID, UUID], Decimal]:
    rows = await connection.execute(
        select(Quant.place_id, Quant.item_id, func.sum(Quant.quantity).label("quantity"))
        .where(Quant.place_id.in_(bins), Quant.item_id.in_(items), Quant.status == "free")
        .group_by(Quant.place_id, Quant.item_id)
    )
    return {(row.place_id, row.item_id): row.quantity for row in rows}


def _line(row: Any, stock: dict[tuple[UUID, UUID], Decimal]) -> LineFacts:
    remaining = row.quantity - row.picked
    left = stock.get((row.place_id, row.item_id), Decimal(0)) - remaining
    return LineFacts(
        id=row.id,
        sequence=row.sequence,
        state=row.state,
        version=row.version,
        quantity=row.quantity,
        picked=row.picked,
        item=row.item_id,
        place=row.place_id,
        lot=LotFacts(id=row.lot_id, code=row.lot_code, expires_on=row.expires_on) if row.lot_id else None,
        serial=CodeFacts(id=row.serial_id, code=row.serial_code) if row.serial_id else None,
        handling_unit=CodeFacts(id=row.unit_id, code=row.unit_code) if row.unit_id else None,
        whole_unit=row.unit_kind in {"pallet", "box"} and row.in_quant == remaining,
        tote=row.tote_id,
        left_after=left if zero_check_due(left) else None,
        skipped=row.skipped,
    )


async def _near(connection: AsyncConnection, bins: set[UUID], items: set[UUID]) -> list[Any]:
    """The round's items in and beside the round's bins, and all that lies in those bins: what a wrong scan may be."""
    here = Place.__table__.alias("here")
    beside = select(Place.id).join(
        here,
        and_(
            here.c.site_id == Place.site_id,
            here.c.aisle == Place.aisle,
            func.abs(here.c.bay - Place.bay) <= 2,
        ),
    )
    rows = await connection.execute(
        select(
            Quant.place_id,
            Quant.item_id,
            Quant.quantity,
            (Quant.quantity - Quant.reserved).label("available"),
            *_THING,
        )
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(
            Quant.quantity > 0,
            Quant.status == "free",
            or_(
                Quant.place_id.in_(bins),
                and_(Quant.item_id.in_(items), Quant.place_id.in_(beside.where(here.c.id.in_(bins)))),
            ),
        )
        .limit(2000)
    )
    return list(rows.all())


def _near_facts(row: Any) -> NearFacts:
    return NearFacts(
        place=row.place_id,
        item=row.item_id,
        lot=LotFacts(id=row.lot_id, code=row.lot_code, expires_on=row.expires_on) if row.lot_id else None,
        serial=CodeFacts(id=row.serial_id, code=row.serial_code) if row.serial_id else None,
        handling_unit=CodeFacts(id=row.unit_id, code=row.unit_code) if row.unit_id else None,
        quantity=row.quantity,
        available=row.available,
    )


_PLACE = (
    "id", "code", "kind", "check_digits", "zone", "aisle", "block", "side", "bay", "level", "slot", "offset_m", "x", "y",
)  # fmt: skip


async def _places(connection: AsyncConnection, places: Iterable[UUID | None]) -> list[PlaceFacts]:
    rows = await connection.execute(
        select(*[getattr(Place, name) for name in _PLACE])
        .where(Place.id.in_([place for place in places if place is not None]))
        .order_by(Place.code)
    )
    return [place_facts(row) for row in rows]


def place_facts(row: Any) -> PlaceFacts:
    """A place's row as a device is told it; metres become plain numbers to draw with."""
    facts = {name: getattr(row, name) for name in _PLACE}
    for name in ("offset_m", "x", "y"):
        facts[name] = None if facts[name] is None else float(facts[name])
    return PlaceFacts(**facts)


async def _items(connection: AsyncConnection, items: set[UUID]) -> list[ItemFacts]:
    packagings: dict[UUID, list[PackagingFacts]] = {}
    for row in await connection.execute(
        select(Packaging.item_id, Packaging.kind, Packaging.quantity, Packaging.gtin)
        .where(Packaging.item_id.in_(items))
        .order_by(Packaging.quantity)
    ):
        packagings.setdefault(row.item_id, []).append(
            PackagingFacts(kind=row.kind, quantity=row.quantity, gtin=row.gtin)
        )
    rows = await connection.execute(
        select(Item.id, Item.sku, Item.name, Item.unit, Item.whole, Item.tracking, Item.expires, Item.group)
        .where(Item.id.in_(items))
        .order_by(Item.sku)
    )
    return [ItemFacts(**row, packagings=packagings.get(row["id"], [])) for row in rows.mappings()]
