"""The shortest round against an independent exact method, and what it answers to odd questions."""

import random
import subprocess
import sys
from itertools import pairwise

import pytest

from backend.floor.routing import (
    AtNode,
    BadPlan,
    BlockLayout,
    ImpossibleOrder,
    InAisle,
    Layout,
    OutsidePlan,
    Place,
    UnreachableStop,
    Walkable,
    shortest_round,
)
from backend.floor.routing.heldkarp import held_karp
from backend.floor.routing.matrixround import FORBIDDEN, MatrixRound


def random_floor(rng: random.Random) -> BlockLayout:
    """1-7 aisles, 1-4 blocks, sometimes uneven, closed in places or crowded."""
    aisles, blocks = rng.randint(1, 7), rng.randint(1, 4)
    uneven = [[rng.randint(3, 20) for _ in range(blocks)] for _ in range(aisles)]
    layout = Layout.blocks(
        aisles=aisles,
        blocks=blocks,
        aisle_length=uneven if rng.random() < 0.4 else 12.0,
        pitch=[rng.randint(1, 6) for _ in range(aisles - 1)],
        depot=rng.choice(["front-left", "front-centre", "rear-right", "rear-centre"]),
    )
    if rng.random() < 0.5:
        aisle, block = rng.randrange(aisles), rng.randrange(blocks)
        layout = layout.closing([(aisle, block), (rng.randrange(aisles), rng.randrange(blocks), 1.0, 2.0)])
    if rng.random() < 0.3:
        layout = layout.congested({(rng.randrange(aisles), rng.randrange(blocks)): rng.choice([1.5, 4.0])})
    return layout


def random_place(rng: random.Random, layout: BlockLayout) -> Place:
    """Mostly in an aisle, sometimes on a cross-aisle."""
    if rng.random() < 0.1:
        return layout.on_cross(cross=rng.randrange(layout.crosses), x=rng.uniform(0, layout.xs[-1] / 1000))
    aisle, block = rng.randrange(layout.aisles), rng.randrange(layout.blocks_deep)
    return layout.at(aisle=aisle, block=block, offset=rng.uniform(0, layout.lengths[aisle][block] / 1000))


def oracle(layout: Walkable, stops: list[Place], start: Place, ends: list[Place]) -> float:
    """Held-Karp on the walk matrix, in metres."""
    cost, _ = held_karp(MatrixRound.of(layout, stops, start, ends, [0] * len(stops)).costs)
    return cost / 100_000


def test_exact_equals_held_karp() -> None:
    """On 250 seeded floors with closures, crowding and open rounds the exact round costs what Held-Karp says."""
    walked = 0
    for seed in range(250):
        rng = random.Random(seed)
        layout = random_floor(rng)
        stops = [random_place(rng, layout) for _ in range(rng.randint(1, 7))]
        start = random_place(rng, layout) if rng.random() < 0.6 else layout.depot
        ends = (
            [start] if rng.random() < 0.4 else [random_place(rng, layout) for _ in range(rng.choice([1, 3]))]
        )
        want = oracle(layout, stops, start, ends)
        if want >= FORBIDDEN / 100_000:
            with pytest.raises(UnreachableStop):
                shortest_round(layout, stops, start=start, end=ends)
            continue
        answer = shortest_round(layout, stops, start=start, end=ends)
        assert answer.cost == pytest.approx(want, abs=1e-9), seed
        assert (answer.proved, answer.method) == (True, "exact")
        walked += 1
    assert walked > 150


def test_legs_join_up() -> None:
    """Legs begin where the last ended, pass every stop in order, and add up to the length."""
    layout = Layout.blocks(aisles=6, blocks=2, aisle_length=20, pitch=3, depot="front-centre")
    stops = [
        layout.at(aisle=a, block=b, offset=o) for a, b, o in [(0, 0, 5), (5, 1, 3), (2, 1, 19), (2, 0, 1)]
    ]
    answer = shortest_round(layout, stops)
    assert answer.legs[0].points[0] == answer.legs[-1].points[-1] == layout.point(layout.depot)
    for leg, after in pairwise(answer.legs):
        assert leg.points[-1] == after.points[0]
    assert [leg.points[-1] for leg in answer.legs[:-1]] == [layout.point(stops[i]) for i in answer.order]
    assert sum(leg.metres for leg in answer.legs) == pytest.approx(answer.length)


def test_repeated_stops_keep_together() -> None:
    """Stops at one place are visited one after the other without walking between."""
    layout = Layout.blocks(aisles=4)
    here = layout.at(aisle=2, offset=10)
    answer = shortest_round(layout, [here, layout.at(aisle=1, offset=5), here])
    assert abs(answer.order.index(0) - answer.order.index(2)) == 1


def test_empty_round() -> None:
    """No stops give a round of no metres, or the walk to the end."""
    layout = Layout.blocks(aisles=3)
    assert shortest_round(layout, []).length == 0
    assert shortest_round(layout, [], end=layout.at(aisle=2, offset=7)).length == pytest.approx(17.0)


def test_closed_aisle_costs_a_detour() -> None:
    """A blocked sub-aisle is not walked through; blocked at both sides of a stop, the stop is named."""
    layout = Layout.blocks(aisles=3, aisle_length=20, pitch=5)
    stop = layout.at(aisle=1, offset=10)
    assert shortest_round(layout, [stop]).length == pytest.approx(30)
    detour = shortest_round(layout, [stop], closed=[(1, 0, 4.0, 5.0)])
    assert detour.length == pytest.approx(2 * (5 + 20 + 10))
    with pytest.raises(UnreachableStop) as caught:
        shortest_round(layout, [layout.at(aisle=0, offset=3), stop], closed=[(1, 0)])
    assert caught.value.stops == (1,)


def test_heavy_before_light() -> None:
    """With classes no light stop comes before a heavy one, and the round is the cheapest such order."""
    layout = Layout.blocks(aisles=5, blocks=2, aisle_length=15)
    rng = random.Random(5)
    stops = [random_place(rng, layout) for _ in range(8)]
    classes = [2, 1, 2, 1, 1, 3, 3, 2]
    answer = shortest_round(layout, stops, classes=classes)
    assert [classes[stop] for stop in answer.order] == sorted(classes)
    assert answer.proved
    assert answer.length >= shortest_round(layout, stops).length


def test_first_and_last_stops_stay() -> None:
    """Fixed first and last stops are where they were asked for; asking twice is refused."""
    layout = Layout.blocks(aisles=6)
    stops = [layout.at(aisle=a, offset=9) for a in range(6)]
    answer = shortest_round(layout, stops, first=[4, 1], last=[0])
    assert (answer.order[:2], answer.order[-1]) == ((4, 1), 0)
    with pytest.raises(ImpossibleOrder):
        shortest_round(layout, stops, first=[4], last=[4])


def test_one_way_aisles_are_respected() -> None:
    """One-way sub-aisles are walked in their direction only (the checker re-walks them) and proved for few stops."""
    ways = {(aisle, 0): "to-back" if aisle % 2 else "to-front" for aisle in range(6)}
    layout = Layout.blocks(aisles=6, aisle_length=10, pitch=3, one_way=ways)
    answer = shortest_round(layout, [layout.at(aisle=1, offset=5)])
    assert answer.method == "held-karp"
    assert answer.length == pytest.approx(3 + 10 + 3 + 10)


def test_graph_rounds_and_bounds() -> None:
    """On a walk graph few stops are proved; many get a round whose bound lies below its length, and repeats are equal."""
    rng = random.Random(3)
    nodes = {f"n{x}.{y}": (4 * x, 4 * y) for x in range(9) for y in range(9)}
    edges: list[tuple[str, ...]] = []
    for x in range(9):
        for y in range(9):
            edges += [(f"n{x}.{y}", f"n{x + 1}.{y}")] if x < 8 else []
            edges += [(f"n{x}.{y}", f"n{x}.{y + 1}")] if y < 8 and rng.random() < 0.7 else []
    layout = Layout.graph(nodes, edges, depot="n0.0")
    few: list[Place] = [layout.node(name) for name in rng.sample(sorted(nodes), 9)]
    assert shortest_round(layout, few).proved
    many: list[Place] = [layout.node(name) for name in rng.sample(sorted(nodes), 30)]
    answer = shortest_round(layout, many, seed=4)
    assert 0 < answer.bound <= answer.length + 1e-9
    assert shortest_round(layout, many, seed=4) == answer
    at_once = shortest_round(layout, many, budget=0)
    assert at_once.length >= answer.length
    assert at_once.method == "nearest"


def test_graph_legs_follow_edges() -> None:
    """A one-way edge of a graph is not walked back."""
    layout = Layout.graph(
        {"a": (0, 0), "b": (10, 0), "c": (10, 10)}, [("a", "b", 10, "one-way"), ("b", "c"), ("c", "a")]
    )
    answer = shortest_round(layout, [layout.node("b")])
    assert [leg.via for leg in answer.legs] == [("a", "b"), ("b", "c", "a")]


def test_search_stops_when_cancelled() -> None:
    """A cancelled search still returns a valid round."""
    layout = Layout.graph(
        {str(n): (n % 7, n // 7) for n in range(49)}, [(str(n), str(n + 1)) for n in range(48)]
    )
    stops: list[Place] = [layout.node(str(n)) for n in range(2, 40, 2)]
    answer = shortest_round(layout, stops, cancelled=lambda: True)
    assert sorted(answer.order) == list(range(len(stops)))


def test_ten_thousand_stops() -> None:
    """Ten thousand stops are answered: proved on a rectangular floor, with a gap shown on any other."""
    rng = random.Random(1)
    layout = Layout.blocks(aisles=20, blocks=2)
    stops: list[Place] = [
        layout.at(aisle=rng.randrange(20), block=rng.randrange(2), offset=rng.randint(0, 400) / 10)
        for _ in range(10_000)
    ]
    assert shortest_round(layout, stops).proved
    nodes = {f"{x}.{y}": (x, y) for x in range(50) for y in range(50)}
    edges = [(f"{x}.{y}", f"{x + 1}.{y}") for x in range(49) for y in range(50)]
    edges += [(f"{x}.{y}", f"{x}.{y + 1}") for x in range(50) for y in range(49)]
    graph = Layout.graph(nodes, edges, depot="0.0")
    names = sorted(nodes)
    answer = shortest_round(graph, [graph.node(rng.choice(names)) for _ in range(10_000)], budget=1000)
    assert 0.0 <= answer.gap < 0.5
    assert not answer.proved


def test_bad_plans_are_named() -> None:
    """A negative or endless length, an edge to nowhere and a place off the plan each get their own error."""
    with pytest.raises(BadPlan):
        Layout.blocks(aisles=3, aisle_length=-4)
    with pytest.raises(BadPlan):
        Layout.blocks(aisles=3, aisle_length=float("nan"))
    with pytest.raises(BadPlan):
        Layout.blocks(aisles=3).at(aisle=1, offset=float("inf"))
    with pytest.raises(BadPlan):
        Layout.graph({"a": (0, 0), "b": (1, 1)}, [("a", "b", -1.0)])
    with pytest.raises(BadPlan):
        Layout.graph({"a": (0, 0)}, [("a", "z")])
    layout = Layout.blocks(aisles=3)
    with pytest.raises(OutsidePlan):
        layout.at(aisle=3)
    with pytest.raises(OutsidePlan):
        layout.at(aisle=1, offset=41)
    with pytest.raises(OutsidePlan):
        shortest_round(layout, [InAisle(9, 0, 5)])
    with pytest.raises(OutsidePlan):
        shortest_round(layout, [AtNode("a")])


def test_distance_is_the_walk() -> None:
    """Distances follow the aisles, the nearer way round."""
    layout = Layout.blocks(aisles=3, aisle_length=20, pitch=5)
    a, b = layout.at(aisle=0, offset=16), layout.at(aisle=1, offset=17)
    assert layout.distance(a, b) == pytest.approx(4 + 5 + 3)
    assert layout.distance(a, layout.at(aisle=0, offset=2)) == pytest.approx(14)


def test_face_is_light() -> None:
    """Importing the face and solving an exact round loads neither numba nor ortools nor scipy."""
    code = (
        "import sys; from backend.floor.routing import *; l = Layout.blocks(aisles=5, blocks=2);"
        "assert shortest_round(l, [l.at(aisle=2, offset=9)]).proved;"
        "assert not {'numba', 'ortools', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
