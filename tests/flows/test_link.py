"""An order's whole way: asked for over the link, picked on the floor, told back over the link, each message once."""

import asyncio
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select, text

from backend.contract import shipments, stock
from backend.contract.shipments import RequestedLine, ShipmentCancelled, ShipmentRequested
from backend.floor.catalog import Partner
from backend.floor.link import HANDLERS
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.link import Courier, InboxReader, Relay, signing
from backend.kernel.link.messages import compose
from tests.support.demo_floor import DemoFloor, Worker
from tests.support.floor_app import client_of
from tests.support.receiver import Receiver

SOURCE = "https://erp.test/lived"
CONTRACT: dict[str, type[msgspec.Struct]] = {
    vars(found)["TYPE"]: found
    for module in (shipments, stock)
    for found in vars(module).values()
    if isinstance(found, type) and "TYPE" in vars(found)
}


class Erp:
    """An ERP with an order book: what it asked for, and what the floor told about it."""

    def __init__(self, floor: DemoFloor) -> None:
        self.floor = floor
        self.client = client_of(floor.app)
        self.keys = signing.keys(floor.app.state.settings.link_secret)

    async def post(self, message: ShipmentRequested | ShipmentCancelled) -> str:
        """Posts one message, signed, and returns what became of it."""
        body = compose(
            message,
            message_id=f"{message.number}:{message.version}",
            source=SOURCE,
            subject=f"shipment/{message.number}",
            sequence=message.version,
        )
        answer = await self.client.post(
            "/api/floor/link/inbox",
            content=body,
            headers=signing.sign(self.keys, str(new_id()), clock.now(), body),
        )
        assert answer.status_code == 202, answer.text
        state: str = answer.json()["state"]
        return state

    async def request(
        self, number: str, skus: list[str], quantity: int, *, version: int = 1
    ) -> ShipmentRequested:
        """A request for so many of each item."""
        async with self.floor.db.transaction() as connection:
            query = select(Partner.number).where(Partner.kind == "customer", Partner.min_shelf_life_days == 0)
            customer = (await connection.execute(query.order_by(Partner.number).limit(1))).scalar_one()
            units = {
                row.sku: row.unit for row in await connection.execute(text("select sku, unit from item"))
            }
        return ShipmentRequested(
            number=number,
            version=version,
            customer=customer,
            due_at=clock.now() + timedelta(hours=4),
            priority=9,
            lines=tuple(
                RequestedLine(line=n, sku=sku, quantity=Decimal(quantity), unit=units[sku])
                for n, sku in enumerate(skus, start=1)
            ),
        )


async def read_all(floor: DemoFloor) -> None:
    """Reads the inbox as the worker does."""
    reader = InboxReader(floor.db, HANDLERS)
    while await reader.step():
        pass


async def relay_all(floor: DemoFloor, receiver: Receiver) -> None:
    """Delivers the outbox as the worker does."""
    courier = Courier(receiver.url, receiver.keys)
    relay = Relay(floor.db, courier, source="https://gemba.test/floor")
    until = time.monotonic() + 120
    while await floor.scalar("select count(*) from outbox where state <> 'sent'"):
        assert time.monotonic() < until
        if not await relay.step():
            await asyncio.sleep(0.02)
    await relay.finish()
    await courier.close()


async def round_of(floor: DemoFloor, number: str) -> tuple[Worker, dict[str, Any]]:
    """The order released and claimed by a picker with a tote for it."""
    order = await floor.scalar("select id from shipment_request where number = :n", n=number)
    planner, picker = await floor.worker("planner"), await floor.worker("picker")
    made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
    document = await picker.done("/picking/claim", {"round": made["rounds"][0]})
    for tote in document["totes"]:
        await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": f"TT-{tote['id'][-8:]}"})
    return picker, document


def confirm(line: dict[str, Any], quantity: str | None = None) -> dict[str, Any]:
    """A confirm of a whole line or of so much of it."""
    return {"line": line["id"], "quantity": quantity or line["quantity"], "tote": line["tote"]}


async def test_an_order_comes_in_and_its_truth_goes_out(demo: DemoFloor) -> None:
    """Requested twice and changed out of order, picked, undone and picked again, shorted, shipped: the ERP's sums are the floor's."""
    erp, number = Erp(demo), f"LK-{new_id().hex[-8:]}"
    skus = await demo.stocked(limit=2)
    first, second = await erp.request(number, skus, 2), await erp.request(number, skus, 3, version=2)
    assert [await erp.post(message) for message in (second, first, second)] == [
        "accepted",
        "accepted",
        "duplicate",
    ]
    await read_all(demo)
    wanted = await demo.scalar(
        "select sum(wanted) from shipment_line l join shipment_request r on r.id = l.request_id where number = :n",
        n=number,
    )
    assert wanted == 6

    picker, document = await round_of(demo, number)
    whole, short = document["lines"]
    key = new_id()
    await picker.done("/picking/confirm", confirm(whole), key=key)
    await picker.done("/picking/undo", {"command": str(key)})
    await picker.done("/picking/confirm", confirm(whole))
    await picker.done("/picking/short", {"line": short["id"], "found": "1", "reason": "not_enough"})
    picked = await picker.get(f"/picking/rounds/{document['id']}")
    for line in picked["lines"]:
        if line["state"] == "open":  # the short pick found the rest in another bin
            await picker.done("/picking/confirm", confirm(line))
    for tote in document["totes"]:
        await picker.done("/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
    await picker.done("/shipping/ship", {"order": document["totes"][0]["order"]["id"]})

    receiver = Receiver(keys=erp.keys)
    await receiver.start()
    await relay_all(demo, receiver)
    await receiver.stop()
    told = [message for message in receiver.booked if message["subject"] == f"shipment/{number}"]
    assert len(receiver.came) == len(receiver.booked)
    for message in receiver.booked:
        msgspec.convert(message["data"], CONTRACT[message["type"]])
    kinds = [message["type"].split(".")[2] for message in told]
    assert kinds[:3] == ["line_picked", "pick_undone", "line_picked"]
    assert kinds[-2:] == ["picked", "shipped"]
    assert "shorted" in kinds
    sums: dict[int, Decimal] = {1: Decimal(0), 2: Decimal(0)}
    for message in told:
        if message["type"].split(".")[2] in {"line_picked", "pick_undone"}:
            sign = -1 if "undone" in message["type"] else 1
            sums[message["data"]["line"]] += sign * Decimal(message["data"]["quantity"])
    shipped = msgspec.convert(told[-1]["data"], shipments.ShipmentShipped)
    assert {line.line: line.quantity for line in shipped.lines} == sums
    for line in shipped.lines:
        assert sum(content.quantity for content in line.contents) == line.quantity


async def test_a_cancellation_that_overtakes_its_order(demo: DemoFloor) -> None:
    """Cancelled before the request came in: when both are there the order is cancelled, and no stock is held for it."""
    erp, number = Erp(demo), f"LK-{new_id().hex[-8:]}"
    (sku,) = await demo.stocked()
    await erp.post(ShipmentCancelled(number=number, version=2))
    await read_all(demo)
    assert (
        await demo.scalar("select state from inbox where document = :d", d=f"shipment/{number}") == "waiting"
    )
    await erp.post(await erp.request(number, [sku], 2))
    await read_all(demo)
    async with demo.db.transaction() as connection:
        await connection.execute(text("update inbox set next_try_at = now() where state = 'waiting'"))
    await read_all(demo)
    state = "select state || version from shipment_request where number = :n"
    assert await demo.scalar(state, n=number) == "cancelled2"
    held = "select coalesce(sum(allocated), 0) from shipment_line l join shipment_request r on r.id = l.request_id"
    assert await demo.scalar(f"{held} where number = :n", n=number) == 0


async def test_an_item_nobody_knows_is_shown_with_its_name(demo: DemoFloor) -> None:
    """A request for an unknown item books nothing and waits with the reason a person can act on; the next order is taken."""
    erp = Erp(demo)
    strange, fine = f"LK-{new_id().hex[-8:]}", f"LK-{new_id().hex[-8:]}"
    (sku,) = await demo.stocked()
    request = await erp.request(fine, [sku], 1)
    wrong = msgspec.structs.replace(request.lines[0], sku="NO-SUCH-ITEM")
    await erp.post(msgspec.structs.replace(request, number=strange, lines=(wrong,)))
    await erp.post(request)
    await read_all(demo)
    assert await demo.scalar("select count(*) from shipment_request where number = :n", n=strange) == 0
    assert await demo.scalar("select count(*) from shipment_request where number = :n", n=fine) == 1
    supervisor = await demo.worker("supervisor")
    (letter,) = (await supervisor.get("/link/messages/in"))["items"]
    assert letter["document"] == f"shipment/{strange}"
    assert "NO-SUCH-ITEM" in letter["error"]
