"""Promises: so much of a quant is reserved for one demand. The reservation and the quant's own sum change together."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock.tables import Quant, Reservation
from backend.kernel.db import Exact
from backend.kernel.ids import new_id


async def reserve(
    connection: AsyncConnection, site_id: UUID, *, quant: UUID, demand: UUID, quantity: Decimal
) -> UUID | None:
    """Promises so much of a quant to a demand, if that much is free, in one statement. Returns the reservation, or None."""
    taken = (
        update(Quant)
        .where(Quant.id == quant, Quant.quantity - Quant.reserved >= quantity, Quant.status == "free")
        .values(reserved=Quant.reserved + quantity)
        .returning(Quant.id)
        .cte("taken")
    )
    promise = select(
        literal(new_id()), literal(site_id), taken.c.id, literal(demand), literal(quantity, Exact())
    )
    made = await connection.execute(
        insert(Reservation)
        .from_select(["id", "site_id", "quant_id", "demand_id", "quantity"], promise)
        .returning(Reservation.id)
    )
    return made.scalar_one_or_none()


async def unreserve(
    connection: AsyncConnection, *, reservation: UUID, quantity: Decimal | None = None
) -> Decimal:
    """Gives back a reservation, or so much of it. Returns how much was given back."""
    row = (
        await connection.execute(
            select(Reservation.quant_id, Reservation.quantity)
            .where(Reservation.id == reservation)
            .with_for_update(key_share=True)
        )
    ).one()
    back: Decimal = row.quantity if quantity is None else min(quantity, row.quantity)
    if back > 0:
        await connection.execute(
            update(Reservation)
            .where(Reservation.id == reservation)
            .values(quantity=Reservation.quantity - back)
        )
        await connection.execute(
            update(Quant).where(Quant.id == row.quant_id).values(reserved=Quant.reserved - back)
        )
    return back
