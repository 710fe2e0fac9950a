"""What the books, the promise and a purchase's agreement reckon: worked examples, and properties that hold for any facts."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.contract.purchases import AnsweredLine, Promise
from backend.core.erp.books import rules as books
from backend.core.erp.books.rules import Change, Side, Worth, balanced, put_in, take_out
from backend.core.erp.items.rules import Operation, labour, material
from backend.core.erp.promise.rules import Dated, available, promise
from backend.core.erp.purchasing.rules import agreed_line, most

D = Decimal
TODAY = date(2026, 11, 22)
amounts = st.integers(1, 5000).map(lambda cents: D(cents) / 100)
quantities = st.integers(1, 400).map(lambda tenths: D(tenths) / 10)


def test_a_moving_average_moves() -> None:
    """10 at 20 and 10 at 22 are worth 21 each; the last piece takes what is left."""
    worth = put_in(put_in(Worth(), D(10), D(200)).after, D(10), D(220)).after
    assert worth.unit_cost == 21
    after = take_out(worth, D(19))
    assert (after.value, take_out(after.after, D(1)).value) == (D(-399), D(-21))


def test_what_left_too_early_is_settled_by_the_receipt() -> None:
    """Three leave at the last known cost of 10 before 5 come at 12: stock is worth 2 × 12, and 6 is price difference."""
    early = take_out(Worth(last_cost=D(10)), D(3))
    assert (early.after.quantity, early.after.value) == (D(-3), D(-30))
    late = put_in(early.after, D(5), D(60))
    assert (late.after.value, late.difference) == (D(24), D(6))


def test_a_standard_cost_stays_and_the_price_differs() -> None:
    """5 bought at 11 against a standard of 10 are worth 50, and 5 is price difference."""
    change = put_in(Worth(), D(5), D(55), standard=D(10))
    assert (change.after.value, change.difference) == (D(50), D(5))


moves = st.lists(st.tuples(st.booleans(), quantities, amounts), max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow])  # how busy the machine is proves nothing
@given(moves, st.one_of(st.none(), amounts))
def test_whatever_happens_the_books_balance(steps: list[tuple[bool, D, D]], standard: D | None) -> None:
    """Any row of receipts and issues: each entry adds up to zero to the cent, stock is the sum of what was posted to it, and at zero
    quantity there is no value left."""
    worth, posted = Worth(), D(0)
    for comes_in, quantity, cost in steps:
        change = (
            put_in(worth, quantity, books.cents(quantity * cost), standard=standard)
            if comes_in
            else take_out(worth, quantity, standard=standard)
        )
        sides = books.against(change, "X", quantity, Side(books.GRNI, D(0)))
        assert sum(side.amount for side in sides) == 0
        assert all(side.amount == books.cents(side.amount) for side in sides)
        posted += sum(side.amount for side in sides if side.role == books.STOCK)
        worth = change.after
        assert worth.value == posted
        if worth.quantity == 0:
            assert worth.value == 0


@given(st.lists(st.tuples(quantities, amounts), min_size=1, max_size=8), st.permutations(range(8)))
def test_at_a_standard_cost_the_order_of_facts_does_not_matter(
    receipts: list[tuple[D, D]], order: list[int]
) -> None:
    """Receipts in any order leave the same value and the same sum of price differences."""

    def booked(ones: Iterable[tuple[D, D]]) -> tuple[D, D]:
        worth, difference = Worth(), D(0)
        for quantity, cost in ones:
            change = put_in(worth, quantity, books.cents(quantity * cost), standard=D("7.77"))
            worth, difference = change.after, difference + change.difference
        return worth.value, difference

    shuffled = [receipts[place] for place in order if place < len(receipts)]
    assert booked(shuffled) == booked(receipts)


def test_an_entry_that_does_not_balance_is_a_fault() -> None:
    """It never reaches the database; sides of nothing are left out."""
    with pytest.raises(ValueError, match="does not balance"):
        balanced(Side(books.STOCK, D(1)), Side(books.GRNI, D(-2)))
    assert balanced(Side(books.STOCK, D(0)), Side(books.GRNI, D(0))) == []
    assert books.against(Change(Worth(), D(0)), "X", D(1), Side(books.COGS, D(0))) == []


@given(
    st.integers(0, 50).map(D),
    st.lists(st.tuples(st.integers(-3, 12), st.integers(-20, 20).filter(bool)), max_size=12),
    st.integers(1, 40).map(D),
)
def test_a_promise_breaks_no_earlier_one(on_hand: D, ones: list[tuple[int, int]], wanted: D) -> None:
    """Taking the promised quantity on the promised day lowers no later balance below zero, and one day earlier it would, or would break
    what was short already."""
    known = [Dated(TODAY + timedelta(days=days), D(many)) for days, many in ones]
    day = promise(available(TODAY, on_hand, known), wanted)
    balances = _balances(on_hand, known)
    if day is None:
        assert balances[-1][1] < wanted
        return
    assert all(balance >= wanted for at, balance in balances if at >= day)
    if day > TODAY:
        assert any(balance < wanted for at, balance in balances if at >= day - timedelta(days=1))


def _balances(on_hand: D, known: list[Dated]) -> list[tuple[date, D]]:
    days = [TODAY + timedelta(days=days) for days in range(14)]
    changes = [sum((one.quantity for one in known if max(one.on, TODAY) == day), start=D(0)) for day in days]
    return list(zip(days, accumulate([on_hand + changes[0], *changes[1:]]), strict=True))


def test_an_agreed_answer_becomes_the_line() -> None:
    """A split adds up, a new price counts while nothing has come, a rejected line is off unless some of it came."""
    split = AnsweredLine(
        line=1,
        schedule=(
            Promise(quantity=D(6), promised_on=TODAY, price=D(2)),
            Promise(quantity=D(2), promised_on=TODAY, price=D(4)),
        ),
    )
    assert agreed_line(split, D(0)) == (D(8), D("2.5000"), False)
    assert agreed_line(split, D(1)) == (D(8), None, False)
    assert agreed_line(AnsweredLine(line=1, rejected=D(8)), D(0)) == (D(0), None, True)
    assert agreed_line(AnsweredLine(line=1, rejected=D(8)), D(3)) == (D(0), None, False)
    assert most(D(10), {"overPercent": "5"}) == D("10.5")


def test_a_cost_is_materials_and_hours() -> None:
    """36 spokes at 0.10 and half an hour at 40 an hour."""
    assert material([(D(36), D("0.1"))]) == D("3.6000")
    assert labour([Operation(D(30), D(40))]) == D("20.0000")
