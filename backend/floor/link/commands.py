"""What a person does about a message that does not get through: try it again, or drop it with a reason."""

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.roles import ADMIN, SUPERVISOR
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


def _allowed(who: Who) -> None:
    if who.roles.isdisjoint({SUPERVISOR, ADMIN}):
        raise NotAllowed("This needs the role supervisor", needed=[SUPERVISOR])


COMMANDS: Registry = {
    "link.replay": (ReplayMessage, transactional(replay_message)),
    "link.drop": (DropMessage, transactional(drop_message)),
}
