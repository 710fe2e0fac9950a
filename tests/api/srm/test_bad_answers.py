"""Answers and advices that cannot be taken: each is refused by its own name, and nothing of it is booked."""

from typing import Any

import pytest

from backend.kernel.ids import new_id
from tests.support.floor_app import assert_problem
from tests.support.supplier import Buying, Line, Phone, day, whole


@pytest.fixture
async def phone(buying: Buying) -> Phone:
    """The supplier of an order of 100 tubes, 40 lot-tracked levers and 30 tyres that expire."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("CAL-101", "40"), Line("TYR-101", "30"))
    return await buying.phone(number, order)


def parts(*given: tuple[str, int], line: int = 10, **more: Any) -> dict[str, Any]:
    """A reply in parts of (quantity, days from now)."""
    return {
        "line": line,
        "schedule": [{"quantity": q, "promisedOn": day(d).isoformat()} for q, d in given],
        **more,
    }


@pytest.mark.parametrize(
    ("reply", "status", "kind", "facts"),
    [
        (parts(("60", 10), ("30", 20)), 400, "answer-does-not-add-up", {"ordered": "100", "told": "90"}),
        (parts(("110", 10)), 400, "answer-does-not-add-up", {"told": "110"}),
        (parts(("90", 10), rejected="10"), 400, "answer-incomplete", {"missing": "reason"}),
        (parts(), 400, "answer-incomplete", {"missing": "empty"}),
        (parts(("99.5", 10), rejected="0.5", reason="x"), 400, "answer-incomplete", {"missing": "whole"}),
        (parts(("50", 10), ("50", 10)), 400, "answer-incomplete", {"missing": "same_day"}),
        (parts(("100", -1)), 400, "date-in-the-past", {"line": 10}),
        (parts(("100", 10), line=99), 400, "purchase-line-unknown", {"line": 99}),
        (parts(("-100", 10)), 400, "bad-request", {}),
        (parts(("1e40", 10)), 400, "bad-request", {}),
        (parts(("100", 10), state="agreed"), 400, "bad-request", {}),
        ({"line": 10, "schedule": [{"quantity": "100", "promisedOn": "someday"}]}, 400, "bad-request", {}),
    ],
)
async def test_an_answer_that_is_none(
    phone: Phone, reply: dict[str, Any], status: int, kind: str, facts: dict[str, Any]
) -> None:
    """The refusal names what is wrong and where; the order still waits for its answer."""
    told = assert_problem(await phone.say([reply]), status, kind)
    assert facts.items() <= told.get("facts", {}).items()
    assert {line["state"] for line in (await phone.look())["lines"]} == {"open"}


async def test_one_bad_line_books_none(phone: Phone) -> None:
    """An answer is taken whole or not at all, and no line twice."""
    assert_problem(await phone.say([whole(20, "40", 10), parts(("1", 10))]), 400, "answer-does-not-add-up")
    assert_problem(await phone.say([whole(10, "100", 10), whole(10, "100", 11)]), 400, "answer-incomplete")
    assert {line["state"] for line in (await phone.look())["lines"]} == {"open"}


async def test_an_answer_to_an_old_version_is_refused_with_the_difference(buying: Buying) -> None:
    """The facts say line by line what changed; lines that stayed the same keep what was agreed."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    await phone.answer(whole(20, "40", 10))
    await buying.release(
        Line("TUB-101", "80", 12, "2.40"),
        Line("PAD-101", "40"),
        Line("CHN-101", "5"),
        number=number,
        version=2,
    )
    told = assert_problem(await phone.say([whole(10, "100", 10)]), 409, "old-version")
    assert (told["facts"]["version"], told["facts"]["answered"]) == (2, 1)
    assert [(c["line"], c["field"], c["was"], c["now"]) for c in told["facts"]["changes"]] == [
        (10, "quantity", "100", "80"),
        (10, "price", "2.5", "2.4"),
        (10, "wantedOn", day(10).isoformat(), day(12).isoformat()),
        (30, "added", "", "5 pc CHN-101"),
    ]
    assert {line["line"]: line["state"] for line in (await phone.look())["lines"]} == {
        10: "open",
        20: "agreed",
        30: "open",
    }
    assert (await phone.answer(whole(10, "80", 12), version=2))["open"] == [30]


async def test_what_has_been_shipped_stays_promised(buying: Buying) -> None:
    """After an advice less than was shipped cannot be promised, the rest can; after all of it nothing can."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone = await buying.phone(number, order)
    assert_problem(await phone.ship([{"line": 10, "quantity": "1"}]), 409, "not-agreed-yet")
    await phone.answer(whole(10, "100", 10))
    assert (await phone.ship([{"line": 10, "quantity": "60"}])).status_code == 200
    told = assert_problem(
        await phone.say([parts(("50", 12), rejected="50", reason="broken mould")]), 409, "shipped-is-frozen"
    )
    assert told["facts"]["shipped"] == "60"
    assert (await phone.answer(parts(("60", 10), ("40", 11))))["agreed"] == [10]
    too_much = assert_problem(await phone.ship([{"line": 10, "quantity": "46"}]), 409, "ships-too-much")
    assert too_much["facts"]["most"] == "45"
    assert (await phone.ship([{"line": 10, "quantity": "45"}])).status_code == 200
    assert (await phone.look())["state"] == "shipped"
    assert_problem(await phone.say([whole(10, "100", 20)]), 409, "shipped-is-frozen")


@pytest.mark.parametrize(
    ("load", "status", "kind"),
    [
        ({"line": 20, "quantity": "40"}, 400, "lot-missing"),
        ({"line": 30, "quantity": "30", "lot": "T-1"}, 400, "lot-missing"),
        (
            {"line": 10, "quantity": "10", "packs": [{"quantity": "4"}, {"quantity": "5"}]},
            400,
            "packs-do-not-add-up",
        ),
        ({"line": 10, "quantity": "9.5"}, 400, "answer-incomplete"),
        ({"line": 99, "quantity": "1"}, 400, "purchase-line-unknown"),
        ({"line": 10, "quantity": "106"}, 409, "ships-too-much"),
        ({"line": 20, "quantity": "1", "lot": "a b"}, 400, "bad-request"),
    ],
)
async def test_an_advice_that_is_none(phone: Phone, load: dict[str, Any], status: int, kind: str) -> None:
    """Lot and expiry where the item needs them, packs that hold what is shipped, no more than the tolerance, which
    is told beforehand in whole pieces."""
    await phone.answer(whole(10, "100", 10), whole(20, "40", 10), whole(30, "30", 10))
    most = {line["line"]: line["shippable"] for line in (await phone.look())["lines"]}
    assert most == {
        10: "105",
        20: "42",
        30: "31",
    }  # five per cent over, of what is counted in pieces whole ones
    assert_problem(await phone.ship([load]), status, kind)
    assert (await phone.look())["advices"] == []


async def test_a_cancelled_order_takes_nothing_more(buying: Buying) -> None:
    """Answers and advices are refused; the supplier still sees that and why it is cancelled."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone = await buying.phone(number, order)
    await phone.answer(whole(10, "100", 10))
    await buying.cancel(number)
    assert_problem(await phone.say([whole(10, "100", 11)]), 409, "purchase-order-cancelled")
    assert_problem(await phone.ship([{"line": 10, "quantity": "1"}]), 409, "purchase-order-cancelled")
    seen = await phone.look()
    assert (seen["state"], seen["reason"]) == ("cancelled", "No longer needed")


async def test_sent_twice_is_booked_once(buying: Buying) -> None:
    """The same key gives the same receipt and the same packs; the same key with other words is a fault."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone = await buying.phone(number, order)
    key = new_id()
    first, again = [await phone.say([whole(10, "100", 10)], key=key) for _ in range(2)]
    assert first.json() == again.json()
    assert_problem(await phone.say([whole(10, "100", 11)], key=key), 422, "key-reused")
    key = new_id()
    load = [{"line": 10, "quantity": "60", "packs": [{"quantity": "60"}]}]
    one, two = [(await phone.ship(load, key=key)).json() for _ in range(2)]
    assert one["advices"] == two["advices"]
    assert len(one["advices"]) == 1
    assert_problem(await phone.ship([{"line": 10, "quantity": "1"}], key=key), 422, "key-reused")
    assert [kind for kind, _ in await buying.told(number)].count("dispatch_advice.submitted") == 1
