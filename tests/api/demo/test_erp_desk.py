"""The receiving half of the demo's ERP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import httpx

from backend.contract.shipments import LinePicked
from backend.demo.erp_desk import FILE, create_erp
from backend.floor.link.messages import compose
from backend.floor.link.signing import keys, sign
from backend.kernel import clock
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
