"""Changes on the way: another lot of the same bin, skip for later, a full tote, the zero check."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import Lot, Quant, Reservation, reserve, unreserve
from backend.floor.wms.counting import open_count
from backend.floor.wms.picking.claims import bind_tote
from backend.floor.wms.picking.lines import Line, add_line, lock_line
from backend.floor.wms.picking.problems import LineDone, NotThere, WrongTote
from backend.floor.wms.picking.replan import last_stand, place_lines
from backend.floor.wms.picking.schemas import (
    BindTote,
    ChangeLot,
    LineSkipped,
    LotChanged,
    SkipLine,
    ToteBound,
    ToteFull,
    ZeroCheck,
    ZeroChecked,
)
from backend.floor.wms.picking.tables import PickLine, RoundTote
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain


async def change_lot(connection: AsyncConnection, command: Command[ChangeLot]) -> LotChanged:
    """Lets a line take from another lot, serial or handling unit that lies in the same bin.

    If that is promised to another open line of the same size, the two lines change places; if it holds less than the line
    needs, the line is split.

    Raises:
        NotThere: it does not lie there, is too old for this customer, or is promised otherwise.
    """
    line = await lock_line(connection, command, command.payload.line)
    if line.state != "open":
        raise LineDone(state=line.state, place=line.place_code, sku=line.sku)
    other = await _other_quant(connection, line, command.payload)
    free = other.quantity - other.reserved
    if free <= 0:
        await _swap(connection, line, other.id)
        return LotChanged(line=line.id, quantity=line.remaining, split=None)
    taken = min(free, line.remaining)
    reservation = await reserve(
        connection, line.site_id, quant=other.id, demand=line.shipment_line_id, quantity=taken
    )
    if reservation is None:
        raise NotThere("Someone was faster: that lot is promised now.", place=line.place_code)
    await unreserve(connection, reservation=line.reservation_id, quantity=min(taken, line.reserved))
    split = await _move_line(connection, line, other.id, reservation, taken)
    return LotChanged(line=line.id, quantity=taken, split=split)


async def _other_quant(connection: AsyncConnection, line: Line, wanted: ChangeLot) -> Any:
    query = (
        select(Quant.id, Quant.quantity, Quant.reserved, Lot.expires_on, Lot.code)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .where(
            Quant.place_id == line.place_id,
            Quant.item_id == line.item_id,
            Quant.status == "free",
            Quant.quantity > 0,
            Quant.id != line.quant_id,
        )
        .order_by((Quant.quantity - Quant.reserved).desc(), Quant.id)
        .limit(1)
    )
    if wanted.lot is not None:
        query = query.where(Quant.lot_id == wanted.lot)
    if wanted.serial is not None:
        query = query.where(Quant.serial_id == wanted.serial)
    if wanted.handling_unit is not None:
        query = query.where(Quant.handling_unit_id == wanted.handling_unit)
    row = (await connection.execute(query)).first()
    if row is None or not (wanted.lot or wanted.serial or wanted.handling_unit):
        raise NotThere(f"The books do not have that in {line.place_code}.", place=line.place_code)
    if row.expires_on is not None:
        days = (row.expires_on - line.ships_on).days
        if days < line.min_shelf_life_days:
            raise NotThere(
                f"Lot {row.code} expires too soon for this customer.",
                lot=row.code,
                days=days,
                wanted_days=line.min_shelf_life_days,
            )
    return row


async def _move_line(
    connection: AsyncConnection, line: Line, quant: UUID, reservation: UUID, taken: Decimal
) -> UUID | None:
    rest = line.remaining - taken
    split = None
    if rest > 0:
        split = await add_line(
            connection,
            line,
            quant=line.quant_id,
            reservation=line.reservation_id,
            quantity=rest,
            sequence=line.sequence + 1,
        )
    if line.picked > 0:
        added = await add_line(
            connection, line, quant=quant, reservation=reservation, quantity=taken, sequence=line.sequence
        )
        await connection.execute(
            update(PickLine).where(PickLine.id == line.id).values(quantity=line.picked, state="picked")
        )
        return added
    await connection.execute(
        update(PickLine)
        .where(PickLine.id == line.id)
        .values(quant_id=quant, reservation_id=reservation, quantity=taken, version=PickLine.version + 1)
    )
    return split


async def _swap(connection: AsyncConnection, line: Line, quant: UUID) -> None:
    other = (
        await connection.execute(
            select(PickLine.id, PickLine.reservation_id)
            .join(Reservation, Reservation.id == PickLine.reservation_id)
            .where(
                PickLine.quant_id == quant,
                PickLine.state == "open",
                PickLine.picked == 0,
                PickLine.id != line.id,
                Reservation.quantity == line.reserved,
                PickLine.quantity == line.remaining,
            )
            .order_by(PickLine.id)
            .limit(1)
            .with_for_update(of=PickLine, skip_locked=True, key_share=True)
        )
    ).first()
    if other is None or line.picked > 0:
        raise NotThere("That is promised to another order.", place=line.place_code)
    for pick_line, reservation, to in (
        (line.id, line.reservation_id, quant),
        (other.id, other.reservation_id, line.quant_id),
    ):
        await connection.execute(
            update(PickLine).where(PickLine.id == pick_line).values(quant_id=to, version=PickLine.version + 1)
        )
        await connection.execute(update(Reservation).where(Reservation.id == reservation).values(quant_id=to))


async def skip_line(connection: AsyncConnection, command: Command[SkipLine]) -> LineSkipped:
    """Puts a line at the end of the round, where it still has to be done, and plans the walk to the others again."""
    line = await lock_line(connection, command, command.payload.line)
    if line.state != "open":
        raise LineDone(state=line.state, place=line.place_code, sku=line.sku)
    last = (
        await connection.execute(
            select(func.max(PickLine.sequence)).where(PickLine.round_id == line.round_id)
        )
    ).scalar_one()
    await connection.execute(
        update(PickLine)
        .where(PickLine.id == line.id)
        .values(sequence=last + 10, skipped=PickLine.skipped + 1, version=PickLine.version + 1)
    )
    start = command.payload.at or await last_stand(connection, line.round_id)
    await place_lines(connection, line.site_id, line.round_id, start=start)
    placed = await connection.execute(select(PickLine.sequence).where(PickLine.id == line.id))
    return LineSkipped(line=line.id, sequence=placed.scalar_one())


async def tote_full(connection: AsyncConnection, command: Command[ToteFull]) -> ToteBound:
    """Closes a tote and puts another in a new slot for the rest of its order."""
    facts = command.payload
    slot = (
        await connection.execute(
            select(RoundTote.round_id, RoundTote.request_id, RoundTote.drop_place_id, RoundTote.state)
            .where(RoundTote.id == facts.tote)
            .with_for_update(key_share=True)
        )
    ).first()
    if slot is None or slot.state != "filling":
        raise WrongTote
    last = (
        await connection.execute(select(func.max(RoundTote.slot)).where(RoundTote.round_id == slot.round_id))
    ).scalar_one()
    added = facts.added or new_id()
    await connection.execute(
        insert(RoundTote).values(
            id=added,
            round_id=slot.round_id,
            slot=last + 1,
            request_id=slot.request_id,
            drop_place_id=slot.drop_place_id,
        )
    )
    bound = await bind_tote(connection, _as_bind(command, added))
    await connection.execute(update(RoundTote).where(RoundTote.id == facts.tote).values(state="full"))
    await connection.execute(
        update(PickLine)
        .where(PickLine.tote_id == facts.tote, PickLine.state == "open")
        .values(tote_id=added, version=PickLine.version + 1)
    )
    return bound


def _as_bind(command: Command[ToteFull], tote: UUID) -> Command[BindTote]:
    return Command(
        id=command.id,
        type=command.type,
        payload=BindTote(tote=tote, code=command.payload.code),
        who=command.who,
        captured_at=command.captured_at,
        task=command.task,
    )


async def zero_check(connection: AsyncConnection, command: Command[ZeroCheck]) -> ZeroChecked:
    """Compares what the picker counted in a nearly empty bin with the books; a difference opens a count."""
    facts = command.payload
    line = await lock_line(connection, command, facts.line)
    expected = (
        await connection.execute(
            select(func.coalesce(func.sum(Quant.quantity), 0)).where(
                Quant.place_id == line.place_id, Quant.item_id == line.item_id, Quant.status == "free"
            )
        )
    ).scalar_one()
    if expected == facts.left:
        return ZeroChecked(line=line.id, expected=expected, left=facts.left, count=None)
    count = await open_count(
        connection,
        line.site_id,
        place=line.place_id,
        item=line.item_id,
        reason="zero_check",
        command_id=command.id,
    )
    found = Found(
        kind="zero_check_differs",
        task=line.round_id,
        item=line.item_id,
        place=line.place_id,
        details={"expected": plain(expected), "left": plain(facts.left)},
    )
    await raise_exception(connection, line.site_id, found, command=command)
    return ZeroChecked(line=line.id, expected=expected, left=facts.left, count=count)


COMMANDS: Registry = {
    "pick.change_lot": (ChangeLot, transactional(change_lot)),
    "pick.skip": (SkipLine, transactional(skip_line)),
    "pick.tote_full": (ToteFull, transactional(tote_full)),
    "pick.zero_check": (ZeroCheck, transactional(zero_check)),
}
