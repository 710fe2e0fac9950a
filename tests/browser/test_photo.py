"""One photo of a pallet or a shelf: every label drawn on it, every difference named, every piece counted."""

import re
from decimal import Decimal

from playwright.async_api import FilePayload, expect

from backend.floor.catalog import sscc_of
from backend.floor.labels import item_label, lot_label, unit_label
from backend.floor.wms.counting import open_count
from backend.kernel.ids import new_id
from backend.kernel.quantity import Quantity
from scanning.gs1 import check_digit
from tests.browser.conftest import House, NewHandheld
from tests.support.town import eventually
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
    await expect(marks).to_have_count(len(labels))
    await marks.first.click()
    await expect(device.page.get_by_test_id("named-mark")).to_contain_text(re.compile(r"\d{18}"))


def _eans(count: int) -> list[str]:
    bodies = [f"8712345{number * 53 + 7:05d}" for number in range(count)]
    return [body + check_digit(body) for body in bodies]


async def test_a_shelf_is_counted_by_one_photo(house: House, new_handheld: NewHandheld) -> None:
    """Eleven labels of the lot count as eleven, one of another lot and small EAN labels as nothing; the device alone sees the
    same as the server, and what is taken over is what gets booked.
    """
    async with house.floor.db.transaction() as connection:
        row = (
            await connection.exec_driver_sql(
                """select i.id, i.name, i.sku, g.gtin, g.quantity, lot.code as lot, p.id as place, p.code as bin
                   from quant q join place p on p.id = q.place_id join lot on lot.id = q.lot_id
                   join item i on i.id = q.item_id and i.tracking = 'lot'
                   join packaging g on g.item_id = i.id and g.gtin is not null
                   where p.kind = 'bin' and q.site_id = $1 and q.handling_unit_id is null
                     and (select count(*) from quant o where (o.place_id, o.item_id) = (p.id, i.id)) = 1
                   order by g.quantity, p.code limit 1""",
                (house.floor.site,),
            )
        ).one()
        task = await open_count(connection, house.floor.site, place=row.place, item=row.id, reason="short")
    labels = [lot_label(row.name, row.sku, row.gtin, lot, None) for lot in [row.lot] * 11 + ["ELSEWHERE"]]
    piece = Quantity(Decimal(1), "pc")
    labels += [item_label("Spoke", f"SPK-{n}", f"0{ean}", piece, "each") for n, ean in enumerate(_eans(18))]
    photo: FilePayload = {
        "name": "shelf.jpg",
        "mimeType": "image/jpeg",
        "buffer": photograph(labels, 6, 5),
    }
    device = await new_handheld()
    await device.page.goto(f"{house.url}/count/{task}")
    await expect(device.page.get_by_test_id("prompt")).to_contain_text(row.bin)
    await device.scan(row.bin)
    await device.tap("count-photo")
    camera = device.page.get_by_test_id("take-photo").locator("input")
    for alone in (False, True):
        if alone:
            await device.page.route("**/scanning/read*", lambda route: route.abort())
        await camera.set_input_files(photo)
        await expect(device.page.get_by_text("Read on this device")).to_have_count(int(alone))
        await expect(device.page.get_by_test_id("photo-part")).to_have_count(1)
        # What is not of this lot is seen and does not count; a busy machine may miss the smallest labels in its time.
        await expect(device.page.locator(".mark.stop").nth(11)).to_be_visible()
        await expect(device.page.locator(".mark.ok")).to_have_count(11)
    await device.tap("use-photo")
    await device.tap("post-count")

    async def is_counted() -> bool:
        looks = "select array_agg(counted) from count_look where task_id = :t"
        return bool(await house.floor.scalar(looks, t=task) == [11 * row.quantity])

    await eventually(is_counted)
