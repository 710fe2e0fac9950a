"""The independent checker: re-walks a round on the plan itself. Shares nothing with any solver.

It reads only the plan (positions, lengths, closures, one-way rules, edges) and the round's own claims, and trusts neither
the order, nor the legs, nor the length.
"""

from collections.abc import Sequence
from itertools import pairwise

from .blocklayout import BlockLayout
from .graphlayout import GraphLayout
from .values import Place, Point, Round
from .walkable import Walkable

__all__ = ["WrongRound", "check_round"]

NEAR = 1e-6


class WrongRound(AssertionError):
    """A solver returned a round that cannot be walked as claimed; it is never shown to anyone."""


def check_round(
    layout: Walkable,
    stops: Sequence[Place],
    start: Place,
    ends: Sequence[Place],
    ranks: Sequence[int],
    answer: Round,
) -> None:
    """Raise WrongRound unless the round visits every stop once, in an allowed order, along open ways, as long as claimed."""
    if sorted(answer.order) != list(range(len(stops))):
        raise WrongRound("The order is not each stop once.")
    wished = [ranks[stop] for stop in answer.order]
    if any(later < earlier for earlier, later in pairwise(wished)):
        raise WrongRound("Heavy, first or last stops are out of order.")
    if len(answer.legs) != len(stops) + 1:
        raise WrongRound(f"{len(stops)} stops need {len(stops) + 1} legs, not {len(answer.legs)}.")
    if not isinstance(layout, (BlockLayout, GraphLayout)):
        raise WrongRound("This kind of floor cannot be re-walked.")
    here = layout.point(start)
    targets = [layout.point(stops[stop]) for stop in answer.order]
    walked = 0.0
    for number, leg in enumerate(answer.legs):
        if not _same(leg.points[0], here):
            raise WrongRound(f"Leg {number} starts at {leg.points[0]}, not where the last one ended, {here}.")
        here = leg.points[-1]
        if number < len(targets) and not _same(here, targets[number]):
            raise WrongRound(f"Leg {number} ends at {here}, not at its stop {targets[number]}.")
        metres = (
            walk_blocks(layout, leg.points)
            if isinstance(layout, BlockLayout)
            else walk_graph(layout, leg.via)
        )
        if abs(metres - leg.metres) > NEAR:
            raise WrongRound(f"Leg {number} claims {leg.metres} m but is {metres} m.")
        walked += metres
    if not any(_same(here, layout.point(end)) for end in ends):
        raise WrongRound(f"The round ends at {here}, not at an allowed end.")
    if abs(walked - answer.length) > NEAR * (1 + len(stops)):
        raise WrongRound(f"The round claims {answer.length} m but is {walked} m.")
    if answer.bound > answer.cost + NEAR * (1 + len(stops)):
        raise WrongRound(f"The bound {answer.bound} m lies above the cost {answer.cost} m.")


def walk_blocks(layout: BlockLayout, points: Sequence[Point]) -> float:
    """Metres of a polyline on a rectangular floor. Raises WrongRound where it leaves the open ways."""
    metres = 0.0
    (x, y), *rest = points
    for next_x, next_y in rest:
        if abs(x - next_x) < NEAR:
            if abs(y - next_y) >= NEAR:
                metres += _walk_deep(layout, x, y, next_y)
        elif abs(y - next_y) < NEAR:
            metres += _walk_across(layout, y, x, next_x)
        else:
            raise WrongRound(f"From {x, y} to {next_x, next_y} is across the racks.")
        x, y = next_x, next_y
    return metres


def _walk_deep(layout: BlockLayout, x: float, start: float, stop: float) -> float:
    aisle = layout.index_of_x.get(round(x * 1000))
    if aisle is None:
        raise WrongRound(f"There is no aisle at {x} m.")
    metres, floor = 0.0, 0.0
    near, far = (start, stop) if start <= stop else (stop, start)
    for block, top in enumerate(layout.bases[1:]):
        base, floor = floor, top / 1000
        low, high = max(near, base), min(far, floor)
        if high - low < NEAR:
            continue
        scale = layout.lengths[aisle][block] / (1000 * (floor - base))
        low, high = (low - base) * scale, (high - base) * scale
        if layout.closed_spans or layout.one_way:
            _allow(layout, aisle, block, (low, high), stop - start)
        metres += high - low
    return metres


def _allow(layout: BlockLayout, aisle: int, block: int, span: tuple[float, float], way: float) -> None:
    for shut_from, shut_to in layout.closed_spans.get((aisle, block), ()):
        if shut_from / 1000 < span[1] - NEAR and span[0] + NEAR < shut_to / 1000:
            raise WrongRound(f"Aisle {aisle}, block {block} is closed between {shut_from} and {shut_to} mm.")
    if layout.one_way.get((aisle, block), 0) * way < 0:
        raise WrongRound(f"Aisle {aisle}, block {block} is walked against its one way.")


def _walk_across(layout: BlockLayout, y: float, start: float, stop: float) -> float:
    if round(y * 1000) not in layout.bases:
        raise WrongRound(f"There is no cross-aisle at {y} m.")
    cross = layout.bases.index(round(y * 1000))
    for gap in [gap for shut, gap in layout.closed_gaps if shut == cross]:
        left, right = layout.xs[gap] / 1000, layout.xs[gap + 1] / 1000
        if min(start, stop) < right - NEAR and left + NEAR < max(start, stop):
            raise WrongRound(f"Cross-aisle {cross} is closed between aisles {gap} and {gap + 1}.")
    if min(start, stop) < -NEAR or max(start, stop) > layout.xs[-1] / 1000 + NEAR:
        raise WrongRound(f"{start} to {stop} m leaves the floor.")
    return abs(stop - start)


def walk_graph(layout: GraphLayout, via: Sequence[str]) -> float:
    """Metres of a walk along named nodes. Raises WrongRound where no open edge leads on."""
    edges = layout.edge_mm
    metres = 0.0
    for a, b in pairwise(via):
        if (a, b) not in edges:
            raise WrongRound(f"No open edge leads from {a} to {b}.")
        metres += edges[a, b] / 1000
    return metres


def _same(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) < NEAR and abs(a[1] - b[1]) < NEAR
