"""A seeded day on a floor: orders arrive, pickers walk, pick, find bins short and get in each other's way.

The same orders, picking times and shorts are walked twice: by S-shape with first-come batches, and by exact rounds with
optimised waves. Time runs in seconds from the start of the shift; nothing reads a clock.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from .baselines import s_shape
from .batching import batch_orders
from .batchvalues import Cart, Order, Pace
from .blocklayout import BlockLayout
from .rounds import shortest_round
from .values import InAisle, Place

__all__ = ["Day", "Outcome", "Settings", "make_day", "run_day", "totals"]

SHIFT = 8 * 3600


@dataclass(frozen=True, slots=True)
class Settings:
    """What a day is made of. `shorts`: share of lines found short; `crowded`: seconds one waits per other picker there."""

    orders: int = 10_000
    pickers: int = 20
    seed: int = 1
    totes: int = 12
    lines_on_cart: int = 40
    shorts: float = 0.015
    crowded: float = 3.0
    wave: int = 150
    budget_per_order: int = 40
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Day:
    """Arrivals in order: second of arrival, the order, seconds each line takes, where to go instead when short."""

    arrivals: tuple[int, ...]
    orders: tuple[Order, ...]
    seconds: tuple[tuple[float, ...], ...]
    instead: tuple[tuple[Place | None, ...], ...]


@dataclass
class Outcome:
    """What a way of working made of the day. Metres, seconds; `visits` counts stops per (aisle, block)."""

    name: str
    metres: float = 0.0
    rounds: int = 0
    lines: int = 0
    shorts: int = 0
    crowded: float = 0.0
    finished: float = 0.0
    waits: list[float] = field(default_factory=list)
    walked_at: list[tuple[float, float]] = field(default_factory=list)
    visits: dict[tuple[int, int], int] = field(default_factory=dict)
    crowds: dict[tuple[int, int], float] = field(default_factory=dict)
    example: tuple[list[Place], tuple[int, ...]] | None = None


def make_day(layout: BlockLayout, settings: Settings) -> Day:
    """Draw the day: 30 % of the orders wait at the start, the rest come over seven hours with two peaks.

    A fifth of the places holds three fifths of the demand, spread over the floor as fast movers are.
    """
    rng = random.Random(settings.seed)
    spots: list[Place] = [
        layout.at(aisle=aisle, block=block, offset=(length // 2000) * step / 12 * 2 + 0.5)
        for aisle, row in enumerate(layout.lengths)
        for block, length in enumerate(row)
        for step in range(12)
    ]
    rng.shuffle(spots)
    fast, slow = spots[: len(spots) // 5], spots[len(spots) // 5 :]
    arrivals, orders, seconds, instead = [], [], [], []
    for number in range(settings.orders):
        peak = rng.choice([2.0, 5.0])
        late = min(7.0, max(0.0, rng.gauss(peak, 1.2))) * 3600
        arrivals.append(0 if rng.random() < 0.3 else int(late))
        count = min(8, 1 + int(rng.expovariate(0.45)))
        places = tuple(rng.choice(fast if rng.random() < 0.6 else slow) for _ in range(count))
        orders.append(Order(f"{number + 1}", places))
        seconds.append(tuple(8 + rng.expovariate(1 / 5) for _ in places))
        instead.append(tuple(rng.choice(slow) if rng.random() < settings.shorts else None for _ in places))
    turn = sorted(range(settings.orders), key=lambda n: (arrivals[n], n))
    return Day(
        tuple(arrivals[n] for n in turn),
        tuple(orders[n] for n in turn),
        tuple(seconds[n] for n in turn),
        tuple(instead[n] for n in turn),
    )


def run_day(
    layout: BlockLayout,
    day: Day,
    settings: Settings,
    *,
    ours: bool,
    progress: Callable[[float], None] = lambda _share: None,
) -> Outcome:
    """Walk the day through, one event (a picker at a stop) at a time."""
    return _Floor(layout, day, settings, ours=ours).run(progress)


@dataclass
class _Picker:
    number: int
    at: Place
    todo: deque[tuple[int, int, Place]] = field(default_factory=deque)
    orders: list[int] = field(default_factory=list)
    here: tuple[int, int] | None = None


class _Floor:
    def __init__(self, layout: BlockLayout, day: Day, settings: Settings, *, ours: bool) -> None:
        self.layout, self.day, self.settings, self.ours = layout, day, settings, ours
        self.outcome = Outcome("exact rounds, optimised waves" if ours else "S-shape, first come")
        self.waiting: list[int] = []
        self.batches: deque[list[int]] = deque()
        self.next_order = 0
        self.inside: dict[tuple[int, int], int] = {}
        self.events: list[tuple[float, int, _Picker]] = []

    def run(self, progress: Callable[[float], None]) -> Outcome:
        for number in range(self.settings.pickers):
            heappush(self.events, (0.0, number, _Picker(number, self.layout.depot)))
        while self.events:
            now, _, picker = heappop(self.events)
            self._arrive(now)
            self._leave(picker)
            if picker.todo:
                self._pick(now, picker)
            elif picker.orders:
                self._bring_home(now, picker)
                progress(len(self.outcome.waits) / len(self.day.orders))
            else:
                self._send_out(now, picker)
        return self.outcome

    def _arrive(self, now: float) -> None:
        while self.next_order < len(self.day.orders) and self.day.arrivals[self.next_order] <= now:
            self.waiting.append(self.next_order)
            self.next_order += 1

    def _send_out(self, now: float, picker: _Picker) -> None:
        group = self._next_batch()
        if not group:
            if self.next_order < len(self.day.orders):
                heappush(self.events, (float(self.day.arrivals[self.next_order]), picker.number, picker))
            return
        lines = [
            (order, line, place)
            for order in group
            for line, place in enumerate(self.day.orders[order].places)
        ]
        stops = [place for _, _, place in lines]
        order = shortest_round(self.layout, stops).order if self.ours else s_shape(self.layout, stops).order
        if self.outcome.example is None and len(stops) > 20:
            self.outcome.example = (stops, order)
        picker.orders, picker.at = group, self.layout.depot
        picker.todo = deque(lines[stop] for stop in order)
        self.outcome.rounds += 1
        self._walk_on(now + self.settings.pace.seconds_per_round, picker)

    def _next_batch(self) -> list[int]:
        if self.ours:
            if not self.batches:
                self._plan_wave()
            return self.batches.popleft() if self.batches else []
        group: list[int] = []
        cart = self._cart()
        while self.waiting and cart.fits([self.day.orders[o] for o in (*group, self.waiting[0])]):
            group.append(self.waiting.pop(0))
        return group

    def _cart(self) -> Cart:
        return Cart(totes=self.settings.totes, lines=self.settings.lines_on_cart)

    def _plan_wave(self) -> None:
        wave, self.waiting = self.waiting[: self.settings.wave], self.waiting[self.settings.wave :]
        if not wave:
            return
        orders = [self.day.orders[n] for n in wave]
        budget = self.settings.budget_per_order * len(wave) + len(wave) * 30
        plan = batch_orders(self.layout, orders, self._cart(), budget=budget, seed=self.settings.seed)
        urgent = sorted(plan.batches, key=lambda batch: min(batch.orders))
        self.batches.extend([wave[order] for order in batch.orders] for batch in urgent)

    def _walk_on(self, now: float, picker: _Picker) -> None:
        target = picker.todo[0][2] if picker.todo else self.layout.depot
        metres = self._metres(picker, target)
        self.outcome.metres += metres
        self.outcome.walked_at.append((now, metres))
        arrives = now + metres / self.settings.pace.metres_per_second
        picker.at = target
        heappush(self.events, (arrives, picker.number, picker))

    def _metres(self, picker: _Picker, target: Place) -> float:
        return self.layout.cost(picker.at, target) / 100_000

    def _leave(self, picker: _Picker) -> None:
        if picker.here is not None:
            self.inside[picker.here] -= 1
            picker.here = None

    def _pick(self, now: float, picker: _Picker) -> None:
        order, line, place = picker.todo.popleft()
        spot = (place.aisle, place.block) if isinstance(place, InAisle) else (-1, -1)
        others = self.inside.get(spot, 0)
        self.inside[spot] = others + 1
        picker.here = spot
        wait = others * self.settings.crowded
        took = wait + self.day.seconds[order][line]
        self.outcome.crowded += wait
        self.outcome.visits[spot] = self.outcome.visits.get(spot, 0) + 1
        self.outcome.crowds[spot] = self.outcome.crowds.get(spot, 0.0) + wait
        self.outcome.lines += 1
        other = self.day.instead[order][line]
        if other is not None and place != other:
            self.outcome.shorts += 1
            self._elsewhere(picker, order, line, other)
        self._walk_on(now + took, picker)

    def _elsewhere(self, picker: _Picker, order: int, line: int, other: Place) -> None:
        """A short line is taken from another bin: ours plans the rest anew, the other goes there straight away."""
        picker.todo.appendleft((order, line, other))
        if self.ours:
            rest = list(picker.todo)
            again = shortest_round(
                self.layout, [p for _, _, p in rest], start=picker.at, end=self.layout.depot
            )
            picker.todo = deque(rest[stop] for stop in again.order)

    def _bring_home(self, now: float, picker: _Picker) -> None:
        self.outcome.waits += [now - self.day.arrivals[order] for order in picker.orders]
        self.outcome.finished = max(self.outcome.finished, now)
        picker.orders = []
        heappush(self.events, (now, picker.number, picker))


def totals(outcomes: Sequence[Outcome]) -> list[tuple[str, list[str]]]:
    """The table: one row per figure, one column per outcome."""

    def wait(outcome: Outcome, share: float) -> float:
        return sorted(outcome.waits)[int(share * (len(outcome.waits) - 1))] / 60

    rows: list[tuple[str, Callable[[Outcome], str]]] = [
        ("walked", lambda o: f"{o.metres / 1000:.1f} km"),
        ("walked per order", lambda o: f"{o.metres / len(o.waits):.1f} m"),
        ("rounds", lambda o: f"{o.rounds}"),
        ("lines picked", lambda o: f"{o.lines}"),
        ("lines short", lambda o: f"{o.shorts}"),
        ("waited for another picker", lambda o: f"{o.crowded / 3600:.1f} h"),
        ("order ready, middle", lambda o: f"{wait(o, 0.5):.0f} min"),
        ("order ready, 19 of 20", lambda o: f"{wait(o, 0.95):.0f} min"),
        ("last order ready", lambda o: f"{o.finished / 3600:.1f} h"),
    ]
    return [(name, [value(outcome) for outcome in outcomes]) for name, value in rows]
