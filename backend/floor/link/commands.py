"""What a person does about a message that does not get through: try it again, or drop it with a reason."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.roles import ADMIN, SUPERVISOR
from backend.floor.link.queries import NoSuchMessage, table
from backend.floor.link.schemas import DropMessage, MessageState, ReplayMessage, Way
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, Who, transactional
from backend.kernel.problems import Conflict, NotAllowed
from backend.kernel.tables import Inbox

_OPEN = ("waiting", "dead", "unknown", "dropped")


class AlreadyThrough(Conflict):
    """The message did get through, so there is nothing to try again or to drop."""

    type = "already-through"
    title = "That message has got through"


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


async def replay(connection: AsyncConnection, way: Way, seqs: list[int], *, by: str) -> None:
    """Makes messages due now with all their tries before them, and with each the rest of its document.

    Raises:
        NoSuchMessage, AlreadyThrough.
    """
    kept = table(way)
    for seq in seqs:
        document = await _lock(connection, way, seq)
        note = f"{clock.now():%Y-%m-%d %H:%M} UTC: tried again by {by}"
        await connection.execute(
            update(kept).where(kept.seq == seq).values(state="waiting", tries=0, note=note)
        )
        await connection.execute(
            update(kept)
            .where(kept.document == document, kept.state == "waiting")
            .values(next_try_at=func.now())
        )


async def drop(connection: AsyncConnection, way: Way, seq: int, *, reason: str, by: str) -> None:
    """Gives a message up and lets its document go on.

    Raises:
        NoSuchMessage, AlreadyThrough.
    """
    kept = table(way)
    document = await _lock(connection, way, seq)
    note = f"{clock.now():%Y-%m-%d %H:%M} UTC: dropped by {by}: {reason}"
    await connection.execute(update(kept).where(kept.seq == seq).values(state="dropped", note=note))
    await connection.execute(
        update(kept).where(kept.document == document, kept.state == "waiting").values(next_try_at=func.now())
    )


async def dead(connection: AsyncConnection, way: Way) -> list[int]:
    """The numbers of all messages of one way that wait for a person."""
    kept = table(way)
    states = ("dead", "unknown") if kept is Inbox else ("dead",)
    rows = await connection.execute(select(kept.seq).where(kept.state.in_(states)).order_by(kept.seq))
    return list(rows.scalars())


async def _lock(connection: AsyncConnection, way: Way, seq: int) -> Any:
    kept = table(way)
    row = (
        await connection.execute(select(kept.document, kept.state).where(kept.seq == seq).with_for_update())
    ).first()
    if row is None:
        raise NoSuchMessage(way=way, seq=seq)
    if row.state not in _OPEN:
        raise AlreadyThrough(way=way, seq=seq)
    return row.document


COMMANDS: Registry = {
    "link.replay": (ReplayMessage, transactional(replay_message)),
    "link.drop": (DropMessage, transactional(drop_message)),
}
