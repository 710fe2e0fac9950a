"""What the bench of the router measures. CPU time of one thread; every case has its seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import process_time

import numpy as np

from .baselines import largest_gap, nearest_neighbour, s_shape, two_opt
from .blocklayout import BlockLayout
from .errors import UnreachableStop
from .heldkarp import held_karp
from .layout import Layout
from .matrixround import FORBIDDEN, MatrixRound
from .rounds import shortest_round
from .search import kicks_for, search_path
from .values import Place, never
from .walkable import PLAIN, Walkable

__all__ = [
    "Found",
    "Gap",
    "any_graph",
    "large_against_others",
    "methods",
    "racks_round",
    "ragged_round",
    "small_against_held_karp",
    "times",
]

METRE = 1000 * PLAIN


@dataclass(frozen=True, slots=True)
class Gap:
    """One method on one layout and number of stops: mean gap to the proved optimum, share optimal, mean CPU ms."""

    method: str
    layout: str
    stops: int
    gap: float
    optimal: float
    milliseconds: float


def floor_of(aisles: int, blocks: int) -> BlockLayout:
    """The usual test floor: sub-aisles of 40 m, pitch 5 m."""
    return Layout.blocks(aisles=aisles, blocks=blocks, depot="front-centre" if aisles <= 10 else "front-left")


def draw(rng: random.Random, layout: BlockLayout, count: int) -> list[Place]:
    """Stops anywhere in the aisles, to the centimetre."""
    return [
        layout.at(
            aisle=rng.randrange(layout.aisles),
            block=rng.randrange(layout.blocks_deep),
            offset=rng.randint(1, 3999) / 100,
        )
        for _ in range(count)
    ]


def small_against_held_karp(cases: int) -> tuple[int, int]:
    """Random small floors, 1-5 blocks, closures, start and end apart: (compared, mismatches)."""
    compared = mismatches = 0
    seed = 0
    while compared < cases:
        rng = random.Random(seed)
        seed += 1
        aisles, blocks = rng.randint(1, 8), rng.randint(1, 5)
        lengths = [[rng.randint(3, 40) for _ in range(blocks)] for _ in range(aisles)]
        layout = Layout.blocks(
            aisles=aisles,
            blocks=blocks,
            aisle_length=lengths if rng.random() < 0.5 else 40.0,
            pitch=[rng.randint(1, 6) for _ in range(aisles - 1)],
            depot=rng.choice(["front-left", "front-centre", "rear-right"]),
        )
        if rng.random() < 0.5:
            shut = [(rng.randrange(aisles), rng.randrange(blocks)) for _ in range(2)]
            layout = layout.closing([shut[0], (*shut[1], 1.0, 2.0)])
        spots = []
        for _ in range(rng.randint(3, 10)):
            aisle, block = rng.randrange(aisles), rng.randrange(blocks)
            spots.append(
                layout.at(
                    aisle=aisle, block=block, offset=rng.randint(0, layout.lengths[aisle][block] // 100) / 10
                )
            )
        start, end, stops = spots[0], spots[1] if rng.random() < 0.6 else spots[0], spots[2:]
        cost, _ = held_karp(MatrixRound.of(layout, stops, start, [end], [0] * len(stops)).costs)
        if cost >= FORBIDDEN:
            continue
        compared += 1
        try:
            mismatches += round(shortest_round(layout, stops, start=start, end=end).cost * METRE) != cost
        except UnreachableStop:
            mismatches += 1
    return compared, mismatches


def ortools_round(problem: MatrixRound, solutions: int) -> float:
    """OR-Tools routing with guided local search, a fixed number of solutions: cost."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    count = len(problem.costs) - 1
    costs = (np.delete(np.delete(problem.costs, count, 0), count, 1) / 100).round().astype(int)
    costs[:, 0] = (problem.costs[:count, count] / 100).round().astype(int)
    manager = pywrapcp.RoutingIndexManager(count, 1, 0)
    model = pywrapcp.RoutingModel(manager)
    transit = model.RegisterTransitMatrix(costs.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(transit)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    if solutions:
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.solution_limit = solutions
    found = model.SolveWithParameters(parameters)
    return float("inf") if found is None else float(found.ObjectiveValue()) * 100


def large_against_others(cases: int) -> tuple[int, dict[str, int], dict[str, int]]:
    """20-100 stops: how often others were shorter (must be 0) and as short. Every round is re-walked by the checker."""
    shorter = {"OR-Tools": 0, "2-opt + Or-opt": 0, "local search": 0}
    equal = dict(shorter)
    for seed in range(cases):
        rng = random.Random(10_000 + seed)
        layout = floor_of(*rng.choice([(10, 1), (10, 2), (30, 2), (30, 3), (100, 1), (20, 5)]))
        stops = draw(rng, layout, rng.randint(20, 100))
        best = round(shortest_round(layout, stops).cost * METRE)
        problem = MatrixRound.of(layout, stops, layout.depot, [layout.depot], [0] * len(stops))
        others = {
            "OR-Tools": ortools_round(problem, 0),
            "2-opt + Or-opt": search_path(problem, kicks=1, seed=1, cancelled=never)[0],
            "local search": search_path(problem, kicks=2000, seed=1, cancelled=never)[0],
        }
        for name, cost in others.items():
            shorter[name] += cost < best
            equal[name] += cost == best
    return cases, shorter, equal


def times(cells: Sequence[tuple[int, int, int]], repeats: int) -> list[tuple[str, int, float, float, float]]:
    """CPU ms of a proved round with order, legs and check: (floor, stops, median, p99, p99 from another start)."""
    rows = []
    for aisles, blocks, stops in cells:
        layout = floor_of(aisles, blocks)
        measured: list[list[float]] = [[], []]
        for seed in range(repeats):
            rng = random.Random(seed)
            places = draw(rng, layout, stops + 1)
            for away in (0, 1):
                begun = process_time()
                shortest_round(layout, places[1:], start=places[0] if away else None, end=layout.depot)
                measured[away].append((process_time() - begun) * 1000)
        home, away_times = (sorted(m[2:]) for m in measured)
        p99 = int(0.99 * (len(home) - 1))
        rows.append((f"{aisles} x {blocks}", stops, home[len(home) // 2], home[p99], away_times[p99]))
    return rows


def methods(cells: Sequence[tuple[int, int]], stops: Sequence[int], repeats: int) -> list[Gap]:
    """All methods on the same rounds."""
    ways: dict[str, Callable[[BlockLayout, list[Place]], float]] = {
        "exact": lambda layout, places: shortest_round(layout, places).length,
        "S-shape": lambda layout, places: s_shape(layout, places).length,
        "largest gap": lambda layout, places: largest_gap(layout, places).length,
        "nearest neighbour": lambda layout, places: nearest_neighbour(layout, places).length,
        "2-opt + Or-opt": lambda layout, places: two_opt(layout, places).length,
        "OR-Tools": lambda layout, places: (
            ortools_round(MatrixRound.of(layout, places, layout.depot, [layout.depot], [0] * len(places)), 0)
            / METRE
        ),
    }
    rows = []
    for aisles, blocks in cells:
        layout = floor_of(aisles, blocks)
        for count in stops:
            rounds = [draw(random.Random(seed), layout, count) for seed in range(repeats)]
            best = [shortest_round(layout, places).length for places in rounds]
            for name, way in ways.items():
                begun = process_time()
                lengths = [way(layout, places) for places in rounds]
                spent = (process_time() - begun) * 1000 / repeats
                gaps = [length / least - 1 for length, least in zip(lengths, best, strict=True)]
                optimal = sum(gap < 1e-9 for gap in gaps) / repeats
                rows.append(Gap(name, f"{aisles} x {blocks}", count, sum(gaps) / repeats, optimal, spent))
    return rows


def ragged_graph(rng: random.Random, side: int) -> Walkable:
    """A walkable floor with a third of its ways missing, one in ten of the rest one-way."""
    nodes = {
        f"{x}.{y}": (4.0 * x + rng.random(), 4.0 * y + rng.random()) for x in range(side) for y in range(side)
    }
    near = [(f"{x}.{y}", f"{x + 1}.{y}", x * y) for x in range(side - 1) for y in range(side)]
    near += [(f"{x}.{y}", f"{x}.{y + 1}", x * y) for x in range(side) for y in range(side - 1)]
    kept = [(a, b, inner) for a, b, inner in near if not inner or rng.random() < 0.67]
    edges = [(a, b, None, "one-way") if inner and rng.random() < 0.1 else (a, b) for a, b, inner in kept]
    return Layout.graph(nodes, edges, depot="0.0")


def racks(rng: random.Random) -> BlockLayout:
    """Racks of twelve aisles and two blocks, most sub-aisles one-way, up and down in turns."""
    ways = {
        (a, b): ("to-back" if a % 2 else "to-front")
        for a in range(12)
        for b in range(2)
        if rng.random() < 0.7
    }
    return Layout.blocks(aisles=12, blocks=2, one_way=ways, depot="front-centre")


def ragged_round(seed: int, stops: int) -> tuple[Walkable, list[Place]]:
    """A ragged floor and stops one can walk to and back from."""
    rng = random.Random(seed)
    layout = ragged_graph(rng, 20)
    every = [layout.node(f"{x}.{y}") for x in range(20) for y in range(20)]
    every.sort(key=lambda place: place.name)
    both = layout.matrix([layout.depot], every)[0] + layout.matrix(every, [layout.depot])[:, 0]
    return layout, list(rng.sample([p for p, walk in zip(every, both, strict=True) if walk < inf], stops))


def racks_round(seed: int, stops: int) -> tuple[Walkable, list[Place]]:
    """One-way racks and stops anywhere in them."""
    rng = random.Random(seed)
    layout = racks(rng)
    return layout, draw(rng, layout, stops)


@dataclass(frozen=True, slots=True)
class Found:
    """The default round on one kind of floor: share as short as the best known, mean gap to it, CPU ms (mean and worst)."""

    best: float
    gap: float
    mean: float
    worst: float


def any_graph(floor: Callable[[int, int], tuple[Walkable, list[Place]]], stops: int, cases: int) -> Found:
    """Whole default rounds (search, bound, legs, check) on a floor whose walks are known, against the best known.

    Best known: to 30 stops the optimum, proved by cutting planes; above, the best of OR-Tools' guided local search and two
    searches forty times as long.
    """
    shortest_round(*floor(0, stops))
    as_short = gap = 0.0
    spent = []
    for seed in range(cases):
        layout, places = floor(seed, stops)
        problem = MatrixRound.of(layout, places, layout.depot, [layout.depot], [0] * stops)
        begun = process_time()
        cost = round(shortest_round(layout, places, seed=1).cost * METRE)
        spent.append((process_time() - begun) * 1000)
        known = best_known(problem, cost)
        as_short += cost <= known
        gap += cost / known - 1
    return Found(as_short / cases, gap / cases, sum(spent) / cases, max(spent))


def best_known(problem: MatrixRound, cost: float) -> float:
    """The length to beat, given some round's cost."""
    stops = len(problem.groups)
    if stops <= 30:
        from .benchproof import proved_cost

        return round(proved_cost(problem.costs, cost))
    long = (search_path(problem, kicks=40 * kicks_for(stops), seed=s, cancelled=never)[0] for s in (11, 12))
    return min(cost, ortools_round(problem, 60), *long)
