"""Inspection under many hands: two inspectors on one lot, a decision against moves and picks; the books stay whole."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain
from tests.support.crowd import Crowd, Person, at_once, overlapping, successes
from tests.support.inspection import HUB, Inspector, arrived

# Hubs' one feature of which nothing may be wrong, and a value of it that is: one reading more or less turns the verdict.
CRITICAL, ODD = 1, "8.80"


async def inspectors(crowd: Crowd, lot: UUID, count: int) -> tuple[Inspector, list[Person]]:
    """People with one lot before them, spread over the APIs; the first one's document stands for all."""
    people = await crowd.people(count, "inspector", "picker")
    return await Inspector.of(crowd.floor, lot), people


async def test_two_inspectors_read_one_lot_at_once(crowd: Crowd) -> None:
    """Every reading of both is kept, the lot's state is what all of them add up to though each had looked before the other wrote, and where they differ a person sees it."""
    lot = await arrived(crowd.floor, HUB, "200")
    inspector, (ann, bo) = await inspectors(crowd, lot, 2)
    cells = [
        (feature["number"], sample)
        for feature in inspector.document["characteristics"]
        for sample in range(1, inspector.samples(feature["number"]) + 1)
    ]
    both = [cell for cell in cells if cell[0] != CRITICAL or cell[1] <= inspector.samples(CRITICAL) - 2]
    one, other = sorted(set(cells) - set(both))
    answers = await at_once(
        *(who.post("/quality/read", inspector.body(*cell)) for who in (ann, bo) for cell in both)
    )
    assert len(successes(answers)) == 2 * len(both)

    async def now(*acts: Any) -> tuple[str, str]:
        successes(await overlapping(crowd.floor, "inspection_lot", lot, *acts))
        facts = (await inspector.worker.get(f"/quality/lots/{lot}"))["facts"]
        return facts["state"], facts["verdict"]

    def read(who: Person, cell: tuple[int, int], value: str | None, key: UUID, **more: Any) -> Any:
        return who.post("/quality/read", inspector.body(*cell, value, **more), key=key)

    bad, worse = new_id(), new_id()
    assert await now(read(ann, one, None, new_id()), read(bo, other, None, new_id())) == ("ready", "accept")
    assert await now(read(ann, one, ODD, bad), read(bo, other, ODD, worse)) == ("ready", "reject")
    mend = {"reason": "mistyped"}
    mended = now(
        read(ann, one, None, new_id(), supersedes=str(bad), **mend),
        read(bo, other, None, new_id(), supersedes=str(worse), **mend),
    )
    assert await mended == ("ready", "accept")
    document = await inspector.worker.get(f"/quality/lots/{lot}")
    assert len(document["readings"]) == 2 * len(cells) + 2
    seen = await crowd.floor.scalar(
        "select count(*) from exception where document_id = :l and kind = 'readings_disagree'", l=lot
    )
    assert seen == 2


async def test_eight_decisions_of_one_lot_book_one(crowd: Crowd) -> None:
    """One wins, the others hear what it became; the stock left its hold once, and switching counted once."""
    lot = await arrived(crowd.floor, HUB, "80", supplier="S2003")
    inspector, people = await inspectors(crowd, lot, 8)
    await inspector.read_all()
    body = {"lot": str(lot), "verdict": "accept", "allocated": {"release": "80"}}
    answers = await at_once(*(person.post("/quality/decide", body) for person in people))
    assert len(successes(answers)) == 1
    assert {one.json()["type"] for one in answers if one.status_code == 409} == {"/problems/inspection-over"}
    moved = await crowd.floor.scalar("select sum(quantity) from stock_move where document_id = :l", l=lot)
    steps = await crowd.floor.scalar("select count(*) from severity_step where inspection_id = :l", l=lot)
    assert (moved, steps) == (80, 3)


async def test_stock_on_hold_is_not_picked_and_a_decision_finds_what_was_moved(crowd: Crowd) -> None:
    """Taking held goods as free is refused; moves of held goods race the decision, and every piece is released where it ended."""
    for _ in range(3):
        lot = await arrived(crowd.floor, HUB, "90", supplier="S2003")
        inspector, people = await inspectors(crowd, lot, 6)
        await inspector.read_all()
        row = await crowd.floor.scalar(
            "select json_build_object('item', item_id, 'lot', lot_id, 'from', place_id) from inspection_lot where id = :l",
            l=lot,
        )
        body = {"item": row["item"], "lot": row["lot"], "fromPlace": row["from"], "quantity": "9"}
        bins = [str((await crowd.floor.place("bin", number=40 + number))[0]) for number in range(5)]
        taken = await people[0].post("/stock/move", body | {"toPlace": bins[0]})
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/stock-short")
        decision = {"lot": str(lot), "verdict": "accept", "allocated": {"release": "90"}}
        moves = [
            person.post("/stock/move", body | {"toPlace": to, "status": "quality"})
            for person, to in zip(people[1:], bins, strict=True)
        ]
        *moved, decided = await at_once(*moves, people[0].post("/quality/decide", decision))
        successes([*moved, decided])
        for _ in range(20):
            if decided.status_code == 200:
                break
            await asyncio.sleep(0.05)
            decided = await people[0].post("/quality/decide", decision)
        assert decided.status_code == 200, decided.text
        told = await crowd.floor.scalar(
            """select string_agg(distinct status, ',') || ' ' || trim_scale(sum(quantity)) from quant
               where lot_id = :lot and quantity > 0""",
            lot=UUID(row["lot"]),
        )
        assert told == "free 90"


async def test_two_tablets_flush_one_lot_while_it_is_decided(crowd: Crowd) -> None:
    """Readings of two tablets come back at once, with copies, against decisions: every reading is kept, in time or as late, once."""
    lot = await arrived(crowd.floor, HUB, "80", supplier="S2003")
    inspector, people = await inspectors(crowd, lot, 3)
    cells = [
        (feature["number"], sample)
        for feature in inspector.document["characteristics"]
        for sample in range(1, inspector.samples(feature["number"]) + 1)
    ]
    now = clock.now().isoformat()
    queues = [
        [
            {"id": str(new_id()), "type": "quality.read", "task": str(lot), "schema": 1, "clientTs": now, "sentTs": now,
             "payload": inspector.body(*cell)}
            for cell in cells
        ]
        for _ in range(2)
    ]  # fmt: skip
    body = {"lot": str(lot), "verdict": "accept", "allocated": {"release": "80"}}
    flushing = [
        person.flush(queue[part : part + 20])
        for person, queue in zip(people[:2], queues, strict=True)
        for part in (*range(0, len(queue), 20), 0)  # the first part twice: its answer was lost on the way
    ]
    *flushes, _ = await at_once(*flushing, people[2].post("/quality/decide", body))
    assert {row["outcome"] for one in flushes for row in one.json()["results"]} <= {
        "done",
        "retry",
        "refused",
    }
    for person, queue in zip(people[:2], queues, strict=True):
        for part in range(0, len(queue), 50):
            rows = (await person.flush(queue[part : part + 50])).json()["results"]
            assert {row["outcome"] for row in rows} == {"done"}
    decided = await people[2].post("/quality/decide", body)
    assert decided.status_code in {200, 409}
    document = await inspector.worker.get(f"/quality/lots/{lot}")
    assert len(document["readings"]) == 2 * len(cells)
    assert document["facts"]["state"] == "accepted"
    late = sum(one["late"] for one in document["readings"])
    row = "select json_build_array(version, (select count(*) from severity_step where inspection_id = :l)) from inspection_lot where id = :l"
    assert await crowd.floor.scalar(row, l=lot) == [2 * len(cells) - late, 3]


async def test_a_lot_is_decided_while_pickers_pick_from_it(crowd: Crowd) -> None:
    """Of one lot in one bin 20 are free and in rounds, 60 on hold as six receipts: what is decided of each touches none of the picked, no piece is both."""
    code, floor = f"L-{new_id().hex[-8:]}", crowd.floor
    bin_, _ = await floor.place("bin", number=60)
    mover = await floor.worker("picker")
    first = await arrived(floor, HUB, "20", lot=code)
    inspector, people = await inspectors(crowd, first, 8)
    await inspector.read_all()
    freed = await inspector.decide("accept", {"release": "20"})
    assert freed.status_code == 200, freed.text
    lots = [await arrived(floor, HUB, "10", lot=code) for _ in range(6)]
    row = await floor.scalar(
        "select json_build_object('item', item_id, 'lot', lot_id, 'fromPlace', place_id) from inspection_lot where id = :l",
        l=first,
    )
    for status, quantity in (("free", "20"), ("quality", "60")):
        await mover.done("/stock/move", row | {"toPlace": str(bin_), "status": status, "quantity": quantity})
    # First expired, first out: every round takes from this lot, whatever other hubs the demo has.
    await floor.scalar("update lot set expires_on = current_date + 9 where id = :l returning 1", l=row["lot"])
    picks = [pick for _ in range(4) for pick in await picks_of(crowd, HUB, "5", bin_)]
    for lot in lots:
        await (await Inspector.of(floor, lot)).read_all()
    way = {"release": "5", "scrap": "3", "return": "2"}
    decisions = [
        person.post("/quality/decide", {"lot": str(lot), "verdict": "accept", "allocated": way})
        for person, lot in zip(people, (*lots, lots[0]), strict=False)
    ]
    grab = people[7].post(
        "/stock/move",
        {"item": row["item"], "lot": row["lot"], "fromPlace": str(bin_), "toPlace": row["fromPlace"], "quantity": "31"},
    )  # fmt: skip
    mixed = [act for pair in zip(picks, decisions, strict=False) for act in pair]
    answers = await at_once(*mixed, *picks[len(decisions) :], grab)
    decided = answers[1 : 2 * len(decisions) : 2]
    assert {answer.status_code for answer in answers if answer not in (*decided, answers[-1])} == {200}
    assert len(successes(decided)) == 6
    [lost] = [one.json() for one in decided if one.status_code == 409]
    assert (lost["type"], lost["facts"]["state"]) == ("/problems/inspection-over", "partial")
    assert (answers[-1].status_code, answers[-1].json()["type"]) == (409, "/problems/stock-short")
    told = await floor.scalar(
        """select jsonb_object_agg(what, pieces) from (
             select case when place.kind = 'cart' then 'picked' else status end as what, trim_scale(sum(quantity))::text as pieces
             from quant join place on place.id = place_id where lot_id = :l and quantity > 0 group by 1
             union all select 'gone', trim_scale(sum(quantity))::text from stock_move where lot_id = :l and kind = 'scrap') x""",
        l=row["lot"],
    )
    assert told == {"picked": "20", "free": "30", "blocked": "12", "gone": "18"}


async def picks_of(crowd: Crowd, sku: str, quantity: str, place: UUID) -> list[Any]:
    """A picker with a round of so much, all from one bin: five confirms, ready to be sent."""
    number = await crowd.floor.order([(sku, quantity)])
    order = await crowd.floor.scalar("select id from shipment_request where number = :n", n=number)
    planner = await crowd.floor.worker("planner")
    made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
    [person] = await crowd.people(1, "picker")
    document = await person.worker.done("/picking/claim", {"round": made["rounds"][0]})
    [line] = document["lines"]
    assert line["place"] == str(place)
    tote = {"tote": document["totes"][0]["id"], "code": f"TT-{new_id().hex[-10:]}"}
    await person.worker.done("/picking/bind-tote", tote)
    body = {"line": line["id"], "quantity": plain(Decimal(quantity) / 5), "tote": line["tote"]}
    return [person.post("/picking/confirm", body) for _ in range(5)]
