"""Links: made when an order is released, taken back or renewed by the buyer. One link in force per supplier, e-mail address and site."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm.tables import PurchaseOrder, SupplierLink, SupplierLinkOrder
from backend.kernel import clock
from backend.kernel.ids import new_id

LASTS: Final = timedelta(days=60)
FRESH: Final = timedelta(days=14)  # a link with less left than this gets a successor with the next order


async def cover(connection: AsyncConnection, order: UUID) -> UUID:
    """Makes the supplier's link in force cover this order, a new one if there is none with enough time left. Returns its id."""
    row = await _order(connection, order)
    link = (
        await connection.execute(
            select(SupplierLink.id)
            .where(
                SupplierLink.site_id == row.site_id,
                SupplierLink.supplier == row.supplier,
                SupplierLink.email == row.email,
                SupplierLink.revoked_at.is_(None),
                SupplierLink.expires_at > clock.now() + FRESH,
            )
            .order_by(SupplierLink.expires_at.desc(), SupplierLink.id)
            .limit(1)
        )
    ).scalar_one_or_none()
    if link is None:
        link = await _make(connection, row)
        await _take_over(connection, row, link)
    await connection.execute(
        pg_insert(SupplierLinkOrder).values(link_id=link, order_id=order).on_conflict_do_nothing()
    )
    return link


async def renew(connection: AsyncConnection, order: UUID, by: UUID) -> UUID:
    """Ends every link of the order's supplier and makes a new one with all its live orders."""
    row = await _order(connection, order)
    await connection.execute(
        update(SupplierLink)
        .where(
            SupplierLink.site_id == row.site_id,
            SupplierLink.supplier == row.supplier,
            SupplierLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now(), revoked_by=by)
    )
    return await cover(connection, order)


async def revoke(connection: AsyncConnection, site_id: UUID, link: UUID, by: UUID) -> Any:
    """Takes a link back; the row (id, expires_at), or None if it was not in force."""
    ended = await connection.execute(
        update(SupplierLink)
        .where(SupplierLink.id == link, SupplierLink.site_id == site_id, SupplierLink.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by=by)
        .returning(SupplierLink.id, SupplierLink.expires_at)
    )
    return ended.first()


async def _order(connection: AsyncConnection, order: UUID) -> Any:
    return (
        await connection.execute(
            select(
                PurchaseOrder.site_id, PurchaseOrder.supplier, PurchaseOrder.email, PurchaseOrder.language
            ).where(PurchaseOrder.id == order)
        )
    ).one()


async def _make(connection: AsyncConnection, row: Any) -> UUID:
    link = new_id()
    made = clock.now().replace(microsecond=0)
    await connection.execute(
        insert(SupplierLink).values(
            id=link,
            site_id=row.site_id,
            supplier=row.supplier,
            email=row.email,
            language=row.language,
            made_at=made,
            expires_at=made + LASTS,
        )
    )
    return link


async def _take_over(connection: AsyncConnection, row: Any, link: UUID) -> None:
    """A new link opens all the supplier's orders that are still alive."""
    alive = select(PurchaseOrder.id).where(
        PurchaseOrder.site_id == row.site_id,
        PurchaseOrder.supplier == row.supplier,
        PurchaseOrder.email == row.email,
        PurchaseOrder.state != "cancelled",
    )
    orders = list((await connection.execute(alive)).scalars())
    if orders:
        await connection.execute(
            pg_insert(SupplierLinkOrder).on_conflict_do_nothing(),
            [{"link_id": link, "order_id": order} for order in orders],
        )
