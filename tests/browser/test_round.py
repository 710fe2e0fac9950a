"""Whole rounds in the browser: by wedge, with the network cut, with an answer lost, two at one bin."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from playwright.async_api import Playwright, expect

from tests.browser.conftest import PIN, House, NewHandheld
from tests.support.handheld import Handheld
from tests.support.picking_person import PickingPerson

# Every command reaches the server and is answered; the first answer is lost on its way back.
_LOSE_ONE: Final = """() => {
  const real = window.fetch;
  window.answers = [];
  window.fetch = async (request) => {
    const answer = await real(request);
    if (request.url.endsWith('/api/floor/commands') && window.answers.push(answer.status) === 1) throw new TypeError('lost');
    return answer;
  };
}"""


async def test_a_round_by_wedge_ends_with_every_line_booked_and_its_tote_delivered(
    house: House, new_handheld: NewHandheld
) -> None:
    """Badge, PIN, cart, bins, items, totes, packing place: all by key presses, and the books agree."""
    skus = await house.floor.stocked(limit=3)
    labels = await house.round([(sku, "2") for sku in skus])
    device = await new_handheld()
    asked = await device.take_round(labels.document["number"])
    await PickingPerson(device, labels).work(asked)
    await device.sent()
    picked = await house.picked(labels.document["id"])
    assert [quantity.split(".")[0] for _, quantity in picked] == ["2"] * len(picked)
    state = await house.floor.scalar("select state from task where id = :id", id=labels.document["id"])
    assert state == "done"


async def test_a_scan_injected_as_text_does_what_a_typed_one_does(
    house: House, new_handheld: NewHandheld
) -> None:
    """Tote and bin come by an input method's text instead of keys, and each is taken once."""
    labels = await house.round([((await house.floor.stocked())[0], "1")])
    device = await new_handheld()
    asked = await device.take_round(labels.document["number"])
    for _ in range(2):
        await device.inject(labels.asked_for(asked))
        asked = await device.after(asked)
    assert asked.startswith("Scan ")
    assert "bin" not in asked
    await device.sent()


async def test_a_round_on_a_device_that_dies_without_a_network_is_replayed_in_order(
    house: House, playwright: Playwright, tmp_path: Path
) -> None:
    """Without a network, and over a browser killed in the middle, the round goes on; on line every step arrives once, in the order done."""
    skus = await house.floor.stocked(limit=3)
    labels = await house.round([(sku, "3") for sku in skus])
    first = device = await Handheld.with_profile(playwright, house.url, tmp_path)
    await device.enrol(house.code)
    badge = await house.badge()
    await device.sign_in(badge, PIN)
    asked = await device.take_round(labels.document["number"])
    person = PickingPerson(device, labels)
    asked = await person.work(asked, until="Scan bin")
    await device.sent()
    await device.context.set_offline(True)
    asked = await person.work(asked, until="Scan tote")
    asked = await person.step(asked)
    await expect(device.page.get_by_test_id("queue-state")).not_to_have_attribute("data-waiting", "0")
    waiting = await device.page.get_by_test_id("queue-state").get_attribute("data-waiting")
    await device.die(tmp_path)
    device = await Handheld.with_profile(playwright, house.url, tmp_path, offline=True)
    await expect(device.page.get_by_test_id("queue-state")).to_have_attribute("data-waiting", waiting or "")
    await device.tap("carry-on")
    await expect(
        device.page.get_by_test_id("camera-button").or_(device.page.get_by_test_id("confirm"))
    ).to_be_visible()
    await replace(person, handheld=device).work(await device.asked())
    assert await house.moves(labels.document["id"]) == 0
    await device.context.clear_cookies()  # the browser may have died before it wrote down who is signed in
    await device.context.set_offline(False)
    await expect(device.page.get_by_test_id("type-badge")).to_be_visible()
    await device.scan(badge)
    await device.type_number(PIN)
    await device.tap("sign-in")
    await device.sent()
    await device.close()
    assert [*first.troubles, *device.troubles] == []
    booked = await house.commands(labels.document["id"])
    assert [kind for kind, _ in booked if kind in {"pick.confirm", "pick.drop"}] == [
        *["pick.confirm"] * len(labels.document["lines"]),
        *["pick.drop"] * len(labels.document["totes"]),
    ]
    assert [key for _, key in booked] == sorted(key for _, key in booked)
    picked = [quantity.split(".")[0] for _, quantity in await house.picked(labels.document["id"])]
    assert sorted(picked) == sorted(line["quantity"] for line in labels.document["lines"])
    assert await house.floor.audit() == []


async def test_a_lost_answer_is_asked_for_again_and_booked_once(
    house: House, new_handheld: NewHandheld
) -> None:
    """The server books and its answer never arrives: the device sends again and the books hold one pick."""
    labels = await house.round([((await house.floor.stocked())[0], "2")])
    device = await new_handheld()
    asked = await device.take_round(labels.document["number"])
    person = PickingPerson(device, labels)
    asked = await person.work(asked, until="Scan tote")
    await device.sent()
    await device.page.evaluate(_LOSE_ONE)
    await person.step(asked)
    await device.page.wait_for_function("() => window.answers.length > 0")
    assert await house.moves(labels.document["id"]) == 1
    await device.sent()
    assert await device.page.evaluate("() => window.answers") == [200, 200]
    assert await house.moves(labels.document["id"]) == 1


async def test_two_pickers_at_one_bin_both_get_theirs(house: House, new_handheld: NewHandheld) -> None:
    """Two rounds take from one bin at the same moment, on two devices; each books its own and the bin is less by both."""
    sku = (await house.floor.stocked(at_least=40))[0]
    rounds = [await house.round([(sku, "2")]), await house.round([(sku, "3")])]
    bins = {labels.place(labels.document["lines"][0]["place"]) for labels in rounds}
    assert len(bins) == 1
    devices = [await new_handheld() for _ in rounds]
    people = [PickingPerson(device, labels) for device, labels in zip(devices, rounds, strict=True)]

    async def stock() -> int:
        query = "select sum(quantity)::int from quant join place on place.id = place_id where code = :code"
        return int(await house.floor.scalar(query, code=next(iter(bins))))

    before = await stock()
    asked = [await person.handheld.take_round(person.labels.document["number"]) for person in people]
    asked = [await person.work(now, until="Scan tote") for person, now in zip(people, asked, strict=True)]
    await asyncio.gather(*(person.step(now) for person, now in zip(people, asked, strict=True)))
    for device in devices:
        await device.sent()
    assert await stock() == before - 5
    for labels, wanted in zip(rounds, ("2", "3"), strict=True):
        assert re.match(rf"{wanted}(\.|$)", (await house.picked(labels.document["id"]))[0][1])
