"""A lot is inspected on a tablet of 1024 by 768, a stretch of it with the network gone."""

import os
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.handheld import Handheld
from tests.support.inspection import HUB, arrived
from tests.support.town import eventually

SHOTS = os.environ.get("GEMBA_SHOTS")


async def shot(device: Handheld, name: str) -> None:
    """A picture of the page, for whoever asked for one."""
    if SHOTS:
        await device.page.wait_for_timeout(400)
        await device.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def type_value(device: Handheld, value: str) -> None:
    """Types a value on the app's keys and enters it."""
    pad = device.page.locator(".entry .pad")
    for key in value:
        await pad.get_by_role("button", name=key, exact=True).click()
    await device.tap("enter")


async def measured(device: Handheld, feature: int, sample: int, value: str) -> None:
    """A measuring device that types its value as a scanner does."""
    await device.scan(value)
    cell = device.page.get_by_test_id(f"cell-{feature}-{sample}")
    await expect(cell).not_to_have_attribute("data-kind", "open")


async def verdict(device: Handheld, wanted: str) -> None:
    """Waits until the lot's verdict is this."""
    await expect(device.page.get_by_test_id("verdict")).to_have_attribute("data-verdict", wanted)


async def has_readings(house: House, lot: Any, wanted: int) -> bool:
    """Whether the server has so many readings of a lot."""
    count = "select count(*) from inspection_reading where inspection_id = :l"
    return bool(await house.floor.scalar(count, l=lot) == wanted)


async def test_a_lot_is_inspected_on_a_tablet_with_the_network_gone_for_a_while(
    house: House, new_handheld: NewHandheld
) -> None:
    """Thirteen of everything: on line, then off line until the verdict; the decision reaches the books, and they agree with the tablet."""
    lot = await arrived(house.floor, HUB, "200")
    number = await house.floor.scalar("select number from inspection_lot where id = :lot", lot=lot)
    tablet = await new_handheld(signed_in=False)
    await tablet.page.set_viewport_size({"width": 1024, "height": 768})
    await tablet.sign_in(await house.badge("inspector"), PIN)
    await tablet.tap("tile-inspect")
    await expect(tablet.page.locator(f"[data-testid=lot][data-number='{number}']")).to_contain_text("✓")
    await shot(tablet, "inspect-queue")
    await tablet.page.locator(f"[data-testid=lot][data-number='{number}']").click()
    await expect(tablet.page.get_by_test_id("gauge-MIC-02")).to_be_visible()
    await type_value(tablet, "8.95")
    await type_value(tablet, "895")
    await expect(tablet.page.get_by_test_id("refusal")).to_be_visible()
    await type_value(tablet, "8.96")
    await expect(tablet.page.get_by_test_id("cell-1-2")).not_to_have_attribute("data-kind", "open")
    await eventually(lambda: has_readings(house, lot, 2))
    await tablet.sent()
    await tablet.context.set_offline(True)
    for place, value in enumerate(("8.97", "8.94", "8.95"), start=3):
        await measured(tablet, 1, place, value)
    await expect(tablet.page.get_by_test_id("gauge-CAL-11")).to_be_disabled()  # overdue
    await tablet.scan("CAL-07")
    for sample in range(1, 14):
        await measured(tablet, 2, sample, "100.9" if sample in {4, 9} else "100.1")
        if sample == 5:
            await shot(tablet, "inspect-grid")
    await verdict(tablet, "reject")
    await tablet.tap("tab-risk")
    await expect(tablet.page.get_by_test_id("curve")).to_be_visible()
    await shot(tablet, "inspect-risk")
    await tablet.tap("tab-chart")
    await expect(tablet.page.get_by_test_id("chart-as-of")).to_be_visible()
    await tablet.tap("tab-drawing")
    await shot(tablet, "inspect-rejected")
    assert await has_readings(house, lot, 2)
    await tablet.tap("decide")
    await tablet.tap("rest-return")
    await tablet.tap("way-scrap")
    await shot(tablet, "inspect-decide")
    await tablet.tap("book")
    await expect(tablet.page.get_by_test_id("queue-state")).to_have_attribute("data-waiting", "17")
    await tablet.context.set_offline(False)
    await tablet.sent()
    row = await house.floor.scalar(
        """select json_build_object('state', lot.state, 'verdict', decision.verdict,
             'device', decision.device_verdict, 'returned', decision.allocated ->> 'return',
             'claimed', ncr.claimed, 'major', severity_now.standing ->> 'recent')
           from inspection_lot lot join inspection_decision decision on decision.id = lot.id
           join ncr on ncr.inspection_id = lot.id
           join severity_now on severity_now.item_id = lot.item_id and severity_now.supplier = lot.supplier
            and of_class = 'major' where lot.id = :lot""",
        lot=lot,
    )
    assert row["major"] == f"[[{number}, false]]"
    del row["major"]
    assert row == {
        "state": "rejected", "verdict": "reject", "device": "reject", "returned": "200", "claimed": True,
    }  # fmt: skip
    assert await has_readings(house, lot, 18)
    if SHOTS:
        await more_pictures(house, tablet)


async def more_pictures(house: House, tablet: Handheld) -> None:
    """Screens that the test does not need: reports, and a phone."""
    await tablet.page.goto(f"{house.url}/inspect/reports")
    await expect(tablet.page.get_by_test_id("report").first).to_be_visible()
    await shot(tablet, "inspect-reports")
    other = await arrived(house.floor, HUB, "200")
    await tablet.page.set_viewport_size({"width": 390, "height": 844})
    await tablet.page.goto(f"{house.url}/inspect/{other}")
    await expect(tablet.page.get_by_test_id("entry")).to_be_visible()
    await type_value(tablet, "8.95")
    await shot(tablet, "inspect-phone")
