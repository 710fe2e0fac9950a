"""A picker's round as lived: claimed, walked, picked, shorted, undone, dropped, shipped; and what the ERP hears of it."""

from decimal import Decimal
from typing import Any

from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


async def released(floor: DemoFloor, lines: list[tuple[str, str]]) -> tuple[Worker, dict[str, Any]]:
    """An order, released to a round, claimed by a picker, with a tote bound for it."""
    number = await floor.order(lines)
    order = await floor.scalar("select id from shipment_request where number = :number", number=number)
    planner = await floor.worker("planner")
    made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
    assert made["left"] == {}
    picker = await floor.worker("picker")
    document = await picker.done("/picking/claim", {"round": made["rounds"][0]})
    for tote in document["totes"]:
        code = f"TT-{tote['id'][-8:]}"
        await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": code})
    return picker, document


def confirm(line: dict[str, Any], quantity: str | None = None) -> dict[str, Any]:
    """A confirm of a whole line or of so much of it."""
    return {"line": line["id"], "quantity": quantity or line["quantity"], "tote": line["tote"]}


async def test_a_round_ends_with_the_order_picked_and_shipped(demo: DemoFloor) -> None:
    """Every line picked into its tote, dropped at its pack place and shipped leaves stock, order and outbox in agreement."""
    skus = await demo.stocked(limit=3)
    picker, document = await released(demo, [(sku, "2") for sku in skus])
    for line in document["lines"]:
        answer = await picker.done("/picking/confirm", confirm(line))
        assert answer == {"line": line["id"], "picked": line["quantity"], "remaining": "0"}
    for tote in document["totes"]:
        dropped = await picker.done("/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
    assert dropped["orderPicked"]
    assert dropped["roundDone"]
    order = document["totes"][0]["order"]["id"]
    tote = await picker.get("/work/resolve", code=f"TT-{document['totes'][0]['id'][-8:]}", expected="")
    found = await picker.get("/shipping/orders", states="picked", unit=tote["matches"][0]["id"])
    assert [one["id"] for one in found] == [order]
    shipped = await picker.done("/shipping/ship", {"order": order})
    assert shipped["lines"] == 3
    number = document["totes"][0]["order"]["number"]
    kinds = await demo.scalar(
        "select array_agg(type order by seq) from outbox where document = :d", d=f"shipment/{number}"
    )
    assert kinds == [
        *["gemba.shipment.line_picked.v1"] * 3,
        "gemba.shipment.picked.v1",
        "gemba.shipment.shipped.v1",
    ]


async def test_the_fast_statement_books_the_same_as_the_careful_way(demo: DemoFloor) -> None:
    """A confirm by the one statement and one by `settle_pick` (after a take-over) leave the same rows behind."""
    sku = (await demo.stocked())[0]
    picker, document = await released(demo, [(sku, "4")])
    line = document["lines"][0]
    await picker.done("/picking/confirm", confirm(line, "2"))
    await (await demo.worker("picker")).done("/picking/take-over", {"round": document["id"]})
    await picker.done("/picking/confirm", confirm(line, "2"))
    moves = await demo.scalar(
        """select jsonb_agg(to_jsonb(m) - array['id', 'command_id', 'captured_at', 'booked_at'] order by booked_at)
           from stock_move m where task_id = :task""",
        task=document["id"],
    )
    assert moves[0] == moves[1]
    messages = await demo.scalar(
        "select jsonb_agg(data - 'at' order by seq) from outbox where document = :d",
        d=f"shipment/{document['totes'][0]['order']['number']}",
    )
    assert messages[0] == messages[1]
    taken = await demo.scalar("select count(*) from exception where kind = 'picked_after_takeover'")
    assert taken == 1


async def test_a_repeated_key_returns_the_first_answer(demo: DemoFloor) -> None:
    """The same command sent again books nothing; the same key with other facts is refused with 422."""
    sku = (await demo.stocked())[0]
    picker, document = await released(demo, [(sku, "4")])
    line = document["lines"][0]
    key = new_id()
    first = await picker.done("/picking/confirm", confirm(line, "1"), key=key)
    again = await picker.post("/picking/confirm", confirm(line, "1"), key=key)
    assert again.json() == first
    assert again.headers["gemba-replayed"] == "true"
    other = await picker.post("/picking/confirm", confirm(line, "2"), key=key)
    assert other.status_code == 422
    picked = await demo.scalar("select picked from pick_line where id = :id", id=line["id"])
    assert picked == Decimal(1)


async def test_a_short_proposes_the_next_best_bin_and_freezes_the_first(demo: DemoFloor) -> None:
    """What was found is booked, the bin waits for a count, the rest comes from another bin with its distance."""
    sku = (await demo.stocked(places=2))[0]
    picker, document = await released(demo, [(sku, "5")])
    line = document["lines"][0]
    answer = await picker.done("/picking/short", {"line": line["id"], "found": "2", "reason": "not_enough"})
    assert answer["picked"] == "2"
    assert answer["missing"] == "3"
    assert answer["count"] is not None
    proposal = answer["proposals"][0]
    assert proposal["place"] != line["place"]
    assert proposal["distanceM"] > 0
    told = await demo.scalar("select details from exception where task_id = :t", t=document["id"])
    assert told["elsewhere"] == f"3 × {proposal['placeCode']}"
    after = await picker.get(f"/picking/rounds/{document['id']}")
    new = next(row for row in after["lines"] if row["id"] == proposal["line"])
    await picker.done("/picking/confirm", confirm(new))
    count = await picker.done("/counting/claim", {"task": answer["count"]})
    counted = [
        {"quantity": "0", "lot": row["lot"], "serial": row["serial"], "handlingUnit": row["handlingUnit"]}
        for row in count["lines"]
    ]
    posted = await picker.done("/counting/post", {"task": answer["count"], "counted": counted})
    assert posted["counted"] == "0"


async def test_undo_puts_back_stock_order_and_reservation(demo: DemoFloor) -> None:
    """After the undo of a pick and of a short the books stand as before, and both can be done again."""
    sku = (await demo.stocked(places=2))[0]
    picker, document = await released(demo, [(sku, "5")])
    line = document["lines"][0]
    books = "select row_to_json(x)::text from (select quantity, reserved from quant where id = (select quant_id from pick_line where id = :id)) x"
    before = await demo.scalar(books, id=line["id"])
    for path, body in (
        ("/picking/confirm", confirm(line, "3")),
        ("/picking/short", {"line": line["id"], "found": "1", "reason": "not_found"}),
        ("/picking/short", {"line": line["id"], "found": "0", "reason": "not_found"}),
    ):
        key = new_id()
        await picker.done(path, body, key=key)
        await picker.done("/picking/undo", {"command": str(key)})
        assert await demo.scalar(books, id=line["id"]) == before
        state = await demo.scalar("select state || picked::int from pick_line where id = :id", id=line["id"])
        assert state == "open0"
    told = """select coalesce(sum((data->>'quantity')::numeric) filter (where type = 'gemba.shipment.shorted.v1'), 0)
              - coalesce(sum((data->>'quantity')::numeric) filter (where type = 'gemba.shipment.short_undone.v1'), 0)
              from outbox where data->>'number' = :number"""
    assert await demo.scalar(told, number=document["totes"][0]["order"]["number"]) == 0
    await picker.done("/picking/confirm", confirm(line))


async def test_a_badge_a_place_an_order_and_a_box_are_no_totes(demo: DemoFloor) -> None:
    """What already is something else does not become a tote by being scanned into a cart; any new code does."""
    picker, document = await released(demo, [((await demo.stocked())[0], "1")])
    box = await demo.scalar("select code from handling_unit where kind = 'box' limit 1")
    badge = await demo.scalar("select badge from person limit 1")
    place, order = document["places"][0]["code"], document["totes"][0]["order"]["number"]
    full = {"tote": document["totes"][0]["id"], "added": str(new_id())}
    for code in (box, badge, place, order):
        problem = await picker.refused("/picking/tote-full", full | {"code": code})
        assert problem["type"].endswith("not-a-tote"), problem
    assert await demo.scalar("select count(*) from handling_unit where code = :badge", badge=badge) == 0
    assert (await picker.done("/picking/tote-full", full | {"code": "NEW-1"}))["code"] == "NEW-1"


async def test_orders_are_found_by_part_of_their_number_customer_or_carrier(demo: DemoFloor) -> None:
    """A filter narrows the list whatever its case, a percent sign is only a percent sign, and nothing else comes along."""
    number = await demo.order([((await demo.stocked())[0], "1")])
    planner = await demo.worker("planner")

    async def found(find: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = await planner.get("/shipping/orders", states="open,released", find=find)
        return told

    [order] = await found(number.lower()[3:])
    assert order["number"] == number
    for name in ("customer", "carrier"):
        alike = await found(order[name][1:])
        assert number in {one["number"] for one in alike} or len(alike) == 200
        assert all(order[name][1:] in one[name] for one in alike)
    assert await found("%") == []
