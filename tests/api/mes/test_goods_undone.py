"""Goods that are taken back leave nothing behind in the sibling slices; what was scanned for a piece lies in that piece."""

from backend.kernel.ids import new_id
from tests.support.inspection import BICYCLE
from tests.support.shop_floor import ShopFloor, job


async def test_the_inspection_lot_of_undone_goods_is_withdrawn(shop: ShopFloor) -> None:
    """A lot opens with the goods, waits for nobody once they are taken back, and another opens when they are made again."""
    order = await shop.release(BICYCLE, "2", steps=((10, "ASSY-1"),))
    ann, key = await shop.operator(), new_id()
    await ann.done("/mes/jobs/report", {**job(order), "good": "2"}, key=key)
    states = "select array_agg(state order by opened_at) from inspection_lot where work_order = :n"
    assert await shop.floor.scalar(states, n=order.number) == ["pending"]
    await ann.done("/mes/jobs/undo", {**job(order), "command": str(key)})
    assert await shop.floor.scalar(states, n=order.number) == ["withdrawn"]
    stock = (
        "select coalesce(sum(quantity), 0) from quant join serial on serial.id = serial_id where code like :n"
    )
    assert await shop.floor.scalar(stock, n=f"{order.number}-%") == 0
    await ann.done("/mes/jobs/report", {**job(order), "good": "1"})
    assert await shop.floor.scalar(states, n=order.number) == ["withdrawn", "pending"]


async def test_what_was_scanned_between_reports_lies_in_the_pieces_of_the_later_one(shop: ShopFloor) -> None:
    """A second lot scanned in vain for the first piece is not pushed into the second piece, which has its own."""
    part = await shop.item("lot", nth=3)
    bike = await shop.item("serial", group="bicycles")
    order = await shop.release(bike, "2", materials=((10, part, "1", "scan"),), steps=((10, "ASSY-1"),))
    ann = await shop.operator()
    lots = [f"{name}-{order.number}" for name in ("GOOD", "SPARE", "OWN")]
    for lot in lots:
        await shop.stock(part, "1", lot=lot)

    async def scan(lot: str) -> None:
        body = {**job(order), "material": str(order.materials[10]), "quantity": "1", "lot": lot}
        await ann.done("/mes/jobs/consume", body)

    await scan(lots[0])
    await scan(lots[1])
    first = await ann.done("/mes/jobs/report", {**job(order), "good": "1"})
    await scan(lots[2])
    second = await ann.done("/mes/jobs/report", {**job(order), "good": "1"})
    edges = """select array_agg(lot.code) from genealogy join serial on serial.id = parent_id join lot on lot.id = child_id
        where serial.code = :s"""
    assert await shop.floor.scalar(edges, s=first["serials"][0]) == [lots[0]]
    assert await shop.floor.scalar(edges, s=second["serials"][0]) == [lots[2]]


async def test_what_waits_to_be_mended_is_seen_and_told_before_the_step_is_finished(shop: ShopFloor) -> None:
    """The list shows it, finishing names it, and mended pieces come back as good with their minutes on the order."""
    order = await shop.release(await shop.item("none"), "3", steps=((10, "PAINT-1"),))
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    await ann.done("/mes/jobs/report", {**job(order), "good": "1", "rework": "2"})
    listed = (await ann.get(f"/mes/work-centres/{order.centres[10]}"))["active"]
    assert [one["rework"] for one in listed if one["number"] == order.number] == ["2"]
    told = await ann.refused("/mes/jobs/finish", job(order))
    assert (told["type"], told["facts"]) == ("/problems/rework-waits", {"waiting": "2"})
    mended = await ann.done("/mes/jobs/report", {**job(order), "good": "1", "mended": "1"})
    assert (mended["good"], mended["rework"], mended["remaining"]) == ("2", "1", "1")
    done = await ann.done("/mes/jobs/finish", {**job(order), "acknowledge": True})
    assert done["state"] == "done"
    reports = await shop.messages(order, "gemba.job.reported.v1")
    assert [one["rework"] for one in reports] == ["2", "-1", "0"]
    assert float(reports[1]["minutes"]) > 0
