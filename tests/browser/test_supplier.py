"""A purchase as supplier and buyer live it: a phone without an account on one side, the office's screen on the other."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import House
from tests.support.supplier import Buying, Line, day

PICTURES = os.environ.get("GEMBA_PICTURES", "")


@pytest.fixture
async def phone(house: House, browser: Browser) -> AsyncIterator[Page]:
    """A supplier's phone. It may say no error, and nothing on it may be wider than its screen."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        locale="en-GB",
        has_touch=True,
        accept_downloads=True,
    )
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: troubles.append(said.text) if said.type == "error" and "40" not in said.text else None,
    )
    yield page
    assert troubles == []
    await context.close()


async def picture(page: Page, name: str) -> None:
    """A picture for a person's eye, where GEMBA_PICTURES names a folder; and no screen scrolls sideways."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"


async def test_a_supplier_confirms_with_a_split_and_the_buyer_agrees(
    house: House, browser: Browser, phone: Page
) -> None:
    """Mail, list, split and later date, receipt; then the dispatch with SSCC labels. In English, and Dutch and Chinese on the way."""
    buying = Buying(house.floor)
    number, order = await buying.release(
        Line("TUB-101", "100", 10, "2.15"),
        Line("PAD-101", "40", 12, "6.80"),
        Line("CAL-101", "12", 15, "38.5"),
    )
    second, _ = await buying.release(Line("CHN-101", "60", 20), number=f"{number}-2")
    token = await buying.token(order)
    await phone.goto(f"{house.url}/supply#{token}")
    row = phone.get_by_test_id(f"order-{number}")
    await expect(row).to_be_visible()
    await picture(phone, "supplier-list")
    await row.click()
    await expect(phone.get_by_test_id("line-10")).to_be_visible()
    await picture(phone, "supplier-order")
    await phone.get_by_test_id("accept-20").click()
    await phone.get_by_test_id("change-10").click()
    await phone.get_by_test_id("quantity-0").fill("60")
    await expect(phone.get_by_test_id("sum")).to_contain_text("40")
    await picture(phone, "supplier-missing")
    await phone.get_by_test_id("split").click()
    await phone.get_by_test_id("day-1").fill(day(30).isoformat())
    await phone.get_by_test_id("reason-capacity").click()
    await picture(phone, "supplier-split")
    await phone.get_by_test_id("sheet-done").click()
    await expect(phone.get_by_test_id("summary")).to_contain_text("20 days later")
    await picture(phone, "supplier-summary")
    for language in ("nl", "zh"):
        await phone.locator("select.speech").select_option(language)
        await phone.wait_for_function("code => document.documentElement.lang === code", arg=language)
        await picture(phone, f"supplier-summary-{language}")
    await phone.locator("select.speech").select_option("en")
    await phone.get_by_test_id("send").click()
    await expect(phone.get_by_test_id("receipt")).to_have_text(f"{number}/1")
    await picture(phone, "supplier-receipt")
