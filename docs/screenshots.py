"""Makes the pictures of the README from a running demo, in Chromium, at the sizes people see.

    ./dev up
    .venv/bin/python docs/screenshots.py --code ENROLMENT-CODE [--url http://localhost:8000]

A picker takes the best round and walks a part of it, so that what the pictures show was really done.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.handheld import Handheld, chromium
from tests.support.picking_person import Labels, PickingPerson

PICTURES = Path(__file__).parent / "pictures"
PICKER = ("P-1003", "1003")
SUPERVISOR = ("P-9001", "9001")
_ROUND = """() => new Promise((done) => {
  const opening = indexedDB.open('gemba');
  opening.onsuccess = () => {
    const rows = opening.result.transaction('work').objectStore('work').getAll();
    rows.onsuccess = () => { opening.result.close(); done(rows.result[0].state.round); };
  };
})"""


async def _shoot(device: Handheld, name: str) -> None:
    """One picture, once fonts and flashes have settled."""
    await device.page.evaluate("() => document.fonts.ready.then(() => undefined)")
    await device.page.wait_for_timeout(150)
    await device.page.screenshot(path=PICTURES / f"{name}.png")


async def _calm(device: Handheld) -> None:
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)


async def _picker(browser: Browser, url: str, code: str) -> None:
    device = await Handheld.switched_on(browser, url)
    await device.enrol(code)
    await device.sign_in(*PICKER)
    await expect(device.page.locator(".tile .n").first).to_be_visible()
    await _shoot(device, "home")
    await device.tap("tile-pick")
    await expect(device.page.get_by_test_id("round").first).to_be_visible()
    await _shoot(device, "rounds")
    await device.tap("best-round")
    await expect(device.page.get_by_test_id("camera-button")).to_be_visible()
    person = PickingPerson(
        device, Labels(await device.page.evaluate(_ROUND), {slot: f"T-{slot:04}" for slot in range(1, 30)})
    )
    asked = await person.work(await device.asked(), until="Scan bin")
    for _ in range(2):  # two lines done, so that the map shows where the picker stands
        asked = await person.work(await person.step(asked), until="Scan bin")
    await _calm(device)
    await _shoot(device, "pick")
    await _wrong(person, asked)
    await _short(device)
    asked = await person.work(asked, until="Scan tote")
    await _calm(device)
    await _shoot(device, "put")
    await device.page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    await _shoot(device, "dark")
    await device.close()


async def _wrong(person: PickingPerson, asked: str) -> None:
    """A scan of a neighbour bin."""
    right = person.labels.asked_for(asked)
    near = next(
        place["code"]
        for place in person.labels.document["places"]
        if place["kind"] == "bin" and place["code"] != right
    )
    taken = {person.labels.place(line["place"]) for line in person.labels.document["lines"]}
    bins = [place["code"] for place in person.labels.document["places"] if place["kind"] == "bin"]
    wrong = next((code for code in bins if code not in taken), near)
    await person.handheld.scan(wrong if wrong != right else "ZZ-NOBODY-9")
    await expect(person.handheld.page.get_by_test_id("flash")).to_be_visible()
    await _shoot(person.handheld, "wrong")
    await person.handheld.close_flash()


async def _short(device: Handheld) -> None:
    await device.tap("short")
    await device.type_number("0")
    await device.tap("confirm")
    await expect(device.page.get_by_test_id("why-other")).to_be_visible()
    await _shoot(device, "short")
    for _ in range(2):
        await device.page.locator("header .back").click()


async def _supervisor(browser: Browser, url: str, code: str) -> None:
    """The floor as a supervisor sees it on a desk."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    desk = Handheld(context, await context.new_page(), url)
    await desk.page.goto(url)
    await desk.enrol(code)
    await desk.sign_in(*SUPERVISOR)
    await desk.page.goto(f"{url}/board")
    await expect(desk.page.locator("svg").first).to_be_visible()
    await desk.page.wait_for_timeout(2000)
    await _shoot(desk, "supervisor")
    await desk.page.goto(f"{url}/demo/badges")
    await _shoot(desk, "badges")
    await desk.close()


async def main(url: str, code: str) -> None:
    """Makes all pictures."""
    PICTURES.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await chromium(playwright)
        await _picker(browser, url, code)
        await _supervisor(browser, url, code)
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the README's pictures from a running demo.")
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--code", required=True, help="the enrolment code that ./dev up prints")
    given = parser.parse_args()
    asyncio.run(main(given.url, given.code))
