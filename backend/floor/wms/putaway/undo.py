"""Giving up: room that was kept is freed, a putaway is taken back by moves the other way."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import HandlingUnit, NotUndoable, StockMove, StockShort, post, reverse
from backend.floor.wms.putaway.schemas import CancelPutaway, HoldReleased, PutBack, UndoPutaway
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional


async def cancel_putaway(connection: AsyncConnection, command: Command[CancelPutaway]) -> HoldReleased:
    """Frees the room that was kept for me."""
    gone = await connection.execute(
        delete(PutawayHold)
        .where(PutawayHold.id == command.payload.hold, PutawayHold.person_id == command.who.person_id)
        .returning(PutawayHold.id)
    )
    return HoldReleased(hold=command.payload.hold, released=gone.first() is not None)


async def undo_putaway(connection: AsyncConnection, command: Command[UndoPutaway]) -> PutBack:
    """The load goes back to where it was taken from.

    Raises:
        NotUndoable: no such putaway, undone before, or something of it was used or promised meanwhile.
    """
    undone = command.payload.command
    kinds = await connection.execute(select(StockMove.kind).where(StockMove.command_id == undone).distinct())
    if set(kinds.scalars()) != {"putaway"}:
        raise NotUndoable
    moves = await reverse(connection, command, undone)
    try:
        await post(connection, command, moves)
    except StockShort as short:
        raise NotUndoable(short.detail, **short.facts) from short
    back, left = moves[0].to_place, moves[0].from_place
    unit = moves[0].from_handling_unit
    if unit is not None:
        stood = await connection.execute(
            update(HandlingUnit)
            .where(HandlingUnit.id == unit, HandlingUnit.place_id == left)
            .values(place_id=back)
            .returning(HandlingUnit.id)
        )
        if stood.first() is None:
            raise NotUndoable("The unit has been moved meanwhile.")
    code = await connection.execute(select(Place.code).where(Place.id == back))
    return PutBack(place=back, place_code=code.scalar_one(), moves=len(moves))


async def drop_holds(connection: AsyncConnection) -> int:
    """Clears away room that was kept too long ago; it had stopped counting when its time was over."""
    gone = await connection.execute(
        delete(PutawayHold)
        .where(PutawayHold.expires_at < clock.now() - timedelta(minutes=1))
        .returning(PutawayHold.id)
    )
    return len(gone.all())


COMMANDS: Registry = {
    "putaway.cancel": (CancelPutaway, transactional(cancel_putaway)),
    "putaway.undo": (UndoPutaway, transactional(undo_putaway)),
}
