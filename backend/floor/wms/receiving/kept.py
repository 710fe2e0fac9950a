"""What a person must look at: goods that could not be booked, or came after the delivery was closed."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.expected import ExpectedPack
from backend.floor.wms.receiving.problems import LineUnknown, PackReceived
from backend.floor.wms.receiving.schemas import ReceiveGoods
from backend.floor.wms.receiving.tables import Receipt
from backend.floor.wms.receiving.tell import Source
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command
from backend.kernel.problems import Problem
from backend.kernel.quantity import plain


async def pack_received(connection: AsyncConnection, pack: UUID) -> PackReceived | LineUnknown:
    """Who took this pack in before, as a refusal."""
    found = await connection.execute(
        select(ExpectedPack.sscc, Receipt.person_id, Receipt.booked_at)
        .join(Receipt, Receipt.id == ExpectedPack.received_by_id)
        .where(ExpectedPack.id == pack)
    )
    row = found.first()
    if row is None:
        return LineUnknown("This pack is not known here.")
    name = await person_name(connection, row.person_id)
    return PackReceived(
        f"{row.sscc} was received by {name}.", scanned=row.sscc, name=name, at=row.booked_at.isoformat()
    )


async def late(
    connection: AsyncConnection, command: Command[ReceiveGoods], source: Source, number: str, item: Any
) -> None:
    """Goods came after the delivery was closed: booked all the same, and a person is told."""
    facts = command.payload
    late = Found(
        kind="received_after_close",
        item=item.id,
        place=facts.place,
        document=source.delivery,
        details={
            "delivery": number,
            "order": source.purchase_order or "",
            "sku": item.sku,
            "quantity": plain(facts.quantity),
        },
    )
    await raise_exception(connection, command.who.site_id, late, command=command)


def not_booked(command: Command[ReceiveGoods], problem: Problem) -> Any:
    """Keeps what could not be booked as an exception: the goods stand on the dock, and the books do not know them."""

    async def record(connection: AsyncConnection) -> None:
        facts = command.payload
        found = Found(
            kind="receipt_not_booked",
            severity="high",
            document=facts.delivery,
            details={
                "why": problem.type,
                "detail": problem.detail,
                "quantity": plain(facts.quantity),
                "code": facts.code,
                "lot": facts.lot_code or "",
                "reason": facts.reason,
                **({"photo": str(facts.photo)} if facts.photo else {}),
            },
        )
        await raise_exception(connection, command.who.site_id, found, command=command)

    return record
