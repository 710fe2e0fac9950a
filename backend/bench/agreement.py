"""Whether two books agree once everything has got through: every message once and in order, sums that must hold, stock item by item."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg

from backend.floor.catalog import PHYSICAL_KINDS
from backend.floor.stock.audit import audit_url
from backend.kernel.embedded import Urls

_LEFT = "select count(*) from {} where state = 'waiting'"
_STUCK = "select type, document, state, last_error from {} where state in ('dead', 'unknown') limit 5"
_OURS = """
select i.sku, sum(q.quantity) from quant q join item i on i.id = q.item_id join place p on p.id = q.place_id
where p.kind = any($1) and q.quantity > 0 group by i.sku
"""


@dataclass
class Books:
    """A way into both databases."""

    urls: Urls
    floor: asyncpg.Connection
    core: asyncpg.Connection

    async def waiting(self) -> int:
        """How many messages are on their way or not read yet, both ways."""
        return int(
            sum(
                [
                    await side.fetchval(_LEFT.format(box))
                    for side in (self.floor, self.core)
                    for box in ("outbox", "inbox")
                ]
            )
        )

    async def close(self) -> None:
        """Closes both."""
        await self.floor.close()
        await self.core.close()


async def books(urls: Urls) -> Books:
    """Opens both databases as their owners."""
    return Books(urls, await asyncpg.connect(urls.owner), await asyncpg.connect(urls.core_owner))


async def disagreements(found: Books) -> list[str]:
    """What is wrong, in words; nothing if the two agree."""
    wrong: list[str] = []
    for name, sender, receiver in (
        ("floor to core", found.floor, found.core),
        ("core to floor", found.core, found.floor),
    ):
        sent = {str(row["id"]) for row in await sender.fetch("select id from outbox where state = 'sent'")}
        came = {row["id"] for row in await receiver.fetch("select id from inbox")}
        if lost := sent - came:
            wrong.append(f"{name}: {len(lost)} messages lost, e.g. {min(lost)}")
        for side, box in ((sender, "outbox"), (receiver, "inbox")):
            wrong += [f"{name}: {dict(row)}" for row in await side.fetch(_STUCK.format(box))]
        if turned := await disordered(receiver):
            wrong.append(f"{name}: {turned} messages were read before an earlier one of their document")
    wrong += [f"{one.check}: {one.count} wrong" for one in await audit_url(found.urls.app)]
    if (
        balance := await found.core.fetchval("select coalesce(sum(debit - credit), 0) from journal_line")
    ) != 0:
        wrong.append(f"the trial balance is {balance}")
    return wrong + await _stock(found)


async def disordered(side: asyncpg.Connection) -> int:
    """Messages that ended before one of their document with a lower sequence did."""
    found: int = await side.fetchval(
        "select count(*) from (select done_at < max(done_at) over (partition by source, document order by sequence"
        " rows between unbounded preceding and 1 preceding) as turned from inbox where state = 'done') x where turned"
    )
    return found


async def _stock(found: Books) -> list[str]:
    """Where floor and core count differently."""
    ours: dict[str, Decimal] = dict(await found.floor.fetch(_OURS, list(PHYSICAL_KINDS)))
    rows: list[Any] = await found.core.fetch("select sku, quantity from stock_value")
    theirs = {row["sku"]: row["quantity"] for row in rows}
    return [
        f"of {sku} the floor has {ours.get(sku, 0)}, the core {theirs.get(sku, 0)}"
        for sku in sorted(ours.keys() | theirs.keys())
        if ours.get(sku, Decimal(0)) != theirs.get(sku, Decimal(0))
    ]
