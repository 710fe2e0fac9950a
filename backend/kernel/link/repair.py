"""What a person does about messages that do not get through: try them again, or drop them with a reason."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel import clock
from backend.kernel.link.queries import NoSuchMessage, table
from backend.kernel.link.schemas import Way
from backend.kernel.problems import Conflict
from backend.kernel.tables import Inbox

_OPEN = ("waiting", "dead", "unknown", "dropped")


class AlreadyThrough(Conflict):
    """The message did get through, so there is nothing to try again or to drop."""

    type = "already-through"
    title = "That message has got through"


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
