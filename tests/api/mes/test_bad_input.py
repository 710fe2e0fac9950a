"""What cannot be, each with its own clear answer, and nothing lost of what did happen."""

from decimal import Decimal
from typing import Any

import pytest

from backend.floor.stock import Move
from tests.support.shop_floor import Order, ShopFloor, job


@pytest.mark.parametrize(
    ("body", "problem", "says"),
    [
        ({}, "nothing-reported", "Report at least one piece"),
        ({"good": "6"}, "over-report", "5 pc remain of 5, 6 reported."),
        ({"good": "6", "overReason": "because"}, "unknown-reason", "because is no reason for over here."),
        (
            {"scrap": [{"quantity": "1", "reason": "bad luck"}]},
            "unknown-reason",
            "bad luck is no reason for scrap here.",
        ),
        ({"good": "1.5"}, "bad-request", "This item is counted in whole pieces."),
        ({"good": "1", "mended": "1"}, "rework-short", "0 wait for rework, 1 reported mended."),
    ],
)
async def test_a_report_that_cannot_be_is_refused_in_words(
    shop: ShopFloor, body: dict[str, Any], problem: str, says: str
) -> None:
    """Each says what is wrong and books nothing."""
    order = await shop.release(await shop.item("none"), "5")
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    told = await ann.refused("/mes/jobs/report", {**job(order), **body})
    assert (told["type"], told["detail"]) == (f"/problems/{problem}", says)
    assert (await ann.get(f"/mes/jobs/{order.steps[10]}"))["good"] == "0"


@pytest.mark.parametrize(
    "scrap", [{"quantity": "1"}, {"quantity": "1", "reason": ""}, {"quantity": "0", "reason": "damaged"}]
)
async def test_scrap_without_a_reason_or_quantity_is_refused(shop: ShopFloor, scrap: dict[str, str]) -> None:
    """The message itself is wrong: 400, whatever else the sheet says."""
    order = await shop.release(await shop.item("none"), "5")
    ann = await shop.operator()
    answer = await ann.post("/mes/jobs/report", {**job(order), "good": "1", "scrap": [scrap]})
    assert answer.status_code == 400


async def test_more_than_came_in_is_refused_with_how_much_is_left(shop: ShopFloor) -> None:
    """The second step knows what the first handed on: good, scrap and rework together never exceed it."""
    order = await shop.release(await shop.item("none"), "10")
    ann = await shop.operator()
    await ann.done("/mes/jobs/report", {**job(order), "good": "4"})
    scrap = [{"quantity": "1", "reason": "damaged"}]
    await ann.done("/mes/jobs/report", {**job(order, 20), "good": "1", "rework": "1", "scrap": scrap})
    told = await ann.refused("/mes/jobs/report", {**job(order, 20), "good": "2"})
    assert told["type"] == "/problems/more-than-came-in"
    assert told["facts"] == {"left": "1", "came_in": "4", "asked": "2", "previous": "10 Assemble"}
    mended = await ann.done("/mes/jobs/report", {**job(order, 20), "good": "2", "mended": "1"})
    assert (mended["good"], mended["rework"]) == ("3", "0")


async def with_lot(shop: ShopFloor, status: str = "free") -> tuple[Order, str]:
    """An order whose material lies at the line in lot L-1, in a stock status."""
    sku = await shop.item("lot", nth=4)
    order = await shop.release(await shop.item("none"), "5", materials=((10, sku, "1", "scan"),))
    await shop.stock(sku, "3", lot=f"L-{order.number}")
    if status != "free":
        item = await shop.floor.scalar("select id from item where sku = :sku", sku=sku)
        lot = await shop.floor.scalar("select id from lot where code = :code", code=f"L-{order.number}")
        await hold_lot(shop, item, lot, status)
    return order, sku


async def hold_lot(shop: ShopFloor, item: Any, lot: Any, status: str) -> None:
    """Quality puts a lot aside where it lies."""
    place = await shop.floor.scalar("select id from place where code = 'LINE-1-IN'")
    await shop.book(
        Move(
            kind="hold",
            item=item,
            quantity=Decimal(3),
            from_place=place,
            to_place=place,
            lot=lot,
            to_status=status,
        )
    )


async def test_a_lot_on_hold_is_refused_by_name(shop: ShopFloor) -> None:
    """It lies right there, but may not be used; the answer names the lot and why."""
    order, _ = await with_lot(shop, "hold")
    ann = await shop.operator()
    body = {**job(order), "material": str(order.materials[10]), "quantity": "1", "lot": f"L-{order.number}"}
    told = await ann.refused("/mes/jobs/consume", body)
    assert told["type"] == "/problems/lot-on-hold"
    assert told["detail"] == f"L-{order.number} is on hold (hold)."


async def test_a_wrong_lot_names_the_one_that_is_expected(shop: ShopFloor) -> None:
    """Exact match only: an unknown lot, another item's lot, or none at all names what lies at the line."""
    order, _ = await with_lot(shop)
    ann = await shop.operator()
    for lot in ("L-unknown", None):
        body = {**job(order), "material": str(order.materials[10]), "quantity": "1", "lot": lot}
        told = await ann.refused("/mes/jobs/consume", body)
        assert told["type"] == "/problems/wrong-lot"
        assert f"L-{order.number}" in told["facts"]["expected"]
    much = {**job(order), "material": str(order.materials[10]), "quantity": "4", "lot": f"L-{order.number}"}
    short = await ann.refused("/mes/jobs/consume", much)
    assert (short["type"], short["facts"]["free"]) == ("/problems/stock-short", "3")
    foreign = await shop.release(await shop.item("none"), "1")
    wrong = {
        **job(foreign),
        "material": str(order.materials[10]),
        "quantity": "1",
        "lot": f"L-{order.number}",
    }
    assert (await ann.refused("/mes/jobs/consume", wrong))["type"] == "/problems/wrong-material"


async def test_several_lots_at_the_line_are_not_guessed(shop: ShopFloor) -> None:
    """A tracked material is flushed only when one lot lies there, or the report says which went in."""
    sku = await shop.item("lot", nth=5)
    order = await shop.release(await shop.item("none"), "5", materials=((10, sku, "2", "backflush"),))
    for lot in ("A", "B"):
        await shop.stock(sku, "10", lot=f"{lot}-{order.number}")
    ann = await shop.operator()
    told = await ann.refused("/mes/jobs/report", {**job(order), "good": "1"})
    assert told["type"] == "/problems/lots-to-confirm"
    assert [one["lot"] for one in told["facts"]["lots"]] == [f"A-{order.number}", f"B-{order.number}"]
    used = [{"material": str(order.materials[10]), "quantity": "2", "lot": f"B-{order.number}"}]
    await ann.done("/mes/jobs/report", {**job(order), "good": "1", "used": used})


async def test_pieces_made_of_more_than_the_books_have_are_booked_and_seen(shop: ShopFloor) -> None:
    """A flush that finds too little takes what is there and raises an exception: the pieces do exist."""
    sku = await shop.item("none", nth=7)
    order = await shop.release(await shop.item("none"), "5", materials=((10, sku, "2", "backflush"),))
    await shop.stock(sku, "3")
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    assert (await ann.done("/mes/jobs/report", {**job(order), "good": "2"}))["good"] == "2"
    assert await shop.exceptions(order) == ["backflush_short"]


async def test_finishing_with_material_not_scanned_needs_an_acknowledgement(shop: ShopFloor) -> None:
    """The answer says what is missing; with the acknowledgement it is done, and on record."""
    order, _ = await with_lot(shop)
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    await ann.done("/mes/jobs/report", {**job(order), "good": "1"})
    told = await ann.refused("/mes/jobs/finish", job(order))
    assert told["type"] == "/problems/material-not-issued"
    assert (await ann.done("/mes/jobs/finish", {**job(order), "acknowledge": True}))["state"] == "done"
    assert (await ann.refused("/mes/jobs/finish", job(order)))["type"] == "/problems/job-over"


async def test_serials_must_be_new_and_one_for_each_piece(shop: ShopFloor) -> None:
    """Two pieces need two different numbers that no other piece has."""
    order = await shop.release(await shop.item("serial"), "5", steps=((10, "ASSY-1"),))
    ann = await shop.operator()
    for serials in (["X-1"], ["X-1", "X-1"]):
        told = await ann.refused("/mes/jobs/report", {**job(order), "good": "2", "serials": serials})
        assert told["type"] == "/problems/serials-wrong"
    mine = [f"{order.number}-a", f"{order.number}-b"]
    assert (await ann.done("/mes/jobs/report", {**job(order), "good": "2", "serials": mine}))[
        "serials"
    ] == mine
    told = await ann.refused("/mes/jobs/report", {**job(order), "good": "1", "serials": mine[:1]})
    assert told["detail"] == f"{mine[0]} is on another piece already."


async def test_only_those_who_may_report(shop: ShopFloor) -> None:
    """A picker is no operator; an operator does not hold orders."""
    order = await shop.release(await shop.item("none"), "5")
    picker = await shop.floor.worker("picker")
    assert (await picker.post("/mes/jobs/start", job(order))).status_code == 403
    ann = await shop.operator()
    assert (
        await ann.post("/mes/orders/hold", {"workOrder": str(order.id), "reason": "x"})
    ).status_code == 403
