"""A whole round by the camera: labels as they are printed, filmed by an unsteady hand, read by the app's own decoder."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Playwright, expect

from backend.floor.labels import Label, item_label, place_label, raster, tote_label, unit_label
from backend.kernel.quantity import Quantity
from scanning.films import Hand, render_film
from tests.browser.conftest import PIN, House
from tests.support.handheld import Handheld, chromium
from tests.support.picking_person import Labels

LABEL_SECONDS = 2.0
_FILM_FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def _picture(label: Label | None) -> Any:
    """The label as its printer draws it (dark 0, paper 255); without one, an empty wall."""
    if label is None:
        return np.full((300, 400), 205, np.uint8)
    return np.where(np.asarray(raster(label, 203)) > 0, 0, 255).astype(np.uint8)


def _film(labels: Sequence[Label | None], folder: Path) -> Path:
    """One film that shows the labels one after another, each in a moving hand and with noise; it begins anew at its end."""
    parts = [
        render_film(
            folder / f"{place}.mjpeg", [_picture(label)], LABEL_SECONDS, seed=place + 1, hand=Hand(module=6.0)
        ).read_bytes()
        for place, label in enumerate(labels)
    ]
    film = folder / "round.mjpeg"
    film.write_bytes(b"".join(parts))
    return film


def _shown(labels: Labels) -> list[Label | None]:
    """Tote, bin, item, tote; then, away from the label for a moment, the tote again and its packing place."""
    document = labels.document
    [line], [tote], [item] = document["lines"], document["totes"], document["items"]
    packed = item["packagings"][0]
    box = tote_label(labels.tote(tote["slot"]))
    goods = item_label(
        item["name"],
        item["sku"],
        packed["gtin"],
        Quantity(Decimal(packed["quantity"]), item["unit"]),
        packed["kind"],
    )
    if line["handlingUnit"]:
        goods = unit_label(line["handlingUnit"]["code"], "box", "Dommel Cycles")
    bin_, pack = place_label(labels.place(line["place"])), place_label(labels.place(tote["dropPlace"]))
    return [box, bin_, goods, box, None, box, pack, None]


@pytest.fixture
async def filmed(
    house: House, playwright: Playwright, tmp_path: Path
) -> AsyncIterator[tuple[Handheld, Labels]]:
    """A handheld whose camera sees all labels of one round, and that round."""
    labels = await house.round([((await house.floor.stocked(at_least=30))[0], "1")])
    assert labels.document["lines"][0]["leftAfter"] is None
    film = _film(_shown(labels), tmp_path)
    browser = await chromium(playwright, *_FILM_FLAGS, f"--use-file-for-fake-video-capture={film}")
    device = await Handheld.switched_on(browser, house.url, permissions=["camera"])
    await device.enrol(house.code)
    await device.sign_in(await house.badge(), PIN)
    yield device, labels
    await device.close()
    await browser.close()
    assert device.troubles == []


async def test_a_round_by_camera_needs_no_key(house: House, filmed: tuple[Handheld, Labels]) -> None:
    """The camera is opened once; tote, bin, item, tote, tote and packing place are read from the film, and the books agree."""
    device, labels = filmed
    await device.take_round(labels.document["number"])
    await device.tap("camera-button")
    await expect(device.page.get_by_test_id("next-round")).to_be_visible(timeout=200_000)
    await device.sent()
    assert await house.moves(labels.document["id"]) > 0
    assert [quantity.split(".")[0] for _, quantity in await house.picked(labels.document["id"])] == ["1"]
