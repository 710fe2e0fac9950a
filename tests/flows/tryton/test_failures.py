"""Every way in which a link to an ERP is known to fail, against a live Tryton: nothing posted twice, nothing lost, differences told."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from backend.contract.quality import Decisions, InspectionDecided
from backend.contract.receipts import GoodsReceived
from backend.contract.shipments import ShipmentShipped, ShippedContent, ShippedLine
from backend.contract.stock import StockAdjusted
from backend.floor.link.writer import ErpWriter
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.link import rules
from backend.kernel.link.repair import replay
from backend.kernel.outbox import send
from tests.flows.tryton.test_tryton import items, partner
from tests.support.tryton.linked import Linked, tryton_erp
from tests.support.tryton.network import BadNetwork
from tests.support.tryton.office import INPUT
from tests.support.tryton.server import TrytonServer

pytestmark = pytest.mark.timeout(600)  # the first one of a machine builds Tryton's database


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are a hundredth of what they are."""
    monkeypatch.setattr(rules, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(rules, "LONGEST_PAUSE", 0.3)


async def ordered(linked: Linked, quantity: str) -> tuple[str, str]:
    """A purchase that the floor knows: its item and number."""
    (sku,) = await items(linked, 1)
    number = await linked.office.purchase(await partner(linked, "supplier"), [(sku, quantity)])
    await linked.pull()
    return sku, number


async def sold(linked: Linked, quantity: str) -> tuple[str, str]:
    """A shipment that the floor knows: its item and number."""
    (sku,) = await items(linked, 1)
    number = await linked.office.sale(await partner(linked, "customer"), [(sku, quantity)])
    await linked.pull()
    return sku, number


async def received(linked: Linked, sku: str, order: str | None, quantity: str, **more: Any) -> None:
    """The dock tells of a receipt."""
    message = GoodsReceived(
        receipt=new_id(), sku=sku, quantity=Decimal(quantity), unit="pc", status="free", at=clock.now(),
        purchase_order=order, line=1, **more,
    )  # fmt: skip
    async with linked.floor.db.transaction() as connection:
        await send(connection, message_type=message.TYPE, document=f"purchase/{order}", data=message)


async def shipped(linked: Linked, sku: str, number: str, quantity: str) -> None:
    """The dock tells that a shipment has left."""
    line = ShippedLine(
        line=1, sku=sku, unit="pc", quantity=Decimal(quantity), contents=(ShippedContent(quantity=Decimal(quantity)),)
    )  # fmt: skip
    message = ShipmentShipped(number=number, version=1, carrier="", lines=(line,), at=clock.now())
    async with linked.floor.db.transaction() as connection:
        await send(connection, message_type=message.TYPE, document=f"shipment/{number}", data=message)


async def receipts(linked: Linked, sku: str) -> list[tuple[str, Decimal]]:
    """All that came into Tryton of an item: state and quantity of each move into its input zone, by purchase orders."""
    moves = await linked.office.find(
        "stock.move", ["product.code", "=", sku], ["to_location", "=", INPUT], ["shipment", "!=", None],
        fields=["state", "quantity"],
    )  # fmt: skip
    return [(move["state"], Decimal(move["quantity"])) for move in moves]


async def counted(linked: Linked, sku: str, change: str, lot: str | None = None) -> None:
    """A count tells of so much more or less."""
    message = StockAdjusted(
        sku=sku, change=Decimal(change), unit="pc", reason="count", at=clock.now(), lot=lot
    )
    async with linked.floor.db.transaction() as connection:
        await send(connection, message_type=message.TYPE, document=f"item/{sku}", data=message)


async def scrapped(linked: Linked, quantity: str) -> str:
    """Inspection tells that so much of a lot was scrapped; Tryton has enough of it. Returns the item."""
    (sku,) = await items(linked, 1, tracking="lot", at_least=1)
    await linked.office.stock(sku, "9", "L-C")
    message = InspectionDecided(
        inspection=new_id(), number=1, sku=sku, unit="pc", quantity=Decimal(5), verdict="reject",
        decisions=Decisions(release=Decimal(2), scrap=Decimal(quantity)), at=clock.now(), lot="L-C",
    )  # fmt: skip
    await linked.pull()
    async with linked.floor.db.transaction() as connection:
        await send(connection, message_type=message.TYPE, document=f"item/{sku}", data=message)
    return sku


async def test_a_correction_is_by_so_much_whatever_moves_between(linked: Linked) -> None:
    """Stock moves in Tryton while we write, and the inventory itself is touched: still just one fewer. What it has not, it cannot lose."""
    (sku,) = await items(linked, 1)
    await linked.pull()
    before = await linked.office.in_storage(sku)

    async def meddle() -> None:
        await linked.office.stock(sku, "10")
        (draft,) = await linked.office.find("stock.inventory", ["state", "=", "draft"])
        await linked.office.write("stock.inventory", draft["id"], empty_quantity="keep")

    network = BadNetwork()
    network.between["model.stock.inventory.write"] = meddle
    network.between["model.stock.inventory.confirm"] = lambda: linked.office.stock(sku, "5")
    erp = tryton_erp(linked.url, transport=network)
    await counted(linked, sku, "-1")
    await linked.go_out(erp=erp)
    assert await linked.office.in_storage(sku) == before + 10 + 5 - 1
    assert await linked.differences(f"item/{sku}") == []
    await counted(linked, sku, "-100000")
    await linked.go_out(erp=erp)
    await erp.close()
    (found,) = await linked.differences(f"item/{sku}")
    assert (found.kind, found.ours, found.theirs) == ("no_place", Decimal(-100000), Decimal(0))
    assert await linked.office.in_storage(sku) == before + 14


async def test_lost_answers_post_nothing_twice(linked: Linked) -> None:
    """Each kind of writing call loses its first answer after Tryton did it: receipt, shipment, count and scrap are there once."""
    sku, order = await ordered(linked, "10")
    _, shipment = await sold(linked, "4")
    before, stock = await receipts(linked, sku), await linked.office.in_storage(sku)
    await received(linked, sku, order, "10")
    await shipped(linked, sku, shipment, "4")
    await counted(linked, sku, "-2")
    lotted = await scrapped(linked, "3")
    lots = await linked.office.in_storage(lotted)
    network = BadNetwork(drop=True)
    erp = tryton_erp(linked.url, transport=network)
    await linked.go_out(erp=erp)
    await erp.close()
    assert {
        "model.stock.shipment.in.create",
        "model.stock.shipment.in.do",
        "model.stock.shipment.out.do",
        "model.stock.inventory.create",
        "model.stock.inventory.confirm",
        "model.ir.note.create",
    } <= network.dropped
    assert await linked.outbox() == []
    assert (await receipts(linked, sku))[len(before) :] == [("done", Decimal(10))]
    assert await linked.office.in_storage(sku) == stock + 10 - 4 - 2
    assert await linked.office.in_storage(lotted) == lots - 3
    assert await linked.office.find("stock.inventory", ["state", "=", "draft"]) == []
    assert (
        await linked.differences(f"purchase/{order}")
        == await linked.differences(f"shipment/{shipment}")
        == await linked.differences(f"item/{lotted}")
        == []
    )


async def test_requests_that_arrive_twice_post_once(linked: Linked) -> None:
    """The network carries every writing request two times: the lock on what was read lets Tryton take only the first."""
    sku, order = await ordered(linked, "6")
    _, shipment = await sold(linked, "3")
    before, stock = await receipts(linked, sku), await linked.office.in_storage(sku)
    await received(linked, sku, order, "6")
    await shipped(linked, sku, shipment, "3")
    await counted(linked, sku, "2")
    erp = tryton_erp(linked.url, transport=BadNetwork(twice=True))
    await linked.go_out(erp=erp)
    await erp.close()
    assert await linked.outbox() == []
    assert (await receipts(linked, sku))[len(before) :] == [("done", Decimal(6))]
    assert await linked.office.in_storage(sku) == stock + 6 - 3 + 2
    assert await linked.office.find("stock.inventory", ["state", "=", "draft"]) == []


async def test_a_message_delivered_again_is_posted_once(linked: Linked) -> None:
    """Two workers deliver the same message at once, and again after one died before it was marked: one receipt, one count."""
    sku, order = await ordered(linked, "5")
    before, stock = await receipts(linked, sku), await linked.office.in_storage(sku)
    await received(linked, sku, order, "5")
    await counted(linked, sku, "-1")
    await linked.go_out()
    async with linked.floor.db.transaction() as connection:
        await connection.execute(text("update outbox set state = 'waiting', next_try_at = now()"))
        await connection.execute(text("delete from link_posting"))
    await linked.go_out()
    assert (await receipts(linked, sku))[len(before) :] == [("done", Decimal(5))]
    assert await linked.office.in_storage(sku) == stock + 5 - 1
    assert await linked.outbox() == []


async def test_a_record_changed_meanwhile_is_read_again(linked: Linked) -> None:
    """The office changes the order's move between our reading and our writing: the stale write is refused, the next one fits."""
    sku, order = await ordered(linked, "8")
    move = await linked.office.one("stock.move", ["origin.purchase.number", "=", order, "purchase.line"])
    network = BadNetwork()
    network.between["model.stock.shipment.in.create"] = lambda: linked.office.write(
        "stock.move", move["id"], planned_date=clock.now().date() + timedelta(days=9)
    )
    await received(linked, sku, order, "8")
    erp = tryton_erp(linked.url, transport=network)
    await linked.go_out(erp=erp)
    await erp.close()
    assert network.calls.count("model.stock.shipment.in.create") == 2
    assert await linked.outbox() == []


async def test_tryton_is_down_for_ten_minutes(linked: Linked, server: TrytonServer) -> None:
    """While Tryton is really stopped the floor goes on, nothing dies and no try is counted; afterwards all arrives, once."""
    sku, order = await ordered(linked, "9")
    before = await receipts(linked, sku)
    server.stop()
    for quantity in ("4", "3", "2"):
        await received(linked, sku, order, quantity)
    async with linked.relay() as relay:
        for _ in range(20):  # ten minutes of the longest pause, thirty seconds, a hundredth long
            await relay.step()
            await asyncio.sleep(0.05)
        assert relay.away
    assert await linked.pull() == 0
    assert "no answer" in await linked.floor.scalar("select error from link_cursor where kind = 'item'")
    assert {(row.state, row.tries) for row in await linked.outbox()} == {("waiting", 0)}
    server.start()
    await linked.go_out()
    assert (await receipts(linked, sku))[len(before) :] == [
        ("done", Decimal(4)), ("done", Decimal(3)), ("done", Decimal(2)),
    ]  # fmt: skip
    assert await linked.outbox() == []


async def test_clocks_that_are_off_hide_no_change(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our clock a day off either way, and Tryton's own set back by an hour: what is new is found all the same, once."""
    (sku,) = await items(linked, 1)
    customer = await partner(linked, "customer")
    true_now = clock.now
    for off in (timedelta(days=-1), timedelta(days=1)):
        monkeypatch.setattr(clock, "now", lambda off=off: true_now() + off)
        number = await linked.office.sale(customer, [(sku, "1")])
        assert await linked.pull() == 1
        assert (await linked.message(f"shipment/{number}"))["data"]["number"] == number
    monkeypatch.setattr(clock, "now", true_now)
    async with linked.floor.db.transaction() as connection:
        ahead = (true_now() + timedelta(hours=1)).replace(tzinfo=None).isoformat()
        await connection.execute(text("update link_cursor set cursor = :c"), {"c": ahead})
    number = await linked.office.sale(customer, [(sku, "1")])
    assert await linked.pull() == 1
    assert await linked.pull() == 0


async def test_what_the_office_did_already_is_not_done_again(linked: Linked) -> None:
    """The office shipped by hand before us: the same quantity is success, another one is a difference; stock moves once."""
    sku, same = await sold(linked, "2")
    _, other = await sold(linked, "4")
    for number in (same, other):
        shipment = await linked.office.one("stock.shipment.out", ["number", "=", number])
        for button in ("assign_try", "pick", "pack", "do"):
            await linked.office.tryton.call("stock.shipment.out", button, [shipment["id"]])
    stock = await linked.office.in_storage(sku)
    await shipped(linked, sku, same, "2")
    await shipped(linked, sku, other, "3")
    await linked.go_out()
    assert await linked.outbox() == []
    assert await linked.office.in_storage(sku) == stock
    assert await linked.differences(f"shipment/{same}") == []
    (found,) = await linked.differences(f"shipment/{other}")
    assert (found.kind, found.sku, found.ours, found.theirs) == ("quantity", sku, Decimal(3), Decimal(4))


async def test_moves_that_are_gone_or_anothers_are_not_taken(linked: Linked) -> None:
    """What the office has on a supplier shipment of its own, or received, stays there: the floor's receipt becomes a difference."""
    sku, order = await ordered(linked, "7")
    move = await linked.office.one("stock.move", ["origin.purchase.number", "=", order, "purchase.line"])
    party = await linked.office.one("purchase.purchase", ["number", "=", order], fields=["party"])
    theirs = await linked.office.create(
        "stock.shipment.in", supplier=party["party"], company=1, warehouse=5, warehouse_input=1, warehouse_storage=3,
        incoming_moves=[["add", [move["id"]]]],
    )  # fmt: skip
    await received(linked, sku, order, "7")
    await linked.go_out()
    (found,) = await linked.differences(f"purchase/{order}")
    assert (found.kind, found.ours, found.theirs) == ("no_place", Decimal(7), Decimal(0))
    assert "another supplier shipment" in found.told
    kept = await linked.office.one("stock.move", ["id", "=", move["id"]], fields=["shipment"])
    assert kept["shipment"] == f"stock.shipment.in,{theirs}"
    for button in ("receive", "do"):
        await linked.office.tryton.call("stock.shipment.in", button, [theirs])
    await received(linked, sku, order, "1")
    await linked.go_out()
    (found,) = await linked.differences(f"purchase/{order}")
    assert "come in already" in found.told


async def test_a_refusal_stops_its_document_for_a_person(linked: Linked) -> None:
    """Tryton says no in an answer with status 200: the message is dead with its words, and goes through once the office has mended it."""
    sku, order = await ordered(linked, "3")
    product = await linked.office.one("product.product", ["code", "=", sku], fields=["template"])
    await linked.office.write("product.template", product["template"], lot_required=["storage"])
    await received(linked, sku, order, "3")
    await linked.go_out()
    (dead,) = await linked.outbox()
    assert dead.state == "dead"
    assert "lot" in dead.last_error.lower()
    await linked.office.write("product.template", product["template"], lot_required=[])
    seq = await linked.floor.scalar("select seq from outbox where state = 'dead'")
    async with linked.floor.db.transaction() as connection:
        await replay(connection, "out", [seq], by="the test")
    await linked.go_out()
    assert await linked.outbox() == []


async def test_a_session_that_ended_is_begun_anew(linked: Linked) -> None:
    """A token that Tryton no longer knows costs a log-in and nothing else; a wrong password keeps all waiting, and is never told."""
    linked.erp._tryton._session = "Z2VtYmE6MTpub25l"
    assert await linked.erp.find_by_our_ref("receipt", "nothing") is None
    sku, order = await ordered(linked, "2")
    await received(linked, sku, order, "2")
    locked_out = tryton_erp(linked.url)
    locked_out._tryton._password = "not-the-password-at-all"
    answer = await ErpWriter(linked.floor.db, locked_out).deliver("", await _first(linked))
    assert answer.status is None
    assert "not-the-password" not in answer.text
    await locked_out.close()
    await linked.go_out()
    assert await linked.outbox() == []


async def _first(linked: Linked) -> bytes:
    """The message that waits, as the relay sends it."""
    from backend.kernel.link.messages import encode

    (row,) = await linked.rows(
        "select seq, id, type, document, data, created_at from outbox where state = 'waiting'"
    )
    return encode(row, "https://gemba.test/floor")
