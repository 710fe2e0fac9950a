"""A drawing that was superseded: used up with a warning, or stopped until a planner releases a deviation or a new revision comes."""

from sqlalchemy import text

from backend.contract.masters import ItemReleased
from backend.floor.catalog import release_item
from tests.support.shop_floor import ERP, ShopFloor, job


async def test_a_stopped_drawing_shuts_the_gate_until_a_deviation(shop: ShopFloor) -> None:
    """Superseded, it warns. Stopped, nobody starts on it, off line neither, and what was done waits in its lane; a planner opens it."""
    sku = await shop.item("none", nth=11)
    order = await shop.release(sku, "3")
    ann, planner = await shop.operator(), await shop.floor.worker("planner")
    path = f"/mes/jobs/{order.steps[10]}"
    deviation = {"workOrder": str(order.id), "reason": "Checked by engineering: fits"}

    await _released(shop, sku, stopped=())
    assert (await ann.get(path))["drawing"] == "use_up"
    early = await planner.post("/mes/orders/deviate", deviation)
    assert early.json()["type"] == "/problems/revision-not-stopped"
    await ann.done("/mes/jobs/start", job(order))
    await ann.done("/mes/jobs/pause", {**job(order), "reason": "break"})

    await _released(shop, sku, stopped=("2",))
    shut = await ann.post("/mes/jobs/start", job(order))
    [gate] = shut.json()["facts"]["gates"]
    assert (shut.status_code, gate["kind"], gate["facts"]) == (
        409,
        "revision",
        {"revision": "2", "released": "3"},
    )
    queued = ("job.start", job(order), 5), ("job.report", {**job(order), "good": "1"}, 1)
    assert [one["outcome"] for one in await shop.sent(ann, *queued)] == ["refused", "retry"]
    assert await shop.exceptions(order) == ["job_started_though_shut"]

    assert (await ann.post("/mes/orders/deviate", deviation)).status_code == 403
    assert (await planner.done("/mes/orders/deviate", deviation))["revision"] == "2"
    seen = await ann.get(path)
    assert (seen["drawing"], seen["deviation"], seen["gates"]) == ("deviation", deviation["reason"], [])
    assert [one["outcome"] for one in await shop.sent(ann, *queued)] == ["done", "done"]
    assert (await ann.get(path))["good"] == "1"


async def _released(shop: ShopFloor, sku: str, *, stopped: tuple[str, ...]) -> None:
    """The ERP releases revision 3 of an item; orders of these tests stand on 2."""
    async with shop.floor.db.transaction() as connection:
        unit, name = (
            await connection.execute(text("select unit, name from item where sku = :s"), {"s": sku})
        ).one()
        version = 900 + len(stopped)
        message = ItemReleased(sku=sku, version=version, name=name, revision="3", unit=unit, stopped=stopped)
        assert await release_item(connection, message, ERP)
