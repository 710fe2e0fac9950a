"""What purchasing hears from the masters, in their transaction."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import AddressChanged
from backend.floor.srm import links, mail
from backend.floor.srm.tables import PurchaseOrder, SupplierLink, SupplierMail
from backend.kernel import clock
from backend.kernel.local import Listeners


async def address_changed(connection: AsyncConnection, event: AddressChanged) -> None:
    """Mail about a supplier's orders goes to its new address, with a link of its own: whoever reads the old mailbox sees nothing any
    more. What still waits for an answer is mailed again. An address that is only taken away changes nothing.
    """
    if not event.email:
        return
    moved = await connection.execute(
        update(PurchaseOrder)
        .where(
            PurchaseOrder.supplier == event.partner,
            PurchaseOrder.email == event.before,
            PurchaseOrder.state != "cancelled",
        )
        .values(email=event.email)
        .returning(PurchaseOrder.id, PurchaseOrder.remind_at)
    )
    orders = sorted(moved.all(), key=lambda row: str(row.id))
    await connection.execute(
        update(SupplierLink)
        .where(
            SupplierLink.supplier == event.partner,
            SupplierLink.email == event.before,
            SupplierLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    for order in orders:
        link = await links.cover(connection, order.id)
        if not await _redirected(connection, order.id, link) and order.remind_at is not None:
            await mail.queue(connection, order.id, link, "order")


async def _redirected(connection: AsyncConnection, order: UUID, link: UUID) -> bool:
    """Gives the mails that wait the new link; False if none waits."""
    waiting = select(SupplierMail.seq).where(SupplierMail.order_id == order, SupplierMail.state == "waiting")
    changed = await connection.execute(
        update(SupplierMail)
        .where(SupplierMail.seq.in_(waiting))
        .values(link_id=link)
        .returning(SupplierMail.seq)
    )
    return changed.first() is not None


LISTENERS: Listeners = {AddressChanged: (address_changed,)}
