"""Which items should change places: swaps judged on real rounds of the past, kept only when they pay back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .rounds import shortest_round
from .values import Place, never
from .walkable import Walkable

__all__ = ["Move", "SlotPlan", "slot_items"]


@dataclass(frozen=True, slots=True)
class Move:
    """Swap two items (or move one to an empty place, `other` ""): metres saved a day, and days until it has paid."""

    item: str
    source: Place
    target: Place
    other: str
    saves: float
    days: float


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """Moves in the order to make them, and walking a day before and after all of them, on the same rounds."""

    moves: tuple[Move, ...]
    before: float
    after: float


def slot_items(
    layout: Walkable,
    history: Sequence[Sequence[str]],
    places: Mapping[str, Place],
    *,
    days: float,
    within: float = 30.0,
    cost_of_move: float = 120.0,
    empty: Sequence[Place] = (),
    allowed: Callable[[str, Place], bool] = lambda _item, _place: True,
    budget: int = 2000,
    cancelled: Callable[[], bool] = never,
) -> SlotPlan:
    """Propose moves that pay back within some days.

    Args:
        layout: the floor.
        history: past rounds, each the items picked; repeats count.
        places: where each item is picked from now.
        days: how many days the history covers.
        within: a move must pay back within so many days.
        cost_of_move: what moving one item costs, in metres of walking (labour).
        empty: free places that may be used.
        allowed: whether an item may lie at a place (weight, height, temperature).
        budget: rounds to walk in trials; 0 proposes nothing.
        cancelled: polled; the moves found so far are returned.
    """
    floor = _Floor(layout, history, dict(places), days)
    before = floor.metres_a_day()
    moves: list[Move] = []
    if budget > 0:
        for item, target, other in _candidates(floor, empty):
            if floor.walked >= budget or cancelled():
                break
            if not floor.still_there(target, other):
                continue
            if not allowed(item, target) or (other and not allowed(other, floor.places[item])):
                continue
            saves = floor.saving(item, target, other)
            moving = cost_of_move * (2 if other else 1)
            if saves > 0 and moving / saves <= within:
                moves.append(Move(item, floor.places[item], target, other, saves, moving / saves))
                floor.swap(item, target, other)
    return SlotPlan(tuple(moves), before, floor.metres_a_day())


class _Floor:
    """Items at their places, the rounds they are in, and the length of each round now."""

    def __init__(
        self, layout: Walkable, history: Sequence[Sequence[str]], places: dict[str, Place], days: float
    ) -> None:
        self.layout, self.places, self.days = layout, places, days
        self.history = [tuple(dict.fromkeys(item for item in past if item in places)) for past in history]
        self.rounds_of: dict[str, list[int]] = {}
        for number, past in enumerate(self.history):
            for item in past:
                self.rounds_of.setdefault(item, []).append(number)
        self.lengths = [self._walk(past, {}) for past in self.history]
        self.walked = 0

    def metres_a_day(self) -> float:
        return sum(self.lengths) / self.days

    def still_there(self, target: Place, other: str) -> bool:
        """Whether the target still holds `other` (or is still empty) after the moves made so far."""
        return self.places[other] == target if other else target not in self.places.values()

    def saving(self, item: str, target: Place, other: str) -> float:
        """Metres a day the swap saves on the rounds it touches."""
        moved = self._moved(item, target, other)
        touched = sorted({n for name in moved for n in self.rounds_of.get(name, ())})
        self.walked += len(touched)
        return sum(self.lengths[n] - self._walk(self.history[n], moved) for n in touched) / self.days

    def swap(self, item: str, target: Place, other: str) -> None:
        self.places.update(self._moved(item, target, other))
        for number in {n for name in (item, other) for n in self.rounds_of.get(name, ())}:
            self.lengths[number] = self._walk(self.history[number], {})

    def _moved(self, item: str, target: Place, other: str) -> dict[str, Place]:
        return {item: target, other: self.places[item]} if other else {item: target}

    def _walk(self, past: Sequence[str], moved: Mapping[str, Place]) -> float:
        stops = [moved.get(item) or self.places[item] for item in past]
        return shortest_round(self.layout, stops, budget=0).length


def _candidates(floor: _Floor, empty: Sequence[Place]) -> list[tuple[str, Place, str]]:
    """Swaps worth a trial: often picked far away against seldom picked near, the largest promise first.

    The promise is the difference in picks times the difference in distance from the depot: the classic order of
    picks per distance, applied pair by pair.
    """
    depot = floor.layout.depot
    items = sorted(floor.places)
    spots = [*(floor.places[item] for item in items), *empty]
    away = dict(zip(spots, floor.layout.matrix([depot], spots)[0].tolist(), strict=True))
    picks = {item: len(floor.rounds_of.get(item, ())) for item in items}
    far = sorted(items, key=lambda i: -picks[i] * away[floor.places[i]])[:60]
    near = sorted(items, key=lambda i: (picks[i], away[floor.places[i]]))[:120]
    promised: list[tuple[float, str, Place, str]] = []
    for item in far:
        here = away[floor.places[item]]
        options = [(floor.places[other], other, picks[other]) for other in near if other != item]
        options += [(place, "", 0) for place in empty]
        for place, other, other_picks in options:
            promise = (picks[item] - other_picks) * (here - away[place])
            if promise > 0:
                promised.append((-promise, item, place, other))
    promised.sort(key=lambda p: (p[0], p[1], p[3]))
    return _once_each([(item, place, other) for _, item, place, other in promised])


def _once_each(swaps: list[tuple[str, Place, str]]) -> list[tuple[str, Place, str]]:
    """Each item and each place in at most three trials, none after it has moved: earlier promises go first."""
    seen: dict[object, int] = {}
    kept = []
    for item, place, other in swaps:
        keys = (item, place)
        if all(seen.get(key, 0) < 3 for key in keys):
            kept.append((item, place, other))
            for key in keys:
                seen[key] = seen.get(key, 0) + 1
    return kept
