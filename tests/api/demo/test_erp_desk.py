"""The receiving half of the demo's ERP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec

from backend.contract.shipments import (
    LinePicked,
    LineShorted,
    PickedLine,
    PickUndone,
    RequestedLine,
    ShipmentPicked,
    ShipmentRequested,
    ShipmentShipped,
    ShippedLine,
)
from backend.demo.assortment import articles
from backend.demo.company import read_company
from backend.demo.erp_desk import FILE, create_erp
from backend.demo.erp_orders import ASKED, order_book, remember_asked
from backend.demo.orders import requests, unruly
from backend.kernel import clock
from backend.kernel.link.messages import compose
from backend.kernel.link.signing import keys, sign
from backend.kernel.settings import Settings

SECRET = "a-link-secret-of-the-tests-long-enough"


@asynccontextmanager
async def erp(state: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The ERP on files in `state`."""
    settings = Settings(
        database_url="", owner_database_url="", redis_url=None, secret="", link_secret=SECRET, state=state
    )
    app = create_erp(settings)
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url="http://erp") as client,
    ):
        yield client


def message(number: str, *, name: str = "m1") -> bytes:
    """A pick the floor tells of."""
    picked = LinePicked(number=number, line=1, sku="<TYR>", quantity=Decimal(3), unit="pc", at=clock.now())
    return compose(
        picked, message_id=name, source="https://floor.test", subject=f"shipment/{number}", sequence=1
    )


async def tell(
    client: httpx.AsyncClient, body: bytes, *, secret: str = SECRET, age: int = 0
) -> httpx.Response:
    """One delivery, signed so many seconds ago."""
    headers = sign(keys(secret), "m1", clock.now() - timedelta(seconds=age), body)
    return await client.post("/inbox", content=body, headers=headers)


async def test_a_message_is_taken_once_and_shown(tmp_path: Path) -> None:
    """Told twice it is booked once; the page shows it, with what it says made harmless."""
    async with erp(tmp_path) as client:
        body = message("SO-1")
        assert (await tell(client, body)).json() == {"outcome": "accepted"}
        assert (await tell(client, body)).json() == {"outcome": "duplicate"}
        await tell(client, message("SO-2", name="m2"))
        assert [m["subject"] for m in (await client.get("/messages")).json()] == [
            "shipment/SO-1",
            "shipment/SO-2",
        ]
        only = await client.get("/messages", params={"document": "shipment/SO-2"})
        assert [m["id"] for m in only.json()] == ["m2"]
        page = await client.get("/")
        assert "&lt;TYR&gt;" in page.text
        assert "<TYR>" not in page.text


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    """What was taken before is known again afterwards, and told again it is a repeat."""
    async with erp(tmp_path) as client:
        await tell(client, message("SO-1"))
    assert (tmp_path / FILE).read_text().count("\n") == 1
    async with erp(tmp_path) as client:
        assert (await tell(client, message("SO-1"))).json() == {"outcome": "duplicate"}
        assert len((await client.get("/messages")).json()) == 1


async def test_strangers_and_torn_messages_are_refused(tmp_path: Path) -> None:
    """Another secret, an old signature, half a message: refused with the reason, and nothing is kept."""
    async with erp(tmp_path) as client:
        body = message("SO-1")
        assert (await tell(client, body, secret="another-secret-that-is-long-enough")).status_code == 401
        assert (await tell(client, body, age=3600)).status_code == 401
        assert (await tell(client, body[:40])).status_code == 400
        assert (await client.get("/messages")).json() == []


def told(*messages: Any) -> list[dict[str, Any]]:
    """Messages as the desk keeps them."""
    return [
        {"type": type(message).TYPE, "data": msgspec.to_builtins(message), "subject": "shipment/SO-1"}
        for message in messages
    ]


def test_the_order_book_follows_an_order_to_its_end() -> None:
    """Asked, picked, undone, shorted, closed and shipped: each step shows, and the floor's last word stands."""
    line = RequestedLine(line=1, sku="BK-1", quantity=Decimal(5), unit="pc")
    first = ShipmentRequested(number="SO-1", version=1, customer="C-1", due_at=clock.now(), lines=(line,))
    newer = msgspec.structs.replace(
        first, version=2, lines=(msgspec.structs.replace(line, quantity=Decimal(6)),)
    )
    picked = LinePicked(number="SO-1", line=1, sku="BK-1", quantity=Decimal(4), unit="pc", at=clock.now())
    undone = PickUndone(**msgspec.structs.asdict(picked) | {"quantity": Decimal(3)})
    (order,) = order_book([newer, first], told(picked, undone))
    assert order.state == "picking"
    assert [order.lines[1].requested, order.lines[1].picked] == [Decimal(6), Decimal(1)]
    short = LineShorted(
        number="SO-1", line=1, sku="BK-1", quantity=Decimal(2), unit="pc", reason="not_found", at=clock.now()
    )
    ended = PickedLine(
        line=1, sku="BK-1", unit="pc", wanted=Decimal(6), picked=Decimal(4), shorted=Decimal(2)
    )
    closed = ShipmentPicked(number="SO-1", version=2, lines=(ended,), at=clock.now())
    left = ShippedLine(line=1, sku="BK-1", unit="pc", quantity=Decimal(4))
    shipped = ShipmentShipped(number="SO-1", version=2, carrier="DHL", lines=(left,), at=clock.now())
    (order,) = order_book([first, newer], told(picked, short, closed, shipped))
    assert order.state == "shipped"
    assert [order.lines[1].picked, order.lines[1].shorted, order.lines[1].shipped] == list(
        map(Decimal, (4, 2, 4))
    )


async def test_the_page_speaks_the_readers_language_and_shows_what_was_asked(tmp_path: Path) -> None:
    """English, Dutch and Chinese by Accept-Language; an order that was only asked for stands there with its lines."""
    line = RequestedLine(line=1, sku="<BK>", quantity=Decimal("2.50"), unit="box")
    asked_for = ShipmentRequested(number="SO-9", version=1, customer="C-1", due_at=clock.now(), lines=(line,))
    remember_asked(tmp_path, [asked_for])
    async with erp(tmp_path) as client:
        await tell(client, message("SO-1"))
        for accepted, word in {
            "nl-NL,nl;q=0.9,en;q=0.5": "Gevraagd", "zh-CN": "需求", "fr,zh;q=0.2,nl;q=0.8": "Gevraagd", "": "Requested",
            "nl;q=0,de": "Requested", ";;;q=x,": "Requested",
        }.items():  # fmt: skip
            page = await client.get("/", headers={"accept-language": accepted})
            assert word in page.text, accepted
            assert "SO-9" in page.text
            assert "2.5 box" in page.text
            assert "&lt;BK&gt;" in page.text
            assert "<BK>" not in page.text


async def test_a_file_torn_by_a_kill_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Half a last line, in what came or in what was asked, does not keep the ERP from starting."""
    async with erp(tmp_path) as client:
        await tell(client, message("SO-1"))
    for name in (FILE, ASKED):
        with (tmp_path / name).open("a") as file:
            file.write('{"half')
    async with erp(tmp_path) as client:
        assert len((await client.get("/messages")).json()) == 1
        assert (await client.get("/")).status_code == 200
        await tell(client, message("SO-2", name="m2"))
    async with erp(tmp_path) as client:
        assert [m["id"] for m in (await client.get("/messages")).json()] == ["m1", "m2"]


def test_unruly_orders_say_the_same_in_another_order() -> None:
    """Every request is among them, some twice, some after a newer version of themselves, and not in the order they were asked."""
    company = read_company()
    plain = list(requests(company, articles(company.assortment), 50, clock.now()))
    brought = list(unruly(plain))
    assert {order.number for order in brought} == {order.number for order in plain}
    assert len(brought) > len(plain)
    assert [order for order in brought if order.version == 1][:50] != plain
    newer = [place for place, order in enumerate(brought) if order.version == 2]
    assert len(newer) == 5
    for place in newer:
        assert brought[place + 1] == msgspec.structs.replace(brought[place], version=1)
