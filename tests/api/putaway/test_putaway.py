"""Putaway over HTTP: proposals with reasons, kept room, hard rules by name, undo."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.floor.routing import choose_bins
from backend.floor.wms.putaway.bins import RULES, bins, router_load, table
from backend.floor.wms.putaway.loads import load_of
from backend.floor.wms.putaway.racks import ground
from backend.kernel.ids import new_id
from tests.support.deliveries import dock, items, sscc
from tests.support.demo_floor import DemoFloor, Worker


@pytest.fixture
async def ann(demo: DemoFloor) -> Worker:
    """A receiver."""
    return await demo.worker("receiver")


async def load(
    demo: DemoFloor, worker: Worker, item: Any, quantity: str = "10", **more: Any
) -> dict[str, Any]:
    """A box with so many pieces at the dock."""
    body = {
        "item": str(item.id), "quantity": quantity, "place": str(await dock(demo)), "handlingUnitCode": sscc(),
        "handlingUnitKind": "box",
    }  # fmt: skip
    return await worker.done("/receiving/goods", body | more)


async def lies(demo: DemoFloor, unit: str) -> list[tuple[str, str, str]]:
    """Where a unit's goods lie: place code, status, quantity."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text(
                "select place.code, status, quantity::int::text as n from quant join place on place.id = place_id"
                " where handling_unit_id = :unit and quantity > 0"
            ),
            {"unit": unit},
        )
        return [(row.code, row.status, row.n) for row in rows]


async def bin_of(demo: DemoFloor, where: str, **facts: Any) -> Any:
    """A bin of the site by a condition."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            text(
                f"select place.* from place where site_id = :site and kind = 'bin' and {where} order by code limit 1"
            ),
            {"site": demo.site, **facts},
        )
        return rows.one()


EMPTY = (
    "not exists (select from quant where place_id = place.id and quantity > 0)"
    " and not exists (select from putaway_hold where place_id = place.id)"
)


async def test_a_load_is_proposed_held_and_put_away_in_one_statement(demo: DemoFloor, ann: Worker) -> None:
    """Three bins with reasons; room is kept in the best; the bin's scan books it, keeps the status and frees the hold."""
    (item, *_) = await items(demo)
    got = await load(demo, ann, item)
    told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
    assert len(told["proposals"]) == 3
    assert told["held"] == told["proposals"][0]["place"]
    codes = {reason["code"] for one in told["proposals"] for reason in one["reasons"]}
    assert "future_picks" in codes
    [waits] = [row for row in await ann.get("/putaway/waiting") if row["handlingUnit"] == got["handlingUnit"]]
    assert waits["person"] == "Ann"
    body = {
        "handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"], "toPlace": told["held"],
        "hold": told["hold"],
    }  # fmt: skip
    key = new_id()
    done = await ann.done("/putaway/confirm", body, key=key)
    assert (done["placeCode"], done["moves"]) == (told["proposals"][0]["code"], 1)
    again = await ann.post("/putaway/confirm", body, key=key)
    assert (again.json(), again.headers["gemba-replayed"]) == (done, "true")
    assert await lies(demo, got["handlingUnit"]) == [(done["placeCode"], "free", "10")]
    assert await demo.scalar("select count(*) from putaway_hold where id = :id", id=told["hold"]) == 0
    assert await demo.scalar("select kind from stock_move where command_id = :id", id=key) == "putaway"


async def test_the_short_way_and_the_careful_way_book_the_same(demo: DemoFloor, ann: Worker) -> None:
    """Without its hold the same putaway goes through `settle_putaway`; moves, quants and the answer have the same shape."""
    (item, *_) = await items(demo)
    shapes = []
    for hot in (True, False):
        got = await load(demo, ann, item, "7")
        told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
        key = new_id()
        done = await ann.done(
            "/putaway/confirm",
            {
                "handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"], "toPlace": told["held"],
                "hold": told["hold"] if hot else None,
            },
            key=key,
        )  # fmt: skip
        async with demo.db.transaction() as connection:
            rows = await connection.execute(
                text(
                    "select line, kind, quantity, from_status, to_status, item_id, lot_id, person_id, reason,"
                    " from_handling_unit_id = to_handling_unit_id as same_unit, document_id, task_id, undoes_id"
                    " from stock_move where command_id = :id"
                ),
                {"id": key},
            )
            moves = [tuple(row) for row in rows]
        place = await demo.scalar(
            "select place_id from handling_unit where id = :id", id=UUID(got["handlingUnit"])
        )
        held = await demo.scalar("select count(*) from putaway_hold where id = :id", id=told["hold"])
        shapes.append((moves, str(place) == told["held"], held, sorted(done)))
    assert shapes[0] == shapes[1]


async def test_stock_in_quality_may_be_put_away_and_stays_in_quality(demo: DemoFloor, ann: Worker) -> None:
    """The inspector finds it in its bin; nobody can pick it meanwhile."""
    (item, *_) = await items(demo)
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update item set inspection_plan = 'IP' where id = :id"), {"id": item.id}
        )
    got = await load(demo, ann, item)
    told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
    await ann.done(
        "/putaway/confirm",
        {
            "handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"], "toPlace": told["held"],
            "hold": told["hold"],
        },
    )  # fmt: skip
    [(_, status, _)] = await lies(demo, got["handlingUnit"])
    assert status == "quality"
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update item set inspection_plan = null where id = :id"), {"id": item.id}
        )


async def test_the_quick_look_at_the_racks_ranks_as_the_full_one(demo: DemoFloor, ann: Worker) -> None:
    """For loads of several items and lots, with goods and kept room of the same item about: the same bins, scores and reasons."""
    kinds = [*await items(demo), *await items(demo, "lot", expires=True)]
    for item in kinds:
        lot = {"lotCode": "L-RANK", "expiresOn": "2099-01-01"} if item in kinds[2:] else {}
        for number in range(3):
            got = await load(demo, ann, item, "8", **lot)
            told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
            async with demo.db.transaction() as connection:
                unit = await load_of(
                    connection, demo.site, unit=UUID(got["handlingUnit"]), quant=None, quantity=None
                )
                person = ann.who.person_id
                at = await ground(connection, demo.site, unit, person)
                full = table(at.floor, await bins(connection, demo.site, unit, person))
            wanted = router_load(unit, at.floor.stand(at.face) if at.face else None)
            quick, slow = (
                choose_bins(at.floor.layout, [wanted], seen, RULES, here=at.floor.stand(at.here))[0]
                for seen in (at.table, full)
            )
            assert quick == slow
            assert told["proposals"][0]["code"] == quick[0].bin
            if number == 1:
                body = {"handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"]}
                await ann.done("/putaway/confirm", body | {"toPlace": told["held"], "hold": told["hold"]})


async def test_another_bin_needs_a_reason_and_hard_rules_refuse_by_name(demo: DemoFloor, ann: Worker) -> None:
    """No reason: 400. Another item's bin, a closed one, one too weak, one too full: each refused by its rule, and kept."""
    (item, other) = await items(demo)
    got = await load(demo, ann, item, "20")
    told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
    body = {"handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"], "hold": told["hold"]}
    empty = await bin_of(demo, EMPTY + " and zone = 'S'")
    unsaid = await ann.refused("/putaway/confirm", body | {"toPlace": str(empty.id)})
    assert unsaid["type"] == "/problems/reason-missing"

    async def refused(where: str, **facts: Any) -> Any:
        target = await bin_of(demo, where, **facts)
        key = new_id()
        answer = await ann.post(
            "/putaway/confirm", body | {"toPlace": str(target.id), "reason": "nearer"}, key=key
        )
        problem = answer.json()
        assert problem["type"] == "/problems/bin-refused", problem
        assert problem["facts"]["scanned"] == target.code
        kept = await demo.scalar("select kind from exception where command_id = :id", id=key)
        assert kept == "putaway_not_booked"
        return problem["facts"]["rules"]

    holds = "exists (select from quant where place_id = place.id and item_id = :item and quantity > 0)"
    assert "other_item" in await refused(holds, item=other.id)

    async def with_bin(change: str) -> Any:
        async with demo.db.transaction() as connection:
            await connection.execute(text(f"update place set {change} where id = :id"), {"id": empty.id})
        return await refused("id = :id", id=empty.id)

    assert await with_bin("blocked = 'broken beam'") == ["closed"]
    assert await with_bin("blocked = null, max_weight_g = 1") == ["too_heavy"]
    assert await with_bin("max_weight_g = 1000000, max_volume_ml = 1") == ["no_room"]
    assert await with_bin('max_volume_ml = 1000000, rules = \'{"temperature": "frozen"}\'') == ["temperature"]
    async with demo.db.transaction() as connection:
        await connection.execute(text("update place set rules = '{}' where id = :id"), {"id": empty.id})
    done = await ann.done("/putaway/confirm", body | {"toPlace": str(empty.id), "reason": "nearer"})
    assert done["placeCode"] == empty.code
    assert await demo.scalar("select count(*) from putaway_hold where id = :id", id=told["hold"]) == 0


async def test_a_pallet_is_too_high_for_a_shelf_and_a_battery_stays_behind_the_fire_wall(
    demo: DemoFloor, ann: Worker
) -> None:
    """Height and hazard are hard rules: proposals keep them, and a scan of another bin is refused by their names."""
    (item, *_) = await items(demo)
    shelf = await bin_of(demo, EMPTY + " and zone = 'S'")
    pallet = await load(demo, ann, item, "10", handlingUnitKind="pallet")
    told = await ann.done("/putaway/propose", {"handlingUnit": pallet["handlingUnit"]})
    assert {one["zone"] for one in told["proposals"]} <= {"P", "F"}
    body = {"fromPlace": told["load"]["place"], "toPlace": str(shelf.id), "reason": "why not"}
    high = await ann.refused("/putaway/confirm", body | {"handlingUnit": pallet["handlingUnit"]})
    assert high["facts"]["rules"] == ["too_low"]
    battery = await demo.scalar(
        "select id from item where attributes->>'hazard' = 'lithium' order by sku limit 1"
    )

    class Battery:
        id = battery

    box = await load(demo, ann, Battery, "1", serials=[f"S-{new_id().hex[-8:]}"])
    told = await ann.done("/putaway/propose", {"handlingUnit": box["handlingUnit"]})
    assert {one["zone"] for one in told["proposals"]} == {"E"}
    fire = await ann.refused("/putaway/confirm", body | {"handlingUnit": box["handlingUnit"]})
    assert fire["facts"]["rules"] == ["hazard_place"]


async def test_loose_goods_are_put_away_in_part(demo: DemoFloor, ann: Worker) -> None:
    """So much of what lies loose at the dock goes into a bin; the rest waits; more than lies there is refused."""
    item = (await items(demo, limit=6))[5]
    place = await dock(demo)
    await ann.done("/receiving/goods", {"item": str(item.id), "quantity": "9", "place": str(place)})
    [waits] = [row for row in await ann.get("/putaway/waiting") if row["sku"] == item.sku]
    part = {"quant": waits["quant"], "quantity": "4"}
    told = await ann.done("/putaway/propose", part)
    body = {**part, "fromPlace": waits["place"], "toPlace": told["held"], "hold": told["hold"]}
    await ann.done("/putaway/confirm", body)
    [left] = [row for row in await ann.get("/putaway/waiting") if row["sku"] == item.sku]
    assert left["quantity"] == "5"
    more = await ann.refused("/putaway/propose", {"quant": waits["quant"], "quantity": "6"})
    assert (more["type"], more["facts"]["free"]) == ("/problems/stock-short", "5")


async def test_a_load_in_hand_is_nobody_elses_until_it_is_given_up(demo: DemoFloor, ann: Worker) -> None:
    """A second person is told who has it; after a cancel, or when time is over, it is theirs."""
    ben = await demo.worker("receiver", name="Ben")
    (item, *_) = await items(demo)
    got = await load(demo, ann, item)
    body = {"handlingUnit": got["handlingUnit"]}
    told = await ann.done("/putaway/propose", body)
    taken = await ben.refused("/putaway/propose", body)
    assert (taken["type"], taken["facts"]["name"]) == ("/problems/load-taken", "Ann")
    released = await ann.done("/putaway/cancel", {"hold": told["hold"]})
    assert released["released"]
    mine = await ben.done("/putaway/propose", body)
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update putaway_hold set expires_at = clock_timestamp() - interval '1 s' where id = :id"),
            {"id": mine["hold"]},
        )
    again = await ann.done("/putaway/propose", body)
    assert again["hold"] != mine["hold"]


async def test_undo_puts_it_back_while_nothing_stands_on_it(demo: DemoFloor, ann: Worker) -> None:
    """The unit stands at the dock again; twice, or by another kind of command, there is nothing to undo."""
    (item, *_) = await items(demo)
    got = await load(demo, ann, item)
    told = await ann.done("/putaway/propose", {"handlingUnit": got["handlingUnit"]})
    key = new_id()
    await ann.done(
        "/putaway/confirm",
        {
            "handlingUnit": got["handlingUnit"], "fromPlace": told["load"]["place"], "toPlace": told["held"],
            "hold": told["hold"],
        },
        key=key,
    )  # fmt: skip
    back = await ann.done("/putaway/undo", {"command": str(key)})
    assert back["place"] == told["load"]["place"]
    assert [place for place, *_ in await lies(demo, got["handlingUnit"])] == [back["placeCode"]]
    assert (await ann.refused("/putaway/undo", {"command": str(key)}))["type"] == "/problems/not-undoable"
    assert (await ann.refused("/putaway/undo", {"command": got["receipt"]}))[
        "type"
    ] == "/problems/not-undoable"


async def test_home_tells_a_receiver_what_waits(demo: DemoFloor, ann: Worker) -> None:
    """Deliveries due and loads at the docks are counted for receivers, and for nobody else."""
    (item, *_) = await items(demo)
    before = {kind["kind"]: kind["open"] for kind in (await ann.get("/work/home"))["kinds"]}
    await load(demo, ann, item)
    after = {kind["kind"]: kind["open"] for kind in (await ann.get("/work/home"))["kinds"]}
    assert after["putaway"] == before["putaway"] + 1
    picker = await demo.worker("picker")
    assert {kind["kind"] for kind in (await picker.get("/work/home"))["kinds"]}.isdisjoint(
        {"putaway", "receive"}
    )
