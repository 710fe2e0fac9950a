"""A planner's wave as lived: asked for, planned in a process of its own while the plan gets better, made into rounds."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.floor.wms.waves import Solver, plan_waves, release_by_rule
from backend.floor.wms.waves.rules import WAVE_FLOW
from backend.floor.wms.waves.tables import WAVE_STATES
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


@pytest.fixture(scope="module")
async def solver() -> AsyncIterator[Solver]:
    """One solving process for the module."""
    made = Solver()
    await made.start()
    yield made
    await made.stop()


async def orders(demo: DemoFloor, count: int) -> list[str]:
    """The ids of so many new orders of two lines each."""
    skus = await demo.stocked(limit=40, at_least=10)
    made = []
    for number in range(count):
        order = await demo.order([(skus[number % 20], "1"), (skus[20 + number * 7 % 20], "1")])
        made.append(str(await demo.scalar("select id from shipment_request where number = :n", n=order)))
    return made


async def newest(planner: Worker) -> dict[str, Any]:
    """The newest wave as a planner sees it."""
    told: dict[str, Any] = (await planner.get("/waves/"))[0]
    return told


async def test_a_wave_is_planned_better_than_first_come_and_becomes_its_rounds(
    demo: DemoFloor, solver: Solver
) -> None:
    """The plan holds every order once, walks less than carts filled as orders came, and accepting it makes just its rounds."""
    planner = await demo.worker("planner")
    chosen = await orders(demo, 10)
    asked = await planner.done("/waves/plan", {"orders": [*chosen, str(new_id())]})
    assert asked["state"] == "asked"
    assert await plan_waves(demo.db, demo.app.state.live, solver) == 1
    wave = await newest(planner)
    assert (wave["state"], wave["share"]) == ("planned", 1)
    batches = [[order["id"] for order in batch["orders"]] for batch in wave["batches"]]
    assert sorted(order for batch in batches for order in batch) == sorted(chosen)
    assert 0 < wave["boundM"] <= wave["lengthM"] < wave["firstComeM"]
    accepted = await planner.done("/waves/accept", {"wave": wave["id"]})
    assert list(accepted["left"].values()) == ["unknown"]
    made = []
    for round_ in accepted["rounds"]:
        document = await planner.get(f"/picking/rounds/{round_}")
        made.append(sorted({tote["order"]["id"] for tote in document["totes"]}))
    assert sorted(made) == sorted(sorted(batch) for batch in batches)
    again = await planner.refused("/waves/accept", {"wave": wave["id"]})
    assert again["type"] == "/problems/wave-over"


async def test_the_best_plan_so_far_is_shown_and_taken_when_the_planner_has_seen_enough(
    demo: DemoFloor, solver: Solver
) -> None:
    """While a long wave is planned its share and plan are there to read; accepted then, it ends early with rounds of all orders."""
    planner = await demo.worker("planner")
    chosen = await orders(demo, 60)
    await planner.done("/waves/plan", {"orders": chosen})
    planning = asyncio.create_task(plan_waves(demo.db, demo.app.state.live, solver))
    wave = await newest(planner)
    for _ in range(300):
        wave = await newest(planner)
        if wave["batches"]:
            break
        await asyncio.sleep(0.1)
    assert wave["state"] == "planning"
    assert 0 <= wave["share"] < 1
    assert sum(len(batch["orders"]) for batch in wave["batches"]) == len(chosen)
    waiting = await planner.done("/waves/accept", {"wave": wave["id"]})
    assert waiting["state"] == "planning"
    await planning
    wave = await newest(planner)
    assert wave["state"] == "accepted"
    states = await demo.scalar(
        "select array_agg(distinct state) from shipment_request where id::text = any(:ids)", ids=chosen
    )
    assert states == ["released"]


async def test_the_newest_wish_ends_an_older_one_and_a_cancelled_wave_makes_no_rounds(
    demo: DemoFloor, solver: Solver
) -> None:
    """A second plan overtakes the first while it is planned; cancelled, neither has taken an order."""
    planner = await demo.worker("planner")
    chosen = await orders(demo, 40)
    first = await planner.done("/waves/plan", {"orders": chosen})
    planning = asyncio.create_task(plan_waves(demo.db, demo.app.state.live, solver))
    await asyncio.sleep(0.5)
    second = await planner.done("/waves/plan", {"orders": chosen[:10]})
    assert await planning == 2
    assert await demo.scalar("select state from wave where id = :id", id=first["wave"]) == "overtaken"
    assert (await newest(planner))["state"] == "planned"
    held = await release_by_rule(demo.db, demo.site, solver, keep_ready=100)
    await planner.done("/waves/cancel", {"wave": second["wave"]})
    states = "select array_agg(distinct state) from shipment_request where id::text = any(:ids)"
    assert await demo.scalar(states, ids=chosen[:10]) == ["open"], held
    await release_by_rule(demo.db, demo.site, solver, keep_ready=100)
    assert await demo.scalar(states, ids=chosen) == ["released"]


async def test_a_wave_nobody_could_carry_or_plan_is_refused_at_once(demo: DemoFloor) -> None:
    """No totes, thirteen totes, too many orders and a wave that is not there each get their own answer; none leaves a wave."""
    planner = await demo.worker("planner")
    before = await demo.scalar("select count(*) from wave")
    for totes in (0, 13, -1):
        refusal = await planner.refused("/waves/plan", {"totes": totes})
        assert (refusal["status"], "1 to 12 totes" in refusal["detail"]) == (400, True)
    many = await planner.refused("/waves/plan", {"orders": [str(new_id()) for _ in range(601)]})
    assert many["type"] == "/problems/wave-too-large"
    assert "601 orders; at most 600" in many["detail"]
    assert (await planner.refused("/waves/accept", {"wave": str(new_id())}))["status"] == 404
    assert await demo.scalar("select count(*) from wave") == before


async def test_every_order_passed_over_has_its_reason(demo: DemoFloor) -> None:
    """Releasing by name says of each order that got no round whether it is unknown, under way, or next."""
    planner = await demo.worker("planner")
    chosen = await orders(demo, 5)
    nobody = str(new_id())
    made = await planner.done("/picking/release-orders", {"orders": [*chosen, nobody], "totes": 4})
    assert set(made["left"].values()) == {"unknown", "next_cart"}
    again = await planner.done("/picking/release-orders", {"orders": chosen, "totes": 4})
    assert sorted(set(again["left"].values())) == ["released"]


def test_an_api_process_loads_no_solver() -> None:
    """Composing the app and planning a walk brings in neither numba, ortools nor scipy."""
    program = """if True:
        import sys
        import backend.app
        backend.app.registry()
        backend.app.slice_routers()
        from backend.floor.routing import Layout, shortest_round
        layout = Layout.blocks(aisles=5, blocks=2)
        shortest_round(layout, [layout.at(aisle=2, block=1, offset=3.0), layout.at(aisle=4, offset=9.0)])
        print(sorted({name.partition(".")[0] for name in sys.modules} & {"numba", "ortools", "scipy"}))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_state_of_a_wave_is_reached_and_the_last_ones_are_left_by_nothing() -> None:
    """The table names only states that exist, reaches each of them, and has no way out of an end."""
    assert {state for state, _ in WAVE_FLOW} | set(WAVE_FLOW.values()) == set(WAVE_STATES)
    assert {state for state, _ in WAVE_FLOW} == {"asked", "planning", "planned"}
