"""What the screen answers to a wrong scan and to wrong PINs: it names what was scanned and what was expected."""

import re

from playwright.async_api import expect

from tests.browser.conftest import House, NewHandheld
from tests.support.picking_person import PickingPerson

HOW_LONG = re.compile(r"in \d+ seconds?|at \d\d:\d\d")


async def test_a_wrong_bin_is_named_with_the_right_one(house: House, new_handheld: NewHandheld) -> None:
    """A scan of another bin shows both codes, and nothing is booked; the right scan clears it."""
    labels = await house.round([((await house.floor.stocked())[0], "1")])
    device = await new_handheld()
    person = PickingPerson(device, labels)
    asked = await person.work(await device.take_round(labels.document["number"]), until="Scan bin")
    right = labels.asked_for(asked)
    wrong = await house.floor.scalar(
        "select code from place where kind = 'bin' and left(code, 2) = left(:code, 2) and code <> :code order by code limit 1",
        code=right,
    )
    await device.scan(wrong)
    said = await device.flash("wrong")
    assert wrong in said
    assert right in said
    assert "Nothing was booked" in said
    assert await person.step(asked) != asked
    await expect(device.page.locator("[data-kind=wrong]")).to_have_count(0)


async def test_a_wrong_item_and_an_unknown_code_are_named(house: House, new_handheld: NewHandheld) -> None:
    """At the item step another item is called by its name, a code nobody knows by its text."""
    skus = await house.floor.stocked(limit=2)
    labels = await house.round([(sku, "1") for sku in skus])
    device = await new_handheld()
    person = PickingPerson(device, labels)
    asked = await person.work(
        await device.take_round(labels.document["number"]), until=r"^Scan (?!bin|an empty|a tote)"
    )
    items = {item["id"]: item for item in labels.document["items"]}
    ours = {
        line["item"]
        for line in labels.document["lines"]
        if items[line["item"]]["name"] in asked
        or (line["handlingUnit"] and line["handlingUnit"]["code"] in asked)
    }
    other = next(item for item in items.values() if item["id"] not in ours)
    await device.scan(other["packagings"][0]["gtin"])
    said = await device.flash("wrong")
    assert other["name"] in said
    assert items[ours.pop()]["name"] in said
    await device.close_flash()
    await device.scan("ZZ-NOBODY-9")
    said = await device.flash("wrong")
    assert "ZZ-NOBODY-9" in said
    assert "not known here" in said


async def test_another_lot_of_the_item_is_named_with_the_lot_wanted(
    house: House, new_handheld: NewHandheld
) -> None:
    """The right item with a wrong lot shows both lots."""
    sku = (await house.floor.stocked(tracking="lot", at_least=5))[0]
    labels = await house.round([(sku, "1")])
    line = labels.document["lines"][0]
    assert line["lot"] is not None
    device = await new_handheld()
    person = PickingPerson(device, labels)
    asked = await device.take_round(labels.document["number"])
    while labels.place(line["place"]) not in asked:
        asked = await person.step(asked)
    asked = await person.step(asked)
    gtin = labels.document["items"][0]["packagings"][0]["gtin"]
    await device.scan(f"]d201{gtin}10NOT-THIS-LOT")
    said = await device.flash("wrong")
    assert "NOT-THIS-LOT" in said
    expected = line["handlingUnit"]["code"] if line["handlingUnit"] else line["lot"]["code"]
    assert expected in said


async def test_wrong_pins_lock_the_device_for_that_badge_and_say_how_long(
    house: House, new_handheld: NewHandheld
) -> None:
    """Each wrong PIN is told; after the last try the screen says how long the right one is refused, too."""
    device = await new_handheld(signed_in=False)
    await device.scan(await house.badge())
    said = ""
    for _ in range(12):
        await device.type_number("9999")
        await device.tap("sign-in")
        said = await device.flash("wrong")
        await device.close_flash()
        assert "PIN" in said
        if HOW_LONG.search(said):
            break
    assert HOW_LONG.search(said), said
    await device.type_number("2468")
    await device.tap("sign-in")
    assert HOW_LONG.search(await device.flash("wrong"))
