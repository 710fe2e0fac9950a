"""Short pick and damage: what was found is booked, the rest is set right, and the next best place is proposed at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import LineShorted
from backend.floor.catalog import Place
from backend.floor.stock import Move, Quant, Reservation, post, unreserve
from backend.floor.wms.counting import open_count
from backend.floor.wms.picking.lines import ZERO, Line, add_line, book_pick, lock_line
from backend.floor.wms.picking.problems import LineDone, TooMuch
from backend.floor.wms.picking.replan import place_lines
from backend.floor.wms.picking.schemas import NextBest, ReportDamaged, ShortBooked, ShortPick
from backend.floor.wms.picking.tables import PickLine
from backend.floor.wms.picking.walk import floor_of
from backend.floor.wms.shipping import ShipmentLine, allocate_line
from backend.floor.work import Found, raise_exception
from backend.kernel import outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.quantity import plain

UNCOUNTABLE = frozenset({"unreachable"})


async def short_pick(connection: AsyncConnection, command: Command[ShortPick]) -> ShortBooked:
    """Books what was found, freezes the bin for a count, and looks for the rest elsewhere; what is nowhere is a backorder.

    Raises:
        LineDone: the line was finished meanwhile.
        TooMuch: more was found than the line needs; that is an ordinary pick.
    """
    facts = command.payload
    line = await _open_line(connection, command, facts.line, facts.found)
    tote = line.tote_id
    if facts.found > 0:
        line = await book_pick(connection, command, line, quantity=facts.found, tote=tote)
    missing = line.remaining
    if missing == 0:
        return ShortBooked(
            line=line.id, picked=line.picked, missing=ZERO, count=None, proposals=[], backorder=ZERO
        )
    await _close_short(connection, line)
    count = None
    if facts.reason not in UNCOUNTABLE:
        count = await open_count(
            connection,
            line.site_id,
            place=line.place_id,
            item=line.item_id,
            reason=f"short_{facts.reason}",
            command_id=command.id,
        )
    proposals, backorder = await _replace(
        connection, line, missing, avoid=await _quants_here(connection, line)
    )
    found = {"reason": facts.reason, "missing": plain(missing)}
    await _report(connection, command, line, "short_pick", found | _instead(proposals, backorder))
    if backorder > 0:
        await _backorder(connection, command, line, backorder, facts.reason)
    return ShortBooked(
        line=line.id,
        picked=line.picked,
        missing=missing,
        count=count,
        proposals=proposals,
        backorder=backorder,
    )


async def report_damaged(connection: AsyncConnection, command: Command[ReportDamaged]) -> ShortBooked:
    """Sets damaged pieces aside in their bin and replaces them, from the same bin first."""
    facts = command.payload
    line = await _open_line(connection, command, facts.line, facts.quantity)
    reserved = min(line.reserved, facts.quantity)
    damaged = Move(
        kind="damage",
        item=line.item_id,
        quantity=facts.quantity,
        from_place=line.place_id,
        to_place=line.place_id,
        lot=line.lot_id,
        serial=line.serial_id,
        owner=line.owner_id,
        from_handling_unit=line.from_handling_unit_id,
        to_handling_unit=line.from_handling_unit_id,
        to_status="damaged",
        from_reserved=reserved,
        reason="damaged_at_pick",
        document=line.request_id,
        task=line.round_id,
    )
    await post(connection, command, [damaged])
    await _use_up(connection, line, reserved)
    if facts.quantity == line.remaining:
        await connection.execute(update(PickLine).where(PickLine.id == line.id).values(state="short"))
    else:
        await connection.execute(
            update(PickLine).where(PickLine.id == line.id).values(quantity=PickLine.quantity - facts.quantity)
        )
    proposals, backorder = await _replace(connection, line, facts.quantity, avoid=())
    aside = {"quantity": plain(facts.quantity)}
    await _report(connection, command, line, "damaged", aside | _instead(proposals, backorder))
    if backorder > 0:
        await _backorder(connection, command, line, backorder, "damaged")
    return ShortBooked(
        line=line.id,
        picked=line.picked,
        missing=facts.quantity,
        count=None,
        proposals=proposals,
        backorder=backorder,
    )


def _instead(proposals: Sequence[NextBest], backorder: Decimal) -> dict[str, str]:
    """Where the rest is picked now, and what the customer gets later, as a supervisor reads it."""
    elsewhere = ", ".join(f"{plain(best.quantity)} × {best.place_code}" for best in proposals)
    told = {"elsewhere": elsewhere, "backorder": plain(backorder) if backorder > 0 else ""}
    return {name: value for name, value in told.items() if value}


async def _open_line(
    connection: AsyncConnection, command: Command[Any], line_id: UUID, quantity: Decimal
) -> Line:
    line = await lock_line(connection, command, line_id)
    if line.state != "open":
        raise LineDone(state=line.state, place=line.place_code, sku=line.sku)
    if quantity > line.remaining:
        raise TooMuch(quantity=plain(quantity), remaining=plain(line.remaining), sku=line.sku)
    return line


async def _close_short(connection: AsyncConnection, line: Line) -> None:
    freed = await unreserve(connection, reservation=line.reservation_id)
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - freed)
    )
    await connection.execute(
        update(PickLine).where(PickLine.id == line.id).values(state="short", version=PickLine.version + 1)
    )


async def _use_up(connection: AsyncConnection, line: Line, reserved: Decimal) -> None:
    await connection.execute(
        update(Reservation)
        .where(Reservation.id == line.reservation_id)
        .values(quantity=Reservation.quantity - reserved)
    )
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(allocated=ShipmentLine.allocated - reserved)
    )


async def _quants_here(connection: AsyncConnection, line: Line) -> list[UUID]:
    found = await connection.execute(
        select(Quant.id).where(Quant.place_id == line.place_id, Quant.item_id == line.item_id)
    )
    return list(found.scalars())


_SPOT = (Place.aisle, Place.block, Place.offset_m, Place.x)


async def _replace(
    connection: AsyncConnection, line: Line, missing: Decimal, *, avoid: Sequence[UUID]
) -> tuple[list[NextBest], Decimal]:
    made = await allocate_line(
        connection,
        line.site_id,
        line=line.shipment_line_id,
        item=line.item_id,
        wanted=missing,
        ships_on=line.ships_on,
        min_shelf_life_days=line.min_shelf_life_days,
        avoid=avoid,
    )
    promised = await _promised(connection, made)
    floor = await floor_of(connection, line.site_id)
    here = (await connection.execute(select(*_SPOT).where(Place.id == line.place_id))).one()
    proposals = []
    for row in promised:
        added = await add_line(
            connection,
            line,
            quant=row.quant_id,
            reservation=row.id,
            quantity=row.quantity,
            sequence=line.sequence,
        )
        proposals.append(
            NextBest(
                line=added,
                place=row.place_id,
                place_code=row.code,
                quantity=row.quantity,
                distance_m=round(floor.distance(here, row), 1),
            )
        )
    await place_lines(connection, line.site_id, line.round_id, start=line.place_id)
    return sorted(proposals, key=lambda best: best.distance_m), missing - sum(
        (row.quantity for row in promised), start=ZERO
    )


async def _promised(connection: AsyncConnection, reservations: Sequence[UUID]) -> Sequence[Any]:
    found = await connection.execute(
        select(
            Reservation.id,
            Reservation.quantity,
            Reservation.quant_id,
            Place.id.label("place_id"),
            Place.code,
            *_SPOT,
        )
        .join(Quant, Quant.id == Reservation.quant_id)
        .join(Place, Place.id == Quant.place_id)
        .where(Reservation.id.in_(reservations))
    )
    return found.all()


async def _backorder(
    connection: AsyncConnection, command: Command[Any], line: Line, backorder: Decimal, reason: str
) -> None:
    await connection.execute(
        update(ShipmentLine)
        .where(ShipmentLine.id == line.shipment_line_id)
        .values(shorted=ShipmentLine.shorted + backorder)
    )
    message = LineShorted(
        number=line.order_number,
        line=line.order_line,
        sku=line.sku,
        quantity=backorder,
        unit=line.unit,
        reason=reason,
        at=command.captured_at,
    )
    await outbox.send(
        connection, message_type=LineShorted.TYPE, document=f"shipment/{line.order_number}", data=message
    )


async def _report(
    connection: AsyncConnection, command: Command[Any], line: Line, kind: str, details: dict[str, Any]
) -> None:
    note = {"note": command.payload.note} if command.payload.note else {}
    photo = {"photo": str(command.payload.photo)} if command.payload.photo else {}
    found = Found(
        kind=kind,
        task=line.round_id,
        item=line.item_id,
        lot=line.lot_id,
        place=line.place_id,
        document=line.request_id,
        details=details | {"order": line.order_number, "sku": line.sku} | note | photo,
    )
    await raise_exception(connection, line.site_id, found, command=command)


COMMANDS: Registry = {
    "pick.short": (ShortPick, transactional(short_pick)),
    "pick.damaged": (ReportDamaged, transactional(report_damaged)),
}
