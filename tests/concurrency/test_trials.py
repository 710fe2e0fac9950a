"""The trials that open peers fail: many people, one stock; nothing is made from nothing, and everyone is told the truth."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.floor.catalog import Item
from backend.kernel.ids import new_id
from tests.support.crowd import Crowd, at_once, successes
from tests.support.demo_floor import Worker


async def received(crowd: Crowd, quantity: str, *, unit: str | None = None) -> tuple[UUID, UUID]:
    """So much of an untracked item at a dock, on a handling unit if asked. Returns item and dock."""
    sku = (await crowd.floor.stocked())[0]
    async with crowd.floor.db.transaction() as connection:
        item = (await connection.execute(select(Item.id).where(Item.sku == sku))).scalar_one()
    dock, _ = await crowd.floor.place("dock")
    receiver = await crowd.floor.worker("receiver")
    body = {"item": str(item), "quantity": quantity, "place": str(dock), "handlingUnitCode": unit}
    await receiver.done("/stock/receive", body)
    return item, dock


async def empty_bins(crowd: Crowd, count: int) -> list[UUID]:
    """Bins with nothing in them."""
    found = await crowd.floor.scalar(
        """select array_agg(id) from (select id from place where kind = 'bin' and not exists
           (select from quant where quant.place_id = place.id and quantity > 0) order by random() limit :n) as x""",
        n=count,
    )
    return list(found)


async def test_sixteen_people_move_ten_from_a_hundred(crowd: Crowd) -> None:
    """Exactly ten succeed, six are told how much is left, and the sum stays a hundred."""
    for _ in range(3):
        unit = f"TP-{new_id().hex[-10:]}"
        item, dock = await received(crowd, "100", unit=unit)
        unit_id = await crowd.floor.scalar("select id from handling_unit where code = :code", code=unit)
        bins = await empty_bins(crowd, 16)
        people = await crowd.people(16, "picker")
        body = {"item": str(item), "quantity": "10", "fromPlace": str(dock), "fromHandlingUnit": str(unit_id)}
        answers = await at_once(
            *(
                person.post("/stock/move", body | {"toPlace": str(to)})
                for person, to in zip(people, bins, strict=True)
            )
        )
        assert len(successes(answers)) == 10
        told = [answer.json() for answer in answers if answer.status_code == 409]
        assert all(
            problem["type"] == "/problems/stock-short" and problem["facts"]["free"] == "0" for problem in told
        )
        total = await crowd.floor.scalar(
            "select sum(quantity) from quant where item_id = :item and (place_id = any(:bins) or handling_unit_id = :unit)",
            item=item, bins=bins, unit=unit_id,
        )  # fmt: skip
        assert total == Decimal(100)


async def test_eight_people_move_one_handling_unit_to_eight_places(crowd: Crowd) -> None:
    """One wins; seven are told where it is now and who has it."""
    for _ in range(3):
        code = f"TP-{new_id().hex[-10:]}"
        _, dock = await received(crowd, "7", unit=code)
        unit = await crowd.floor.scalar("select id from handling_unit where code = :code", code=code)
        bins = await empty_bins(crowd, 8)
        people = await crowd.people(8, "picker")
        answers = await at_once(
            *(
                person.post(
                    "/stock/move-handling-unit",
                    {"handlingUnit": str(unit), "fromPlace": str(dock), "toPlace": str(to)},
                )
                for person, to in zip(people, bins, strict=True)
            )
        )
        won = successes(answers)
        assert len(won) == 1
        winner = people[answers.index(won[0])]
        for answer in answers:
            if answer.status_code == 409:
                facts = answer.json()["facts"]
                assert facts["handling_unit"] == code
                assert facts["person"] == str(winner.who.person_id)
        place = await crowd.floor.scalar("select place_id from handling_unit where id = :id", id=unit)
        assert str(place) == won[0].json()["place"]


async def claimed_line(crowd: Crowd, quantity: str) -> tuple[Worker, dict[str, Any], dict[str, Any]]:
    """A picker with a claimed round of one line, its tote bound."""
    sku = (await crowd.floor.stocked(at_least=30))[0]
    number = await crowd.floor.order([(sku, quantity)])
    order = await crowd.floor.scalar("select id from shipment_request where number = :number", number=number)
    planner = await crowd.floor.worker("planner")
    made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
    picker = await crowd.floor.worker("picker")
    document = await picker.done("/picking/claim", {"round": made["rounds"][0]})
    tote = document["totes"][0]
    await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": f"TT-{new_id().hex[-10:]}"})
    return picker, document, document["lines"][0]


async def test_a_command_sent_twice_at_once_is_booked_once(crowd: Crowd) -> None:
    """Eight copies of one confirm, at once and over both APIs: one booking, eight equal answers; a later copy as well."""
    for _ in range(5):
        picker, _, line = await claimed_line(crowd, "9")
        people = await crowd.people(8, "picker")
        for person in people:
            person.worker = picker
        key = new_id()
        body = {"line": line["id"], "quantity": "3", "tote": line["tote"]}
        answers = await at_once(*(person.post("/picking/confirm", body, key=key) for person in people))
        answers.append(await people[0].post("/picking/confirm", body, key=key))
        assert {answer.text for answer in answers} == {answers[0].text}
        assert {answer.status_code for answer in answers} == {200}
        assert sum("gemba-replayed" not in answer.headers for answer in answers) == 1
        moves = await crowd.floor.scalar("select count(*) from stock_move where command_id = :key", key=key)
        assert moves == 1


async def test_a_refused_command_sent_twice_is_refused_the_same_way(crowd: Crowd) -> None:
    """A refusal is an outcome too: the same words again, though the stock has come meanwhile."""
    item, dock = await received(crowd, "1", unit=(code := f"TP-{new_id().hex[-10:]}"))
    unit = await crowd.floor.scalar("select id from handling_unit where code = :code", code=code)
    to = (await empty_bins(crowd, 1))[0]
    person = (await crowd.people(1, "picker"))[0]
    key = new_id()
    body = {
        "item": str(item), "quantity": "2", "fromPlace": str(dock), "fromHandlingUnit": str(unit), "toPlace": str(to),
    }  # fmt: skip
    first = await person.post("/stock/move", body, key=key)
    assert first.status_code == 409
    receiver = await crowd.floor.worker("receiver")
    await receiver.done(
        "/stock/receive", {"item": str(item), "quantity": "5", "place": str(dock), "handlingUnitCode": code}
    )
    again = await person.post("/stock/move", body, key=key)
    assert (again.status_code, again.json()["facts"]) == (409, first.json()["facts"])


async def test_eight_confirms_of_one_pick_book_it_once(crowd: Crowd) -> None:
    """Eight commands for the last pieces of one line: one booking, seven told that the line is done."""
    for _ in range(3):
        picker, _, line = await claimed_line(crowd, "4")
        people = await crowd.people(8, "picker")
        for person in people:
            person.worker = picker
        body = {"line": line["id"], "quantity": "4", "tote": line["tote"]}
        answers = await at_once(*(person.post("/picking/confirm", body) for person in people))
        assert len(successes(answers)) == 1
        assert all(a.json()["type"] == "/problems/line-done" for a in answers if a.status_code == 409)
        picked = await crowd.floor.scalar(
            "select sum(quantity) from stock_move where task_id = (select round_id from pick_line where id = :id)",
            id=line["id"],
        )
        assert picked == Decimal(4)


async def test_two_people_claim_the_last_round(crowd: Crowd) -> None:
    """One gets it; the other is told that there is no more work, or by whom it was taken."""
    for by_name in (False, True):
        sku = (await crowd.floor.stocked())[0]
        number = await crowd.floor.order([(sku, "1")])
        order = await crowd.floor.scalar(
            "select id from shipment_request where number = :number", number=number
        )
        planner = await crowd.floor.worker("planner")
        made = await planner.done("/picking/release-orders", {"orders": [str(order)]})
        body = {"round": made["rounds"][0]} if by_name else {}
        people = await crowd.people(2, "picker")
        answers = await at_once(*(person.post("/picking/claim", body) for person in people))
        won = successes(answers)
        assert len(won) == 1
        lost = next(answer for answer in answers if answer.status_code == 409).json()
        assert lost["type"] == ("/problems/claimed-by-other" if by_name else "/problems/no-work")
        if by_name:
            winner = people[answers.index(won[0])]
            assert lost["facts"]["person"] == str(winner.who.person_id)


async def test_a_unit_and_all_on_it_stay_in_one_place(crowd: Crowd) -> None:
    """Goods are booked onto a unit only where it stands, even while somebody moves it; a piece with a serial number is one piece."""
    unit = f"TP-{new_id().hex[-10:]}"
    item, dock = await received(crowd, "5", unit=unit)
    bins = await empty_bins(crowd, 2)
    unit_id = await crowd.floor.scalar("select id from handling_unit where code = :code", code=unit)
    receiver = await crowd.floor.worker("receiver")
    more = {"item": str(item), "quantity": "1", "place": str(bins[0]), "handlingUnitCode": unit}
    assert (await receiver.refused("/stock/receive", more))["type"] == "/problems/handling-unit-elsewhere"
    onto = {"item": str(item), "quantity": "1", "fromPlace": str(dock), "fromHandlingUnit": str(unit_id)}
    nowhere = {**onto, "toPlace": str(bins[0]), "toHandlingUnit": str(new_id())}
    assert (await receiver.refused("/stock/move", nowhere))["status"] == 404
    away = {"handlingUnit": str(unit_id), "fromPlace": str(dock), "toPlace": str(bins[1])}
    here = more | {"place": str(dock)}
    people = await crowd.people(6, "picker")
    await at_once(
        people[0].post("/stock/move-handling-unit", away),
        *(one.post("/stock/receive", here) for one in people[1:]),
    )
    stands = "select count(distinct place_id) from quant where handling_unit_id = :unit and quantity > 0"
    assert await crowd.floor.scalar(stands, unit=unit_id) == 1
    serial = {"item": str(item), "quantity": "1", "place": str(dock), "serialCode": unit}
    await receiver.done("/stock/receive", serial)
    twice = await receiver.refused("/stock/receive", serial | {"place": str(bins[0])})
    assert twice["type"] == "/problems/serial-here"
    assert (await receiver.refused("/stock/receive", serial | {"quantity": "2"}))["status"] == 400
