"""Stock by item, floor against our own core over its signed question: differences, and what a person decides about them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text

from backend.access.tokens import AccessTokens
from backend.contract.stock import StockAdjusted
from backend.floor.catalog import (
    ItemMaster,
    PlaceMaster,
    SiteMaster,
    upsert_items,
    upsert_places,
    upsert_site,
)
from backend.floor.link.erps.core import CoreStock
from backend.floor.link.port import ErpRefused
from backend.floor.link.reconcile import reconcile
from backend.kernel.commands import Who
from backend.kernel.ids import new_id
from tests.support.core_house import ITEMS, Core
from tests.support.floor_app import ORIGIN, SECRET, Floor

D = Decimal
_LOT = "insert into lot (id, item_id, code) select :id, id, :code from item where sku = :sku"
_QUANT = """insert into quant (id, site_id, item_id, lot_id, place_id, quantity)
    select :id, :site, i.id, :lot, p.id, :many from item i, place p where i.sku = :sku"""


@dataclass
class Both:
    """A floor and a core that know the same items."""

    floor: Floor
    core: Core
    book: CoreStock
    site: UUID

    async def lay(self, sku: str, *lots: tuple[str | None, str]) -> None:
        """So much of each lot (or of none) in the bin, as if it had always lain there."""
        async with self.floor.db.transaction() as connection:
            for code, quantity in lots:
                lot = new_id() if code else None
                if code:
                    await connection.execute(text(_LOT), {"id": lot, "code": code, "sku": sku})
                quant = {"id": new_id(), "site": self.site, "lot": lot, "many": D(quantity), "sku": sku}
                await connection.execute(text(_QUANT), quant)

    async def open(self) -> dict[str, tuple[Decimal, Decimal, UUID]]:
        """Open differences by item: the floor's count, the core's, and the difference's id."""
        await reconcile(self.floor.db, self.book)
        query = (
            "select sku, ours, theirs, id from link_difference where settled_at is null and kind = 'stock'"
        )
        async with self.floor.db.transaction() as connection:
            rows = await connection.execute(text(query))
            return {row.sku: (row.ours, row.theirs, row.id) for row in rows}

    async def decide(self, difference: UUID, decision: str) -> httpx.Response:
        """What a supervisor decides."""
        who = Who(new_id(), None, self.site, frozenset({"supervisor"}))
        token = AccessTokens(SECRET).issue(who, new_id())
        return await self.floor.client().post(
            "/api/floor/link/differences/settle",
            json={"difference": str(difference), "decision": decision, "note": "counted twice"},
            headers={"authorization": f"Bearer {token}", "idempotency-key": str(new_id())},
        )

    async def carry(self) -> None:
        """What waits in the floor's outbox is in the core's books."""
        query = "update outbox set state = 'sent', sent_at = now() where state = 'waiting' returning document, data"
        async with self.floor.db.transaction() as connection:
            rows = list(await connection.execute(text(query)))
        await self.core.tell(*((row.document, _adjusted(row.data)) for row in rows))


def _adjusted(data: dict[str, Any]) -> StockAdjusted:
    return msgspec.convert(data, StockAdjusted)


@pytest.fixture
async def both(floor: Floor, core: Core) -> AsyncIterator[Both]:
    """The core's four items on the floor, one bin, and the core's stock within reach."""
    async with floor.db.transaction() as connection:
        master = SiteMaster(code="S", name="Site", time_zone="UTC", plan={})
        site = await upsert_site(connection, master)
        await upsert_places(connection, site, [PlaceMaster(kind="bin", code="B-1")])
        items = [
            ItemMaster(sku=sku, name=sku, unit="pc", version=1, tracking="lot" if sku == "HUB" else "none")
            for sku in ITEMS
        ]
        await upsert_items(connection, items)
    transport = httpx.ASGITransport(app=cast("Any", core.app))
    book = CoreStock(ORIGIN, core.app.state.settings.link_secret, transport=transport)
    yield Both(floor, core, book, site)
    await book.close()


async def test_a_difference_is_decided_and_booked(both: Both) -> None:
    """The floor's lots are compared by item; what is decided as the floor's is booked by the core once, in double entry, and agrees;
    what is on its way is no difference; of two who decide one is told that it is settled."""
    core = both.core
    await both.lay("HUB", ("L1", "6"), ("L2", "4"))
    await both.lay("RIM", (None, "5"))
    assert {sku: (ours, theirs) for sku, (ours, theirs, _) in (await both.open()).items()} == {
        "HUB": (D(10), D(0)), "RIM": (D(5), D(0)),
    }  # fmt: skip
    found = await both.open()
    answers = [await both.decide(found["HUB"][2], "correct") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409], answers[0].text
    assert set(await both.open()) == {"RIM"}  # the hubs' correction waits
    await both.carry()
    assert set(await both.open()) == {"RIM"}  # and now they agree
    assert await core.scalar("select quantity from stock_value where sku = 'HUB'") == 10
    assert await core.balance("adjustment") == D(-200)  # ten hubs at 20
    left = (await both.open())["RIM"][2]
    assert (await both.decide(left, "leave")).status_code == 200
    assert (await both.open())["RIM"][2] != left  # still different: told anew
    resolved = "select count(*) from exception where kind = 'erp_difference' and state = 'resolved' and note = 'counted twice'"
    async with both.floor.db.transaction() as connection:
        assert (await connection.execute(text(resolved))).scalar_one() == 2


async def test_only_a_holder_of_the_secret_may_ask(both: Both) -> None:
    """Without the link's signature the core tells nobody what it has; a message that it has not read keeps its item out."""
    stranger = CoreStock(
        ORIGIN,
        "another-secret-that-is-long-enough",
        transport=httpx.ASGITransport(app=cast("Any", both.core.app)),
    )
    with pytest.raises(ErpRefused):
        await reconcile(both.floor.db, stranger)
    await stranger.close()
    await both.lay("SPOKE", (None, "7"))
    async with both.core.db.transaction() as connection:
        await connection.execute(
            text(
                "insert into inbox (source, id, type, document, body, state) values ('f', '1', 't', 'd', :body, 'waiting')"
            ),
            {"body": '{"data": {"lines": [{"sku": "SPOKE"}]}}'},
        )
    assert "SPOKE" not in await both.open()
