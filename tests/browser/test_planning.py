"""Planning at the map: an aisle is closed under a picker's feet. Waves are lived in `tests/flows/test_wave.py`."""

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.handheld import Handheld
from tests.support.picking_person import PickingPerson

_SHOTS = os.environ.get("GEMBA_SHOTS", "")


async def shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look, in the folder GEMBA_SHOTS names."""
    if _SHOTS:
        await page.screenshot(path=Path(_SHOTS) / f"{name}.png")


async def supervisor(
    house: House, new_handheld: NewHandheld, show: str = "", size: tuple[int, int] = (1280, 800)
) -> Handheld:
    """The board of someone who supervises and plans."""
    device = await new_handheld(signed_in=False, reduced_motion="reduce")
    await device.sign_in(await house.badge("supervisor", "planner", name="Marieke Jansen"), PIN)
    await device.page.set_viewport_size({"width": size[0], "height": size[1]})
    await device.page.goto(f"{house.url}/board{f'?show={show}' if show else ''}")
    await expect(device.page.get_by_test_id("liveness")).to_have_attribute("data-live", "true")
    await expect(device.page.get_by_test_id("map")).to_be_visible()
    return device


def first_place(document: dict[str, Any]) -> dict[str, Any]:
    """The first bin of a round."""
    place: dict[str, Any] = next(
        one for one in document["places"] if one["id"] == document["lines"][0]["place"]
    )
    return place


async def apart(house: House) -> list[str]:
    """Items whose stock lies in different aisles."""
    async with house.floor.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            """select distinct on (p.aisle) i.sku from quant q join item i on i.id = q.item_id join place p on p.id = q.place_id
               where p.aisle is not null and i.tracking = 'none' and q.status = 'free' and q.quantity - q.reserved > 20
               and not exists (select from quant o where o.item_id = q.item_id and o.id <> q.id)
               order by p.aisle, i.sku limit 4"""
        )
        return [row.sku for row in rows]


async def test_an_aisle_closed_on_the_map_changes_the_way_of_a_round_under_way(
    house: House, new_handheld: NewHandheld
) -> None:
    """The map crosses the aisle out, the picker's screen asks for another bin without a touch, and opening brings the first one back."""
    labels = await house.round([(sku, "1") for sku in await apart(house)])
    picker = await new_handheld()
    asked = await picker.take_round(labels.document["number"])
    asked = await PickingPerson(picker, labels).work(asked, until="Scan bin")
    await picker.sent()
    place = first_place(labels.document)
    assert place["code"] in asked
    boss = await supervisor(house, new_handheld)
    page = boss.page
    await shot(page, "map-before")
    await page.get_by_test_id("aisle").nth(place["aisle"]).click()
    await page.get_by_label("Note").fill("oil at bay 3")
    await page.get_by_test_id("close-block").nth(place["block"]).click()
    await expect(page.get_by_test_id("shut")).to_have_count(1)
    await expect(page.get_by_test_id("aisleblock").nth(place["block"])).to_contain_text("Spill: oil at bay 3")
    elsewhere = await picker.after(asked)
    assert place["code"] not in elsewhere
    await shot(page, "map-closed")
    await shot(picker.page, "handheld-rerouted")
    raised = (
        "select count(*) from exception where kind = 'unreachable_stop' and state = 'open' and task_id = :t"
    )
    assert await house.floor.scalar(raised, t=labels.document["id"]) == 1
    await page.get_by_test_id("open-block").click()
    await expect(page.get_by_test_id("shut")).to_have_count(0)
    assert place["code"] in await picker.after(elsewhere)
    assert await house.floor.scalar(raised, t=labels.document["id"]) == 0


async def test_a_skip_off_line_gives_the_way_the_server_gives(
    house: House, new_handheld: NewHandheld
) -> None:
    """Without a network the device plans the rest itself; back on line the server's round has the same bins in the same order."""
    labels = await house.round([(sku, "1") for sku in await apart(house)])
    picker = await new_handheld()
    asked = await picker.take_round(labels.document["number"])
    asked = await PickingPerson(picker, labels).work(asked, until="Scan bin")
    await picker.sent()
    await picker.context.set_offline(True)
    await picker.tap("more")
    await picker.tap("skip")
    next_ = await picker.after(asked)
    assert first_place(labels.document)["code"] not in next_
    await shot(picker.page, "handheld-skipped")
    await picker.context.set_offline(False)
    await picker.sent()
    async with house.floor.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            """select p.code from pick_line l join quant q on q.id = l.quant_id join place p on p.id = q.place_id
               where l.round_id = $1::text::uuid order by l.sequence""",
            (labels.document["id"],),
        )
        codes = [row.code for row in rows]
    assert codes[0] in next_
    assert codes[-1] == first_place(labels.document)["code"]
    assert await picker.asked() == next_
