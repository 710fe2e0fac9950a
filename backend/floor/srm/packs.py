"""What the labels of an advice's packs say."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import problems
from backend.floor.srm.tables import DispatchLine, DispatchPack, PurchaseLine, PurchaseOrder


async def label_facts(connection: AsyncConnection, advice: UUID) -> "list[PackLabel]":
    """One row a pack of an advice, for its labels, in the order they were packed.

    Raises:
        OrderUnknown: there is no such advice, or not for this link.
    """
    rows = (
        await connection.execute(
            select(
                PurchaseOrder.site_id,
                DispatchPack.sscc,
                DispatchPack.quantity,
                PurchaseOrder.supplier_name,
                PurchaseOrder.number,
                PurchaseLine.name,
                PurchaseLine.sku,
                PurchaseLine.gtin,
                PurchaseLine.unit,
                DispatchLine.lot,
                DispatchLine.expires_on,
            )
            .join(
                DispatchLine,
                (DispatchLine.advice_id == DispatchPack.advice_id)
                & (DispatchLine.place == DispatchPack.place),
            )
            .join(
                PurchaseLine,
                (PurchaseLine.order_id == DispatchLine.order_id) & (PurchaseLine.line == DispatchLine.line),
            )
            .join(PurchaseOrder, PurchaseOrder.id == DispatchPack.order_id)
            .where(DispatchPack.advice_id == advice)
            .order_by(DispatchPack.place, DispatchPack.sscc)
        )
    ).all()
    if not rows:
        raise problems.OrderUnknown
    return [PackLabel(**row._mapping) for row in rows]  # noqa: SLF001  (SQLAlchemy's public name for it)


class PackLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What the label of one pack says."""

    site_id: UUID
    sscc: str
    quantity: Decimal
    supplier_name: str
    number: str
    name: str
    sku: str
    gtin: str
    unit: str
    lot: str | None
    expires_on: date | None
