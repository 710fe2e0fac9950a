"""A whole job on a handheld, the network gone in the middle of it: nothing is lost, nothing doubled."""

import os
from pathlib import Path
from uuid import UUID

from playwright.async_api import expect

from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.handheld import Handheld
from tests.support.shop_floor import ShopFloor
from tests.support.town import eventually

SHOTS = os.environ.get("GEMBA_SHOTS", "")


async def shot(device: Handheld, name: str) -> None:
    """Keeps a picture when somebody wants to look."""
    if SHOTS:
        await device.page.wait_for_timeout(450)
        await device.page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def is_completed(house: House, order: UUID) -> bool:
    """Whether the books say that a work order is completed."""
    state = await house.floor.scalar("select state from work_order where id = :o", o=order)
    return bool(state == "completed")


async def test_a_job_is_done_with_the_network_gone(house: House, new_handheld: NewHandheld) -> None:
    """Work centre, traveller, start, two lots in, a report with scrap off line, finish: the books say all of it, once."""
    shop = ShopFloor(house.floor)
    fork, screw = await shop.item("lot", group="frames"), await shop.item("none", group="fasteners")
    order = await shop.release(
        await shop.item("serial", group="bicycles"),
        "3",
        materials=((10, fork, "1", "scan"), (10, screw, "4", "backflush")),
        steps=((10, "ASSY-2"),),
    )
    for lot in (f"F1-{order.number}", f"F2-{order.number}"):
        await shop.stock(fork, "2", lot=lot)
    await shop.stock(screw, "40")
    device = await new_handheld(signed_in=False)
    await device.sign_in(await house.badge("operator", "picker", name="Olga"), PIN)
    await device.tap("tile-job")
    await expect(device.page.get_by_test_id("centre").first).to_be_visible()
    await shot(device, "job-1-centres")
    await device.scan("ASSY-2")
    await expect(device.page.get_by_test_id("next-job").first).to_be_visible()
    await shot(device, "job-2-station")
    await device.scan(order.number)
    await device.tap("start")
    await expect(device.page.get_by_test_id("state")).to_contain_text("running")
    await device.sent()
    await device.scan(f"F1-{order.number}")
    await shot(device, "job-3-lot")
    await device.tap("confirm")
    await expect(device.page.get_by_test_id("remaining")).to_be_visible()
    await device.sent()
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await shot(device, "job-4-running")
    await device.scan("NOT-A-LOT")
    assert f"F2-{order.number}" in await device.flash("wrong")
    await shot(device, "job-5-wrong-lot")
    await device.close_flash()
    await device.context.set_offline(True)
    await device.scan(f"F2-{order.number}")
    await device.tap("confirm")
    await device.tap("materials")
    await shot(device, "job-6-materials")
    await device.page.locator(".back").click()
    await device.tap("report")
    await device.type_number("2")
    await device.tap("add-scrap")
    await device.tap("confirm")
    await shot(device, "job-7-why-scrap")
    await device.tap("reason-surface")
    await shot(device, "job-8-sheet")
    await device.tap("book")
    await shot(device, "job-9-after")
    await device.tap("keep-going")
    await expect(device.page.get_by_test_id("remaining")).to_have_text("1")
    await shot(device, "job-10-off-line")
    await device.reopen()
    await device.page.goto(f"{house.url}/job/{order.steps[10]}")
    await expect(device.page.get_by_test_id("remaining")).to_have_text("1")
    await expect(device.page.get_by_test_id("queue-state")).not_to_have_attribute("data-waiting", "0")
    await device.context.set_offline(False)
    await device.sent()
    serials = await house.floor.scalar(
        "select count(*) from serial where code like :n", n=f"{order.number}-%"
    )
    assert serials == 2
    done = await house.floor.scalar(
        "select good::int || ' ' || scrap::int || ' ' || state from operation where id = :o",
        o=order.steps[10],
    )
    assert done == "2 1 running"
    went = await house.floor.scalar(
        "select sum(quantity) from consumption where operation_id = :o and lot_id is not null",
        o=order.steps[10],
    )
    assert went == 3
    await device.tap("pause")
    await shot(device, "job-11-pause")
    await device.tap("reason-break")
    await device.tap("more")
    await shot(device, "job-12-more")
    await device.tap("call")
    await shot(device, "job-13-call")
    await device.tap("call-quality")
    await device.tap("more")
    await device.tap("finish")
    await shot(device, "job-14-finish")
    await device.tap("finish-step")
    await eventually(lambda: is_completed(house, order.id))
