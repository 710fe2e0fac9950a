"""The exact round on a rectangular floor: a dynamic program over the aisles, left to right.

Stages: the sub-aisles and heads of one aisle, then the step to the next aisle. The number of states depends only on the
number of cross-aisles, so the work grows with the aisles that hold a stop, not with the stops. Proof of optimality is
the program itself (Ratliff & Rosenthal 1983 for one block; the same argument for more).
"""

from collections.abc import Callable
from math import inf

import numpy as np
from numpy.typing import NDArray

from .columns import Aisleway, Head, Sideways, Stage, Task, plan_stages
from .states import Pull, finals, layer, node_pull, side_pull, vertical_pull
from .subaisle import Service

__all__ = ["Chosen", "ExactRound", "solve_exact", "use_kernel"]

Vector = NDArray[np.float64]
Worlds = dict[int, Vector]
"""One cost vector for each set of loose ends placed so far (bit 1: start, bit 2: end)."""

LAYER = (0, 1, 1, 2)
_FREE = np.array([0.0, inf])


def _pull_numpy(vector: Vector, weights: Vector, take: NDArray[np.intp], starts: NDArray[np.intp]) -> Vector:
    costs = np.add.outer(weights, vector).ravel().take(take)
    reached: Vector = np.minimum.reduceat(costs, starts)
    return reached


_kernel: list[Callable[[Vector, Vector, NDArray[np.intp], NDArray[np.intp]], Vector]] = [_pull_numpy]


def use_kernel(pull: Callable[[Vector, Vector, NDArray[np.intp], NDArray[np.intp]], Vector] | None) -> None:
    """Let a compiled kernel do the inner minimum (same answers, faster); None goes back to numpy."""
    _kernel[0] = pull or _pull_numpy


class Chosen:
    """What the cheapest round does at one stage: how a sub-aisle is served, or the steps along each cross-aisle."""

    __slots__ = ("added", "effect", "heads", "service", "stage")

    def __init__(
        self,
        stage: Stage,
        added: int = 0,
        effect: int = 0,
        service: Service | None = None,
        heads: tuple[int, ...] = (),
    ) -> None:
        self.stage, self.added, self.effect, self.service, self.heads = stage, added, effect, service, heads


class ExactRound:
    """The optimum of a task: its cost (mm x percent) and the choice at every stage."""

    def __init__(self, cost: float, choices: list[Chosen]) -> None:
        self.cost, self.choices = cost, choices


def solve_exact(task: Task) -> ExactRound | None:
    """The cheapest round of a task; None when no round exists. At most six cross-aisles."""
    stages, needed = plan_stages(task)
    crosses = task.layout.crosses
    final_world = 0 if task.closed else 3
    worlds: Worlds = {0: np.full(layer(crosses, 0).size, inf)}
    worlds[0][0] = 0.0
    trail: list[Worlds] = []
    best, best_at, best_state = inf, -1, -1
    for number, stage in enumerate(stages):
        trail.append(worlds)
        worlds = _advance(worlds, stage, crosses)
        last_of_column = number + 1 == len(stages) or isinstance(stages[number + 1], Sideways)
        if number + 1 >= needed and last_of_column and final_world in worlds:
            ends = finals(crosses, LAYER[final_world])
            costs = worlds[final_world][ends]
            if costs.min() < best:
                best, best_at, best_state = float(costs.min()), number, int(ends[costs.argmin()])
    if best_at < 0:
        return None
    trail.append(worlds)
    choices = _trace(stages[: best_at + 1], trail, crosses, final_world, best_state, best)
    return ExactRound(best, choices)


def _advance(worlds: Worlds, stage: Stage, crosses: int) -> Worlds:
    pull_min = _kernel[0]
    after: Worlds = {}
    for world, vector in worlds.items():
        for added, (pull, weights) in _moves(stage, world, crosses).items():
            reached = pull_min(vector, weights, pull.take, pull.starts)
            if isinstance(stage, Sideways):
                reached += _side_costs(stage, crosses, LAYER[world])
            target = world | added
            after[target] = np.minimum(after[target], reached) if target in after else reached
    return after


def _moves(stage: Stage, world: int, crosses: int) -> dict[int, tuple[Pull, Vector]]:
    """From one world, which loose ends may be placed here, and the pull and weights for each."""
    level = LAYER[world]
    match stage:
        case Aisleway():
            moves = {}
            for added, (effects, weights) in stage.weighed.items():
                if not world & added:
                    up = LAYER[world | added] - level
                    moves[added] = (vertical_pull(crosses, stage.block, effects, level, up), weights)
            return moves
        case Head():
            return {
                added: (node_pull(crosses, stage.cross, stage.steps(added), level), _FREE)
                for added in stage.options
                if not world & added
            }
        case Sideways():
            return {0: (side_pull(crosses, level)[0], _FREE)}


def _side_costs(stage: Sideways, crosses: int, level: int) -> Vector:
    steps = side_pull(crosses, level)[1]
    costs: Vector = steps.sum(axis=1) * stage.cost
    for cross in stage.closed:
        costs[steps[:, cross] > 0] = inf
    return costs


def _trace(
    stages: list[Stage], trail: list[Worlds], crosses: int, world: int, state: int, value: float
) -> list[Chosen]:
    choices: list[Chosen] = []
    for number in range(len(stages) - 1, -1, -1):
        stage, before = stages[number], trail[number]
        if isinstance(stage, Sideways):
            steps = side_pull(crosses, LAYER[world])[1][state]
            value -= float(_side_costs(stage, crosses, LAYER[world])[state])
            heads = tuple(int(step) for step in steps)
        added, effect, source, cost = _origin(stage, before, crosses, world, state, value)
        match stage:
            case Aisleway():
                number_of = stage.weighed[added][0][effect]
                choices.append(Chosen(stage, added, number_of, stage.services[added][number_of]))
            case Head():
                choices.append(Chosen(stage, added))
            case Sideways():
                choices.append(Chosen(stage, heads=heads))
        world, state, value = world ^ added, source, cost
    return choices[::-1]


def _origin(
    stage: Stage, before: Worlds, crosses: int, world: int, state: int, value: float
) -> tuple[int, int, int, float]:
    """Where the state came from: (loose ends added, effect index, state before, cost before). First in order wins."""
    for added in (0, 1, 2, 3):
        if added & ~world or world ^ added not in before:
            continue
        move = _moves(stage, world ^ added, crosses).get(added)
        if move is None:
            continue
        pull, weights = move
        vector = before[world ^ added]
        stop = pull.starts[state + 1] if state + 1 < pull.starts.size else pull.take.size
        for index in pull.take[pull.starts[state] : stop].tolist():
            effect, source = divmod(index, pull.sources)
            if effect < len(pull.effects) and vector[source] + weights[effect] == value:
                return added, effect, source, float(vector[source])
    raise AssertionError("a cost without an origin")
