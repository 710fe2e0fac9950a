"""One photo of a pallet: every label drawn on it, every difference named."""

import re

from playwright.async_api import expect

from backend.floor.catalog import sscc_of
from backend.floor.labels import unit_label
from backend.kernel.ids import new_id
from tests.browser.conftest import House, NewHandheld
from tests.support.wall import photograph


async def test_a_pallet_is_checked_by_one_photo(house: House, new_handheld: NewHandheld) -> None:
    """The box that is not on the photo is missing, the one that belongs elsewhere is named, those that are right are here."""
    pallet = new_id()
    codes = [sscc_of("8712345", number) for number in range(900_001, 900_010)]
    own, *packed, stranger = codes
    async with house.floor.db.transaction() as connection:
        for code, kind, within in ((own, "pallet", None), *((code, "box", pallet) for code in packed)):
            await connection.exec_driver_sql(
                "insert into handling_unit (id, site_id, code, kind, parent_id) values ($1, $2, $3, $4, $5)",
                (pallet if within is None else new_id(), house.floor.site, code, kind, within),
            )
    absent, *here = packed
    labels = [unit_label(code, "box", "Dommel Cycles") for code in (*here, stranger)]
    device = await new_handheld()
    await device.page.goto(f"{house.url}/pallet/{pallet}")
    await (
        device.page.get_by_test_id("take-photo")
        .locator("input")
        .set_input_files({"name": "pallet.jpg", "mimeType": "image/jpeg", "buffer": photograph(labels, 3, 3)})
    )
    await expect(device.page.get_by_test_id("pallet-verdict")).to_contain_text("Not as it should be")
    await expect(device.page.get_by_test_id("pallet-missing")).to_contain_text(absent)
    await expect(device.page.get_by_test_id("pallet-unexpected")).to_contain_text(stranger)
    for code in here:
        await expect(device.page.get_by_test_id("pallet-present")).to_contain_text(code)
    marks = device.page.get_by_test_id("mark")
    assert await marks.count() == len(labels)
    await marks.first.click()
    await expect(device.page.get_by_test_id("named-mark")).to_contain_text(re.compile(r"\d{18}"))
