"""The demo's floor linked to a live Tryton: what the worker's loops do, one turn at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from backend.floor.link import HANDLERS
from backend.floor.link.erps.tryton import Tryton, TrytonErp
from backend.floor.link.puller import Puller
from backend.floor.link.writer import ErpWriter
from backend.kernel.link import InboxReader, Relay
from tests.support.demo_floor import DemoFloor
from tests.support.tryton.office import LINK_PASSWORD, LINK_USER, Office
from tests.support.tryton.server import DATABASE

SOURCE = "urn:gemba:erp:tryton"


@dataclass
class Linked:
    """Floor, ERP, and the link's own ends between them."""

    floor: DemoFloor
    office: Office
    erp: TrytonErp
    url: str

    async def pull(self) -> int:
        """Looks once for changes in the ERP; returns how many messages that made."""
        return await Puller(self.floor.db, self.erp, HANDLERS, source=SOURCE).pull()

    async def read(self) -> None:
        """Reads the inbox as the worker does."""
        reader = InboxReader(self.floor.db, HANDLERS)
        while await reader.step():
            pass

    async def come_in(self) -> None:
        """What changed in the ERP is on the floor."""
        await self.pull()
        await self.read()

    @asynccontextmanager
    async def relay(self, erp: TrytonErp | None = None, *, longest: float = 25.0) -> AsyncIterator[Relay]:
        """A worker's outbox end."""
        relay = Relay(
            self.floor.db,
            ErpWriter(self.floor.db, erp or self.erp, longest=longest),
            source="https://gemba.test/floor",
            parallel=2,
        )
        yield relay
        await relay.finish()

    async def go_out(self, *, erp: TrytonErp | None = None, seconds: float = 180) -> None:
        """The outbox is written into the ERP, or stopped for a person."""
        async with self.relay(erp) as relay:
            until = time.monotonic() + seconds
            while await self.waiting():
                assert time.monotonic() < until, await self.outbox()
                if not await relay.step():
                    await asyncio.sleep(0.02)

    async def waiting(self) -> int:
        """How many messages still wait in the outbox."""
        return int(await self.floor.scalar("select count(*) from outbox where state = 'waiting'"))

    async def outbox(self) -> list[Any]:
        """What is not sent, and why."""
        return await self.rows(
            "select type, document, state, tries, last_error from outbox where state <> 'sent'"
        )

    async def rows(self, query: str, **parameters: Any) -> list[Any]:
        """Rows straight from the books."""
        async with self.floor.db.transaction() as connection:
            return list(await connection.execute(text(query), parameters))

    async def message(self, document: str) -> dict[str, Any]:
        """The latest message of a document, as it came in."""
        rows = await self.rows(
            "select state, type, last_error, body->'data' as data from inbox where document = :d order by seq desc limit 1",
            d=document,
        )
        return dict(rows[0]._mapping)

    async def latest(self) -> list[Any]:
        """The two messages that came in last."""
        return await self.rows("select id, type, body->'data' as data from inbox order by seq desc limit 2")

    async def differences(self, document: str) -> list[Any]:
        """What floor and ERP say differently of a document, each with its open exception."""
        return await self.rows(
            "select d.kind, d.sku, d.lot, d.ours, d.theirs, d.told from link_difference d"
            " join exception e on e.id = d.exception_id and e.state = 'open' and e.kind = 'erp_difference'"
            " where d.document = :d and d.settled_at is null order by d.sku, d.lot",
            d=document,
        )


def tryton_erp(url: str, **more: Any) -> TrytonErp:
    """The adapter, as the link's own user of the ERP."""
    return TrytonErp(Tryton(url, DATABASE, LINK_USER, LINK_PASSWORD, **more))
