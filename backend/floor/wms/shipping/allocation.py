"""Allocation: stock is promised to the lines of a request, or the line says why not."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Partner, Place
from backend.floor.stock import Freeze, HandlingUnit, Lot, Quant, reserve
from backend.floor.wms.shipping.rules import Candidate, Filled, fill
from backend.floor.wms.shipping.tables import ShipmentLine, ShipmentRequest

_TRIES = 3


async def allocate(connection: AsyncConnection, request_id: UUID) -> None:
    """Reserves stock for every line of an open request that still lacks some; each unfilled line keeps its reason."""
    head = (
        await connection.execute(
            select(ShipmentRequest.site_id, ShipmentRequest.due_at, Partner.min_shelf_life_days)
            .join(Partner, Partner.id == ShipmentRequest.customer_id)
            .where(ShipmentRequest.id == request_id)
            .with_for_update(of=ShipmentRequest, key_share=True)
        )
    ).one()
    lines = (
        await connection.execute(
            select(
                ShipmentLine.id,
                ShipmentLine.item_id,
                (
                    ShipmentLine.wanted - ShipmentLine.allocated - ShipmentLine.picked - ShipmentLine.shorted
                ).label("missing"),
            )
            .where(ShipmentLine.request_id == request_id)
            .order_by(ShipmentLine.line)
            .with_for_update(key_share=True)
        )
    ).all()
    lacking = [line for line in lines if line.missing > 0]
    found = await candidates(connection, head.site_id, {line.item_id for line in lacking})
    for line in lacking:
        await allocate_line(
            connection,
            head.site_id,
            line=line.id,
            item=line.item_id,
            wanted=line.missing,
            ships_on=head.due_at.date(),
            min_shelf_life_days=head.min_shelf_life_days,
            seen=found[line.item_id],
        )


async def allocate_line(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    line: UUID,
    item: UUID,
    wanted: Decimal,
    ships_on: date,
    min_shelf_life_days: int,
    avoid: Sequence[UUID] = (),
    seen: list[Candidate] | None = None,
) -> list[UUID]:
    """Reserves up to `wanted` for one line, not from the quants to avoid. Returns the reservations made.

    Others reserve at the same time: each take is a conditional UPDATE, and what was lost to another is looked for again. `seen`
    is what a look a moment ago found; without it we look first.
    """
    made: list[UUID] = []
    left = wanted
    reason: str | None = None
    for _ in range(_TRIES):
        found = (await candidates(connection, site_id, {item}, avoid))[item] if seen is None else seen
        seen = None
        filled = fill(left, found, ships_on=ships_on, min_shelf_life_days=min_shelf_life_days)
        reason = filled.why_not
        got, reservations = await _reserve_all(connection, site_id, line, filled)
        made += reservations
        left -= got
        if left <= 0 or not filled.takes:
            break
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line)
        .values(
            allocated=ShipmentLine.allocated + (wanted - left),
            why_not=reason if left > 0 else None,
        )
    )
    return made


async def _reserve_all(
    connection: AsyncConnection, site_id: UUID, line: UUID, filled: Filled
) -> tuple[Decimal, list[UUID]]:
    got = Decimal(0)
    made = []
    for take in sorted(filled.takes, key=lambda take: take.quant.bytes):
        reservation = await reserve(
            connection, site_id, quant=take.quant, demand=line, quantity=take.quantity
        )
        if reservation is not None:
            got += take.quantity
            made.append(reservation)
    return got, made


async def candidates(
    connection: AsyncConnection, site_id: UUID, items: Collection[UUID], avoid: Sequence[UUID] = ()
) -> dict[UUID, list[Candidate]]:
    """Every quant of each item on the site, with what stands against taking from it."""
    rows = await connection.execute(_stock_of(site_id, items, avoid))
    found: dict[UUID, list[Candidate]] = {item: [] for item in items}
    for row in rows:
        found[row.item_id].append(_candidate(row))
    return found


def _stock_of(site_id: UUID, items: Collection[UUID], avoid: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    counting = exists().where(Freeze.item_id == Quant.item_id, Freeze.place_id == Quant.place_id)
    others = Quant.__table__.alias("others")
    mixed = (
        select(func.count())
        .select_from(others)
        .where(
            others.c.handling_unit_id == Quant.handling_unit_id,
            others.c.quantity > 0,
            others.c.id != Quant.id,
        )
        .scalar_subquery()
    )
    return (
        select(
            Quant.id,
            Quant.item_id,
            Quant.quantity,
            Quant.reserved,
            Quant.status,
            Quant.since,
            Lot.expires_on,
            Place.code,
            Place.kind,
            Place.blocked,
            HandlingUnit.kind.label("unit_kind"),
            counting.label("counting"),
            mixed.label("mixed"),
        )
        .join(Place, Place.id == Quant.place_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(
            Quant.site_id == site_id,
            Quant.item_id.in_(items),
            Quant.quantity > 0,
            Place.kind.in_(("bin", "dock")),
            Quant.id.not_in(avoid),
        )
    )


def _candidate(row: Any) -> Candidate:
    return Candidate(
        quant=row.id,
        place_code=row.code,
        available=row.quantity - row.reserved,
        quantity=row.quantity,
        since=row.since,
        expires_on=row.expires_on,
        status=row.status,
        pickable=row.kind == "bin",
        blocked=row.blocked is not None,
        counting=row.counting,
        whole_unit=row.unit_kind in {"pallet", "box"} and row.mixed == 0,
    )
