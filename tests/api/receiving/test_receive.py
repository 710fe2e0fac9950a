"""Receiving over HTTP, and what the books, the ERP and the supervisor see of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.floor import expected
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.deliveries import advice, advised, dock, items, purchase, sscc
from tests.support.demo_floor import DemoFloor, Worker

NEXT_YEAR = str(clock.now().date() + timedelta(days=365))


async def line_of(worker: Worker, delivery: UUID, number: int = 0) -> dict[str, Any]:
    """A line of a delivery as the device has it."""
    document = await worker.get(f"/receiving/deliveries/{delivery}")
    line: dict[str, Any] = document["lines"][number]
    return line


async def messages(demo: DemoFloor, receipt: str) -> list[tuple[str, dict[str, Any]]]:
    """What the ERP is told of a receipt."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text("select type, data from outbox where data->>'receipt' = :id order by seq"), {"id": receipt}
        )
        return [(row.type.removeprefix("gemba."), row.data) for row in rows]


async def exceptions(demo: DemoFloor, command: Any) -> list[str]:
    """What a person must look at because of a command."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text("select kind from exception where command_id = :id and state = 'open' order by kind"),
            {"id": command},
        )
        return list(rows.scalars())


async def stock(demo: DemoFloor, item: UUID, place: UUID) -> dict[str, Decimal]:
    """How much of an item lies in a place, by status."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text(
                "select status, sum(quantity) as n from quant where item_id = :item and place_id = :place"
                " and quantity > 0 group by status"
            ),
            {"item": item, "place": place},
        )
        return {row.status: Decimal(row.n).normalize() for row in rows}


@pytest.fixture
async def ann(demo: DemoFloor) -> Worker:
    """A receiver."""
    return await demo.worker("receiver")


async def test_a_pack_of_an_advice_is_booked_against_it_and_its_order(demo: DemoFloor, ann: Worker) -> None:
    """The line, the order's line, the ledger and the ERP all say the same; the unit is taken over with its SSCC."""
    (item, *_) = await items(demo, "lot", expires=True)
    order, number = await purchase(demo, [(item.sku, "40")])
    code = sscc()
    delivery, advice_number = await advice(
        demo, number, [advised(1, 10, item.sku, "24", lot="L-77", packs=[code])]
    )
    line, place, key = await line_of(ann, delivery), await dock(demo), new_id()
    body = {
        "delivery": str(delivery), "line": line["id"], "pack": line["packs"][0]["id"], "item": str(item.id),
        "quantity": "24", "place": str(place), "lotCode": "L-77", "expiresOn": NEXT_YEAR,
        "handlingUnitCode": code,
    }  # fmt: skip
    told = await ann.done("/receiving/goods", body, key=key)
    assert (told["received"], told["open"], told["status"], told["discrepancies"]) == ("24", "0", "free", [])
    again = await ann.post("/receiving/goods", body, key=key)
    assert (again.json(), again.headers["gemba-replayed"]) == (told, "true")
    assert (await line_of(ann, delivery))["packs"][0]["received"]
    assert (await line_of(ann, order))["received"] == "24"
    [(kind, message)] = await messages(demo, str(key))
    assert (kind, message["purchaseOrder"], message["line"], message["advice"]) == (
        "goods.received.v1", number, 10, advice_number,
    )  # fmt: skip
    assert (message["quantity"], message["lot"], message["handlingUnit"], message["status"]) == (
        "24", "L-77", code, "free",
    )  # fmt: skip
    assert await exceptions(demo, key) == []
    second = await ann.refused("/receiving/goods", body)
    assert (second["type"], second["facts"]["scanned"]) == ("/problems/pack-received", code)


async def test_damage_goes_to_blocked_stock_with_its_photo(demo: DemoFloor, ann: Worker) -> None:
    """Damaged pieces are received, blocked, told to the ERP, and wait for a person with the photo's id."""
    (item, *_) = await items(demo)
    delivery, _ = await purchase(demo, [(item.sku, "12")])
    line, place, key, photo = await line_of(ann, delivery), await dock(demo), new_id(), str(new_id())
    before = await stock(demo, item.id, place)
    told = await ann.done(
        "/receiving/goods",
        {
            "delivery": str(delivery), "line": line["id"], "item": str(item.id), "quantity": "2",
            "place": str(place), "condition": "damaged", "reason": "box crushed", "photo": photo,
        },
        key=key,
    )  # fmt: skip
    assert (told["blocked"], told["status"], told["open"]) == ("2", "blocked", "10")
    assert [(one["kind"], one["quantity"]) for one in told["discrepancies"]] == [("damaged", "2")]
    after = await stock(demo, item.id, place)
    assert after["blocked"] - before.get("blocked", Decimal(0)) == 2
    kinds = [kind for kind, _ in await messages(demo, str(key))]
    assert kinds == ["goods.received.v1", "receipt.discrepancy.v1"]
    assert await exceptions(demo, key) == ["receipt_damaged"]
    kept = await demo.scalar("select details->>'photo' from exception where command_id = :id", id=key)
    assert kept == photo


async def test_over_is_recorded_or_refused_as_the_order_says(demo: DemoFloor, ann: Worker) -> None:
    """Ten per cent more is in order; beyond it `record` blocks the surplus, `refuse` books nothing and keeps the fact."""
    (item, *_) = await items(demo)
    place = await dock(demo)

    async def receive(quantity: str, rule: str) -> tuple[Any, UUID, UUID]:
        delivery, _ = await purchase(demo, [(item.sku, "10")], over_percent=Decimal(10), over_rule=rule)
        line, key = await line_of(ann, delivery), new_id()
        body = {"delivery": str(delivery), "line": line["id"], "item": str(item.id), "place": str(place)}
        return await ann.post("/receiving/goods", body | {"quantity": quantity}, key=key), key, delivery

    tolerated, key, _ = await receive("11", "refuse")
    assert (tolerated.status_code, tolerated.json()["discrepancies"]) == (200, [])
    recorded, key, _ = await receive("13", "record")
    assert (recorded.json()["blocked"], recorded.json()["status"]) == ("2", "free")
    parts = [
        (m["status"], m["quantity"], m["part"]) for k, m in await messages(demo, str(key)) if "goods" in k
    ]
    assert parts == [("free", "11", 1), ("blocked", "2", 2)]
    refused, key, delivery = await receive("13", "refuse")
    problem = refused.json()
    assert (problem["type"], problem["facts"]["scanned"], problem["facts"]["expected"]) == (
        "/problems/over-receipt", "13", "10",
    )  # fmt: skip
    assert await exceptions(demo, key) == ["receipt_not_booked"]
    assert (await line_of(ann, delivery))["received"] == "0"


async def test_what_nobody_announced_is_taken_in_on_record(demo: DemoFloor, ann: Worker) -> None:
    """Blind goods are free stock with a document; a wrong item of a delivery is blocked; a wrong lot is noted."""
    lotted = (await items(demo, "lot", expires=True))[0]
    (item, other) = await items(demo)
    place = await dock(demo)
    blind = await ann.done(
        "/receiving/goods", {"code": item.gtin, "quantity": "3", "place": str(place), "reason": "no papers"}
    )
    assert (blind["status"], [one["kind"] for one in blind["discrepancies"]]) == ("free", ["no_asn"])
    delivery, number = await purchase(demo, [(item.sku, "5"), (lotted.sku, "6")])
    wrong = await ann.done(
        "/receiving/goods",
        {"delivery": str(delivery), "item": str(other.id), "quantity": "1", "place": str(place)},
    )
    assert (wrong["status"], [one["kind"] for one in wrong["discrepancies"]]) == ("blocked", ["wrong_item"])
    came, _ = await advice(demo, number, [advised(1, 20, lotted.sku, "6", lot="L-1")])
    line = await line_of(ann, came)
    body = {"delivery": str(came), "line": line["id"], "item": str(lotted.id), "place": str(place)}
    lot = await ann.done(
        "/receiving/goods", body | {"quantity": "6", "lotCode": "L-2", "expiresOn": NEXT_YEAR}
    )
    assert (lot["status"], [one["kind"] for one in lot["discrepancies"]]) == ("free", ["wrong_lot"])


async def test_each_wrong_scan_has_its_answer(demo: DemoFloor, ann: Worker) -> None:
    """Unknown item, expired lot, missing lot, serials that do not add up, another item's line: each names both sides."""
    place = str(await dock(demo))
    (plain, other) = await items(demo)
    lotted = (await items(demo, "lot", expires=True))[0]
    serial = (await items(demo, "serial"))[0]
    delivery, _ = await purchase(demo, [(plain.sku, "5")])
    line = await line_of(ann, delivery)
    key = new_id()
    unknown = await ann.post(
        "/receiving/goods", {"code": "8712345000004", "quantity": "1", "place": place}, key=key
    )
    assert (unknown.status_code, unknown.json()["facts"]["scanned"]) == (404, "8712345000004")
    assert await exceptions(demo, key) == ["receipt_not_booked"]
    yesterday = str(clock.now().date() - timedelta(days=2))
    goods = {
        "item": str(lotted.id),
        "quantity": "2",
        "place": place,
        "lotCode": "OLD-1",
        "expiresOn": yesterday,
    }
    expired = await ann.refused("/receiving/goods", goods)
    assert (expired["type"], expired["facts"]["scanned"], expired["facts"]["expires_on"]) == (
        "/problems/expired-lot", "OLD-1", yesterday,
    )  # fmt: skip
    aside = await ann.done("/receiving/goods", goods | {"condition": "expired"})
    assert aside["status"] == "blocked"
    nameless = {"item": str(lotted.id), "quantity": "2", "place": place}
    assert (await ann.refused("/receiving/goods", nameless))["facts"] == {"tracking": "lot"}
    assert (await ann.refused("/receiving/goods", nameless | {"lotCode": "N-1"}))["facts"] == {
        "tracking": "expiry"
    }
    two = {"item": str(serial.id), "quantity": "2", "place": place}
    counted = await ann.refused("/receiving/goods", two | {"serials": ["A-1"]})
    assert (counted["type"], counted["facts"]) == ("/problems/serials-differ", {"scanned": 1, "expected": 2})
    await ann.done("/receiving/goods", two | {"serials": ["A-1", "A-2"]})
    here = await ann.refused("/receiving/goods", {**two, "quantity": "1", "serials": ["A-2"]})
    assert (here["type"], here["facts"]["scanned"]) == ("/problems/serial-here", "A-2")
    elsewhere = await ann.refused(
        "/receiving/goods",
        {
            "delivery": str(delivery),
            "line": line["id"],
            "item": str(other.id),
            "quantity": "1",
            "place": place,
        },
    )
    assert (elsewhere["facts"]["scanned"], elsewhere["facts"]["expected"]) == (other.sku, plain.sku)


async def test_closing_tells_what_is_short_and_late_goods_are_still_booked(
    demo: DemoFloor, ann: Worker
) -> None:
    """One of three is missing at close; a device that was off line brings it afterwards, and a person is told."""
    (item, *_) = await items(demo)
    delivery, number = await purchase(demo, [(item.sku, "3")])
    line, place = await line_of(ann, delivery), await dock(demo)
    body = {"delivery": str(delivery), "line": line["id"], "item": str(item.id), "place": str(place)}
    first = new_id()
    await ann.done("/receiving/goods", body | {"quantity": "2"}, key=first)
    rows = await ann.get("/receiving/deliveries", find=number)
    assert [(row["state"], row["percent"], row["linesDone"]) for row in rows] == [("receiving", 66, 0)]
    told = await ann.done("/receiving/close", {"delivery": str(delivery)})
    assert [(one["kind"], one["quantity"], one["expected"]) for one in told["short"]] == [("short", "1", "3")]
    assert (await ann.refused("/receiving/close", {"delivery": str(delivery)}))["facts"]["state"] == "done"
    late = new_id()
    await ann.done("/receiving/goods", body | {"quantity": "1"}, key=late)
    assert await exceptions(demo, late) == ["received_after_close"]
    assert (await ann.refused("/receiving/undo", {"command": str(first)}))["type"] == "/problems/not-undoable"


async def test_undo_gives_all_back_while_nothing_stands_on_it(demo: DemoFloor, ann: Worker) -> None:
    """Stock, line, pack and exception are as before and the ERP is told; twice, or after a move, it is refused."""
    (item, *_) = await items(demo)
    _, number = await purchase(demo, [(item.sku, "8")])
    delivery, _ = await advice(demo, number, [advised(1, 10, item.sku, "8", packs=[sscc(), sscc()])])
    line, place = await line_of(ann, delivery), await dock(demo)
    before = await stock(demo, item.id, place)
    body = {
        "delivery": str(delivery), "line": line["id"], "pack": line["packs"][0]["id"], "item": str(item.id),
        "quantity": "4", "place": str(place), "condition": "damaged",
    }  # fmt: skip
    key = new_id()
    await ann.done("/receiving/goods", body, key=key)
    back = await ann.done("/receiving/undo", {"command": str(key)})
    assert back["quantity"] == "4"
    now = await line_of(ann, delivery)
    assert (now["received"], now["blocked"], now["packs"][0]["received"]) == ("0", "0", False)
    assert await stock(demo, item.id, place) == before
    assert await exceptions(demo, key) == []
    assert [kind for kind, _ in await messages(demo, str(key))][-1] == "goods.receipt_undone.v1"
    assert (await ann.refused("/receiving/undo", {"command": str(key)}))["type"] == "/problems/not-undoable"
    free = new_id()
    on_unit = await ann.done(
        "/receiving/goods", {**body, "condition": "good", "handlingUnitCode": sscc()}, key=free
    )
    bin_ = await demo.scalar(
        "select id from place where kind = 'bin' and site_id = :site limit 1", site=demo.site
    )
    await ann.done(
        "/stock/move",
        {
            "item": str(item.id), "quantity": "1", "fromPlace": str(place), "toPlace": str(bin_),
            "fromHandlingUnit": on_unit["handlingUnit"],
        },
    )  # fmt: skip
    stood_on = await ann.refused("/receiving/undo", {"command": str(free)})
    assert stood_on["type"] == "/problems/not-undoable"


async def test_an_inspected_item_waits_in_quality(demo: DemoFloor, ann: Worker) -> None:
    """An item with an inspection plan is received into status quality, which nobody can pick from."""
    item = (await items(demo))[1]
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update item set inspection_plan = 'IP-1' where id = :id"), {"id": item.id}
        )
    delivery, _ = await purchase(demo, [(item.sku, "5")])
    line, place = await line_of(ann, delivery), await dock(demo)
    told = await ann.done(
        "/receiving/goods",
        {
            "delivery": str(delivery),
            "line": line["id"],
            "item": str(item.id),
            "quantity": "5",
            "place": str(place),
        },
    )
    assert told["status"] == "quality"
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update item set inspection_plan = null where id = :id"), {"id": item.id}
        )


async def test_an_older_version_changes_nothing_and_a_cancelled_order_takes_no_line(
    demo: DemoFloor, ann: Worker
) -> None:
    """Version 2 replaces 1; 1 sent again is passed over; goods of a cancelled order are taken in as not announced."""
    (item, *_) = await items(demo)
    delivery, number = await purchase(demo, [(item.sku, "5")], version=1)
    again, _ = await purchase(demo, [(item.sku, "7")], number=number, version=2)
    old, _ = await purchase(demo, [(item.sku, "9")], number=number, version=1)
    assert again == delivery
    assert old is None
    line = await line_of(ann, delivery)
    assert line["quantity"] == "7"
    async with demo.db.transaction() as connection:
        assert await expected.close(connection, demo.site, kind="purchase", number=number, cancelled=True)
    told = await ann.done(
        "/receiving/goods",
        {
            "delivery": str(delivery), "line": line["id"], "item": str(item.id), "quantity": "2",
            "place": str(await dock(demo)),
        },
    )  # fmt: skip
    assert (told["line"], [one["kind"] for one in told["discrepancies"]]) == (None, ["no_asn"])


async def test_only_receivers_and_supervisors_receive(demo: DemoFloor, ann: Worker) -> None:
    """A picker sees no deliveries; fresh unit numbers are valid SSCCs and never the same twice."""
    picker = await demo.worker("picker")
    answer = await picker.client.get("/api/floor/receiving/deliveries")
    assert answer.status_code == 403
    first = await ann.get("/receiving/unit-numbers", count="3")
    second = await ann.get("/receiving/unit-numbers", count="3")
    codes = first["codes"] + second["codes"]
    assert len(set(codes)) == 6
    assert all(len(code) == 18 for code in codes)


async def test_an_empty_units_number_may_come_again_at_another_dock(demo: DemoFloor, ann: Worker) -> None:
    """While goods stand on it elsewhere it is refused, with the place; once it is empty its number is taken over."""
    (item, *_) = await items(demo)
    code, first, key = sscc(), await dock(demo), new_id()
    other = await demo.scalar(
        "select id from place where site_id = :site and kind = 'dock' and id <> :first limit 1",
        site=demo.site,
        first=first,
    )
    body = {"item": str(item.id), "quantity": "3", "handlingUnitCode": code}
    await ann.done("/receiving/goods", body | {"place": str(first)}, key=key)
    refused = await ann.refused("/receiving/goods", body | {"place": str(other)})
    assert (refused["type"], refused["facts"]["scanned"]) == ("/problems/unit-elsewhere", code)
    await ann.done("/receiving/undo", {"command": str(key)})
    told = await ann.done("/receiving/goods", body | {"place": str(other)})
    assert str(
        await demo.scalar("select place_id from handling_unit where id = :u", u=told["handlingUnit"])
    ) == str(other)
