"""Messages that got through long ago are forgotten; those that wait for a person, or were dropped by one, stay."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.live import Live
from backend.kernel.tables import Inbox, Outbox

KEPT: Final = timedelta(
    days=30
)  # far longer than any sender repeats a message: the inbox's memory is what makes it harmless
AT_ONCE: Final = 5000
_ENDS: Final[tuple[tuple[Any, Any, str], ...]] = (
    (Inbox, Inbox.done_at, "done"),
    (Outbox, Outbox.sent_at, "sent"),
)


async def purge(db: Database, live: Live, *, kept: timedelta = KEPT) -> None:
    """Deletes read and sent messages that ended more than `kept` ago, some thousands in a transaction."""
    del live
    for box, ended, state in _ENDS:
        while True:
            async with db.transaction() as connection:
                if await _some(connection, box, ended, state, kept) < AT_ONCE:
                    break


async def _some(connection: AsyncConnection, box: Any, ended: Any, state: str, kept: timedelta) -> int:
    old = (
        select(box.seq)
        .where(box.state == state, ended < clock.now() - kept)
        .order_by(box.seq)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    done = await connection.execute(delete(box).where(box.seq.in_(old)).returning(box.seq))
    return len(done.all())


PURGE: Final = Job("link.purge", timedelta(hours=6), purge)
