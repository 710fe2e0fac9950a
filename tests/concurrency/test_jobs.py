"""Several operators on one operation, one lot and one key: never more than came in, never twice, and the log says what is stored."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from backend.floor.mes.audit import rebuilt
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.crowd import Crowd, at_once, successes
from tests.support.shop_floor import ShopFloor, job


async def test_eight_operators_report_on_one_operation(crowd: Crowd) -> None:
    """Of eight single pieces five fit the order; at the next step three of those four that raced for three."""
    shop = ShopFloor(crowd.floor)
    order = await shop.release(await shop.item("lot"), "5")
    people = await crowd.people(8, "operator")
    answers = await at_once(*(one.post("/mes/jobs/start", job(order)) for one in people))
    assert len(successes(answers)) == 8
    answers = await at_once(*(one.post("/mes/jobs/report", {**job(order), "good": "1"}) for one in people))
    assert len(successes(answers)) == 5
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "/problems/over-report"
    }
    answers = await at_once(
        *(one.post("/mes/jobs/report", {**job(order, 20), "good": "2"}) for one in people[:4])
    )
    assert len(successes(answers)) == 2
    stock = await crowd.floor.scalar(
        "select sum(quantity) from quant join lot on lot.id = quant.lot_id where lot.code = :n",
        n=order.number,
    )
    assert stock == Decimal(4)
    async with crowd.floor.db.transaction() as connection:
        assert await rebuilt(connection) == []


async def test_a_lot_is_raced_and_a_report_doubled(crowd: Crowd) -> None:
    """Six take one each of a lot of four: four do. Six copies of one report book one, with one answer."""
    shop = ShopFloor(crowd.floor)
    part = await shop.item("lot", nth=6)
    order = await shop.release(await shop.item("none"), "9", materials=((10, part, "1", "scan"),))
    await shop.stock(part, "4", lot=f"R-{order.number}")
    people = await crowd.people(6, "operator")
    body = {**job(order), "material": str(order.materials[10]), "quantity": "1", "lot": f"R-{order.number}"}
    answers = await at_once(*(one.post("/mes/jobs/consume", body) for one in people))
    assert len(successes(answers)) == 4
    ann, key = people[0], new_id()
    for person in people:
        person.worker = ann.worker
    answers = await at_once(
        *(one.post("/mes/jobs/report", {**job(order), "good": "2"}, key=key) for one in people)
    )
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert answers[0].status_code == 200
    good = await crowd.floor.scalar("select good from operation where id = :o", o=order.steps[10])
    assert good == Decimal(2)
    assert len(await shop.messages(order, "gemba.job.reported.v1")) == 1
    async with crowd.floor.db.transaction() as connection:
        assert await rebuilt(connection) == []


async def test_two_devices_flush_their_queues_into_one_operation(crowd: Crowd) -> None:
    """What two operators did without the network comes back at once, through both APIs and with copies: each fact counts once, in its time."""
    shop = ShopFloor(crowd.floor)
    order = await shop.release(await shop.item("none"), "40")
    people = await crowd.people(2, "operator")
    now = clock.now()

    def queue(minute: int) -> list[dict[str, Any]]:
        facts: list[tuple[str, dict[str, Any]]] = [
            ("job.start", {}),
            *[("job.report", {"good": "1", "rework": "1" if place == 2 else "0"}) for place in range(6)],
            ("job.pause", {"reason": "break"}),
        ]
        return [
            {
                "id": str(new_id()), "type": kind, "task": str(order.steps[10]), "schema": 1,
                "clientTs": (now - timedelta(minutes=60 - minute - 2 * place)).isoformat(),
                "sentTs": now.isoformat(), "payload": {**job(order), **body},
            }
            for place, (kind, body) in enumerate(facts)
        ]  # fmt: skip

    queues = [queue(0), queue(1)]
    flushing = [
        person.flush(commands[start : start + 4])
        for person, commands in zip(people, queues, strict=True)
        for start in (0, 0, 4)  # the first half twice: its answer was lost on the way
    ]
    answers = await at_once(*flushing)
    for person, commands in zip(people, queues, strict=True):
        answers.append(await person.flush(commands))
    for answer in answers:
        assert {row["outcome"] for row in answer.json()["results"]} <= {"done", "retry"}, answer.text
    assert [row["outcome"] for row in answers[-1].json()["results"]] == ["done"] * 8
    row = "select json_build_array(trim_scale(good), trim_scale(rework), state) from operation where id = :o"
    assert await crowd.floor.scalar(row, o=order.steps[10]) == [12, 2, "paused"]
    finish = await people[0].post("/mes/jobs/finish", {**job(order), "acknowledge": True})
    assert finish.status_code == 200, finish.text
    told = "select round(sum((data ->> 'minutes')::numeric), 1) from outbox where document = :d"
    assert await crowd.floor.scalar(told, d=f"work/{order.number}") == Decimal(28)
    async with crowd.floor.db.transaction() as connection:
        assert await rebuilt(connection) == []
