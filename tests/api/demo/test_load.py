"""Loading the demo company into a migrated database."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.demo.assortment import articles
from backend.demo.company import read_company
from backend.demo.load import INBOX, load_masters
from backend.demo.orders import requests, unruly
from backend.demo.sender import FloorAway, Sender
from backend.floor.link import HANDLERS
from backend.kernel import clock
from backend.kernel.db import asyncpg_url
from backend.kernel.embedded import Urls
from backend.kernel.link import Handlers
from backend.kernel.link.courier import Answer
from backend.kernel.link.inbox import InboxReader
from backend.kernel.link.signing import keys, sign
from tests.support.demo_floor import DemoFloor
from tests.support.floor_app import client_of, settings_for

TABLES = [
    "site",
    "place",
    "item",
    "packaging",
    "partner",
    "person",
    "enrolment_code",
    "lot",
    "serial",
    "handling_unit",
    "quant",
    "stock_move",
    "command",
]


async def rows(urls: Urls) -> dict[str, Any]:
    """Every row of the demo's tables as text; what each run may renew is left out."""
    engine = create_async_engine(asyncpg_url(urls.app))
    found = {}
    async with engine.connect() as connection:
        for table in TABLES:
            kept = f"to_jsonb({table}) - 'expires_at' - 'uses_left'"
            found[table] = list(
                (await connection.execute(text(f"select ({kept})::text from {table} order by 1"))).scalars()
            )
    await engine.dispose()
    return found


async def test_loading_twice_leaves_the_same_rows(demo_urls: Urls) -> None:
    """The second run adds, changes and removes nothing, in any table."""
    before = await rows(demo_urls)
    loaded = await load_masters(settings_for(demo_urls), tell=lambda _: None)
    assert not loaded.opened
    assert await rows(demo_urls) == before
    assert {table: len(found) > 0 for table, found in before.items()} == dict.fromkeys(TABLES, True)


async def test_what_is_loaded_is_the_company(demo: DemoFloor) -> None:
    """2,000 bins and more, 400 items, the opening stock by moves; the fixture's audit checks the sums."""
    assert await demo.scalar("select count(*) from place where kind = 'bin'") >= 2000
    assert await demo.scalar("select count(*) from item") == 400
    assert await demo.scalar("select count(*) from stock_move where kind = 'opening'") > 2000
    assert await demo.scalar("select count(*) from stock_move") == await demo.scalar(
        "select count(*) from quant"
    )
    assert (
        await demo.scalar(
            "select count(*) from place where x is null and kind in ('bin', 'dock', 'pack', 'cart')"
        )
        == 0
    )
    wrong = "select count(*) from lot join item on item.id = lot.item_id where (lot.expires_on is not null) <> item.expires"
    assert await demo.scalar(wrong) == 0


async def test_every_unit_stands_where_its_stock_lies(demo: DemoFloor) -> None:
    """A handling unit's own place is the place of everything on it."""
    assert (
        await demo.scalar("select count(*) from handling_unit where kind <> 'tote' and place_id is not null")
        > 500
    )
    elsewhere = """
        select count(*) from quant join handling_unit as unit on unit.id = quant.handling_unit_id
        where unit.place_id is distinct from quant.place_id
    """
    assert await demo.scalar(elsewhere) == 0


@dataclass
class Wire:
    """The network between the demo's ERP and the app in this process; loses answers if told to."""

    client: httpx.AsyncClient
    secret: str
    lose_answers: int = 0
    url: str = INBOX

    async def deliver(self, message_id: str, body: bytes) -> Answer:
        headers = sign(keys(self.secret), message_id, clock.now(), body)
        headers["content-type"] = "application/cloudevents+json"
        response = await self.client.post(INBOX, content=body, headers=headers)
        if self.lose_answers:
            self.lose_answers -= 1
            return Answer(None, "lost")
        return Answer(response.status_code, response.text)


async def read_all(demo: DemoFloor, handlers: Handlers) -> None:
    """Reads the inbox as the worker does, to its end."""
    reader = InboxReader(demo.db, handlers)
    while await reader.step():
        pass
    assert reader.failed == 0


async def test_orders_come_in_by_the_link_and_only_once(demo: DemoFloor) -> None:
    """30 orders, three answers lost on the way, then all of them again and 10 more: 40 requests, each with its lines."""
    company = read_company()
    stock = articles(company.assortment)
    told: list[int] = []
    async with client_of(demo.app) as client:
        secret = demo.app.state.settings.link_secret
        erp = Sender(Wire(client, secret, lose_answers=3))
        assert await erp.send(requests(company, stock, 30, clock.now()), told.append) == 30
        await read_all(demo, HANDLERS)
        assert await erp.send(requests(company, stock, 40, clock.now()), told.append) == 40
        await read_all(demo, HANDLERS)
    assert told == [*range(1, 31), *range(1, 41)]
    assert await demo.scalar("select count(*) from shipment_request") == 40
    assert await demo.scalar("select count(*) from inbox where state = 'done'") == 40
    lines = sum(len(order.lines) for order in requests(company, stock, 40, clock.now()))
    assert await demo.scalar("select count(*) from shipment_line") == lines
    unfilled = "select count(*) from shipment_line where allocated < wanted"
    assert await demo.scalar(unfilled) <= lines // 10
    assert await demo.scalar(f"{unfilled} and why_not is null") == 0


async def test_orders_brought_unruly_are_the_same_orders(demo: DemoFloor) -> None:
    """Shuffled, some twice, some after their own next version: each order stands once, at its newest version."""
    company = read_company()
    wanted = list(requests(company, articles(company.assortment), 60, clock.now()))[40:]
    brought = list(unruly(wanted))
    async with client_of(demo.app) as client:
        erp = Sender(Wire(client, demo.app.state.settings.link_secret))
        await erp.send(brought, lambda _: None)
        await read_all(demo, HANDLERS)
    newest = {
        order.number: max(one.version for one in brought if one.number == order.number) for order in wanted
    }
    assert sorted(newest.values())[-2:] == [2, 2]
    found = await demo.scalar(
        "select json_object_agg(number, version) from shipment_request where number = any(:numbers)",
        numbers=list(newest),
    )
    assert found == newest


async def test_a_wrong_secret_loads_no_orders(demo: DemoFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the link's secret nothing is taken, and the loader says who refused it."""
    monkeypatch.setattr("backend.demo.sender.PATIENCE_SECONDS", 0.0)
    company = read_company()
    before = await demo.scalar("select count(*) from inbox")
    async with client_of(demo.app) as client:
        erp = Sender(Wire(client, "not-the-secret-of-this-floor-at-all"))
        with pytest.RaisesGroup(pytest.RaisesExc(FloorAway, match="401")):
            await erp.send(requests(company, articles(company.assortment), 1, clock.now()), lambda _: None)
    assert await demo.scalar("select count(*) from inbox") == before
