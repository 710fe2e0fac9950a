"""Severity that switches by itself, reports led to their end, readings in any order, goods without a plan."""

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor
from tests.support.inspection import HUB, Inspector, arrived


async def decided(demo: DemoFloor, supplier: str, *, good: bool) -> dict[str, Any]:
    """A lot of a supplier, read and decided at once. Returns its document as it was opened."""
    inspector = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier=supplier))
    if good:
        await inspector.read_all()
        answer = await inspector.decide("accept", {"release": "200"})
    else:
        await inspector.read(1, 1, "8.80")
        answer = await inspector.decide("reject", {"return": "200"})
    assert answer.status_code == 200, answer.text
    return inspector.document


def critical(document: dict[str, Any]) -> dict[str, Any]:
    """The critical class of a lot's frozen plan."""
    return next(one for one in document["classes"] if one["ofClass"] == "critical")


async def test_two_bad_lots_tighten_one_supplier_and_say_so(demo: DemoFloor) -> None:
    """The next lot of this supplier has a larger sample with its reason in words; the other supplier's stays as it was."""
    first = await decided(demo, "S2007", good=False)
    second = await decided(demo, "S2007", good=False)
    third = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier="S2007"))
    other = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier="S2008"))
    tightened = critical(third.document)
    assert (tightened["severity"], tightened["n"], tightened["ac"]) == ("tightened", 8, 0)
    numbers = f"{first['facts']['number']}, {second['facts']['number']}"
    assert tightened["explained"]["en"].startswith(
        f"Tightened since lot {second['facts']['number']}: 2 of 2 not accepted ({numbers})"
    )
    assert critical(other.document)["severity"] == "normal"
    majors = next(one for one in third.document["classes"] if one["ofClass"] == "major")
    assert majors["severity"] == "normal"
    supervisor = await demo.worker("supervisor")
    listed = await supervisor.get("/quality/severities")
    assert listed[0]["severity"] == "tightened"
    assert set(listed[0]["explained"]) == {"en", "nl", "zh"}


async def test_only_what_was_read_counts_and_reduced_is_a_supervisors_to_permit(demo: DemoFloor) -> None:
    """A lot refused for one class says nothing of a class nobody read; thirty points, steady and authorised, reduce; irregular ends it."""
    await decided(demo, "S2013", good=False)
    supervisor = await demo.worker("supervisor")

    async def standing() -> dict[str, Any]:
        listed = await supervisor.get("/quality/severities")
        return {one["ofClass"]: one for one in listed if one["supplier"] == "S2013"}

    assert set(await standing()) == {"critical"}
    item = (await standing())["critical"]["item"]
    permit = {"supplier": "S2013", "item": item, "steady": True, "authorised": True}
    inspector = await demo.worker("inspector")
    assert (await inspector.post("/quality/permit", permit)).status_code == 403
    await demo.scalar(
        "update severity_now set standing = jsonb_set(standing, '{score}', '29') where supplier = 'S2013' returning 1"
    )
    await supervisor.done("/quality/permit", permit)
    await decided(demo, "S2013", good=True)
    critical_now = (await standing())["critical"]
    assert critical_now["severity"] == "reduced"
    assert critical_now["explained"]["en"].startswith("Reduced since lot")
    await supervisor.done("/quality/permit", {**permit, "steady": False})
    assert (await standing())["critical"]["severity"] == "normal"


async def test_a_second_inspection_does_not_count_for_switching(demo: DemoFloor) -> None:
    """Only original inspections tell of the process: a sorted lot that fails again adds nothing."""
    lot = await arrived(demo, HUB, "200", supplier="S2009")
    inspector = await Inspector.of(demo, lot)
    await inspector.read(1, 1, "8.80")
    again = (await inspector.decide("reject", {"sort": "5", "return": "195"})).json()["again"]
    child = await Inspector.of(demo, UUID(again))
    await child.read(1, 1, "8.80")
    assert (await child.decide("reject", {"scrap": "5"})).status_code == 200
    steps = await demo.scalar(
        "select count(*) from severity_step where supplier = 'S2009' and of_class = 'critical'"
    )
    assert steps == 1


async def test_a_report_is_led_to_its_end(demo: DemoFloor) -> None:
    """Cause, proposal, a supervisor who did not propose it approves, the return leaves stock, rework is inspected again; then it closes."""
    inspector = await Inspector.of(demo, await arrived(demo, HUB, "200"))
    await inspector.read(1, 1, "8.80")
    told = await inspector.decide("reject", {"return": "150", "rework": "50"}, note="thin")
    number = told.json()["ncr"]
    boss = await demo.worker("supervisor", "inspector")
    report = next(one for one in await boss.get("/quality/reports") if one["number"] == number)
    assert (report["state"], report["next"]) == ("contained", ["analyse"])
    [defect] = report["defects"]
    assert (defect["name"]["zh"], defect["code"], defect["values"]) == ("轴径", "out_of_tolerance", ["8.8"])
    assert (report["note"], report["steps"][0]["note"], report["lotQuantity"]) == ("thin", "", "200")

    async def step(worker: Any, event: str, **more: Any) -> Any:
        return await worker.post("/quality/reports/step", {"ncr": report["id"], "event": event} | more)

    async def possible(worker: Any) -> tuple[list[str], bool]:
        shown = await worker.get(f"/quality/reports/{report['id']}")
        return shown["next"], shown["awaitsApproval"]

    assert (await step(boss, "close")).json()["type"] == "/problems/wrong-step"
    assert (await step(inspector.worker, "analyse", note=" ")).json()["type"] == "/problems/words-missing"
    for event in ("analyse", "propose"):
        answers = {"escape": "not gauged", "due": "2026-12-01"}
        assert (await step(inspector.worker, event, note="lathe", answers=answers)).status_code == 200
    assert await possible(inspector.worker) == (["refuse"], True)
    assert (await step(inspector.worker, "approve")).status_code == 403
    assert await possible(boss) == (["approve", "refuse"], False)
    assert (await step(boss, "refuse")).json()["state"] == "analysed"
    assert (await step(boss, "propose", note="new tool")).status_code == 200
    assert await possible(boss) == (["refuse"], True)
    assert (await step(boss, "approve")).status_code == 403
    other = await demo.worker("supervisor")
    assert (await step(other, "approve")).json()["state"] == "executing"
    seen = {"note": "5 lots, none thin"}
    assert (await step(boss, "verify", **seen)).json()["facts"]["waiting"] == ["return", "rework"]
    [lying] = (await boss.get(f"/quality/reports/{report['id']}"))["lying"]
    assert (lying["quantity"], bool(lying["place"])) == ("200", True)
    assert await _returned(demo, number) == []
    by = {"carrier": "DHL", "reference": "JD-14"}
    assert (await step(boss, "execute", disposition="return", answers=by)).status_code == 200
    [left] = await _returned(demo, number)
    assert (left["quantity"], left["carrier"], left["reference"]) == ("150", "DHL", "JD-14")
    assert (await step(boss, "execute", disposition="return")).status_code == 409
    assert (await step(boss, "execute", disposition="rework")).status_code == 200
    assert (await step(inspector.worker, "verify", **seen)).json()["state"] == "verified"
    assert await possible(inspector.worker) == ([], True)
    assert (await step(inspector.worker, "close")).status_code == 403
    assert (await step(boss, "close")).json()["state"] == "closed"
    steps = (await boss.get(f"/quality/reports/{report['id']}"))["steps"]
    said = {name: value for name, value in steps[1]["answers"].items() if value}
    assert said == {"escape": "not gauged", "due": "2026-12-01"}
    status = await demo.scalar(
        """select string_agg(status || trim_scale(quantity), ' ') from quant where quantity > 0
           and lot_id = (select lot_id from inspection_lot where id = :l)""",
        l=inspector.lot,
    )
    assert status == "quality50"
    child = await demo.scalar(
        "select trim_scale(quantity)::text from inspection_lot where parent_id = :l", l=inspector.lot
    )
    assert child == "50"


async def _returned(demo: DemoFloor, number: int) -> list[dict[str, Any]]:
    """What the ERP was told has left for a supplier, of a report."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text("select data from outbox where type = 'gemba.goods.returned.v1'")
        )
        return [data for data in rows.scalars() if data["ncr"] == number]


async def test_readings_in_any_order_with_copies_make_the_same_lot(demo: DemoFloor) -> None:
    """The same facts through the offline batch, shuffled and some sent twice: state, verdict and tallies do not differ."""
    told = []
    for seed in range(3):
        inspector = await Inspector.of(demo, await arrived(demo, HUB, "15"))
        wanted = [
            inspector.body(
                feature["number"], sample, "8.80" if (feature["number"], sample) == (1, 2) else None
            )
            for feature in inspector.document["characteristics"]
            for sample in range(1, inspector.samples(feature["number"]) + 1)
        ]
        commands = [
            {"id": str(new_id()), "type": "quality.read", "task": None, "schema": 1,
             "clientTs": "2026-11-22T08:00:00Z", "sentTs": "2026-11-22T08:00:01Z", "payload": body}
            for body in wanted
        ]  # fmt: skip
        sent = commands + commands[::3]
        random.Random(seed).shuffle(sent)
        for start in range(0, len(sent), 25):
            answer = await inspector.worker.client.post(
                "/api/floor/commands", json={"commands": sent[start : start + 25]}
            )
            assert {one["outcome"] for one in answer.json()["results"]} == {"done"}
        document = await inspector.worker.get(f"/quality/lots/{inspector.lot}")
        told.append((document["facts"]["state"], document["facts"]["verdict"], document["tallies"]))
        assert len(document["readings"]) == len(commands)
    assert told[0] == told[1] == told[2]
    assert told[0][:2] == ("ready", "reject")


async def test_goods_on_hold_that_nobody_knows_how_to_inspect_are_seen(demo: DemoFloor) -> None:
    """The ERP says an item is inspected, quality has no plan for it: the stock stays on hold and a supervisor knows."""
    before = await demo.scalar("select count(*) from exception where kind = 'inspection_plan_missing'")
    sku = (await demo.stocked())[0]
    with pytest.raises(NoResultFound):  # there is no lot whose id could be returned
        await arrived(demo, sku, "10")
    after = await demo.scalar("select count(*) from exception where kind = 'inspection_plan_missing'")
    assert after == before + 1


async def test_the_same_receipt_opens_one_lot(demo: DemoFloor) -> None:
    """A receipt announced again by a retried command is not inspected twice."""
    receipt = new_id()
    first = await arrived(demo, HUB, "20", receipt=receipt, lot="SAME-1")
    assert await arrived(demo, HUB, "20", receipt=receipt, lot="SAME-1") == first


async def test_the_lots_time_line_tells_of_its_inspection(demo: DemoFloor) -> None:
    """Under the goods' lot: received, held for inspection, decided by whom and how, off hold; the same under the item and the person."""
    inspector = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier="S2010"))
    await inspector.read(1, 1, "8.80")
    assert (await inspector.decide("reject", {"scrap": "200"}, note="bent")).status_code == 200
    boss = await demo.worker("supervisor")
    goods = await demo.scalar("select lot_id from inspection_lot where id = :l", l=inspector.lot)
    events = (await boss.get("/trace/timeline", of="lot", id=str(goods)))["events"]
    told = {(event["kind"], event["what"], event["outcome"]) for event in events}
    assert told == {
        ("move", "receive", ""), ("inspection", "inspection_opened", ""), ("move", "scrap", ""),
        ("inspection", "inspection_decided", "rejected"),
    }  # fmt: skip
    by = (await boss.get("/trace/timeline", of="person", id=str(inspector.worker.who.person_id)))["events"]
    assert ("inspection_decided", "bent") in [(event["what"], event["note"]) for event in by]
