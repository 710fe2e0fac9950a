"""A closed aisle as lived: rounds go round it, what nobody can reach is told, and all is as before when it is open again."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from backend.floor.wms.picking.walked import measure_walks
from backend.kernel.ids import new_id
from tests.flows.test_round import confirm, released
from tests.support.demo_floor import DemoFloor, Worker


def places(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A round's places by id."""
    return {place["id"]: place for place in document["places"]}


def passes(legs: list[list[list[float]]], x: float, low: float, high: float) -> bool:
    """Whether a drawn walk goes through an aisle's whole length from `low` to `high` metres."""
    points = [point for leg in legs for point in leg]
    inside = [(a, b) for a, b in pairwise(points) if a[0] == b[0] == x]
    return any(min(a[1], b[1]) < high and max(a[1], b[1]) > low for a, b in inside)


async def round_of_many(demo: DemoFloor, lines: int = 6) -> tuple[Worker, dict[str, Any]]:
    """A claimed round of several lines."""
    skus = await demo.stocked(limit=lines)
    return await released(demo, [(sku, "1") for sku in skus])


async def test_closing_an_aisle_reroutes_rounds_and_tells_of_bins_nobody_can_reach(demo: DemoFloor) -> None:
    """A bin in a closed aisle comes last with one exception for the supervisor, no walk goes through it; opening settles that."""
    picker, document = await round_of_many(demo)
    boss = await demo.worker("supervisor")
    first = places(document)[document["lines"][0]["place"]]
    aisle, block = first["aisle"], first["block"]
    told = await boss.done(
        "/picking/close-aisle", {"aisle": aisle, "block": block, "reason": "Rack inspection"}
    )
    assert [aisle, block] in told["closed"]
    assert told["unreachable"] >= 1
    after = await picker.get(f"/picking/rounds/{document['id']}")
    assert after["map"]["plan"]["closed"] == told["closed"]
    inside = {
        line["id"]
        for line in document["lines"]
        if (places(document)[line["place"]]["aisle"], places(document)[line["place"]]["block"])
        == (aisle, block)
    }
    ordered = [line["id"] for line in sorted(after["lines"], key=lambda line: line["sequence"])]
    assert set(ordered[-len(inside) :]) == inside
    assert not passes(after["map"]["legs"], first["x"], 0.01, 1e9)
    found = "select count(*) from exception where kind = 'unreachable_stop' and state = 'open' and task_id = :task"
    assert await demo.scalar(found, task=document["id"]) >= 1
    again = await boss.done("/picking/close-aisle", {"aisle": aisle, "block": block, "reason": "Still"})
    assert again["closed"] == told["closed"]
    board = await boss.get("/trace/board")
    assert [(one["aisle"], one["reason"], one["person"]) for one in board["closed"]] == [
        (aisle, "Rack inspection", board["closed"][0]["person"])
    ]
    opened = await boss.done("/picking/open-aisle", {"aisle": aisle})
    assert (opened["closed"], opened["unreachable"]) == ([], 0)
    assert await demo.scalar(found, task=document["id"]) == 0
    back = await picker.get(f"/picking/rounds/{document['id']}")
    assert [line["id"] for line in back["lines"]] == [line["id"] for line in document["lines"]]


async def test_what_cannot_be_closed_is_refused(demo: DemoFloor) -> None:
    """An aisle that is not there, no reason, an open aisle to be opened, and a picker's wish are refused by name."""
    boss, picker = await demo.worker("supervisor"), await demo.worker("picker")
    nowhere = await boss.refused("/picking/close-aisle", {"aisle": 99, "reason": "x"})
    assert nowhere["type"] == "/problems/no-such-aisle"
    assert nowhere["request"]
    assert (await boss.refused("/picking/close-aisle", {"aisle": 0, "reason": " "}))["status"] == 400
    assert (await boss.refused("/picking/open-aisle", {"aisle": 0}))["type"] == "/problems/not-closed"
    assert (await picker.refused("/picking/close-aisle", {"aisle": 0, "reason": "x"}))["status"] == 403


async def test_orders_behind_a_closed_aisle_wait_with_that_reason(demo: DemoFloor) -> None:
    """An order whose bin is cut off is passed over as such, and released once the aisle is open."""
    planner, boss = await demo.worker("planner"), await demo.worker("supervisor")
    number = await demo.order([((await demo.stocked())[0], "1")])
    order = await demo.scalar("select id from shipment_request where number = :n", n=number)
    place = """select p.{} from reservation r join quant q on q.id = r.quant_id join place p on p.id = q.place_id
               join shipment_line l on l.id = r.demand_id where l.request_id = :order"""
    where = {name: await demo.scalar(place.format(name), order=order) for name in ("aisle", "block")}
    await boss.done("/picking/close-aisle", {**where, "reason": "Spill"})
    made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
    assert (made["rounds"], made["left"]) == ([], {str(order): "aisle_closed"})
    await boss.done("/picking/open-aisle", where)
    assert (await planner.done("/picking/release-orders", {"orders": [str(order)]}))["left"] == {}


async def test_a_picker_before_a_blocked_aisle_goes_round_it_and_a_supervisor_hears(demo: DemoFloor) -> None:
    """The report plans only this round again and raises one urgent exception; the aisle stays open for others."""
    picker, document = await round_of_many(demo)
    last = places(document)[document["lines"][-1]["place"]]
    facts = {"round": document["id"], "aisle": last["aisle"], "block": last["block"]}
    nowhere = await picker.refused("/picking/aisle-blocked", facts | {"block": 99})
    assert nowhere["type"] == "/problems/no-such-aisle"
    told = await picker.done("/picking/aisle-blocked", facts | {"at": str(UUID(int=7))})
    assert told["unreachable"] >= 1
    after = await picker.get(f"/picking/rounds/{document['id']}")
    assert not passes(after["map"]["legs"], last["x"], 0.01, 1e9)
    assert after["map"]["plan"].get("closed", []) == []
    raised = "select severity from exception where kind = 'aisle_blocked' and task_id = :task"
    assert await demo.scalar(raised, task=document["id"]) == "high"


async def test_the_walk_from_scan_to_scan_is_measured_against_the_shortest(demo: DemoFloor) -> None:
    """Picked in the planned order the walk is the shortest one; picked in another it is longer, and the board shows both."""
    _, planned = await round_of_many(demo)
    picker, shuffled = await round_of_many(demo)
    first = await demo.worker("picker")
    await first.done("/picking/take-over", {"round": planned["id"]})
    for line in planned["lines"]:
        await first.done("/picking/confirm", confirm(line))
    for line in [*shuffled["lines"][::2], *shuffled["lines"][1::2]]:
        await picker.done("/picking/confirm", confirm(line))
    assert len(await measure_walks(demo.db)) >= 2
    board = await (await demo.worker("supervisor")).get("/trace/board")
    rounds = {one["id"]: one for one in board["rounds"]}
    straight, crooked = rounds[planned["id"]], rounds[shuffled["id"]]
    assert straight["walkedM"] == straight["shortestM"] > 0
    assert crooked["walkedM"] > crooked["shortestM"] > 0
    assert await measure_walks(demo.db) == []
    crowd = [one for one in board["crowded"] if len(one["people"]) > 1]
    assert crowd, "two people ended at the same bin"


async def test_an_order_joins_the_open_round_with_the_least_extra_walk(demo: DemoFloor) -> None:
    """The round has the order's lines on its way, in the shortest order; a full cart and an order under way are refused."""
    picker, document = await round_of_many(demo)
    planner = await demo.worker("planner")
    skus = await demo.stocked(limit=9)
    for sku in skus[6:9]:
        number = await demo.order([(sku, "1")])
        order = str(await demo.scalar("select id from shipment_request where number = :n", n=number))
        added = await planner.done("/picking/add-order", {"order": order, "round": document["id"]})
        assert (added["round"], added["lines"]) == (document["id"], 1)
        assert added["extraM"] >= 0
        twice = await planner.refused("/picking/add-order", {"order": order})
        assert (twice["type"], twice["facts"]["why"]) == ("/problems/not-to-be-added", "picking")
    after = await picker.get(f"/picking/rounds/{document['id']}")
    assert len(after["lines"]) == len(document["lines"]) + 3
    assert len(after["totes"]) == 4
    number = await demo.order([(skus[0], "1")])
    order = str(await demo.scalar("select id from shipment_request where number = :n", n=number))
    full = await planner.refused("/picking/add-order", {"order": order, "round": document["id"]})
    assert full["type"] == "/problems/no-room"
    unknown = await planner.refused("/picking/add-order", {"order": str(new_id())})
    assert unknown["facts"]["why"] == "unknown"
