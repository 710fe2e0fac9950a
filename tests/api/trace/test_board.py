"""The board: one read from which the supervisor's map and figures are drawn."""

from typing import Any

import pytest

from backend.floor.wms.picking.walked import measure_walks
from backend.kernel.commands import Who
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


async def walked(demo: DemoFloor) -> tuple[Worker, Worker, dict[str, Any]]:
    """A supervisor, a picker, and the picker's round of one line."""
    boss = await demo.worker("supervisor", "planner")
    sku = (await demo.stocked())[0]
    order = await demo.scalar(
        "select id from shipment_request where number = :n", n=await demo.order([(sku, "4")])
    )
    made = await boss.done("/picking/release-orders", {"orders": [str(order)]})
    picker = await demo.worker("picker", name="Anna Visser")
    document = await picker.done("/picking/claim", {"round": made["rounds"][0]})
    for tote in document["totes"]:
        await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": f"TB-{tote['id'][-8:]}"})
    return boss, picker, document


def heat(board: dict[str, Any], place: str) -> int:
    """Lines that wait at a bin."""
    return sum(row["lines"] for row in board["bins"] if row["place"] == place)


def states(board: dict[str, Any]) -> dict[str, int]:
    """Orders by state."""
    return {row["state"]: row["orders"] for row in board["orders"]}


def picks(board: dict[str, Any]) -> int:
    """Lines picked in the whole window."""
    return sum(bucket["lines"] for bucket in board["pace"])


async def test_a_pick_cools_its_bin_and_shows_where_the_picker_is(demo: DemoFloor) -> None:
    """After a line is picked its bin waits for one less, the picker stands at that bin with the round, the pace is one more."""
    boss, picker, document = await walked(demo)
    line = document["lines"][0]
    before = await boss.get("/trace/board")
    await picker.done(
        "/picking/confirm", {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}
    )
    after = await boss.get("/trace/board")
    assert heat(after, line["place"]) == heat(before, line["place"]) - 1
    assert picks(after) == picks(before) + 1
    [spot] = [row for row in after["pickers"] if row["person"] == str(picker.who.person_id)]
    place = next(place for place in document["places"] if place["id"] == line["place"])
    assert (spot["code"], spot["x"], spot["y"]) == (place["code"], place["x"], place["y"])
    assert spot["task"] == document["id"]
    [row] = [row for row in after["rounds"] if row["id"] == document["id"]]
    assert (row["done"], row["lines"], row["personName"]) == (1, 1, "Anna Visser")
    [path] = [row for row in after["paths"] if row["task"] == document["id"]]
    assert path["legs"] == document["map"]["legs"]


async def test_an_undone_pick_is_no_line_picked(demo: DemoFloor) -> None:
    """The pace counts what stayed picked, and the bin waits again."""
    boss, picker, document = await walked(demo)
    line = document["lines"][0]
    before = await boss.get("/trace/board")
    fact = {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}
    key = new_id()
    await picker.done("/picking/confirm", fact, key=key)
    await picker.done("/picking/undo", {"command": str(key)})
    after = await boss.get("/trace/board")
    assert picks(after) == picks(before)
    assert heat(after, line["place"]) == heat(before, line["place"])


async def test_an_order_walks_through_its_states(demo: DemoFloor) -> None:
    """Picked and dropped it counts as picked, shipped as shipped."""
    boss, picker, document = await walked(demo)
    before = states(await boss.get("/trace/board"))
    line, tote = document["lines"][0], document["totes"][0]
    await picker.done(
        "/picking/confirm", {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}
    )
    await picker.done("/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
    dropped = await boss.get("/trace/board")
    assert states(dropped).get("picked", 0) == before.get("picked", 0) + 1
    drop = next(place for place in document["places"] if place["id"] == tote["dropPlace"])
    [spot] = [row for row in dropped["pickers"] if row["person"] == str(picker.who.person_id)]
    assert (spot["code"], spot["task"]) == (drop["code"], None)
    await picker.done("/shipping/ship", {"order": tote["order"]["id"]})
    after = states(await boss.get("/trace/board"))
    assert after["shipped"] == before["shipped"] + 1


async def test_open_exceptions_are_counted_until_resolved(demo: DemoFloor) -> None:
    """A take-over raises one, resolving it takes it off."""
    boss, _, document = await walked(demo)
    before = (await boss.get("/trace/board"))["exceptions"]
    other = await demo.worker("picker")
    await other.done("/picking/take-over", {"round": document["id"]})
    assert (await boss.get("/trace/board"))["exceptions"] == before + 1
    [row] = [row for row in await boss.get("/work/exceptions") if row["task"] == document["id"]]
    await boss.done("/work/exceptions/resolve", {"exception": row["id"], "resolution": "noted"})
    assert (await boss.get("/trace/board"))["exceptions"] == before


async def test_a_bay_tells_what_lies_in_each_bin(demo: DemoFloor) -> None:
    """All bins of the bay from the floor up, each with its quants as the ledger has them and the lines that wait."""
    boss, _, document = await walked(demo)
    line = document["lines"][0]
    place = next(place for place in document["places"] if place["id"] == line["place"])
    bins = await boss.get(f"/trace/bay/{place['aisle']}/{place['bay']}")
    assert [row["code"] for row in bins] == sorted(row["code"] for row in bins)
    [mine] = [row for row in bins if row["id"] == line["place"]]
    assert mine["lines"] >= 1
    total = await demo.scalar("select sum(quantity)::text from quant where place_id = :p", p=line["place"])
    assert sum(float(row["quantity"]) for row in mine["stock"]) == float(total)


async def test_another_sites_board_is_empty(demo: DemoFloor) -> None:
    """A supervisor elsewhere sees nothing of this floor."""
    _, _, document = await walked(demo)
    boss = await demo.worker("supervisor")
    gate = demo.app.state.gate
    elsewhere = Who(boss.who.person_id, None, new_id(), frozenset({"supervisor"}))
    boss.client.headers["authorization"] = f"Bearer {gate.tokens.issue(elsewhere, new_id())}"
    board = await boss.get("/trace/board")
    assert [board[part] for part in ("bins", "pickers", "rounds", "devices")] == [[], [], [], []]
    answer = await boss.client.get(
        "/api/floor/trace/timeline", params={"of": "task", "id": str(document["id"])}
    )
    assert answer.status_code == 404


async def test_the_day_judges_orders_by_their_time_and_rounds_by_the_shortest_way(demo: DemoFloor) -> None:
    """An order that left whole and early counts, one past its time does not, and the walked metres are the round's own."""
    boss, picker, document = await walked(demo)
    await measure_walks(demo.db)  # what other tests of this floor walked
    before = await boss.get("/trace/day")
    [tote] = document["totes"]
    order = tote["order"]["id"]
    for line in document["lines"]:
        fact = {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}
        await picker.done("/picking/confirm", fact)
    await picker.done("/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
    await picker.done("/shipping/ship", {"order": order})
    until = "update shipment_request set due_at = date_trunc('day', now() at time zone 'Europe/Amsterdam') at time zone"
    until += " 'Europe/Amsterdam' + :after * interval '1 minute' where id = :order returning number"
    await demo.scalar(until, order=order, after=24 * 60 - 1)
    assert await measure_walks(demo.db) == [demo.site]
    after = await boss.get("/trace/day")
    assert (after["due"], after["onTime"]) == (before["due"] + 1, before["onTime"] + 1)
    [row] = [one for one in after["walks"] if one["id"] == document["id"]]
    assert 0 < row["shortestM"] <= row["walkedM"]
    assert after["walkedM"] - before["walkedM"] == pytest.approx(row["walkedM"])
    number = await demo.scalar(until, order=order, after=0)
    late = await boss.get("/trace/day")
    assert (late["due"], late["onTime"]) == (after["due"], before["onTime"])
    assert [one["inFull"] for one in late["missed"] if one["number"] == number] == [True]
