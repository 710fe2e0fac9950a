"""Material goes in: by the lot that was scanned, or flushed by the books from the bin at the line, first to expire first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.mes.clocks import kept
from backend.floor.mes.entries import Entry, write
from backend.floor.mes.genealogy import match
from backend.floor.mes.log import ZERO, Job, advance_order, lock_job
from backend.floor.mes.problems import JobOver, LotOnHold, LotsToConfirm, WrongLot, WrongMaterial
from backend.floor.mes.schemas import ConsumeMaterial, MaterialTold, UsedLot
from backend.floor.mes.tables import Consumption, OperationMaterial
from backend.floor.mes.tell import Went, tell_consumed
from backend.floor.stock import Lot, Move, Quant, Serial, StockShort, post, virtual_place
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, Problem
from backend.kernel.quantity import checked, plain


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A material of an operation."""

    id: UUID
    line: int
    item_id: UUID
    sku: str
    unit: str
    whole: bool
    tracking: str
    quantity_each: Decimal
    consumption: str
    consumed: Decimal


async def consume_material(connection: AsyncConnection, command: Command[ConsumeMaterial]) -> MaterialTold:
    """Books so much of a scanned lot or serial into the job.

    Raises:
        WrongMaterial: not a material of this operation.
        WrongLot: no such lot lies at this line; the facts name those that do.
        LotOnHold: it does, but may not be used.
        StockShort: less of it lies there than went in.
    """
    facts = command.payload
    job = await lock_job(connection, command, facts.operation)
    if job.state == "cancelled":
        raise JobOver(f"{job.number} is cancelled.", state=job.state)
    material = await _material(connection, job, facts.material)
    try:
        checked(facts.quantity, whole=material.whole)
        moves = await _take(
            connection, job, material, lot=facts.lot, serial=facts.serial, quantity=facts.quantity
        )
        await post(connection, command, moves)
    except ValueError as error:
        raise BadRequest(f"{error}.".capitalize()) from error
    except Problem as problem:
        raise kept(
            command, job, problem, "material_not_booked", sku=material.sku, lot=facts.lot or facts.serial or "",
            quantity=plain(facts.quantity),
        ) from None  # fmt: skip
    entry = Entry(
        kind="consume",
        person=command.who.person_id,
        at=command.captured_at,
        data={"material": str(material.id)},
    )
    [event], _ = await write(connection, command, job, [entry])
    await note_consumed(connection, command, job, event, [(material, move) for move in moves])
    await advance_order(connection, job, "begin")
    await match(connection, job.work_order_id)
    return MaterialTold(
        operation=job.id,
        material=material.id,
        consumed=material.consumed + facts.quantity,
        needed=material.quantity_each * job.target,
    )


async def flush_materials(
    connection: AsyncConnection, job: Job, pieces: Decimal, used: Sequence[UsedLot]
) -> tuple[list[tuple[Material, Move]], list[tuple[Material, Decimal]]]:
    """What the books take for so many pieces: moves by material, and how much of which was not there.

    Raises:
        LotsToConfirm: several lots of a tracked material lie at the line and the report does not say which went in.
    """
    moves: list[tuple[Material, Move]] = []
    short: list[tuple[Material, Decimal]] = []
    for material in await _materials(connection, job, "backflush"):
        said = [one for one in used if one.material == material.id]
        wanted = material.quantity_each * pieces
        if said:
            for one in said:
                took = await _take(
                    connection, job, material, lot=one.lot, serial=one.serial, quantity=one.quantity
                )
                moves += [(material, move) for move in took]
            continue
        rows = [
            row for row in await _at_line(connection, job, material) if row.status == "free" and row.free > 0
        ]
        if material.tracking != "none" and len({(row.lot_code, row.serial_code) for row in rows}) > 1:
            raise LotsToConfirm(
                f"{material.sku}: {len(rows)} lots lie at the line.",
                material=str(material.id),
                sku=material.sku,
                lots=[{"lot": row.lot_code or row.serial_code, "free": plain(row.free)} for row in rows],
            )
        took = await _moves(connection, job, material, rows, wanted)
        moves += [(material, move) for move in took]
        left = wanted - sum((move.quantity for move in took), start=ZERO)
        if left > 0:
            short.append((material, left))
    return moves, short


async def note_consumed(
    connection: AsyncConnection,
    command: Command[Any],
    job: Job,
    event: UUID,
    moves: Sequence[tuple[Material, Move]],
) -> None:
    """Keeps what went in beside its event, and tells the ERP."""
    if not moves:
        return
    await connection.execute(
        insert(Consumption),
        [
            {
                "id": new_id(),
                "work_order_id": job.work_order_id,
                "operation_id": job.id,
                "material_id": material.id,
                "event_id": event,
                "item_id": material.item_id,
                "lot_id": move.lot,
                "serial_id": move.serial,
                "quantity": move.quantity,
            }
            for material, move in moves
        ],
    )
    for material, move in moves:
        await connection.execute(
            update(OperationMaterial)
            .where(OperationMaterial.id == material.id)
            .values(consumed=OperationMaterial.consumed + move.quantity)
        )
    went = [
        Went(material=material.id, lot=move.lot, serial=move.serial, quantity=move.quantity)
        for material, move in moves
    ]
    await tell_consumed(connection, command, job, went)


async def note_short(
    connection: AsyncConnection, command: Command[Any], job: Job, short: Sequence[tuple[Material, Decimal]]
) -> None:
    """The pieces were made, so the material was there: where the books know less, a supervisor looks."""
    for material, left in short:
        found = Found(
            kind="backflush_short",
            item=material.item_id,
            place=job.line_place_id,
            document=job.work_order_id,
            details={"quantity": plain(left), "sku": material.sku, "job": f"{job.number}-{job.operation}"},
        )
        await raise_exception(connection, job.site_id, found, command=command)


async def _material(connection: AsyncConnection, job: Job, wanted: UUID) -> Material:
    for material in await _materials(connection, job, None):
        if material.id == wanted:
            return material
    raise WrongMaterial(f"{job.number} step {job.operation} has no such material.", material=str(wanted))


async def _materials(connection: AsyncConnection, job: Job, consumption: str | None) -> list[Material]:
    query = (
        select(
            OperationMaterial.id, OperationMaterial.line, OperationMaterial.item_id, Item.sku, Item.unit, Item.whole,
            Item.tracking, OperationMaterial.quantity_each, OperationMaterial.consumption, OperationMaterial.consumed,
        )
        .join(Item, Item.id == OperationMaterial.item_id)
        .where(OperationMaterial.operation_id == job.id)
        .order_by(OperationMaterial.line)
    )  # fmt: skip
    if consumption is not None:
        query = query.where(OperationMaterial.consumption == consumption)
    return [Material(**row) for row in (await connection.execute(query)).mappings()]


async def _at_line(connection: AsyncConnection, job: Job, material: Material) -> Sequence[Any]:
    """What lies at the line of a material, first to expire first, then the oldest."""
    rows = await connection.execute(
        select(
            *Quant.__table__.columns,
            (Quant.quantity - Quant.reserved).label("free"),
            Lot.code.label("lot_code"),
            Serial.code.label("serial_code"),
        )
        .outerjoin(Lot, Lot.id == Quant.lot_id)
        .outerjoin(Serial, Serial.id == Quant.serial_id)
        .where(
            Quant.site_id == job.site_id,
            Quant.item_id == material.item_id,
            Quant.place_id == job.line_place_id,
            Quant.quantity > 0,
        )
        .order_by(Lot.expires_on.asc().nulls_last(), Quant.since, Quant.id)
    )
    return rows.all()


async def _take(
    connection: AsyncConnection,
    job: Job,
    material: Material,
    *,
    lot: str | None,
    serial: str | None,
    quantity: Decimal,
) -> list[Move]:
    """The moves that take so much of exactly this lot or serial from the line."""
    rows = await _at_line(connection, job, material)
    if material.tracking == "none":
        mine = rows
    else:
        mine = [row for row in rows if (row.lot_code, row.serial_code) == (lot, serial)]
    code = lot or serial or ""
    if not mine and material.tracking != "none":
        expected = list(
            dict.fromkeys(row.lot_code or row.serial_code for row in rows if row.status == "free")
        )
        raise WrongLot(
            f"{code or 'Without a lot'} does not lie at this line"
            + (f"; here is {', '.join(expected[:5])}." if expected else "."),
            scanned=code,
            sku=material.sku,
            expected=expected,
        )
    free = [row for row in mine if row.status == "free"]
    if mine and not free:
        raise LotOnHold(
            f"{code or material.sku} is on hold ({mine[0].status}).",
            lot=code,
            sku=material.sku,
            status=mine[0].status,
        )
    moves = await _moves(connection, job, material, free, quantity)
    there = sum((move.quantity for move in moves), start=ZERO)
    if there < quantity:
        raise StockShort(
            f"{plain(there)} {material.unit} of {code or material.sku} at the line, {plain(quantity)} asked.",
            free=plain(there),
            wanted=plain(quantity),
            sku=material.sku,
        )
    return moves


async def _moves(
    connection: AsyncConnection, job: Job, material: Material, rows: Sequence[Any], wanted: Decimal
) -> list[Move]:
    production = await virtual_place(connection, job.site_id, "production")
    moves = []
    for row in rows:
        taken = min(wanted, row.free)
        if taken <= 0:
            continue
        wanted -= taken
        moves.append(
            Move(
                kind="consume",
                item=material.item_id,
                quantity=taken,
                from_place=job.line_place_id,
                to_place=production,
                lot=row.lot_id,
                serial=row.serial_id,
                owner=row.owner_id,
                from_handling_unit=row.handling_unit_id,
                document=job.work_order_id,
            )
        )
    return moves


COMMANDS: Registry = {"job.consume": (ConsumeMaterial, transactional(consume_material))}
