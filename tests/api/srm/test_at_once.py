"""Supplier, buyer and ERP on one order at the same moment: each comes before or after the others, never half between."""

import asyncio

from backend.kernel.ids import new_id
from tests.support.supplier import Buying, Line, day, whole

ROUNDS = 3


async def booked(buying: Buying, order: object) -> int:
    """How many answers stand in the books."""
    found = await buying.floor.scalar("select count(*) from purchase_answer where order_id = :o", o=order)
    return int(found)


async def test_an_answer_meets_a_newer_version(buying: Buying) -> None:
    """Either it was in time, or it is refused as old; the changed line is asked again and nothing agreed lies under the new quantity."""
    for _ in range(ROUNDS):
        number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
        phone = await buying.phone(number, order)
        answers, _ = await asyncio.gather(
            asyncio.gather(*(phone.say([whole(10, "100", 10), whole(20, "40", 10)]) for _ in range(3))),
            buying.release(Line("TUB-101", "80"), Line("PAD-101", "40"), number=number, version=2),
        )
        taken = [answer for answer in answers if answer.status_code == 200]
        late = [answer.json()["type"] for answer in answers if answer.status_code != 200]
        assert set(late) <= {"/problems/old-version"}
        assert await booked(buying, order) == len(taken)
        first, second = (await phone.look())["lines"]
        assert (first["quantity"], first["state"], first["reply"]) == ("80", "open", None)
        assert second["state"] == ("agreed" if taken else "open")
        assert (await phone.answer(whole(10, "80", 10), whole(20, "40", 10), version=2))["state"] == "agreed"


async def test_one_answer_sent_by_six_is_one(buying: Buying) -> None:
    """Six copies under one key, as a phone sends whose network flickers: one in the books, one receipt for all."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone, key = await buying.phone(number, order), new_id()
    answers = await asyncio.gather(*(phone.say([whole(10, "100", 10)], key=key) for _ in range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.json()["receipt"] for answer in answers} == {f"{number}/1"}
    assert await booked(buying, order) == 1


async def test_a_link_is_taken_back_while_its_answers_are_under_way(buying: Buying) -> None:
    """What came in time is booked and has its receipt, the rest hears that the link ended; after the buyer's word nothing comes in."""
    buyer = await buying.floor.worker("buyer")
    for attempt in range(ROUNDS):
        number, order = await buying.release(Line("TUB-101", "100"), supplier=f"S203{attempt}")
        phone = await buying.phone(number, order)
        [link] = (await buyer.get(f"/suppliers/orders/{order}"))["links"]
        answers, _ = await asyncio.gather(
            asyncio.gather(*(phone.say([whole(10, "100", 10 + ahead)]) for ahead in range(4))),
            buyer.done("/suppliers/revoke-link", {"link": link["id"]}),
        )
        taken = [answer for answer in answers if answer.status_code == 200]
        ended = {answer.json()["type"] for answer in answers if answer.status_code != 200}
        assert ended <= {"/problems/link-ended", "/problems/purchase-order-unknown"}
        assert (
            len({answer.json()["receipt"] for answer in taken}) == len(taken) == await booked(buying, order)
        )
        assert (await phone.say([whole(10, "100", 20)])).json()["type"] == "/problems/link-ended"
        assert await booked(buying, order) == len(taken)


async def test_an_advice_meets_another_answer(buying: Buying) -> None:
    """Sixty are shipped while a hundred are promised anew or less: what was shipped is always promised, in whichever order they came."""
    for ahead in range(ROUNDS):
        number, order = await buying.release(Line("TUB-101", "100"))
        phone = await buying.phone(number, order)
        await phone.answer(whole(10, "100", 10))
        less = whole(10, "50", 10 + ahead, rejected="50", reason="Out of tubes")
        shipped, answered = await asyncio.gather(
            phone.ship([{"line": 10, "quantity": "60"}]), phone.say([less])
        )
        [line] = (await phone.look())["lines"]
        assert (shipped.status_code, answered.status_code) in {(200, 409), (409, 200)}
        promised = sum(float(part["quantity"]) for part in line["reply"]["schedule"])
        assert float(line["shipped"]) <= promised
        assert day(10).isoformat() <= line["reply"]["schedule"][0]["promisedOn"]
