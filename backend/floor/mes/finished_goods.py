"""Finished goods: good pieces of the last step come into stock, in one lot or with a serial each, and everybody is told."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import GoodsProduced as ProducedMessage
from backend.floor.mes.log import Job
from backend.floor.mes.problems import SerialsWrong
from backend.floor.mes.schemas import ReportJob
from backend.floor.mes.tables import Production
from backend.floor.mes.tell import tell_produced
from backend.floor.stock import GoodsProduced, Lot, Move, Serial, lot_id, post, serial_id, virtual_place
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.local import announce


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What a report of the last step made: so many pieces in one lot, or with these serials, in this stock status."""

    quantity: Decimal
    status: str
    lot: UUID | None = None
    lot_code: str | None = None
    serials: tuple[UUID, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def pieces(self) -> list[tuple[UUID | None, Decimal]]:
        """(serial, quantity) of each part that is booked by itself."""
        return [(one, Decimal(1)) for one in self.serials] or [(None, self.quantity)]


async def bring_in(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, event: UUID
) -> dict[str, Any]:
    """Good pieces of the last step come into stock; where a plan asks for it, for quality first. Returns lot and serials by name."""
    goods = await _named(connection, command.payload, job)
    await _into_stock(connection, command, job, goods)
    await _keep(connection, job, event, goods)
    await _announce(connection, command, job, event, goods)
    message = ProducedMessage(
        number=job.number,
        production_id=str(event),
        sku=job.sku,
        quantity=goods.quantity,
        at=command.captured_at,
        lot=goods.lot_code,
        serials=goods.numbers,
        status=goods.status,
    )
    await tell_produced(connection, job, message)
    return {"lot": goods.lot_code, "serials": goods.numbers}


async def _named(connection: AsyncConnection, facts: ReportJob, job: Job) -> Goods:
    """The lot or the serials of what was made: those the operator gave, or the order's own."""
    status = "quality" if job.inspection_plan else "free"
    if job.tracking == "serial":
        serials = await _new_serials(connection, job, facts)
        numbers = await _numbers(connection, serials)
        return Goods(quantity=facts.good, status=status, serials=tuple(serials), numbers=tuple(numbers))
    if job.tracking == "lot":
        lot = await lot_id(connection, job.item_id, facts.lot or job.number)
        code = (await connection.execute(select(Lot.code).where(Lot.id == lot))).scalar_one()
        return Goods(quantity=facts.good, status=status, lot=lot, lot_code=code)
    return Goods(quantity=facts.good, status=status)


async def _into_stock(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, goods: Goods
) -> None:
    production = await virtual_place(connection, job.site_id, "production")
    moves = [
        Move(
            kind="produce",
            item=job.item_id,
            quantity=quantity,
            from_place=production,
            to_place=job.out_place_id,
            lot=goods.lot,
            serial=serial,
            to_status=goods.status,
            document=job.work_order_id,
        )
        for serial, quantity in goods.pieces
    ]
    await post(connection, command, moves)


async def _keep(connection: AsyncConnection, job: Job, event: UUID, goods: Goods) -> None:
    rows = [
        {
            "id": new_id(),
            "work_order_id": job.work_order_id,
            "event_id": event,
            "item_id": job.item_id,
            "lot_id": goods.lot,
            "serial_id": serial,
            "quantity": quantity,
        }
        for serial, quantity in goods.pieces
    ]
    await connection.execute(insert(Production), rows)


async def _announce(
    connection: AsyncConnection, command: Command[ReportJob], job: Job, event: UUID, goods: Goods
) -> None:
    made = GoodsProduced(
        command=command,
        site=job.site_id,
        production=event,
        work_order=job.number,
        item=job.item_id,
        sku=job.sku,
        quantity=goods.quantity,
        unit=job.unit,
        status=goods.status,
        place=job.out_place_id,
        at=command.captured_at,
        operation=str(job.operation),
        lot=goods.lot,
        lot_code=goods.lot_code,
        serials=goods.serials,
        inspection_plan=job.inspection_plan,
    )
    await announce(connection, made)


async def _new_serials(connection: AsyncConnection, job: Job, facts: ReportJob) -> list[UUID]:
    """One new number for each piece: those the operator scanned, or the order's number and a running one."""
    pieces = int(facts.good)
    if facts.serials:
        if len(set(facts.serials)) != pieces:
            raise SerialsWrong(
                f"{len(set(facts.serials))} different serials for {pieces} pieces.",
                serials=len(set(facts.serials)),
            )
        numbers = list(facts.serials)
    else:
        made = await connection.execute(
            select(func.count()).where(Production.work_order_id == job.work_order_id)
        )
        first = made.scalar_one() + 1
        numbers = [f"{job.number}-{first + place:04d}" for place in range(pieces)]
    taken = await connection.execute(
        select(Serial.code).where(Serial.item_id == job.item_id, Serial.code.in_(numbers)).limit(1)
    )
    there = taken.scalar_one_or_none()
    if there is not None:
        raise SerialsWrong(f"{there} is on another piece already.", serial=there)
    return [await serial_id(connection, job.item_id, number) for number in numbers]


async def _numbers(connection: AsyncConnection, serials: Sequence[UUID]) -> list[str]:
    rows = await connection.execute(select(Serial.id, Serial.code).where(Serial.id.in_(serials)))
    codes = {row.id: row.code for row in rows}
    return [codes[one] for one in serials]
