"""Shipment requests as the ERP sends them: new, changed, cancelled; any order, any number of times."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import RequestedLine, ShipmentCancelled, ShipmentRequested
from backend.floor.catalog import Item, Packaging, Partner, Place, Site, UnknownMaster
from backend.floor.stock import Reservation, unreserve
from backend.floor.wms.shipping.allocation import allocate
from backend.floor.wms.shipping.tables import ShipmentLine, ShipmentRequest
from backend.floor.work import Found, raise_exception
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Unavailable
from backend.kernel.quantity import checked


async def receive_request(
    connection: AsyncConnection, message: ShipmentRequested, source: str
) -> UUID | None:
    """Takes a new or changed request and allocates stock to it. Returns its id, or None for one that is out of date.

    A change to an order that is already on its way over the floor is kept as an exception: the cart is right.

    Raises:
        UnknownMaster: an item, customer or site is not known; the message waits and is tried again.
    """
    site = await _site(connection, message.site)
    customer = await _customer(connection, message.customer)
    known = await _lock(connection, source, message.number)
    if known is not None and known.version >= message.version:
        return None
    lines = await _counted(connection, message.lines)
    if known is not None and known.state != "open":
        await _late(connection, known, "order_changed_late", message.version)
        return UUID(str(known.id))
    request = await _upsert(connection, message, source, site, customer)
    if known is not None:
        await _take_back(connection, request)
    await _add_lines(connection, request, lines)
    await allocate(connection, request)
    return request


async def cancel_request(connection: AsyncConnection, message: ShipmentCancelled, source: str) -> UUID | None:
    """Takes a cancellation: an open request gives its stock back; one already on the floor becomes an exception."""
    known = await _lock(connection, source, message.number)
    if known is None:
        raise UnknownMaster(f"Order {message.number} is not known yet.", order=message.number)
    if known.version >= message.version:
        return None
    if known.state != "open":
        await _late(connection, known, "order_cancelled_late", message.version)
        return UUID(str(known.id))
    await _give_back(connection, known.id)
    await connection.execute(
        update(ShipmentRequest)
        .where(ShipmentRequest.id == known.id)
        .values(state="cancelled", version=message.version)
    )
    return UUID(str(known.id))


async def _lock(connection: AsyncConnection, source: str, number: str) -> Any:
    return (
        await connection.execute(
            select(
                ShipmentRequest.id,
                ShipmentRequest.number,
                ShipmentRequest.version,
                ShipmentRequest.state,
                ShipmentRequest.site_id,
            )
            .where(ShipmentRequest.source == source, ShipmentRequest.number == number)
            .with_for_update(key_share=True)
        )
    ).first()


async def _upsert(
    connection: AsyncConnection, message: ShipmentRequested, source: str, site: UUID, customer: UUID
) -> UUID:
    pack = await connection.execute(
        select(Place.id).where(Place.site_id == site, Place.kind == "pack").order_by(Place.code)
    )
    packs = list(pack.scalars())
    if not packs:
        raise UnknownMaster("The site has no packing place.")
    facts = {
        "version": message.version,
        "customer_id": customer,
        "due_at": message.due_at,
        "priority": message.priority,
        "carrier": message.carrier,
        "pack_place_id": packs[sum(message.number.encode()) % len(packs)],
    }
    row = pg_insert(ShipmentRequest).values(
        id=new_id(), site_id=site, source=source, number=message.number, **facts
    )
    newer = row.on_conflict_do_update(
        index_elements=["source", "number"], set_=facts, where=ShipmentRequest.version < message.version
    )
    upserted = (await connection.execute(newer.returning(ShipmentRequest.id))).scalar_one_or_none()
    if upserted is None:  # another copy of the order was written this moment; ours waits and is read again
        raise Unavailable
    return upserted


async def _take_back(connection: AsyncConnection, request: UUID) -> None:
    await _give_back(connection, request)
    await connection.execute(delete(ShipmentLine).where(ShipmentLine.request_id == request))


async def _add_lines(
    connection: AsyncConnection, request: UUID, lines: list[tuple[RequestedLine, UUID, Decimal]]
) -> None:
    await connection.execute(
        insert(ShipmentLine),
        [
            {"id": new_id(), "request_id": request, "line": line.line, "item_id": item, "wanted": quantity}
            for line, item, quantity in lines
        ],
    )


async def _give_back(connection: AsyncConnection, request: UUID) -> None:
    reservations = await connection.execute(
        select(Reservation.id)
        .join(ShipmentLine, ShipmentLine.id == Reservation.demand_id)
        .where(ShipmentLine.request_id == request, Reservation.quantity > 0)
        .order_by(Reservation.quant_id)
    )
    for reservation in reservations.scalars().all():
        await unreserve(connection, reservation=reservation)
    await connection.execute(
        update(ShipmentLine).where(ShipmentLine.request_id == request).values(allocated=Decimal(0))
    )


async def _late(connection: AsyncConnection, known: Any, kind: str, version: int) -> None:
    found = Found(
        kind=kind,
        severity="high",
        document=known.id,
        details={"order": known.number, "version": version, "state": known.state},
    )
    await raise_exception(connection, known.site_id, found)
    await connection.execute(
        update(ShipmentRequest).where(ShipmentRequest.id == known.id).values(version=version)
    )


async def _site(connection: AsyncConnection, code: str) -> UUID:
    query = select(Site.id).order_by(Site.code).limit(2)
    found = list((await connection.execute(query.where(Site.code == code) if code else query)).scalars())
    if len(found) != 1:
        raise UnknownMaster(f"Site {code or '(not named)'} is not known.", site=code)
    return found[0]


async def _customer(connection: AsyncConnection, number: str) -> UUID:
    found = await connection.execute(
        select(Partner.id).where(Partner.number == number, Partner.kind.in_(("customer", "both")))
    )
    customer = found.scalar_one_or_none()
    if customer is None:
        raise UnknownMaster(f"Customer {number} is not known.", customer=number)
    return customer


async def _counted(
    connection: AsyncConnection, lines: Sequence[RequestedLine]
) -> list[tuple[RequestedLine, UUID, Decimal]]:
    """Each line with its item's id and its quantity in the unit the item is kept in."""
    rows = await connection.execute(
        select(Item.id, Item.sku, Item.unit, Item.whole, Packaging.kind, Packaging.quantity)
        .join(Packaging, Packaging.item_id == Item.id, isouter=True)
        .where(Item.sku.in_({line.sku for line in lines}))
    )
    items: dict[str, Any] = {}
    contents: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        items[row.sku] = row
        if row.kind is not None:
            contents[row.sku, row.kind] = row.quantity
    return [(line, *_in_own_unit(line, items.get(line.sku), contents)) for line in lines]


def _in_own_unit(
    line: RequestedLine, item: Any, contents: dict[tuple[str, str], Decimal]
) -> tuple[UUID, Decimal]:
    if item is None:
        raise UnknownMaster(f"Item {line.sku} is not known.", sku=line.sku)
    content = Decimal(1) if line.unit == item.unit else contents.get((line.sku, line.unit))
    if content is None:
        raise UnknownMaster(f"Item {line.sku} has no unit {line.unit}.", sku=line.sku, unit=line.unit)
    try:
        return item.id, checked(line.quantity * content, whole=item.whole)
    except ValueError as error:
        raise BadRequest(
            f"Line {line.line}: {error}.", line=line.line, sku=line.sku, fraction=str(line.quantity)
        ) from error
