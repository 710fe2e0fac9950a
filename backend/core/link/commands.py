"""What a person does about a message that does not get through: try it again, or drop it with a reason."""

from sqlalchemy.ext.asyncio import AsyncConnection

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


COMMANDS: Registry = {
    "core_link.replay": (ReplayMessage, transactional(replay_message)),
    "core_link.drop": (DropMessage, transactional(drop_message)),
}
