"""What jobs tell the ERP, and the list of reasons that may be given."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.contract.production import ConsumedMaterial, GoodsProduced, JobReported, MaterialsConsumed
from backend.floor.catalog import Item
from backend.floor.mes.log import Job
from backend.floor.mes.masters import Reason
from backend.floor.mes.problems import UnknownReason
from backend.floor.mes.tables import OperationMaterial
from backend.floor.stock import Lot, Serial
from backend.kernel import outbox
from backend.kernel.commands import Command


class Went(msgspec.Struct, frozen=True, kw_only=True):
    """So much of one thing that went in, for a material line; negative where it came back."""

    material: UUID
    lot: UUID | None
    serial: UUID | None
    quantity: Decimal


async def badge(connection: AsyncConnection, person: UUID) -> str:
    """The badge of a person, by which the ERP knows who worked."""
    found = await connection.execute(select(Person.badge).where(Person.id == person))
    return found.scalar_one_or_none() or ""


async def tell_report(connection: AsyncConnection, job: Job, report: JobReported) -> None:
    """Tells the ERP what came of some work."""
    await outbox.send(connection, message_type=JobReported.TYPE, document=job.document, data=report)


async def tell_consumed(
    connection: AsyncConnection, command: Command[Any], job: Job, went: Sequence[Went]
) -> None:
    """Tells the ERP what went in, or came back."""
    if not went:
        return
    rows = await connection.execute(
        select(OperationMaterial.id, OperationMaterial.line, Item.sku)
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.id.in_({one.material for one in went}))
    )
    lines = {row.id: row for row in rows}
    lots = await _codes(connection, Lot, [one.lot for one in went])
    serials = await _codes(connection, Serial, [one.serial for one in went])
    message = MaterialsConsumed(
        number=job.number,
        consumption_id=str(command.id),
        operation=job.operation,
        materials=tuple(
            ConsumedMaterial(
                sku=lines[one.material].sku,
                quantity=one.quantity,
                line=lines[one.material].line,
                lot=lots.get(one.lot),
                serial=serials.get(one.serial),
            )
            for one in went
        ),
        at=command.captured_at,
    )
    await outbox.send(connection, message_type=MaterialsConsumed.TYPE, document=job.document, data=message)


async def tell_produced(connection: AsyncConnection, job: Job, message: GoodsProduced) -> None:
    """Tells the ERP what came into stock."""
    await outbox.send(connection, message_type=GoodsProduced.TYPE, document=job.document, data=message)


async def _codes(
    connection: AsyncConnection, table: type[Lot] | type[Serial], ids: Sequence[UUID | None]
) -> dict[UUID | None, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await connection.execute(select(table.id, table.code).where(table.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


async def check_reasons(connection: AsyncConnection, site: UUID, kind: str, codes: Sequence[str]) -> None:
    """Refuses a reason that is not in this site's list.

    Raises:
        UnknownReason: one is not; the facts name it.
    """
    wanted = set(codes)
    if not wanted:
        return
    found = await connection.execute(
        select(Reason.code).where(Reason.site_id == site, Reason.kind == kind, Reason.code.in_(wanted))
    )
    if missing := wanted - set(found.scalars()):
        raise UnknownReason(f"{min(missing)} is no reason for {kind} here.", kind=kind, reason=min(missing))


def correction(report: JobReported, at: datetime, report_id: str) -> JobReported:
    """The report that takes another back: the same with the other sign."""
    return msgspec.structs.replace(
        report,
        report_id=report_id,
        good=-report.good,
        scrap=-report.scrap,
        rework=-report.rework,
        minutes=-report.minutes,
        at=at,
        finished=False,
    )
