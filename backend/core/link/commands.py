"""What a person does about a message that does not get through: try it again, or drop it with a reason."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.link.schemas import MastersTold, TellMasters
from backend.core.masters.commands import tell
from backend.core.masters.tables import Partner
from backend.core.plm.commands import announce_all
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.link.repair import drop, replay
from backend.kernel.link.schemas import DropMessage, MessageState, ReplayMessage


async def replay_message(connection: AsyncConnection, command: Command[ReplayMessage]) -> MessageState:
    """Tries one message again at once, as if for the first time.

    Raises:
        NoSuchMessage, AlreadyThrough.
    """
    asked = command.payload
    await replay(connection, asked.way, [asked.seq], by=str(command.who.person_id))
    return MessageState(way=asked.way, seq=asked.seq, state="waiting")


async def drop_message(connection: AsyncConnection, command: Command[DropMessage]) -> MessageState:
    """Gives one message up; the reason and the person stay with it, and so does the message.

    Raises:
        NoSuchMessage, AlreadyThrough.
    """
    asked = command.payload
    await drop(connection, asked.way, asked.seq, reason=asked.reason.strip(), by=str(command.who.person_id))
    return MessageState(way=asked.way, seq=asked.seq, state="dropped")


async def tell_masters(connection: AsyncConnection, command: Command[TellMasters]) -> MastersTold:
    """Tells the floor every item and partner anew, for a floor that is new or has lost some. What it has as new it leaves as it is."""
    del command
    items = await announce_all(connection)
    partners = (await connection.execute(select(Partner).order_by(Partner.number))).all()
    for row in partners:
        await tell(connection, row)
    return MastersTold(items=items, partners=len(partners))


COMMANDS: Registry = {
    "core_link.tell_masters": (TellMasters, transactional(tell_masters)),
    "core_link.replay": (ReplayMessage, transactional(replay_message)),
    "core_link.drop": (DropMessage, transactional(drop_message)),
}
