"""The dock under a crowd: two receivers on one line, one pack scanned by all, eight loads and one last space."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from backend.kernel.ids import new_id
from tests.support.crowd import Crowd, Person, at_once, successes
from tests.support.deliveries import advice, advised, dock, items, purchase, sscc


async def sent(person: Person, body: dict[str, Any], key: UUID) -> httpx.Response:
    """Sent as a device does: what was not booked because the line was busy too long goes again under the same key."""
    for _ in range(5):
        answer = await person.post("/receiving/goods", body, key=key)
        if answer.status_code != 503:
            break
    return answer


async def test_two_receivers_on_one_line_lose_and_double_nothing(crowd: Crowd) -> None:
    """Sixteen receipts of ten against a hundred, each sent twice: a hundred in order, sixty blocked as too much, all told once."""
    item = (await items(crowd.floor))[0]
    delivery, _ = await purchase(crowd.floor, [(item.sku, "100")])
    document = await (await crowd.floor.worker("receiver")).get(f"/receiving/deliveries/{delivery}")
    people = await crowd.people(16, "receiver")
    unit = sscc()
    body = {
        "delivery": str(delivery), "line": document["lines"][0]["id"], "item": str(item.id), "quantity": "10",
        "place": str(await dock(crowd.floor)), "handlingUnitCode": unit,
    }  # fmt: skip
    keys = [new_id() for _ in people]
    answers = await at_once(
        *(sent(person, body, key) for person, key in zip(people, keys, strict=True) for _ in range(2))
    )
    assert len(successes(answers)) == 32
    assert sum(Decimal(one.json()["blocked"]) for one in answers) == 2 * 60
    async with crowd.floor.db.transaction() as connection:
        rows = await connection.execute(
            text(
                "select status, sum(quantity)::int as n from quant join handling_unit as u on u.id = handling_unit_id"
                " where u.code = :code group by status"
            ),
            {"code": unit},
        )
        lying = {row.status: row.n for row in rows}
    assert lying == {"free": 100, "blocked": 60}
    line = await crowd.floor.scalar(
        "select received || ' ' || blocked from expected_line where delivery_id = :id", id=delivery
    )
    assert [Decimal(part) for part in str(line).split()] == [160, 60]
    told = await crowd.floor.scalar(
        "select sum((data->>'quantity')::numeric)::int from outbox where type = 'gemba.goods.received.v1'"
        " and (data->>'receipt')::uuid = any(:keys)",
        keys=keys,
    )
    assert told == 160


async def test_one_pack_scanned_by_eight_is_received_once(crowd: Crowd) -> None:
    """One books it; seven are told who did, and the line has it once."""
    item = (await items(crowd.floor))[0]
    _, number = await purchase(crowd.floor, [(item.sku, "12")])
    code = sscc()
    delivery, _ = await advice(crowd.floor, number, [advised(1, 10, item.sku, "12", packs=[code])])
    line = (await (await crowd.floor.worker("receiver")).get(f"/receiving/deliveries/{delivery}"))["lines"][0]
    body = {
        "delivery": str(delivery), "line": line["id"], "pack": line["packs"][0]["id"], "item": str(item.id),
        "quantity": "12", "place": str(await dock(crowd.floor)), "handlingUnitCode": code,
    }  # fmt: skip
    people = await crowd.people(8, "receiver")
    answers = await at_once(*(person.post("/receiving/goods", body) for person in people))
    assert len(successes(answers)) == 1
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["type"] for problem in refused} == {"/problems/pack-received"}
    received = await crowd.floor.scalar("select received from expected_line where id = :id", id=line["id"])
    assert received == Decimal(12)


async def box(crowd: Crowd, person: Any, item: Any) -> dict[str, Any]:
    """A box of ten at the dock."""
    body = {
        "item": str(item.id), "quantity": "10", "place": str(await dock(crowd.floor)), "handlingUnitCode": sscc(),
        "handlingUnitKind": "box",
    }  # fmt: skip
    answer = await person.post("/receiving/goods", body)
    told: dict[str, Any] = answer.json()
    return told


async def test_eight_loads_and_one_last_space(crowd: Crowd) -> None:
    """Every bin but one is closed and that has room for one box: one gets it, seven are told that no bin takes theirs."""
    item = (await items(crowd.floor))[0]
    people = await crowd.people(8, "receiver")
    boxes = [await box(crowd, person, item) for person in people]
    volume = await crowd.floor.scalar("select 10 * volume_ml from item where id = :id", id=item.id)
    async with crowd.floor.db.transaction() as connection:
        kept = (
            await connection.execute(
                text(
                    "select id from place where kind = 'bin' and zone = 'S' and not exists"
                    " (select from quant where place_id = place.id and quantity > 0) order by code limit 1"
                )
            )
        ).scalar_one()
        await connection.execute(
            text("update place set blocked = 'trial' where kind = 'bin' and id <> :id"), {"id": kept}
        )
        await connection.execute(
            text("update place set max_volume_ml = :most where id = :id"),
            {"most": int(volume * 3 / 2), "id": kept},
        )
    answers = await at_once(
        *(
            person.post("/putaway/propose", {"handlingUnit": load["handlingUnit"]})
            for person, load in zip(people, boxes, strict=True)
        )
    )
    [won] = successes(answers)
    assert won.json()["held"] == str(kept)
    lost = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["type"] for problem in lost} == {"/problems/no-bin"}
    assert all(problem["facts"]["refusals"]["no_room"] == 1 for problem in lost)
    place = str(await dock(crowd.floor))
    pushed = await at_once(
        *(
            person.post(
                "/putaway/confirm",
                {
                    "handlingUnit": load["handlingUnit"], "fromPlace": place, "toPlace": str(kept), "reason": "full",
                    "hold": won.json()["hold"] if answer is won else None,
                },
            )
            for person, load, answer in zip(people, boxes, answers, strict=True)
        )
    )  # fmt: skip
    assert len(successes(pushed)) == 1
    refused = [answer.json()["facts"]["rules"] for answer in pushed if answer.status_code == 409]
    assert refused == [["no_room"]] * 7
    async with crowd.floor.db.transaction() as connection:
        await connection.execute(text("update place set blocked = null where blocked = 'trial'"))


async def test_two_people_put_one_load_away_at_once(crowd: Crowd) -> None:
    """One has room kept for it, the other takes another bin with a reason: it stands in one of the two, moved once, and no room stays kept."""
    item = (await items(crowd.floor))[0]
    ann, ben = await crowd.people(2, "receiver")
    place = str(await dock(crowd.floor))
    for _ in range(3):
        load = await box(crowd, ann, item)
        told = (await ann.post("/putaway/propose", {"handlingUnit": load["handlingUnit"]})).json()
        body = {"handlingUnit": load["handlingUnit"], "fromPlace": place}
        answers = await at_once(
            ann.post("/putaway/confirm", body | {"toPlace": told["held"], "hold": told["hold"]}),
            ben.post(
                "/putaway/confirm", body | {"toPlace": told["proposals"][1]["place"], "reason": "nearer"}
            ),
        )
        [won] = successes(answers)
        [lost] = [answer.json() for answer in answers if answer.status_code == 409]
        assert lost["type"] in {"/problems/load-gone", "/problems/load-taken"}
        stands = await crowd.floor.scalar(
            "select string_agg(place_id::text, ' ') from quant where handling_unit_id = :u and quantity > 0",
            u=load["handlingUnit"],
        )
        assert stands == won.json()["place"]
        moves = "select count(*) from stock_move where to_handling_unit_id = :u and kind = 'putaway'"
        assert await crowd.floor.scalar(moves, u=load["handlingUnit"]) == 1
