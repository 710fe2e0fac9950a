"""A job as an operator does it: gates at the start, the clock, one sheet, what comes into stock, what the ERP hears."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import zxingcpp
from PIL import Image

from backend.contract.production import JobReported
from backend.kernel.ids import new_id
from tests.support.shop_floor import ShopFloor, job


async def test_a_job_from_start_to_stock(shop: ShopFloor) -> None:
    """Two steps, a scanned frame and a flushed part: pieces, serials, messages and the order's state all follow."""
    frame, screw = await shop.item("lot"), await shop.item("none")
    bike = await shop.item("serial", group="bicycles")
    order = await shop.release(bike, "2", materials=((10, frame, "1", "scan"), (10, screw, "4", "backflush")))
    await shop.stock(frame, "5", lot="F-1")
    await shop.stock(screw, "50")
    ann = await shop.operator()
    started = await ann.done("/mes/jobs/start", job(order))
    assert started["state"] == "running"
    took = {**job(order), "material": str(order.materials[10]), "quantity": "2", "lot": "F-1"}
    assert (await ann.done("/mes/jobs/consume", took))["consumed"] == "2"
    told = await ann.done("/mes/jobs/report", {**job(order), "good": "2"})
    assert (told["good"], told["remaining"]) == ("2", "0")
    assert (await ann.done("/mes/jobs/finish", job(order)))["state"] == "done"
    await ann.done("/mes/jobs/start", job(order, 20))
    made = await ann.done("/mes/jobs/report", {**job(order, 20), "good": "2"})
    assert made["serials"] == [f"{order.number}-0001", f"{order.number}-0002"]
    await ann.done("/mes/jobs/finish", job(order, 20))
    state = await shop.floor.scalar("select state from work_order where id = :id", id=order.id)
    assert state == "completed"
    out = await shop.floor.scalar(
        """select count(*) from quant join serial on serial.id = quant.serial_id join place on place.id = quant.place_id
           where serial.code like :n and place.code = 'LINE-1-OUT' and quantity = 1""",
        n=f"{order.number}-%",
    )
    assert out == 2
    left = await shop.floor.scalar(
        """select sum(quantity) from quant join place on place.id = quant.place_id join item on item.id = quant.item_id
           where place.code = 'LINE-1-IN' and item.sku = :sku""",
        sku=screw,
    )
    assert left == Decimal(42)
    went = await shop.messages(order, "gemba.materials.consumed.v1")
    assert [(row["sku"], row["quantity"], row["lot"]) for one in went for row in one["materials"]] == [
        (frame, "2", "F-1"),
        (screw, "8", None),
    ]
    produced = await shop.messages(order, "gemba.goods.produced.v1")
    assert [(one["quantity"], one["serials"]) for one in produced] == [("2", made["serials"])]
    reports = await shop.messages(order, JobReported.TYPE)
    assert [(one["operation"], one["good"], one["finished"]) for one in reports] == [
        (10, "2", False),
        (10, "0", True),
        (20, "2", False),
        (20, "0", True),
    ]
    edges = await shop.floor.scalar(
        """select count(*) from genealogy join serial on serial.id = parent_id join lot on lot.id = child_id
           where serial.code like :n and lot.code = 'F-1' and quantity = 1""",
        n=f"{order.number}-%",
    )
    assert edges == 2


async def test_every_gate_is_looked_at_when_a_job_is_started(shop: ShopFloor) -> None:
    """Material, the step before, skill, hold, a stopped machine and a critical call each shut it, and are all told at once."""
    part = await shop.item("none", nth=3)
    order = await shop.release(
        await shop.item("lot"), "5", materials=((10, part, "2", "backflush"),), skill="brake bleeding"
    )
    ann, boss = await shop.operator(), await shop.floor.worker("supervisor")
    await boss.done("/mes/orders/hold", {"workOrder": str(order.id), "reason": "drawing under review"})
    centre = {"workCentre": str(order.centres[10])}
    await ann.done("/mes/machine/stop", {**centre, "reason": "breakdown"})
    call = await ann.done("/mes/calls/raise", {**centre, "kind": "quality", "critical": True})
    refused = await ann.refused("/mes/jobs/start", job(order))
    assert refused["type"] == "/problems/job-not-ready"
    assert {gate["kind"] for gate in refused["facts"]["gates"]} == {
        "hold",
        "machine",
        "call",
        "material",
        "skill",
    }
    other = await ann.refused("/mes/jobs/start", job(order, 20))
    assert {gate["kind"] for gate in other["facts"]["gates"]} == {"hold", "previous"}
    await boss.done("/mes/orders/let-go", {"workOrder": str(order.id)})
    await ann.done("/mes/machine/runs", centre)
    await ann.done("/mes/calls/resolve", {"call": call["call"]})
    await shop.stock(part, "10")
    skilled = await shop.operator(skills=("brake bleeding",))
    assert (await skilled.done("/mes/jobs/start", job(order)))["state"] == "running"


async def test_a_pause_asks_no_quantity_and_keeps_the_minutes(shop: ShopFloor) -> None:
    """Done without the network an hour ago: 20 minutes, a break, 20 more; the ERP hears 40 once, whatever the device's clock."""
    order = await shop.release(await shop.item("none"), "5")
    ann = await shop.operator()
    rows = await shop.sent(
        ann,
        ("job.start", job(order), 60),
        ("job.pause", {**job(order), "reason": "break"}, 40),
        ("job.start", job(order), 30),
        ("job.report", {**job(order), "good": "1"}, 10),
        ("job.finish", job(order), 5),
    )
    assert [row["outcome"] for row in rows] == ["done"] * 5
    reports = await shop.messages(order, JobReported.TYPE)
    assert [round(Decimal(one["minutes"])) for one in reports] == [40, 5]
    assert await shop.exceptions(order) == []


async def test_what_was_started_off_line_though_a_gate_was_shut_becomes_an_exception(shop: ShopFloor) -> None:
    """The start is refused, and kept; the pieces that were made all the same are booked."""
    order = await shop.release(await shop.item("none"), "5", skill="brake bleeding")
    ann = await shop.operator()
    rows = await shop.sent(
        ann, ("job.start", job(order), 60), ("job.report", {**job(order), "good": "2"}, 30), lane=False
    )
    assert [row["outcome"] for row in rows] == ["refused", "done"]
    assert await shop.exceptions(order) == ["job_started_though_shut", "reported_without_start"]


async def test_starting_elsewhere_pauses_the_job_in_hand(shop: ShopFloor) -> None:
    """One person, one clock: the first job is paused as `switched`, nothing is refused."""
    one, two = [await shop.release(await shop.item("none"), "5") for _ in range(2)]
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(one))
    await ann.done("/mes/jobs/start", job(two))
    document = await ann.get(f"/mes/jobs/{one.steps[10]}")
    assert (document["state"], document["pauseReason"]) == ("paused", "switched")


async def test_undo_takes_back_pieces_stock_and_edges_until_they_are_used(shop: ShopFloor) -> None:
    """A report of the last step is undone whole; a report of the first is not while the second stands on it."""
    hub = await shop.item("lot", nth=1)
    order = await shop.release(await shop.item("lot", nth=2), "4", materials=((10, hub, "1", "scan"),))
    await shop.stock(hub, "4", lot="H-9")
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    body = {**job(order), "material": str(order.materials[10]), "quantity": "4", "lot": "H-9"}
    await ann.done("/mes/jobs/consume", body)
    first, second = new_id(), new_id()
    await ann.done(
        "/mes/jobs/report",
        {**job(order), "good": "3", "scrap": [{"quantity": "1", "reason": "surface"}]},
        key=first,
    )
    await ann.done("/mes/jobs/report", {**job(order, 20), "good": "3", "lot": "BATCH-7"}, key=second)
    held = await ann.refused("/mes/jobs/undo", {**job(order), "command": str(first)})
    assert held["type"] == "/problems/not-undoable"
    count = "select count(*) from genealogy join lot on lot.id = parent_id where lot.code = 'BATCH-7'"
    assert await shop.floor.scalar(count) == 1
    await ann.done("/mes/jobs/undo", {**job(order, 20), "command": str(second)})
    assert await shop.floor.scalar(count) == 0
    stock = "select coalesce(sum(quantity), 0) from quant join lot on lot.id = quant.lot_id where lot.code = 'BATCH-7'"
    assert await shop.floor.scalar(stock) == 0
    undone = await ann.done("/mes/jobs/undo", {**job(order), "command": str(first)})
    assert (undone["good"], undone["scrap"]) == ("0", "0")
    reports = await shop.messages(order, JobReported.TYPE)
    assert [one["good"] for one in reports] == ["3", "3", "-3", "-3"]
    assert sum(Decimal(one["minutes"]) for one in reports) == 0
    again = await ann.refused("/mes/jobs/undo", {**job(order), "command": str(first)})
    assert again["type"] == "/problems/not-undoable"


async def test_a_changed_order_replaces_and_a_begun_one_goes_on(shop: ShopFloor) -> None:
    """Before the start steps are replaced; after it only quantity and date, and a supervisor sees what did not fit."""
    sku = await shop.item("none")
    order = await shop.release(sku, "5")
    again = await shop.release(sku, "6", number=order.number, version=2, steps=((10, "ASSY-2"),))
    assert list(again.steps) == [10]
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(again))
    late = await shop.release(
        sku, "9", number=order.number, version=3, steps=((10, "ASSY-1"), (20, "TEST-1"))
    )
    assert late.steps == again.steps
    document = await ann.get(f"/mes/jobs/{again.steps[10]}")
    assert document["target"] == "9"
    assert await shop.exceptions(order) == ["work_order_changed_late"]
    old = await shop.release(sku, "1", number=order.number, version=2)
    assert (await ann.get(f"/mes/jobs/{old.steps[10]}"))["target"] == "9"


async def test_the_list_of_a_work_centre_keeps_the_plans_order(shop: ShopFloor) -> None:
    """What is due first comes first, three at a time, and what the step before has not handed on comes last."""
    sku = await shop.item("none")
    for days in (9, 7, 8, 6):
        await shop.release(sku, "1", due=timedelta(days=-days), steps=((10, "PAINT-1"),))
    order = await shop.release(sku, "1", due=timedelta(days=-20), steps=((10, "ASSY-1"), (20, "PAINT-1")))
    ann = await shop.operator()
    told = await ann.get(f"/mes/work-centres/{order.centres[20]}")
    due = [one["dueAt"] for one in told["next"]]
    assert due == sorted(due)
    assert len(due) == 3
    assert order.number not in {one["number"] for one in told["next"]}
    assert told["later"] == 2


async def test_a_traveller_bears_the_number_that_is_scanned(shop: ShopFloor) -> None:
    """The printed sheet read back gives the order's number, which the scan finds as a job."""
    order = await shop.release(await shop.item("none"), "5")
    ann = await shop.operator()
    answer = await ann.client.get(f"/api/floor/mes/orders/{order.id}/traveller", params={"form": "png"})
    assert answer.status_code == 200
    read = {found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))}
    assert read == {order.number}
    matches = (await ann.get("/work/resolve", code=order.number, expected="job"))["matches"]
    assert [(one["kind"], one["id"]) for one in matches] == [("job", str(order.id))]
