"""What the bench measures of waves and bins. CPU time of one thread; every case has its seed."""

import random
from collections.abc import Sequence
from time import process_time

from .batching import batch_orders, objective
from .batchvalues import Cart, Order, Pace
from .benchcases import METRE, draw
from .bins import BinRules, BinTable, Load, choose_bins
from .blocklayout import BlockLayout
from .layout import Layout
from .values import never
from .wavesetup import WaveProblem, near_orders, savings

__all__ = ["batching", "bin_choice", "proved_waves"]


def wave_of(aisles: int, blocks: int, orders: int, seed: int) -> tuple[BlockLayout, list[Order]]:
    """Orders of 1-10 lines, depot in the middle of the front."""
    rng = random.Random(seed)
    layout = Layout.blocks(aisles=aisles, blocks=blocks, depot="front-centre")
    return layout, [Order(f"o{n}", tuple(draw(rng, layout, rng.randint(1, 10)))) for n in range(orders)]


def batching(suites: Sequence[tuple[int, int, int]]) -> list[tuple[str, float, float, float, float]]:
    """200-order suites (aisles, blocks, budget), carts of 40 lines: (floor, first come, savings, ours in m, CPU s)."""
    rows = []
    for aisles, blocks, budget in suites:
        layout, orders = wave_of(aisles, blocks, 200, 1)
        cart = Cart(totes=200, lines=40)
        problem = WaveProblem(layout, orders, cart, layout.depot, layout.depot, Pace())
        by_savings = objective(problem, savings(problem, near_orders(problem, 60), never)) / METRE
        first = batch_orders(layout, orders, cart, budget=0).length
        begun = process_time()
        ours = batch_orders(layout, orders, cart, budget=budget, seed=1).length
        rows.append((f"{aisles} x {blocks}", first, by_savings, ours, process_time() - begun))
    return rows


def proved_waves() -> list[tuple[str, int, int, float, float, bool, float]]:
    """Small waves to proof: (floor, orders, totes on the cart, metres, bound, proved, CPU s)."""
    rows = []
    for aisles, blocks, count, totes in ((10, 1, 40, 4), (10, 2, 60, 3), (30, 3, 40, 4)):
        layout, orders = wave_of(aisles, blocks, count, 5)
        begun = process_time()
        plan = batch_orders(layout, orders, Cart(totes=totes), seed=1, prove=True)
        rows.append(
            (
                f"{aisles} x {blocks}",
                count,
                totes,
                plan.length,
                plan.bound,
                plan.proved,
                process_time() - begun,
            )
        )
    return rows


def bin_choice(repeats: int) -> tuple[float, float]:
    """One load among 50,000 bins: (median, worst) CPU ms."""
    rng = random.Random(1)
    layout = Layout.blocks(aisles=50, blocks=2)
    count = 50_000
    items = [f"i{rng.randrange(500)}" if rng.random() < 0.7 else "" for _ in range(count)]
    bins = BinTable(
        layout,
        [f"b{n}" for n in range(count)],
        [
            layout.at(aisle=rng.randrange(50), block=rng.randrange(2), offset=rng.randint(1, 39))
            for _ in range(count)
        ],
        free_grams=[rng.randint(0, 1_000_000) for _ in range(count)],
        free_millilitres=[rng.randint(0, 1_000_000) for _ in range(count)],
        height=[rng.choice([400, 900, 1800]) for _ in range(count)],
        temperature=[rng.choice(["ambient", "cold"]) for _ in range(count)],
        item=items,
        lot=[f"L{rng.randrange(3)}" if item else "" for item in items],
        hazard=[rng.choice(["", "", "flammable"]) for _ in range(count)],
    )
    load = Load(
        "p",
        "i7",
        "L1",
        50_000,
        80_000,
        800,
        velocity=3,
        hazard="oxidiser",
        pick_face=layout.at(aisle=3, offset=4),
    )
    rules = BinRules(apart=(("oxidiser", "flammable"),))
    choose_bins(layout, [load], bins, rules)
    spent = []
    for _ in range(repeats):
        begun = process_time()
        choose_bins(layout, [load], bins, rules)
        spent.append((process_time() - begun) * 1000)
    return sorted(spent)[len(spent) // 2], max(spent)
