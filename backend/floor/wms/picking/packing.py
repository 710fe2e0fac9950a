"""Open orders read for release: what stock each has, spread over totes; and why an order cannot go on a round now."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Place
from backend.floor.stock import Quant, Reservation
from backend.floor.wms.picking.floor import Spot
from backend.floor.wms.picking.rules import Load, pack
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest


class Piece(msgspec.Struct, frozen=True):
    """One reserved piece of an order, and the bin it lies in."""

    reservation: UUID
    quant: UUID
    shipment_line: UUID
    quantity: Decimal
    place: UUID
    spot: Spot


class OpenOrder(msgspec.Struct, frozen=True):
    """An order that waits for a round, its pieces by tote."""

    id: UUID
    pack_place: UUID
    due_at: datetime
    priority: int
    totes: tuple[tuple[Piece, ...], ...]

    @property
    def pieces(self) -> list[Piece]:
        """All of its pieces, tote by tote."""
        return [piece for tote in self.totes for piece in tote]


async def open_orders(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    wanted: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
    limit: int | None = None,
    lock: bool = True,
) -> list[OpenOrder]:
    """Open orders with stock, the most urgent first; locked, unless another release has them, which then keeps them."""
    has_stock = (
        select(ShipmentLine.request_id)
        .where(ShipmentLine.request_id == ShipmentRequest.id, ShipmentLine.allocated > 0)
        .exists()
    )
    query = (
        select(
            ShipmentRequest.id,
            ShipmentRequest.pack_place_id,
            ShipmentRequest.due_at,
            ShipmentRequest.priority,
        )
        .where(ShipmentRequest.site_id == site_id, ShipmentRequest.state == "open", has_stock)
        .order_by(ShipmentRequest.priority.desc(), ShipmentRequest.due_at, ShipmentRequest.number)
    )
    if lock:
        query = query.with_for_update(of=ShipmentRequest, skip_locked=True, key_share=True)
    if limit is not None:
        query = query.limit(limit)
    if wanted is not None:
        query = query.where(ShipmentRequest.id.in_(wanted))
    if without:
        query = query.where(ShipmentRequest.id.not_in(without))
    rows = (await connection.execute(query)).all()
    packed = await _packed(connection, [row.id for row in rows])
    return [
        OpenOrder(row.id, row.pack_place_id, row.due_at, row.priority, packed[row.id])
        for row in rows
        if row.id in packed
    ]


async def _packed(
    connection: AsyncConnection, orders: list[UUID]
) -> dict[UUID, tuple[tuple[Piece, ...], ...]]:
    volume = (Item.volume_ml * Reservation.quantity).label("volume")
    pieces: dict[UUID, Piece] = {}
    loads: dict[UUID, list[Load]] = {}
    for row in await connection.execute(
        select(
            ShipmentLine.request_id,
            Reservation.id,
            Reservation.quant_id,
            Reservation.demand_id,
            Reservation.quantity,
            Quant.place_id,
            Place.aisle,
            Place.block,
            Place.offset_m,
            Place.x,
            volume,
            (Item.weight_g * Reservation.quantity).label("weight"),
        )
        .join(ShipmentLine, ShipmentLine.id == Reservation.demand_id)
        .join(Quant, Quant.id == Reservation.quant_id)
        .join(Place, Place.id == Quant.place_id)
        .join(Item, Item.id == Quant.item_id)
        .where(ShipmentLine.request_id.in_(orders), Reservation.quantity > 0)
        .order_by(volume.desc(), Reservation.id)
    ):
        pieces[row.id] = Piece(row.id, row.quant_id, row.demand_id, row.quantity, row.place_id, spot_of(row))
        loads.setdefault(row.request_id, []).append(Load(row.id, row.volume, row.weight))
    return {
        order: tuple(tuple(pieces[piece] for piece in tote) for tote in pack(of).totes)
        for order, of in loads.items()
    }


def spot_of(row: object) -> Spot:
    """Where one stands before the place whose columns a row holds."""
    metres = [getattr(row, name) for name in ("offset_m", "x")]
    offset, x = (None if value is None else float(value) for value in metres)
    return Spot(getattr(row, "aisle"), getattr(row, "block"), offset, x)  # noqa: B009


async def passed_over(connection: AsyncConnection, site_id: UUID, orders: Collection[UUID]) -> dict[str, str]:
    """Why each of these orders could not be taken.

    | reason | what it means |
    |---|---|
    | unknown | there is no such order at this site |
    | released, picking, picked, shipped, cancelled | it is past being released |
    | no_stock | none of its lines has stock set aside for it |
    | busy | another release has it in hand this moment |
    """
    if not orders:
        return {}
    allocated = func.coalesce(func.sum(ShipmentLine.allocated), 0)
    query = (
        select(ShipmentRequest.id, ShipmentRequest.state, allocated)
        .join(ShipmentLine, ShipmentLine.request_id == ShipmentRequest.id, isouter=True)
        .where(ShipmentRequest.id.in_(orders), ShipmentRequest.site_id == site_id)
        .group_by(ShipmentRequest.id, ShipmentRequest.state)
    )
    rows = (await connection.execute(query)).all()
    found = {row[0]: (str(row[1]), Decimal(row[2])) for row in rows}
    told = {}
    for order in orders:
        state, stock = found.get(order, ("unknown", Decimal(0)))
        told[str(order)] = state if state != "open" else "busy" if stock > 0 else "no_stock"
    return told
