"""What a worker does for the link besides carrying messages: pull, reconcile, and forget what is long done."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.link.erps import connect, erp_source
from backend.floor.link.port import Erp
from backend.floor.link.puller import Puller
from backend.floor.link.reconcile import reconcile_due
from backend.floor.link.writer import ErpWriter
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.link import Handlers
from backend.kernel.live import Live
from backend.kernel.settings import Settings
from backend.kernel.tables import Inbox, Outbox

KEPT: Final = timedelta(days=30)  # how long a message stays that has got through
AT_ONCE: Final = 5000
PARALLEL: Final = 4  # documents written into an ERP at the same time: it is people's, too
LEASE: Final = timedelta(seconds=90)


class ErpWork:
    """The link to an ERP that takes and sends no messages by itself."""

    def __init__(self, db: Database, erp: Erp, handlers: Handlers) -> None:
        self.erp = erp
        self.writer = ErpWriter(db, erp)
        self._puller = Puller(db, erp, handlers, source=erp_source(erp))
        self.jobs = [
            Job("link.pull", timedelta(seconds=5), self._pull),
            Job("link.reconcile", timedelta(seconds=15), self._reconcile, limit=timedelta(minutes=20)),
        ]

    async def _pull(self, db: Database, live: Live) -> None:
        del db, live
        await self._puller.pull()

    async def _reconcile(self, db: Database, live: Live) -> None:
        del live
        await reconcile_due(db, self.erp)


def erp_work(settings: Settings, db: Database, handlers: Handlers) -> ErpWork | None:
    """The link's work for the ERP in the settings; None for an ERP that speaks our messages.

    Raises:
        MissingSetting.
    """
    erp = connect(settings)
    return None if erp is None else ErpWork(db, erp, handlers)


async def purge(db: Database, live: Live, *, kept: timedelta = KEPT) -> int:
    """Deletes messages that got through, or were given up, long ago; some thousands at a time. Returns how many.

    A message stays that came in after `kept` only in so far as its id still matters: senders repeat within days, not months.
    """
    del live
    gone = 0
    for table, ended, states in (
        (Inbox, Inbox.done_at, ("done",)),
        (Outbox, Outbox.sent_at, ("sent",)),
    ):
        while True:
            async with db.transaction() as connection:
                count = await _purge_some(connection, table, ended, states, kept)
            gone += count
            if count < AT_ONCE:
                break
    return gone


async def _purge_some(
    connection: AsyncConnection, table: Any, ended: Any, states: tuple[str, ...], kept: timedelta
) -> int:
    old = (
        select(table.seq)
        .where(table.state.in_(states), ended < clock.now() - kept)
        .order_by(table.seq)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    done = await connection.execute(delete(table).where(table.seq.in_(old)).returning(table.seq))
    return len(done.all())


LINK_JOBS: Final = [Job("link.purge", timedelta(hours=6), partial(purge))]
