"""A lot is inspected: opened by goods, read, decided, its stock moved with the decision."""

from typing import Any
from uuid import UUID

from tests.support.demo_floor import DemoFloor
from tests.support.inspection import BICYCLE, HUB, ROTOR, Inspector, arrived


async def stock_of(demo: DemoFloor, lot: UUID) -> dict[str, Any]:
    """How much of a lot's goods is in each status."""
    async with demo.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            """select quant.status, sum(quant.quantity)::text as quantity from quant
               join inspection_lot on inspection_lot.item_id = quant.item_id
               and inspection_lot.lot_id is not distinct from quant.lot_id
               where inspection_lot.id = $1 and quant.quantity > 0 group by 1""",
            (lot,),
        )
        return {row.status: row.quantity.rstrip("0").rstrip(".") for row in rows}


async def outbox(demo: DemoFloor, kind: str) -> list[dict[str, Any]]:
    """The bodies of messages of a type, in the order written."""
    async with demo.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "select data from outbox where type = $1 order by id", (kind,)
        )
        return [row.data for row in rows]


async def test_received_goods_open_a_lot_with_their_plan_frozen(demo: DemoFloor) -> None:
    """Two hundred hubs: letters and plans of the standard stand in the lot, the goods stay on hold."""
    lot = await arrived(demo, HUB, "200")
    inspector = await Inspector.of(demo, lot)
    told = [
        (one["ofClass"], one["letter"], one["n"], one["ac"], one["re"], one["severity"])
        for one in inspector.document["classes"]
    ]
    assert told == [
        ("critical", "C", 5, 0, 1, "normal"),
        ("major", "E", 13, 1, 2, "normal"),
        ("minor", "E", 13, 2, 3, "normal"),
    ]
    assert (inspector.document["standard"], inspector.document["edition"]) == ("ISO 2859-1", "1999")
    assert inspector.document["drawing"].startswith("<svg")
    assert await stock_of(demo, lot) == {"quality": "200"}


async def test_free_goods_of_an_inspected_item_are_put_on_hold(demo: DemoFloor) -> None:
    """Whoever books them in need not know the plan: the lot holds them in the same transaction."""
    lot = await arrived(demo, HUB, "60", status="free")
    assert await stock_of(demo, lot) == {"quality": "60"}


async def test_a_good_lot_is_released_whole(demo: DemoFloor) -> None:
    """All readings conform: the verdict is derived, the stock is free, the ERP is told, no report is opened."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    told = await inspector.read_all()
    assert (told["verdict"], told["state"]) == ("accept", "ready")
    answer = await inspector.decide("accept", {"release": "200"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["ncr"]) == ("accepted", None)
    assert await stock_of(demo, lot) == {"free": "200"}
    (message,) = [
        one for one in await outbox(demo, "gemba.inspection.decided.v1") if one["inspection"] == str(lot)
    ]
    assert (message["verdict"], message["decisions"]["release"], message["purchaseOrder"]) == (
        "accept", "200", "PO-1",
    )  # fmt: skip


async def test_a_bad_lot_goes_where_it_is_allocated(demo: DemoFloor) -> None:
    """One class fails: scrap leaves, the return is blocked, the rest is to be sorted in a linked lot; report and claim stand."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    told = await inspector.read_all({(1, 2): "8.90"})
    assert told["verdict"] == "reject"
    allocated = {"scrap": "1", "return": "149", "sort": "50"}
    await demo.scalar("update partner set language = 'zh-CN' where number = 'S2001' returning number")
    answer = await inspector.decide("reject", allocated, claim=True, note="axles turned too thin")
    assert answer.status_code == 200, answer.text
    decided = answer.json()
    assert decided["state"] == "rejected"
    assert await stock_of(demo, lot) == {"blocked": "149", "quality": "50"}
    child = await inspector.worker.get(f"/quality/lots/{decided['again']}")
    assert (child["facts"]["source"], child["facts"]["quantity"]) == ("again", "50")
    assert {one["n"] for one in child["classes"]} == {50}
    claim = (await outbox(demo, "gemba.claim.raised.v1"))[-1]
    assert (claim["ncr"], claim["quantity"], claim["supplier"]) == (decided["ncr"], "200", "S2001")
    assert (claim["language"], claim["plan"]) == ("zh", "QP-HUB-103 v1")
    assert claim["reason"] == "轴径 · axles turned too thin"
    [defect] = claim["defects"]
    assert (defect["feature"], defect["code"], defect["name"]["nl"]) == (1, "out_of_tolerance", "Asdiameter")


async def test_serials_each_go_their_way(demo: DemoFloor) -> None:
    """Made bicycles: each serial has its own allocation, and the sums must agree."""
    codes = tuple(f"SN-{number}-{id(demo)}" for number in range(3))
    lot = await arrived(demo, BICYCLE, serials=codes, made=True)
    inspector = await Inspector.of(demo, lot)
    assert all(one["wholeLot"] for one in inspector.document["classes"] if one["ofClass"] == "critical")
    await inspector.read_all({(2, 3): "1"})
    first, second, third = (one["id"] for one in inspector.document["serials"])
    refused = await inspector.decide(
        "reject", {"rework": "1", "sort": "2"}, serials={first: "sort", second: "sort"}
    )
    assert refused.json()["type"] == "/problems/allocation-differs"
    back = dict.fromkeys((first, second, third), "return")
    nobody = await inspector.decide("reject", {"return": "3"}, serials=back)
    assert nobody.json()["type"] == "/problems/no-supplier"
    done = await inspector.decide(
        "reject",
        {"rework": "1", "sort": "2"},
        serials={first: "sort", second: "sort", third: "rework"},
    )
    assert done.status_code == 200, done.text
    status = await demo.scalar(
        "select status from quant where serial_id = :s and quantity > 0", s=UUID(third)
    )
    assert status == "blocked"


async def test_untracked_goods_are_held_by_quantity(demo: DemoFloor) -> None:
    """Two receipts of an item without lots: deciding one leaves the other's quantity on hold."""
    first = await arrived(demo, ROTOR, "40")
    second = await arrived(demo, ROTOR, "60")
    inspector = await Inspector.of(demo, first)
    await inspector.read_all()
    answer = await inspector.decide("accept", {"release": "40"})
    assert answer.status_code == 200, answer.text
    held = await demo.scalar(
        """select sum(quantity) from quant where status = 'quality' and quantity > 0
           and item_id = (select item_id from inspection_lot where id = :lot)""",
        lot=second,
    )
    assert held == 60


async def test_a_feature_is_charted_over_a_suppliers_lots(demo: DemoFloor) -> None:
    """Limits come from the lots before; a corrected value counts once; the lot at hand that has moved is named."""
    for values in (("8.95", "8.96", "8.97"), ("8.97", "8.96", "8.95"), ("8.92", "8.93", "8.92")):
        inspector = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier="S2012"))
        for sample, value in enumerate(values, start=1):
            slip = await inspector.read(1, sample, "8.99")
            again = {"supersedes": slip.json()["reading"], "reason": "mistyped"}
            assert (await inspector.read(1, sample, value, **again)).status_code == 200
    told = await inspector.worker.get(f"/quality/lots/{inspector.lot}/charts/1")
    assert (told["kind"], told["lots"], told["provisional"], len(told["points"])) == ("means", 2, True, 3)
    first = told["points"][0]
    assert (first["n"], round(first["mean"], 4), round(first["spread"], 4)) == (3, 8.96, 0.02)
    assert first["low"] < told["centre"] < first["high"]
    assert [(one["rule"], one["last"]) for one in told["breaks"]] == [("beyond", told["points"][-1]["lot"])]
    other = await Inspector.of(demo, await arrived(demo, HUB, "200", supplier="S2011"))
    assert (await other.worker.get(f"/quality/lots/{other.lot}/charts/1"))["points"] == []
