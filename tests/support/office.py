"""A planner at a desk: the office's screens in Chromium, on a Gemba whose core is alive."""

import re
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from backend.demo.people import demo_logins
from backend.kernel.ids import new_id
from tests.support.handheld import Handheld, chromium
from tests.support.town import Town, eventually

ASKED = "PO-5002"
SUPERVISOR = "P-2001"
_IN_ENGLISH = """() => localStorage.setItem('gemba.settings', JSON.stringify({...JSON.parse(localStorage.getItem('gemba.settings')), language: 'en'}))"""


async def at_the_desk(town: Town) -> None:
    """From the question whether an order can be accepted to the health of the link; no screen said an error meanwhile."""
    async with async_playwright() as playwright:
        browser = await chromium(playwright)
        desk = await Handheld.switched_on(browser, town.url)
        await desk.page.set_viewport_size({"width": 1280, "height": 800})
        await desk.enrol(town.code)
        await desk.sign_in(SUPERVISOR, next(one.pin for one in demo_logins() if one.badge == SUPERVISOR))
        await desk.page.evaluate(_IN_ENGLISH)
        await _asks(desk.page, town)
        await _orders_anew(desk.page, town)
        await _looks(desk.page)
        wide = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (wide, desk.troubles) == (0, [])
        await browser.close()


async def _asks(page: Page, town: Town) -> None:
    """Four hundred bicycles for a shop: when, at which cost and margin, and which credit forbids it; nothing is written."""
    await page.goto(f"{town.url}/office/sales")
    orders = page.get_by_label("Sales orders", exact=True).get_by_test_id("row")
    await expect(orders.first).to_be_visible()
    count = await orders.count()
    await page.locator("[name=sku]").fill("BIK-101")
    await page.locator("[name=quantity]").fill("400")
    await page.get_by_test_id("ask").click()
    verdict = page.get_by_test_id("verdict")
    for word in ("Cannot be accepted", "Possible on", "Cost", "Margin", "Credit left"):
        await expect(verdict).to_contain_text(word)
    await expect(verdict.locator(".reasons")).to_contain_text(
        re.compile(r"The credit limit of [\d,.]+ would be passed by")
    )
    await expect(orders).to_have_count(count)


async def _orders_anew(page: Page, town: Town) -> None:
    """The next version of a purchase goes out; the supplier's answer to it is on the order's page by itself."""
    await page.get_by_test_id("room-purchases").click()
    await page.get_by_test_id("show-open").press("Enter")
    await expect(page).to_have_url(re.compile(r"/office/purchases\?show=open$"))
    await expect(page.get_by_test_id("show-open")).to_have_attribute("aria-current", "true")
    await page.get_by_role("link", name=ASKED).click()
    await page.get_by_test_id("begin-version").click()
    await page.get_by_label(re.compile("^Quantity ")).first.fill("7")
    await page.get_by_test_id("send-version").click()
    await expect(page.get_by_test_id("history")).to_contain_text("Version 2 was sent")
    await _answered(town)
    await expect(page.get_by_test_id("history")).to_contain_text("Answer to version 2: agreed")
    await expect(page.get_by_label("Lines", exact=True).first).not_to_contain_text("not answered yet")


async def _answered(town: Town) -> None:
    """The supplier opens the link of its mail and takes the newest version as it is."""

    async def link() -> str | None:
        return next(iter(town.letters(ASKED)), None)

    token, order = (await eventually(link)).split("#")[1].split("/")
    supplier = town.client(**{"gemba-link": token})

    async def newest() -> dict[str, Any] | None:
        told: dict[str, Any] = (await supplier.get(f"/api/portal/orders/{order}")).json()
        return told if told["version"] == 2 else None

    seen = await eventually(newest)
    lines = [
        {"line": one["line"], "schedule": [{"quantity": one["quantity"], "promisedOn": one["wantedOn"]}]}
        for one in seen["lines"]
    ]
    answer = await supplier.post(
        f"/api/portal/orders/{order}/answer",
        json={"version": 2, "lines": lines},
        headers={"idempotency-key": str(new_id())},
    )
    assert answer.status_code == 200, answer.text


async def _looks(page: Page) -> None:
    """The books are in balance, a partner shows its terms, and nothing is dead on either end of the link."""
    await page.get_by_test_id("room-books").click()
    await expect(page.get_by_test_id("trial-balance")).to_contain_text("✓ 0.00")
    await page.get_by_test_id("room-partners").click()
    await page.get_by_role("link", name="C1002").click()
    await expect(page.get_by_test_id("partner")).to_contain_text("40,000.00")
    await page.get_by_test_id("room-link").click()
    for side in ("floor", "core"):
        await expect(page.get_by_test_id(f"link-{side}")).to_contain_text("1 alive")
        rows = page.get_by_test_id(f"link-{side}").get_by_test_id("row")
        await expect(rows).not_to_have_count(0)
        for row in await rows.all():
            await expect(row.locator("td").nth(3)).to_have_text("0")
