"""Two buyers, and the supplier, at one answer at the same moment."""

import asyncio

from tests.support.supplier import Buying, Line, day


async def test_two_buyers_accept_the_same_answer(buying: Buying) -> None:
    """One accepts it, the other is told that nothing waits; the ERP hears of the agreement once."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone = await buying.phone(number, order)
    await phone.answer({"line": 10, "schedule": [{"quantity": "100", "promisedOn": day(40).isoformat()}]})
    buyers = [await buying.floor.worker("buyer", name=name) for name in ("Ann", "Bob")]
    seen = (await buyers[0].get(f"/suppliers/orders/{order}"))["seen"]
    body = {"order": str(order), "seen": seen}
    answers = await asyncio.gather(*(buyer.post("/suppliers/accept", body) for buyer in buyers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [answer.json()["type"].rsplit("/", 1)[-1] for answer in answers if answer.status_code == 409] == [
        "nothing-waits"
    ]
    kinds = [kind for kind, _ in await buying.told(number)]
    assert kinds.count("purchase_order.agreed") == 1


async def test_a_buyer_who_says_no_tells_the_erp(buying: Buying) -> None:
    """The ERP hears which lines of which answer are not accepted, and what the buyer wants instead, once."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    late = {"line": 10, "schedule": [{"quantity": "100", "promisedOn": day(40).isoformat()}]}
    await phone.answer(
        late, {"line": 20, "schedule": [{"quantity": "40", "promisedOn": day(10).isoformat()}]}
    )
    buyer = await buying.floor.worker("buyer")
    seen = (await buyer.get(f"/suppliers/orders/{order}"))["seen"]
    body = {"order": str(order), "seen": seen, "note": "Half of it in two weeks"}
    await buyer.done("/suppliers/counter", body)
    await buyer.refused("/suppliers/counter", body)
    told = [data for kind, data in await buying.told(number) if kind == "purchase_order.countered"]
    assert [(one["version"], one["lines"], one["note"], one["answerId"]) for one in told] == [
        (1, [10], "Half of it in two weeks", seen)
    ]
