"""A delivery and its putaway on a handheld of 360 x 640: by dispatch advice, one damaged, one missing, the network cut."""

import os
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.deliveries import advice, advised, items, purchase, sscc
from tests.support.handheld import Handheld
from tests.support.town import eventually

ALBUM = os.environ.get("GEMBA_ALBUM")


async def photo(device: Handheld, name: str) -> None:
    """Keeps what the screen shows, where somebody wants to look at it."""
    if ALBUM:
        await device.page.screenshot(path=Path(ALBUM) / f"{name}.png")


async def received(house: House, delivery: Any) -> list[tuple[int, int]]:
    """How much of each line is received, and how much of it blocked."""
    async with house.floor.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "select received::int as r, blocked::int as b from expected_line where delivery_id = $1 order by line",
            (delivery,),
        )
        return [(row.r, row.b) for row in rows]


async def test_a_delivery_by_advice_is_received_and_put_away(house: House, new_handheld: NewHandheld) -> None:
    """Two packs come, one with a damaged piece, the third never; the second pack and the putaway go without a network."""
    item, other = await items(house.floor)
    _, number = await purchase(house.floor, [(item.sku, "24"), (other.sku, "5")])
    packs = [sscc(), sscc()]
    delivery, _ = await advice(
        house.floor,
        number,
        [advised(1, 10, item.sku, "24", packs=packs), advised(2, 20, other.sku, "5", packs=[sscc()])],
    )
    device = await new_handheld(signed_in=False)
    await device.sign_in(await house.badge("receiver", name="Jeroen"), PIN)
    await photo(device, "dock-home")
    await device.tap("tile-receive")
    await expect(device.page.get_by_test_id("delivery").first).to_be_visible()
    await photo(device, "dock-today")
    await device.scan(f"]C100{packs[0]}")
    await expect(device.page.get_by_test_id("line")).to_have_count(2)
    await photo(device, "dock-delivery")
    await device.scan(f"]C100{packs[0]}")
    await expect(device.page.get_by_test_id("quantity-now")).to_contain_text("12")
    await photo(device, "dock-pack")
    await device.tap("damaged")
    await device.type_number("1")
    await photo(device, "dock-damaged")
    await device.tap("confirm")
    await expect(device.page.get_by_test_id("entry")).to_have_count(2)
    await photo(device, "dock-split")
    await device.scan(f"]C100{packs[0]}")
    await expect(device.page.get_by_test_id("taken")).to_be_visible()
    await device.sent()
    await device.context.set_offline(True)
    await device.scan(f"]C100{packs[1]}")
    await expect(device.page.get_by_test_id("quantity-now")).to_contain_text("12")
    await device.scan(f"]C100{packs[1]}")
    await expect(device.page.get_by_test_id("line").first).to_have_attribute("data-open", "0")
    await photo(device, "dock-offline")
    assert await received(house, delivery) == [(12, 1), (0, 0)]
    await device.context.set_offline(False)
    await device.sent()
    assert await received(house, delivery) == [(24, 1), (0, 0)]
    await device.tap("close")
    await photo(device, "dock-close")
    await device.tap("close-yes")

    async def is_told() -> bool:
        kinds = await house.floor.scalar(
            "select string_agg(kind, ' ' order by kind) from receipt_discrepancy where delivery_id = :id",
            id=delivery,
        )
        return bool(kinds == "damaged short")

    await eventually(is_told)

    await device.page.goto(f"{house.url}/putaway")
    await expect(device.page.locator(f"[data-testid=load][data-code='{packs[1]}']")).to_be_visible()
    await photo(device, "putaway-waiting")
    await device.scan(f"]C100{packs[1]}")
    await expect(device.page.get_by_test_id("bin-code")).to_be_visible()
    await photo(device, "putaway-going")
    code = await device.page.get_by_test_id("bin-code").get_attribute("aria-label")
    other_bin = await house.floor.scalar(
        "select code from place join quant on place_id = place.id where kind = 'bin' and item_id <> :item"
        " and quantity > 0 and site_id = :site order by code limit 1".replace("site_id", "place.site_id"),
        item=item.id,
        site=house.floor.site,
    )
    await device.scan(other_bin)
    await device.flash("attention")
    await photo(device, "putaway-other")
    await device.scan(other_bin)
    await device.tap("because-nearer")
    assert "item lies there" in await device.flash("wrong")
    await photo(device, "putaway-refused")
    await device.close_flash()
    await device.context.set_offline(True)
    await device.scan(str(code))
    await expect(device.page.get_by_test_id("last")).to_be_visible()
    await photo(device, "putaway-done")
    await device.context.set_offline(False)
    await device.sent()
    stands = await house.floor.scalar(
        "select place.code from handling_unit join place on place.id = place_id where handling_unit.code = :code",
        code=packs[1],
    )
    assert stands == code
    assert await house.floor.audit() == []
