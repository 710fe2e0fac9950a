"""Rework at an earlier operation: pieces go back, through every step once more, and remaining, gates, material and the ERP follow."""

from decimal import Decimal

from backend.kernel.ids import new_id
from tests.support.demo_floor import Worker
from tests.support.shop_floor import Order, ShopFloor, job

STEPS = ((10, "ASSY-1"), (20, "ASSY-1"), (30, "TEST-1"))


async def at_the_test(shop: ShopFloor, makes: str = "none") -> tuple[Order, Worker]:
    """Five pieces that came through two steps, of which the first is finished and flushed a material; they lie before the third."""
    part = await shop.item("none", nth=3)
    order = await shop.release(
        await shop.item(makes), "5", steps=STEPS, materials=((10, part, "2", "backflush"),)
    )
    await shop.stock(part, "30")
    ann = await shop.operator()
    await ann.done("/mes/jobs/report", {**job(order), "good": "5"})
    await ann.done("/mes/jobs/report", {**job(order, 20), "good": "5"})
    await ann.done("/mes/jobs/finish", job(order))
    return order, ann


async def stands(ann: Worker, order: Order, step: int) -> tuple[str, str, str | None, str, str]:
    """State, good, came in, remaining and what came back, as the handheld shows them."""
    told = await ann.get(f"/mes/jobs/{order.steps[step]}")
    return told["state"], told["good"], told["cameIn"], told["remaining"], told["again"]


async def test_pieces_sent_back_pass_every_step_once_more(shop: ShopFloor) -> None:
    """Two of five go from the test to the first step: it opens again, every count follows, they take no material twice, and the ERP's sums are right."""
    order, ann = await at_the_test(shop)
    sheet = {**job(order, 30), "good": "3", "rework": "2", "reworkAt": str(order.steps[10])}
    await ann.done("/mes/jobs/report", sheet)
    assert await stands(ann, order, 10) == ("paused", "3", None, "2", "2")
    assert await stands(ann, order, 20) == ("paused", "3", "3", "2", "2")
    assert await stands(ann, order, 30) == ("paused", "3", "3", "2", "0")
    gates = (await ann.get(f"/mes/jobs/{order.steps[20]}"))["gates"]
    assert [one["kind"] for one in gates] == ["previous"]
    told = await ann.refused("/mes/jobs/report", {**job(order, 20), "good": "1"})
    assert told["type"] == "/problems/more-than-came-in"
    await ann.done("/mes/jobs/start", job(order))
    for step in (10, 20, 30):
        await ann.done("/mes/jobs/report", {**job(order, step), "good": "2"})
        assert (await stands(ann, order, step))[1::2] == ("5", "0")
    used = "select trim_scale(consumed)::text from operation_material where work_order_id = :o"
    assert await shop.floor.scalar(used, o=order.id) == "10"
    said = await shop.messages(order, "gemba.job.reported.v1")
    for step in (10, 20, 30):
        assert sum(Decimal(one["good"]) for one in said if one["operation"] == step) == 5


async def test_a_serial_sent_back_keeps_its_parts(shop: ShopFloor) -> None:
    """What went into pieces that were sent back once lies in the finished serials once."""
    part = await shop.item("lot", nth=6)
    order = await shop.release(
        await shop.item("serial"), "2", steps=STEPS, materials=((10, part, "1", "scan"),)
    )
    await shop.stock(part, "2", lot=f"S-{order.number}")
    ann = await shop.operator()
    taken = {"material": str(order.materials[10]), "quantity": "2", "lot": f"S-{order.number}"}
    await ann.done("/mes/jobs/consume", {**job(order), **taken})
    for step in (10, 20):
        await ann.done("/mes/jobs/report", {**job(order, step), "good": "2"})
    sheet = {**job(order, 30), "good": "1", "rework": "1", "reworkAt": str(order.steps[20])}
    await ann.done("/mes/jobs/report", sheet)
    assert (await stands(ann, order, 10))[1] == "2"
    for step in (20, 30):
        await ann.done("/mes/jobs/report", {**job(order, step), "good": "1"})
    edges = """select array_agg(trim_scale(g.quantity)::text) from genealogy g join production p on p.id = g.production_id
               where p.work_order_id = :o"""
    assert await shop.floor.scalar(edges, o=order.id) == ["1", "1"]


async def test_sending_back_is_undone_until_somebody_begins_again(shop: ShopFloor) -> None:
    """The undo gives every step its good pieces back; once they are being done again it is refused in words."""
    order, ann = await at_the_test(shop)
    sheet = {**job(order, 30), "rework": "2", "reworkAt": str(order.steps[10])}
    key = new_id()
    await ann.done("/mes/jobs/report", sheet, key=key)
    await ann.done("/mes/jobs/undo", {**job(order, 30), "command": str(key)})
    assert await stands(ann, order, 10) == ("done", "5", None, "0", "0")
    assert (await stands(ann, order, 30))[1:3] == ("0", "5")
    again = new_id()
    await ann.done("/mes/jobs/report", sheet, key=again)
    await ann.done("/mes/jobs/report", {**job(order), "good": "1"})
    told = await ann.refused("/mes/jobs/undo", {**job(order, 30), "command": str(again)})
    assert (told["type"], told["detail"]) == (
        "/problems/not-undoable",
        "Step 10 has begun on these pieces again.",
    )
    assert await stands(ann, order, 10) == ("paused", "4", None, "1", "1")


async def test_only_an_earlier_step_of_the_order_takes_pieces_back(shop: ShopFloor) -> None:
    """This step, a later one and another order's are each refused, and nothing is booked."""
    order, ann = await at_the_test(shop)
    other = await shop.release(await shop.item("none"), "5", steps=STEPS)
    for wrong in (order.steps[20], order.steps[30], other.steps[10]):
        sheet = {**job(order, 20), "rework": "1", "reworkAt": str(wrong)}
        told = await ann.refused("/mes/jobs/report", sheet)
        assert told["type"] == "/problems/not-earlier"
    assert (await stands(ann, order, 20))[1] == "5"
