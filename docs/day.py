"""Lives the day of `tests/flows/test_day.py` before a camera: each picture is taken where somebody stands at that moment.

    .venv/bin/python docs/day.py

It starts a Gemba of its own with the demo company, and writes docs/pictures/day-*.png.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from backend.demo.people import demo_logins
from tests.support.day import WORK, Day
from tests.support.handheld import Handheld, chromium
from tests.support.purchase_lived import HUB, PURCHASE
from tests.support.town import Town, eventually, running_town

PICTURES = Path(__file__).parent / "pictures"
PHONE, HANDHELD, TABLET, DESK = (390, 844), (360, 640), (1024, 768), (1280, 800)


class Film:
    """A camera beside everybody: opens the screen somebody has before them, and takes its picture."""

    def __init__(self, browser: Browser, town: Town) -> None:
        self._browser = browser
        self._town = town
        self._devices: dict[str, Page] = {}

    async def shoot(self, name: str, badge: str, size: tuple[int, int], path: str) -> None:
        """What `badge` sees at `path` on a screen of this size."""
        page = self._devices.get(badge) or await self._signed_in(badge)
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(self._town.url + path)
        await self._keep(page, name)

    async def phone(self, name: str, link: str) -> None:
        """What a supplier sees behind a link in a mail."""
        context = await self._browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, device_scale_factor=2, locale="nl-NL"
        )
        page = await context.new_page()
        await page.goto(link)
        await self._keep(page, name)
        await context.close()

    async def _signed_in(self, badge: str) -> Page:
        pin = next(one.pin for one in demo_logins() if one.badge == badge)
        device = await Handheld.switched_on(self._browser, self._town.url)
        await device.enrol(self._town.code)
        await device.scan(badge)
        await device.type_number(pin)
        await device.tap("sign-in")
        await device.page.locator("[data-testid^=tile-]").first.wait_for()
        self._devices[badge] = device.page
        return device.page

    @staticmethod
    async def _keep(page: Page, name: str) -> None:
        await page.wait_for_load_state("networkidle")
        await page.evaluate("() => document.fonts.ready.then(() => undefined)")
        await page.wait_for_timeout(900)
        await page.screenshot(path=PICTURES / f"day-{name}.png")


async def live(town: Town, film: Film) -> None:
    """The day, with a picture after what matters."""
    day = Day(town)
    link = (await eventually(day.links))[0]
    await film.phone("1-supplier", link)
    await day.confirmed()
    await film.shoot("2-buyer", "P-2001", DESK, f"/buying/{day.order}")
    await day.advised()
    boss = await day.who("P-1101")

    async def expected() -> dict[str, Any] | None:
        rows = await boss.get("/floor/receiving/deliveries", find=day.advice)
        return rows[0] if rows else None

    row = await eventually(expected)
    await film.shoot("3-delivery", "P-1101", HANDHELD, f"/receive/{row['id']}")
    await day.received()
    inspector = await day.who("P-3001")
    lots = [lot for lot in await inspector.get("/floor/quality/lots") if lot["sku"] == HUB]
    await film.shoot("4-inspection", "P-3001", TABLET, f"/inspect/{lots[0]['id']}")
    await day.inspected()
    await film.shoot("5-putaway", "P-1101", HANDHELD, "/putaway")
    await day.put_away()
    operator = await day.who("P-4001")
    centres = {one["code"]: one["id"] for one in await operator.get("/floor/mes/work-centres")}
    jobs = (await operator.get(f"/floor/mes/work-centres/{centres['WHEEL-1']}"))["next"]
    job = next(one["operation"] for one in jobs if one["number"] == WORK)
    await film.shoot("6-job", "P-4001", HANDHELD, f"/job/{job}")
    await day.made()
    await day.released()
    await day.sold()
    await film.shoot("7-purchase", "P-2001", DESK, f"/office/purchases/{PURCHASE}")
    await film.shoot("8-sale", "P-2001", DESK, f"/office/sales/{day.sale}")
    await day.settled()
    await film.shoot("9-books", "P-2001", DESK, "/office/books")
    await film.shoot("10-family", "P-2001", DESK, f"/family/serial/{await day.serial_id()}")


async def main() -> None:
    """Starts a town, lives the day, and takes the pictures."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        town = await stack.enter_async_context(running_town(Path(folder)))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await chromium(playwright)
        await live(town, Film(browser, town))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
