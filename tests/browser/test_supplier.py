"""A purchase as supplier and buyer live it: a phone without an account on one side, the office's screen on the other."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from backend.kernel.ids import new_id
from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.supplier import Buying, Line, day
from tests.support.town import eventually

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
        lambda said: (
            troubles.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
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
    house: House, phone: Page, new_handheld: NewHandheld
) -> None:
    """Mail, list, split and later date, receipt; then the dispatch with SSCC labels. In English, and Dutch and Chinese on the way."""
    buying = Buying(house.floor)
    number, order = await buying.release(
        Line("TUB-101", "100", 10, "2.15"),
        Line("PAD-101", "40", 12, "6.80"),
        Line("CAL-101", "12", 15, "38.5"),
    )
    await buying.release(Line("CHN-101", "60", 20), number=f"{number}-2")
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
    await phone.get_by_test_id("all-orders").click()
    await expect(row).to_contain_text("1 line to answer")

    desk = await new_handheld(signed_in=False)
    await desk.page.set_viewport_size({"width": 1024, "height": 768})
    await desk.sign_in(await house.badge("buyer", name="Ines"), PIN)
    await desk.page.goto(f"{house.url}/buying")
    await desk.page.get_by_test_id(f"answer-{number}").click()
    await expect(desk.page.get_by_test_id("buyer-line-10")).to_contain_text("in parts")
    await picture(desk.page, "buyer-order")
    await desk.page.get_by_test_id("accept-answer").click()
    await expect(desk.page.get_by_test_id("buyer-line-10")).to_contain_text("Agreed")
    await picture(desk.page, "buyer-accepted")

    await phone.goto(f"{house.url}/supply#{token}/{order}")
    await phone.reload()
    await phone.get_by_test_id("ship").click()
    await phone.get_by_test_id("ship-10").fill("60")
    await phone.get_by_test_id("each-10").fill("25")
    await expect(phone.get_by_test_id("packs-10")).to_have_text("2 × 25 pc and 1 × 10")
    await picture(phone, "supplier-ship")
    await phone.get_by_test_id("send-advice").click()
    labels = phone.get_by_test_id(f"labels-{number}-D1")
    await expect(labels).to_have_text("Print 4 labels")
    await picture(phone, "supplier-dispatched")
    async with phone.expect_download() as download:
        await labels.click()
    path = await (await download.value).path()
    assert path.read_bytes().startswith(b"%PDF-")
    packs = "select count(*) from expected_pack p join expected_line l on l.id = p.line_id join expected_delivery d on d.id = l.delivery_id where d.number = :n"

    async def is_expected() -> bool:
        return bool(await house.floor.scalar(packs, n=f"{number}-D1") == 4)

    await eventually(is_expected)  # the worker tells receiving of every pack


async def test_an_answer_without_a_network_is_kept_and_an_ended_link_says_so(
    house: House, phone: Page
) -> None:
    """Cut off while sending: kept, sent by itself afterwards, booked once. An order that is not the link's is said not to be here, above
    those that are; a link taken back shows a friendly page and nothing else."""
    buying = Buying(house.floor)
    number, order = await buying.release(Line("TUB-102", "50"), supplier="S2009", language="nl")
    token = await buying.token(order)
    await phone.goto(f"{house.url}/supply#{token}/{order}")
    await phone.get_by_test_id("accept-all").click()
    await phone.context.set_offline(True)
    await phone.get_by_test_id("send").click()
    await expect(phone.get_by_test_id("kept")).to_be_visible()
    await picture(phone, "supplier-kept")
    await phone.context.set_offline(False)
    await expect(phone.get_by_test_id("receipt")).to_have_text(f"{number}/1", timeout=60_000)
    assert await house.floor.scalar("select count(*) from purchase_answer where order_id = :o", o=order) == 1
    await phone.goto(f"{house.url}/supply#{token}/{new_id()}")
    await expect(phone.get_by_test_id("refused")).to_be_visible()
    await expect(phone.get_by_test_id(f"order-{number}")).to_be_visible()
    async with house.floor.db.transaction() as connection:
        await connection.execute(text("update supplier_link set revoked_at = now() where supplier = 'S2009'"))
    await phone.reload()
    await expect(phone.get_by_test_id("ended")).to_be_visible()
    assert number not in await phone.content()
    await picture(phone, "supplier-ended")
