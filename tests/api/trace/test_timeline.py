"""Who touched this: every kind of thing tells what happened to it, whole, in order and only to those who may ask."""

from typing import Any

import pytest

from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


async def picked(demo: DemoFloor) -> tuple[Worker, Worker, dict[str, Any]]:
    """A supervisor; a picker who picked one line of a round and took it back, then picked it again; the round."""
    boss = await demo.worker("supervisor", "planner", name="Marieke")
    sku = (await demo.stocked(places=2))[0]
    number = await demo.order([(sku, "4")])
    order = await demo.scalar("select id from shipment_request where number = :n", n=number)
    made = await boss.done("/picking/release-orders", {"orders": [str(order)]})
    picker = await demo.worker("picker", name="Anna")
    document = await picker.done("/picking/claim", {"round": made["rounds"][0]})
    for tote in document["totes"]:
        await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": f"TL-{tote['id'][-8:]}"})
    line = document["lines"][0]
    fact = {"line": line["id"], "quantity": "2", "tote": line["tote"]}
    key = new_id()
    await picker.done("/picking/confirm", fact, key=key)
    await picker.done("/picking/undo", {"command": str(key)})
    await picker.done("/picking/confirm", fact)
    return boss, picker, document


async def told(boss: Worker, of: str, thing: Any, **query: str) -> dict[str, Any]:
    """A page of a time line."""
    answer: dict[str, Any] = await boss.get("/trace/timeline", of=of, id=str(thing), **query)
    return answer


async def test_a_bin_tells_who_took_what_and_put_it_back(demo: DemoFloor) -> None:
    """Picks and the undo stand with person, quantity, both places and the tote, and point to one another."""
    boss, picker, document = await picked(demo)
    page = await told(boss, "bin", document["lines"][0]["place"])
    again, undo, first = page["events"][:3]
    assert [event["what"] for event in (again, undo, first)] == ["pick", "undo", "pick"]
    assert undo["undoes"] == first["id"]
    assert first["undoneBy"] == undo["id"]
    assert again["undoneBy"] is None
    assert {event["personName"] for event in (again, undo, first)} == {"Anna"}
    assert again["quantity"] == "2"
    assert again["fromPlace"] == document["lines"][0]["place"]
    assert again["toUnit"].startswith("TL-")
    assert again["taskNumber"] == document["number"]
    assert again["orderNumber"] == document["totes"][0]["order"]["number"]
    assert again["at"] >= undo["at"] >= first["at"]
    assert page["subject"]["code"] == again["fromCode"]
    assert again["person"] == str(picker.who.person_id)


@pytest.mark.parametrize("of", ["item", "handling_unit", "order", "task", "person"])
async def test_the_same_pick_stands_in_every_time_line_it_belongs_to(demo: DemoFloor, of: str) -> None:
    """One move is found under its item, tote, order, round and person."""
    boss, picker, document = await picked(demo)
    row = (await told(boss, "bin", document["lines"][0]["place"]))["events"][0]
    tote = await demo.scalar("select handling_unit_id from round_tote where round_id = :r", r=document["id"])
    thing = {
        "item": row["item"],
        "handling_unit": tote,
        "order": row["order"],
        "task": document["id"],
        "person": picker.who.person_id,
    }[of]
    events = (await told(boss, of, thing))["events"]
    assert row in events


async def test_a_round_tells_who_claimed_it_took_it_over_and_gave_it_back(demo: DemoFloor) -> None:
    """Release, claim, take-over, the exception it raised and giving back stand in the order they happened."""
    boss, _, document = await picked(demo)
    other = await demo.worker("picker", name="Bo")
    await other.done("/picking/take-over", {"round": document["id"]})
    await other.done("/picking/release", {"round": document["id"]})
    events = (await told(boss, "task", document["id"]))["events"]
    heard = [(event["what"], event["personName"]) for event in reversed(events) if event["kind"] != "move"]
    assert heard[:2] == [("released", ""), ("pick.claim", "Anna")]
    assert sorted(heard[2:4]) == [("pick.take_over", "Bo"), ("raised", "Bo")]
    assert heard[4:] == [("pick.release", "Bo")]


async def test_an_order_tells_of_its_arrival_its_round_and_its_picks(demo: DemoFloor) -> None:
    """From the message that brought it to the last pick, with the claim between."""
    boss, _, document = await picked(demo)
    order = document["totes"][0]["order"]["id"]
    events = (await told(boss, "order", order))["events"]
    assert [event["what"] for event in reversed(events)] == ["arrived", "released", "pick.claim", "pick", "undo", "pick"]  # fmt: skip


async def test_a_person_tells_of_refusals_too(demo: DemoFloor) -> None:
    """A refused command moved nothing, but who tried what is on record with the reason; a booked one stands once, as its move."""
    boss, picker, document = await picked(demo)
    other = await demo.worker("picker", name="Bo")
    await other.refused("/picking/claim", {"round": document["id"]})
    [refusal] = (await told(boss, "person", other.who.person_id))["events"]
    assert (refusal["what"], refusal["outcome"]) == ("pick.claim", "refused")
    assert refusal["reason"] == "Someone else has this work"
    own = (await told(boss, "person", picker.who.person_id))["events"]
    assert len({event["command"] for event in own}) == len(own)


async def test_an_exception_stands_where_it_was_raised_and_resolved(demo: DemoFloor) -> None:
    """A count that differs shows in the bin's time line, and so does who settled it, with the note."""
    boss, picker, document = await picked(demo)
    line = document["lines"][0]
    short = await picker.done("/picking/short", {"line": line["id"], "found": "0", "reason": "not_found"})
    count = await picker.done("/counting/claim", {"task": short["count"]})
    counted = [
        {"quantity": "1", "lot": row["lot"], "serial": row["serial"], "handlingUnit": row["handlingUnit"]}
        for row in count["lines"][:1]
    ]
    for outcome in ("again", "booked"):
        posted = await picker.done("/counting/post", {"task": count["id"], "counted": counted})
        assert posted["outcome"] == outcome
    listed = await boss.get("/work/exceptions")
    mine = next(row for row in listed if row["kind"] == "count_differs")
    await boss.done(
        "/work/exceptions/resolve", {"exception": mine["id"], "resolution": "accepted", "note": "seen it"}
    )
    events = (await told(boss, "bin", line["place"]))["events"]
    whats = [(event["kind"], event["what"]) for event in events]
    assert ("count", "asked") in whats
    assert ("count", "counted") in whats
    assert ("exception", "raised") in whats
    settled = next(event for event in events if event["what"] == "resolved")
    assert (settled["personName"], settled["outcome"], settled["note"]) == ("Marieke", "accepted", "seen it")


@pytest.mark.parametrize("of", ["bin", "person", "order"])
async def test_pages_join_without_gap_or_repeat(demo: DemoFloor, of: str) -> None:
    """Reading one event a page gives the same list as reading all at once."""
    boss, picker, document = await picked(demo)
    thing = {
        "bin": document["lines"][0]["place"],
        "person": picker.who.person_id,
        "order": document["totes"][0]["order"]["id"],
    }[of]
    whole = (await told(boss, of, thing, limit="200"))["events"]
    paged: list[dict[str, Any]] = []
    before = ""
    for _ in range(len(whole) + 1):
        page = await told(boss, of, thing, limit="1", before=before)
        paged += page["events"]
        before = page["next"] or ""
        if not before:
            break
    assert paged == whole
    assert len(whole) > 3


async def test_only_supervisors_and_planners_may_ask(demo: DemoFloor) -> None:
    """A picker is refused; nobody else's history is a picker's business."""
    picker = await demo.worker("picker")
    answer = await picker.client.get(
        "/api/floor/trace/timeline", params={"of": "person", "id": str(picker.who.person_id)}
    )
    assert answer.status_code == 403
    assert (await picker.client.get("/api/floor/trace/board")).status_code == 403
    assert (await picker.client.get("/api/floor/trace/bay/0/1")).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"of": "bin", "id": "0199a0e0-0000-7000-8000-000000000000"}, 404),
        ({"of": "bin", "id": "x"}, 400),
        ({"of": "weather", "id": "0199a0e0-0000-7000-8000-000000000000"}, 400),
        ({"of": "bin", "id": "0199a0e0-0000-7000-8000-000000000000", "before": "yesterday"}, 400),
        ({"of": "bin", "id": "0199a0e0-0000-7000-8000-000000000000", "limit": "0"}, 400),
    ],
)
async def test_a_bad_question_is_answered_as_one(demo: DemoFloor, query: dict[str, str], status: int) -> None:
    """Unknown things, kinds, ids and cursors get a problem that says so."""
    boss = await demo.worker("supervisor")
    answer = await boss.client.get("/api/floor/trace/timeline", params=query)
    assert answer.status_code == status, answer.text


async def test_an_orders_number_resolves_to_its_time_line(demo: DemoFloor) -> None:
    """Typing an order's number finds the order."""
    boss, _, document = await picked(demo)
    number = document["totes"][0]["order"]["number"]
    found = await boss.get("/work/resolve", code=number)
    [match] = [match for match in found["matches"] if match["kind"] == "order"]
    assert match["id"] == document["totes"][0]["order"]["id"]
