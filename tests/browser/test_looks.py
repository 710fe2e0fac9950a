"""That the main screens can be read, hit and held: axe in every theme, sizes of targets, widths."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import PIN, House
from tests.browser.tour import NARROW_PX, Findings, enter, others, pick
from tests.support.handheld import Handheld
from tests.support.picking_person import PickingPerson


@pytest.fixture(scope="module")
async def findings(house: House, browser: Browser) -> AsyncIterator[Findings]:
    """What a tour past the main screens found."""
    labels = await house.round([(sku, "2") for sku in await house.floor.stocked(limit=2)])
    device = await Handheld.switched_on(browser, house.url, width=NARROW_PX, reduced_motion="reduce")
    found = Findings(device)
    await enter(device, house.code, await house.badge(), PIN, found.look)
    await pick(PickingPerson(device, labels), labels.document["number"], found.look)
    await others(device, found.look)
    yield found
    await device.close()
    assert device.troubles == []


@pytest.mark.timeout(400)
async def test_axe_finds_nothing_in_light_dark_and_high_contrast(findings: Findings) -> None:
    """No rule of WCAG up to AAA is broken on any main screen, contrast of 7:1 included."""
    assert len(findings.screens) > 20
    assert findings.axe == []


async def test_every_target_is_at_least_56_px(findings: Findings) -> None:
    """Whatever can be tapped is 56 px or more both ways."""
    assert findings.small == []


async def test_nothing_sticks_out_at_320_px(findings: Findings) -> None:
    """On the narrowest handheld no screen scrolls sideways."""
    assert findings.wide == []
