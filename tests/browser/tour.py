"""A walk past the main screens of the narrowest handheld, 320 px wide, which looks at each of them in every theme."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import axe_playwright_python
from playwright.async_api import expect

from tests.support.handheld import Handheld
from tests.support.picking_person import PickingPerson

AXE: Final = Path(axe_playwright_python.__file__).with_name("axe.min.js")
THEMES: Final = ("light", "dark", "contrast")
LEAST_TARGET_PX: Final = 56
NARROW_PX: Final = 320

RULES: Final = (
    "{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21aa', 'wcag22aa', 'best-practice']}"
)
COLOURS: Final = "{type: 'rule', values: ['color-contrast', 'color-contrast-enhanced']}"
# A row of a list that is half scrolled under the bar below counts as a small target with axe; every target's own size is
# measured by a test of its own, so that rule is left to it.
_RUN: Final = """axe.run(%s, {runOnly: %s, rules: {'target-size': {enabled: false}}, preload: false, resultTypes: ['violations']}).then((found) => JSON.stringify(
  found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 140)} ${node.any.map((a) => a.message).join(' ').slice(0, 160)}`))))"""

_SMALL: Final = """(least) => [...document.querySelectorAll('button, a, input, select, [role=button]')]
  .filter((one) => !one.matches('[data-scan-sink], .unseen') && one.checkVisibility())
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (Math.round(box.width) < least || Math.round(box.height) < least))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`)"""

_WIDE: Final = """() => {
  const most = document.documentElement.clientWidth;
  const found = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
    && !one.closest('.unseen, svg, [data-scan-sink]') && one.getBoundingClientRect().right > most + 1);
  const said = found.slice(0, 3).map((one) => `${one.outerHTML.slice(0, 90)} ends at ${one.getBoundingClientRect().right.toFixed(0)}`);
  return document.scrollingElement.scrollWidth > most ? [`page is ${document.scrollingElement.scrollWidth} wide`, ...said] : said;
}"""

_WEAR: Final = "(theme) => { document.documentElement.dataset.theme = theme; }"

Look = Callable[[str], Awaitable[None]]


# A place of the app without loading the page anew, and whether what is there has come, after the screen of this title.
GO: Final = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
_ARRIVED: Final = """(before) => {
  const title = document.querySelector('header h1')?.textContent;
  return title && title !== before && document.querySelector('main > *') && !/One moment/.test(document.querySelector('main').innerText);
}"""


class Findings:
    """What is wrong with the screens: (screen, sentence) by kind."""

    def __init__(self, handheld: Handheld) -> None:
        self.handheld = handheld
        self.axe: list[str] = []
        self.small: list[str] = []
        self.wide: list[str] = []
        self.screens: list[str] = []

    async def look(self, screen: str) -> None:
        """Looks at the screen as it is now; leaves it as it was."""
        page = self.handheld.page
        self.screens.append(screen)
        for theme in THEMES:
            await page.evaluate(_WEAR, theme)
            rules = RULES if theme == "light" else COLOURS
            self.axe += [f"{screen}, {theme}: {one}" for one in await self.broken(rules)]
        await page.evaluate(_WEAR, "light")
        self.small += [f"{screen}: {one}" for one in await page.evaluate(_SMALL, LEAST_TARGET_PX)]
        self.wide += [f"{screen}: {one}" for one in await page.evaluate(_WIDE)]

    async def broken(self, rules: str, within: str = "document") -> list[str]:
        """The rules of axe that are broken on the page, or in the part of it that `within` is (both as axe takes them)."""
        wire = await self.handheld.wire()
        # By the DevTools wire: the page's content security policy would refuse a script tag.
        if await self.handheld.page.evaluate("() => typeof window.axe") == "undefined":
            await wire.send("Runtime.evaluate", {"expression": AXE.read_text()})
        answer: dict[str, Any] = await wire.send(
            "Runtime.evaluate",
            {"expression": _RUN % (within, rules), "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer
        found: list[str] = json.loads(answer["result"]["value"])
        return found


async def enter(device: Handheld, code: str, badge: str, pin: str, look: Look) -> None:
    """From the new device to home."""
    await expect(device.page.locator("input[name=code]")).to_be_visible()
    await look("enrol")
    await device.enrol(code)
    await look("badge")
    await device.scan(badge)
    await expect(device.page.get_by_test_id("pin")).to_be_visible()
    await look("pin")
    await device.type_number(pin)
    await device.tap("sign-in")
    await expect(device.page.get_by_test_id("tile-pick")).to_be_visible()
    await look("home")


async def pick(person: PickingPerson, number: int, look: Look) -> None:
    """A round with its sheets, its answers and its end."""
    device = person.handheld
    await device.tap("tile-pick")
    await expect(device.page.get_by_test_id("round").first).to_be_visible()
    await look("rounds")
    await device.page.locator("header .back").click()
    asked = await device.take_round(number)
    await look("totes")
    asked = await person.work(asked, until="Scan bin")
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("bin")
    await device.scan("ZZ-NOBODY-9")
    await device.flash("wrong")
    await look("wrong")
    await device.close_flash()
    await _sheets(device, look)
    asked = await person.step(asked)
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("item")
    asked = await person.work(asked, until="Scan tote")
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("put")
    await device.tap("change-quantity")
    await expect(device.page.locator(".pad")).to_be_visible()
    await look("quantity")
    await device.page.locator("header .back").click()
    asked = await person.work(asked, until="Scan a tote")
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("drop")
    asked = await person.step(asked)
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("place")
    await person.work(asked)
    await expect(device.page.get_by_test_id("flash")).to_have_count(0)
    await look("done")
    await device.page.locator("a.btn", has_text=re.compile("start", re.IGNORECASE)).click()


async def _sheets(device: Handheld, look: Look) -> None:
    await device.tap("short")
    await expect(device.page.locator(".pad")).to_be_visible()
    await look("short")
    await device.type_number("0")
    await device.tap("confirm")
    await expect(device.page.get_by_test_id("why-other")).to_be_visible()
    await look("why")
    back = device.page.locator("header .back")
    await back.click()
    await back.click()
    await device.tap("more")
    await expect(device.page.get_by_test_id("all-lines")).to_be_visible()
    await look("more")
    await device.tap("all-lines")
    await expect(device.page.get_by_test_id("all-lines")).to_have_count(0)
    await look("lines")
    await back.click()


async def others(device: Handheld, look: Look) -> None:
    """What else home leads to."""
    for path in ("/count", "/move", "/ship", "/look", "/queue", "/settings", "/settings/scanner"):
        title = await device.page.inner_text("header h1")
        await device.page.evaluate(GO, path)
        await device.page.wait_for_function(_ARRIVED, arg=title)
        await look(path)
