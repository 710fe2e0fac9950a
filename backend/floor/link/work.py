"""What a worker does for an ERP that takes and sends no messages by itself: write, pull, reconcile."""

from datetime import timedelta
from typing import Final

from backend.floor.link.erps import CORE, connect, erp_source, stock_book
from backend.floor.link.port import Erp
from backend.floor.link.puller import Puller
from backend.floor.link.reconcile import reconcile_due
from backend.floor.link.writer import ErpWriter
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.link import Handlers
from backend.kernel.live import Live
from backend.kernel.settings import Settings

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


def compare_jobs(settings: Settings) -> list[Job]:
    """What a worker does for our own core beside carrying its messages: compare stock when it is asked to, and at night."""
    if settings.erp_kind != CORE or settings.core_url is None:
        return []

    async def compare(db: Database, live: Live) -> None:
        del live
        book = stock_book(settings)
        if book is not None:
            await reconcile_due(db, book)
            await book.close()

    return [Job("link.reconcile", timedelta(seconds=15), compare, limit=timedelta(minutes=20))]


def erp_work(settings: Settings, db: Database, handlers: Handlers) -> ErpWork | None:
    """The link's work for the ERP in the settings; None for an ERP that speaks our messages.

    Raises:
        MissingSetting.
    """
    erp = connect(settings)
    return None if erp is None else ErpWork(db, erp, handlers)
