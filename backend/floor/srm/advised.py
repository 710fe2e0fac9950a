"""What follows from a dispatch advice: the ERP is told, and receiving expects it pack by pack."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.purchases import AdvisedLine, DispatchAdviceSubmitted
from backend.floor import expected
from backend.floor.srm.tables import DispatchLine, DispatchPack, PurchaseLine
from backend.kernel import outbox


async def tell_advice(connection: AsyncConnection, order: Any, advice: Any) -> None:
    """Tells the ERP of an advice's row, and receiving to expect it."""
    rows = (
        await connection.execute(
            select(
                DispatchLine.place,
                DispatchLine.line,
                DispatchLine.quantity,
                DispatchLine.lot,
                DispatchLine.expires_on,
                PurchaseLine.sku,
                PurchaseLine.unit,
            )
            .join(
                PurchaseLine,
                (PurchaseLine.order_id == DispatchLine.order_id) & (PurchaseLine.line == DispatchLine.line),
            )
            .where(DispatchLine.advice_id == advice.id)
            .order_by(DispatchLine.place)
        )
    ).all()
    packs = await _packs_of(connection, advice.id)
    message = _advice_message(order, advice, rows, packs)
    await outbox.send(
        connection, message_type=message.TYPE, document=f"purchase/{order.number}", data=message
    )
    await expected.announce(connection, order.site_id, _announced(order, advice, rows, packs))


async def _packs_of(connection: AsyncConnection, advice: UUID) -> dict[int, list[Any]]:
    """An advice's packs by the place of their line in it."""
    found = await connection.execute(
        select(DispatchPack.place, DispatchPack.sscc, DispatchPack.quantity)
        .where(DispatchPack.advice_id == advice)
        .order_by(DispatchPack.sscc)
    )
    packs: dict[int, list[Any]] = {}
    for pack in found:
        packs.setdefault(pack.place, []).append(pack)
    return packs


def _advice_message(
    order: Any, advice: Any, rows: Sequence[Any], packs: Mapping[int, Sequence[Any]]
) -> DispatchAdviceSubmitted:
    return DispatchAdviceSubmitted(
        advice_id=advice.number,
        number=order.number,
        ships_on=advice.ships_on,
        carrier=advice.carrier,
        at=advice.at,
        lines=tuple(
            AdvisedLine(
                line=row.line,
                sku=row.sku,
                quantity=row.quantity,
                lot=row.lot,
                expires_on=row.expires_on,
                packs=tuple(pack.sscc for pack in packs.get(row.place, ())),
            )
            for row in rows
        ),
    )


def _announced(
    order: Any, advice: Any, rows: Sequence[Any], packs: Mapping[int, Sequence[Any]]
) -> expected.Announced:
    return expected.Announced(
        kind="advice",
        number=advice.number,
        version=1,
        supplier=order.supplier,
        supplier_name=order.supplier_name,
        purchase_order=order.number,
        due_on=advice.ships_on,
        over_percent=order.over_percent,
        lines=tuple(
            expected.Line(
                line=row.place,
                purchase_line=row.line,
                sku=row.sku,
                quantity=row.quantity,
                unit=row.unit,
                lot=row.lot,
                expires_on=row.expires_on,
                packs=tuple(
                    expected.Pack(sscc=pack.sscc, quantity=pack.quantity, lot=row.lot)
                    for pack in packs.get(row.place, ())
                ),
            )
            for row in rows
        ),
    )
