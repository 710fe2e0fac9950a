"""What a person does about a message that does not get through (try it again, or drop it with a reason), and about differences."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.roles import ADMIN, SUPERVISOR
from backend.contract.stock import StockAdjusted
from backend.floor.catalog import Item
from backend.floor.link.differences import DifferenceSettled, settle_one
from backend.floor.link.schemas import Settled, SettleDifference
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, Who, transactional
from backend.kernel.link.repair import drop, replay
from backend.kernel.link.schemas import DropMessage, MessageState, ReplayMessage
from backend.kernel.problems import NotAllowed


async def replay_message(connection: AsyncConnection, command: Command[ReplayMessage]) -> MessageState:
    """Tries one message again at once, as if for the first time. A dropped one comes back to life.

    Raises:
        NoSuchMessage, AlreadyThrough, NotAllowed.
    """
    _allowed(command.who)
    asked = command.payload
    await replay(connection, asked.way, [asked.seq], by=str(command.who.person_id))
    return MessageState(way=asked.way, seq=asked.seq, state="waiting")


async def drop_message(connection: AsyncConnection, command: Command[DropMessage]) -> MessageState:
    """Gives one message up; the reason and the person stay with it, and so does the message.

    Raises:
        NoSuchMessage, AlreadyThrough, NotAllowed.
    """
    _allowed(command.who)
    asked = command.payload
    await drop(connection, asked.way, asked.seq, reason=asked.reason.strip(), by=str(command.who.person_id))
    return MessageState(way=asked.way, seq=asked.seq, state="dropped")


async def settle_difference(connection: AsyncConnection, command: Command[SettleDifference]) -> Settled:
    """Decides about a difference in stock, once. `correct` tells the ERP to book as much more or less as the floor has; both keep
    moving meanwhile, which changes nothing about the difference.

    Raises:
        DifferenceSettled: somebody has decided, or the two agree again.
    """
    _allowed(command.who)
    asked = command.payload
    found = await settle_one(connection, asked, person=command.who.person_id, site=command.who.site_id)
    if found is None:
        raise DifferenceSettled(difference=str(asked.difference))
    change = (found.ours or Decimal(0)) - (found.theirs or Decimal(0))
    if asked.decision == "correct" and found.sku is not None and change:
        unit = (await connection.execute(select(Item.unit).where(Item.sku == found.sku))).scalar_one()
        message = StockAdjusted(
            sku=found.sku, change=change, unit=unit, reason="reconciled", at=clock.now(), lot=found.lot
        )
        await outbox.send(connection, message_type=message.TYPE, document=f"item/{found.sku}", data=message)
    return Settled(difference=asked.difference, decision=asked.decision)


def _allowed(who: Who) -> None:
    if who.roles.isdisjoint({SUPERVISOR, ADMIN}):
        raise NotAllowed("This needs the role supervisor", needed=[SUPERVISOR])


COMMANDS: Registry = {
    "link.settle": (SettleDifference, transactional(settle_difference)),
    "link.replay": (ReplayMessage, transactional(replay_message)),
    "link.drop": (DropMessage, transactional(drop_message)),
}
