"""The order in which batches leave: urgent ones first, and never two pickers in one aisle without need."""

from collections.abc import Sequence
from dataclasses import dataclass

from .batchvalues import Batch
from .rounds import shortest_round
from .values import InAisle, Round
from .wavesetup import Groups, WaveProblem

__all__ = ["release"]


@dataclass(frozen=True, slots=True)
class _Ready:
    orders: tuple[int, ...]
    round: Round
    seconds: float
    due: float
    aisles: frozenset[tuple[int, int]]


def release(problem: WaveProblem, groups: Groups) -> tuple[tuple[Batch, ...], float, float]:
    """Rounds for all groups, given to pickers one by one: (batches, order-seconds late, seconds of crowding).

    The next free picker gets the batch due first; among batches whose due time leaves room, the one whose aisles are
    least in use at that moment.
    """
    waiting = [_ready(problem, group) for group in groups]
    waiting.sort(key=lambda batch: (batch.due, batch.orders))
    free = [0.0] * max(1, problem.pace.pickers)
    under_way: list[tuple[float, frozenset[tuple[int, int]]]] = []
    batches: list[Batch] = []
    late = crowding = 0.0
    while waiting:
        picker = min(range(len(free)), key=lambda p: (free[p], p))
        now = free[picker]
        chosen = _next(waiting, under_way, now)
        waiting.remove(chosen)
        crowding += _shared(chosen, under_way, now)
        ends = now + chosen.seconds
        under_way.append((ends, chosen.aisles))
        free[picker] = ends
        dues = (problem.orders[order].due for order in chosen.orders)
        late += sum(max(0.0, ends - due) for due in dues if due is not None)
        batches.append(Batch(chosen.orders, chosen.round, picker, now, ends))
    return tuple(batches), late, crowding


def _ready(problem: WaveProblem, group: Sequence[int]) -> _Ready:
    places = [place for order in sorted(group) for place in problem.orders[order].places]
    answer = shortest_round(problem.layout, places, start=problem.start, end=problem.end)
    seconds = problem.pace.seconds(answer.length, len(places))
    due = min((d for d in (problem.orders[o].due for o in group) if d is not None), default=float("inf"))
    aisles = frozenset((p.aisle, p.block) for p in places if isinstance(p, InAisle))
    return _Ready(tuple(sorted(group)), answer, seconds, due, aisles)


def _next(
    waiting: list[_Ready], under_way: list[tuple[float, frozenset[tuple[int, int]]]], now: float
) -> _Ready:
    first = waiting[0]
    # Taking another first must leave the most urgent one in time.
    relaxed = [first, *(b for b in waiting[1:8] if now + b.seconds + first.seconds <= first.due)]
    return min(relaxed, key=lambda batch: (_shared(batch, under_way, now), batch.due, batch.orders))


def _shared(batch: _Ready, under_way: list[tuple[float, frozenset[tuple[int, int]]]], now: float) -> float:
    """Expected seconds together in one aisle: each spends its time evenly over its aisles."""
    seconds = 0.0
    for ends, aisles in under_way:
        together = min(ends - now, batch.seconds)
        if together > 0 and aisles and batch.aisles:
            seconds += together * len(aisles & batch.aisles) / (len(aisles) * len(batch.aisles))
    return seconds
