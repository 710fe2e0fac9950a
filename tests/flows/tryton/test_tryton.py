"""Purchases, shipments and productions through a live Tryton and the real floor, there and back."""

import asyncio
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from backend.contract.production import ConsumedMaterial, GoodsProduced, JobReported, MaterialsConsumed
from backend.contract.shipments import ShipmentShipped, ShippedContent, ShippedLine
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.outbox import send
from backend.worker import Worker
from tests.flows.test_link import confirm, round_of
from tests.support.tryton.linked import Linked
from tests.support.tryton.office import LINK_PASSWORD, LINK_USER
from tests.support.tryton.server import DATABASE

pytestmark = pytest.mark.timeout(600)  # the first one of a machine builds Tryton's database


async def partner(linked: Linked, kind: str) -> str:
    """A partner that the floor knows and Tryton is told of."""
    number: str = await linked.floor.scalar(
        "select min(number) from partner where kind = :k and min_shelf_life_days = 0", k=kind
    )
    if not await linked.office.find("party.party", ["code", "=", number]):
        await linked.office.party(number, f"The {kind}")
    return number


async def items(linked: Linked, count: int, **kind: Any) -> list[str]:
    """Items in stock on the floor, known to Tryton with stock enough."""
    skus = await linked.floor.stocked(limit=count, **kind)
    for sku in skus:
        if not await linked.office.find("product.product", ["code", "=", sku]):
            lots = kind.get("tracking") == "lot"
            await linked.office.product(sku, f"Item {sku}", lots=lots)
            if not lots:
                await linked.office.stock(sku, "500")
    return skus


async def test_partners_come_with_address_and_mail(linked: Linked) -> None:
    """A supplier new in Tryton is known on the floor with all of it; an address written later is found and told again, once."""
    number = f"N-{new_id().hex[-6:]}"
    party = await linked.office.party(number, "Kettenwerk Nord")
    await linked.come_in()
    assert (await _partner(linked, number))[1:] == (
        "Kettenwerk Nord",
        f"{number.lower()}@example.com",
        "Havenweg 1",
        "Zwolle",
    )
    (mail,) = await linked.office.find("party.contact_mechanism", ["party", "=", party])
    await linked.office.write("party.contact_mechanism", mail["id"], value="orders@example.com")
    (address,) = await linked.office.find("party.address", ["party", "=", party])
    await linked.office.write("party.address", address["id"], city="Deventer")
    assert await linked.pull() == 1
    assert await linked.pull() == 0
    await linked.read()
    assert await _partner(linked, number) == (
        "both",
        "Kettenwerk Nord",
        "orders@example.com",
        "Havenweg 1",
        "Deventer",
    )


async def _partner(linked: Linked, number: str) -> tuple[str, ...]:
    """What the floor knows of a partner."""
    query = "select kind, name, email, street, city from partner where number = :n"
    ((*facts,),) = await linked.rows(query, n=number)
    return tuple(facts)


async def test_a_purchase_comes_in_partly_and_the_rest_later(linked: Linked) -> None:
    """Ordered in Tryton, received on the dock in two parts: Tryton counts each part once and its order closes with the second."""
    (sku,) = await items(linked, 1)
    number = await linked.office.purchase(await partner(linked, "supplier"), [(sku, "30")])
    await linked.come_in()
    told = await linked.message(f"purchase/{number}")
    assert (told["state"], told["type"]) == ("done", "gemba.purchase_order.released.v1"), told
    assert told["data"]["lines"][0] | {"wantedOn": ""} == {
        "line": 1, "sku": sku, "revision": "1", "quantity": "30", "unit": "pc", "price": "12.5", "wantedOn": "",
    }  # fmt: skip
    before = await linked.office.in_storage(sku)

    await _take_in(linked, number, sku, "28")
    await linked.go_out()
    order = await linked.office.one("purchase.purchase", ["number", "=", number], fields=["shipment_state"])
    assert order["shipment_state"] == "partially shipped"
    assert await linked.office.in_storage(sku) == before + 28
    assert await linked.pull() == 0, await linked.latest()  # what we wrote ourselves is no news

    await _take_in(linked, number, sku, "2")
    await linked.go_out()
    order = await linked.office.one("purchase.purchase", ["number", "=", number], fields=["shipment_state"])
    assert order["shipment_state"] == "received"
    assert await linked.office.in_storage(sku) == before + 30
    assert await linked.outbox() == []
    assert await linked.differences(f"purchase/{number}") == []


async def _take_in(linked: Linked, order: str, sku: str, quantity: str) -> None:
    """Someone on the dock receives so much against the order."""
    receiver = await linked.floor.worker("receiver")
    rows = await receiver.get("/receiving/deliveries", days="30", find=order)
    (delivery,) = [row for row in rows if row["number"] == order or order in str(row)]
    document = await receiver.get(f"/receiving/deliveries/{delivery['id']}")
    line = next(line for line in document["lines"] if line["sku"] == sku)
    dock, _ = await linked.floor.place("dock")
    await receiver.done(
        "/receiving/goods",
        {"quantity": quantity, "place": str(dock), "item": line["item"], "delivery": delivery["id"], "line": line["id"]},
    )  # fmt: skip


async def test_a_sale_is_picked_short_and_shipped(linked: Linked) -> None:
    """Sold in Tryton, picked on a round with one line short, shipped: Tryton ships just that, and plans the rest anew."""
    first, second = await items(linked, 2)
    number = await linked.office.sale(await partner(linked, "customer"), [(first, "3"), (second, "4")])
    await linked.come_in()
    told = await linked.message(f"shipment/{number}")
    assert (told["state"], told["type"]) == ("done", "gemba.shipment.requested.v1"), told

    await _ship(linked, number, {first: "3", second: "1"})
    before = await linked.office.in_storage(first), await linked.office.in_storage(second)
    await linked.go_out()
    assert await linked.outbox() == []
    after = await linked.office.in_storage(first), await linked.office.in_storage(second)
    assert [before[0] - after[0], before[1] - after[1]] == [Decimal(3), Decimal(1)]
    shipment = await linked.office.one("stock.shipment.out", ["number", "=", number], fields=["state"])
    assert shipment["state"] == "done"
    assert await linked.differences(f"shipment/{number}") == []
    rest = await linked.office.find(
        "stock.shipment.out", ["state", "=", "waiting"], fields=["outgoing_moves.quantity"]
    )
    assert [[move["quantity"] for move in one["outgoing_moves."]] for one in rest] == [[Decimal(3)]]


async def _ship(linked: Linked, number: str, found: dict[str, str]) -> None:
    """A picker finds so much of each item; what is picked leaves."""
    picker, document = await round_of(linked.floor, number)
    skus = {str(row.id): row.sku for row in await linked.rows("select id, sku from item")}
    for line in document["lines"]:
        there = Decimal(found[skus[line["item"]]])
        if there >= Decimal(line["quantity"]):
            await picker.done("/picking/confirm", confirm(line))
        else:
            await picker.done(
                "/picking/short", {"line": line["id"], "found": str(there), "reason": "not_enough"}
            )
    again = await picker.get(f"/picking/rounds/{document['id']}")
    for line in again["lines"]:
        if line["state"] == "open":  # more was found elsewhere, where there is none either
            await picker.done("/picking/short", {"line": line["id"], "found": "0", "reason": "not_enough"})
    for tote in document["totes"]:
        await picker.done("/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
    await picker.done("/shipping/ship", {"order": document["totes"][0]["order"]["id"]})


async def test_a_production_is_read_and_closed_once_all_is_made(linked: Linked) -> None:
    """Planned in Tryton, made in two lots of work with more material than planned: Tryton closes it once, with what really went in."""
    bike, part = await items(linked, 2)
    if not await linked.office.find("production.bom", ["name", "=", bike]):
        await linked.office.bom(bike, [(part, "2")])
    number = await linked.office.production(bike, "3")
    await linked.come_in()
    told = await linked.message(f"work/{number}")
    assert told["type"] == "gemba.work_order.released.v1"
    assert told["data"]["materials"][0]["quantityEach"] == "2"
    before = await linked.office.in_storage(bike), await linked.office.in_storage(part)

    await _made(linked, number, bike, part, made="2", used="4")
    await linked.go_out()
    production = await linked.office.one("production", ["number", "=", number], fields=["state"])
    assert production["state"] == "waiting"
    await _made(linked, number, bike, part, made="1", used="3")
    await linked.go_out()
    production = await linked.office.one("production", ["number", "=", number], fields=["state"])
    assert production["state"] == "done"
    after = await linked.office.in_storage(bike), await linked.office.in_storage(part)
    assert [after[0] - before[0], before[1] - after[1]] == [Decimal(3), Decimal(7)]
    assert await linked.outbox() == []
    assert await linked.differences(f"work/{number}") == []


async def _made(linked: Linked, number: str, sku: str, part: str, *, made: str, used: str) -> None:
    """What a station reports of some work."""
    now, document = clock.now(), f"work/{number}"
    async with linked.floor.db.transaction() as connection:
        for message in (
            MaterialsConsumed(
                number=number, consumption_id=str(new_id()), operation=10, at=now,
                materials=(ConsumedMaterial(sku=part, quantity=Decimal(used)),),
            ),
            JobReported(
                number=number, report_id=str(new_id()), operation=10, good=Decimal(made), scrap=Decimal(0),
                rework=Decimal(0), minutes=Decimal(5), person="T-1", at=now,
            ),
            GoodsProduced(number=number, production_id=str(new_id()), sku=sku, quantity=Decimal(made), at=now),
        ):  # fmt: skip
            await send(connection, message_type=message.TYPE, document=document, data=message)


async def test_a_worker_links_by_its_settings(linked: Linked) -> None:
    """With the ERP named in its settings a worker reads a new sale onto the floor by itself, and posts what was shipped."""
    (sku,) = await items(linked, 1)
    number = await linked.office.sale(await partner(linked, "customer"), [(sku, "2")])
    settings = msgspec.structs.replace(
        linked.floor.app.state.settings, erp_kind="tryton", erp_url=linked.url.rstrip("/"), erp_database=DATABASE,
        erp_user=LINK_USER, erp_password=LINK_PASSWORD,
    )  # fmt: skip
    worker = Worker(settings, jobs=[])
    life = asyncio.create_task(worker.run())
    try:
        await _until(linked, "select 1 from shipment_request where number = :n", number)
        line = ShippedLine(
            line=1, sku=sku, unit="pc", quantity=Decimal(2), contents=(ShippedContent(quantity=Decimal(2)),)
        )
        message = ShipmentShipped(number=number, version=1, carrier="", lines=(line,), at=clock.now())
        async with linked.floor.db.transaction() as connection:
            await send(connection, message_type=message.TYPE, document=f"shipment/{number}", data=message)
        await _until(linked, "select 1 from link_posting where document = 'shipment/' || :n", number)
    finally:
        worker.stop.set()
        await life
    shipment = await linked.office.one("stock.shipment.out", ["number", "=", number], fields=["state"])
    assert shipment["state"] == "done"
    assert LINK_PASSWORD not in repr(await linked.rows("select * from periodic_job"))


async def _until(linked: Linked, query: str, number: str) -> None:
    """Waits until a query finds a row."""
    async with asyncio.timeout(180):
        while not await linked.rows(query, n=number):
            await asyncio.sleep(0.1)
