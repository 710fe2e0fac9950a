"""Batches: loads, due times, zones, proof and never worse than first come. Kernels run uncompiled here."""

import random
from dataclasses import replace

import pytest

from backend.floor.routing import (
    BlockLayout,
    Cart,
    Layout,
    OpenRound,
    Order,
    Pace,
    TooLarge,
    batch_orders,
    join_open_round,
)
from backend.floor.routing.batchcheck import WrongPlan, check_plan


def wave(count: int, seed: int = 1, **extra: int) -> tuple[BlockLayout, list[Order]]:
    """Orders of one to three lines on a small floor."""
    rng = random.Random(seed)
    layout = Layout.blocks(aisles=5, aisle_length=20, pitch=4)
    orders = []
    for number in range(count):
        places = tuple(
            layout.at(aisle=rng.randrange(5), offset=rng.randint(1, 19)) for _ in range(rng.randint(1, 3))
        )
        orders.append(Order(f"o{number}", places, zone="AB"[number % 2], due=extra.get("due")))
    return layout, orders


def test_never_worse_than_first_come() -> None:
    """Any budget gives a valid plan no longer than first come; zero gives first come itself; repeats are equal."""
    layout, orders = wave(12)
    cart = Cart(totes=4)
    plain = batch_orders(layout, orders, cart, budget=0)
    better = batch_orders(layout, orders, cart, budget=300, seed=2)
    assert (plain.method, better.method) == ("first-come", "annealing")
    assert better.length < plain.length
    assert better.bound <= better.length
    assert batch_orders(layout, orders, cart, budget=300, seed=2) == better


def test_small_wave_is_proved() -> None:
    """Set partitioning proves a small wave: no plan found with more work is shorter."""
    layout, orders = wave(8, seed=4)
    plan = batch_orders(layout, orders, Cart(totes=3), budget=100, prove=True)
    assert plan.proved
    assert plan.gap == 0.0
    assert batch_orders(layout, orders, Cart(totes=3), budget=800, seed=9).length >= plan.length - 1e-9


def test_cart_limits_hold() -> None:
    """Weight, volume, lines and one zone per cart are respected; an order beyond the cart is named."""
    layout, orders = wave(10)
    heavy = [replace(order, grams=4000, millilitres=900) for order in orders]
    cart = Cart(totes=9, grams=9000, millilitres=2000, lines=5, one_zone=True)
    plan = batch_orders(layout, heavy, cart, budget=200)
    assert all(len({heavy[o].zone for o in batch.orders}) == 1 for batch in plan.batches)
    assert all(len(batch.orders) <= 2 for batch in plan.batches)
    with pytest.raises(TooLarge, match="o3"):
        batch_orders(layout, [*heavy[:3], replace(heavy[3], grams=20_000)], cart)


def test_due_orders_leave_first() -> None:
    """An order due soon rides in the first batch and arrives in time."""
    layout, orders = wave(12)
    orders[11] = replace(orders[11], due=300)
    pace = Pace(pickers=2)
    plan = batch_orders(layout, orders, Cart(totes=3), budget=200, pace=pace)
    assert any(11 in batch.orders and batch.starts == 0 and batch.ends <= 300 for batch in plan.batches)
    assert plan.late == 0
    assert {batch.picker for batch in plan.batches} == {0, 1}


def test_plans_on_a_graph() -> None:
    """A wave on a floor with a closed aisle (priced on the walk matrix) is planned and checked too."""
    layout, orders = wave(8)
    plan = batch_orders(layout.closing([(2, 0, 0.0, 0.5)]), orders, Cart(totes=4), budget=60)
    assert sorted(o for batch in plan.batches for o in batch.orders) == list(range(8))


def test_no_orders_no_batches() -> None:
    """An empty wave is an empty plan."""
    layout, _ = wave(0)
    assert batch_orders(layout, [], Cart(totes=4)).batches == ()


def test_cancel_and_progress() -> None:
    """Progress is told while annealing, each time with every order in the plan; a cancelled wave still has a valid plan."""
    layout, orders = wave(12)
    told: list[float] = []

    def hear(done: float, metres: float, groups: list[list[int]]) -> None:
        assert sorted(order for group in groups for order in group) == list(range(12))
        assert metres > 0
        told.append(done)

    batch_orders(layout, orders, Cart(totes=4), budget=200, progress=hear)
    assert told == sorted(told)
    assert len(told) > 1
    plan = batch_orders(layout, orders, Cart(totes=4), budget=200, cancelled=lambda: True)
    assert len(plan.batches) >= 3


def test_false_plans_are_refused() -> None:
    """The checker refuses a lost order, an overloaded cart and a false length."""
    layout, orders = wave(6)
    cart = Cart(totes=3)
    plan = batch_orders(layout, orders, cart, budget=0)
    for wrong in (replace(plan, batches=plan.batches[1:]), replace(plan, length=plan.length - 1)):
        with pytest.raises(WrongPlan):
            check_plan(orders, cart, wrong)
    with pytest.raises(WrongPlan):
        check_plan(orders, Cart(totes=2), plan)


def test_open_round_takes_an_order() -> None:
    """A new order joins the open round that walks least for it and has room."""
    layout, orders = wave(3)
    far, near = layout.at(aisle=4, offset=3), layout.at(aisle=0, offset=3)
    rounds = [OpenRound(layout.depot, (place,), layout.depot, (orders[0],)) for place in (far, near)]
    full = OpenRound(layout.depot, (far,), layout.depot, tuple(orders))
    order = Order("late", (layout.at(aisle=4, offset=5),))
    joined = join_open_round(layout, order, [full, *rounds], Cart(totes=3))
    assert [j.number for j in joined] == [1, 2]
    assert joined[0].extra == pytest.approx(4.0)
