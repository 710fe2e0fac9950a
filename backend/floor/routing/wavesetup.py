"""A wave of orders as the arrays the batching kernels work on, and its first plans: first come, and savings."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from . import batchkernels
from .batchvalues import Cart, Order, Pace, TooLarge
from .blocklayout import BlockLayout
from .errors import UnreachableStop
from .fast import Keys, is_uniform
from .flattables import flat_tables
from .kerneltypes import Floor, Memory, State, Wave
from .states import MAX_CROSSES
from .values import OnCross, Place
from .walkable import Walkable

__all__ = ["Groups", "WaveProblem", "first_come", "savings"]

Groups = list[list[int]]
NEVER_DUE = 1 << 40
_MEMORY = 1 << 19


class WaveProblem:
    """Everything the annealing needs; `remember` maps batches to costs and counts the rounds worked out."""

    def __init__(
        self, layout: Walkable, orders: Sequence[Order], cart: Cart, start: Place, end: Place, pace: Pace
    ) -> None:
        """Raises TooLarge for an order that fits no cart, UnreachableStop for one nobody can walk to."""
        self.layout, self.orders, self.cart, self.start, self.end, self.pace = (
            layout,
            orders,
            cart,
            start,
            end,
            pace,
        )
        for order in orders:
            if not cart.fits([order]):
                raise TooLarge(order.name)
            for place in order.places:
                layout.check(place)
        self.wave = self._wave()
        self.memory = Memory(
            np.zeros(_MEMORY, dtype=np.int64), np.zeros(_MEMORY), np.zeros(1, dtype=np.int64)
        )
        alone = [self.cost([order]) for order in range(len(orders))]
        if any(cost >= 1e12 for cost in alone):
            raise UnreachableStop(tuple(n for n, cost in enumerate(alone) if cost >= 1e12))
        self.alone = alone

    @property
    def evaluated(self) -> int:
        """Rounds worked out so far."""
        return int(self.memory.counts[0])

    def cost(self, group: Sequence[int]) -> float:
        """Cost (mm x percent) of one batch."""
        state = State(
            np.array([group], dtype=np.int64),
            np.array([len(group)]),
            np.zeros(len(self.orders), dtype=np.int64),
            np.zeros(1),
        )
        self.price(state)
        return float(state.costs[0])

    def price(self, state: State) -> float:
        """Fill in the costs of a state's batches; what its lateness costs."""
        nothing = np.zeros(1, dtype=np.int64)
        none_near = np.zeros((1, 1), dtype=np.int64)
        return float(
            batchkernels.anneal(self.wave, self.memory, state, state, none_near, nothing, np.zeros(4), 0)
        )

    def state(self, groups: Groups) -> tuple[State, float]:
        """The arrays of a grouping, with room for one batch per order; and what its lateness costs."""
        count = len(self.orders)
        widest = max((len(g) for g in groups), default=1)
        widest = (
            max(widest, min(count, self.cart.totes if all(o.totes > 0 for o in self.orders) else count)) + 1
        )
        members = np.zeros((count, widest), dtype=np.int64)
        sizes, of, costs = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64), np.zeros(count)
        for batch, group in enumerate(groups):
            members[batch, : len(group)] = group
            sizes[batch], of[group] = len(group), batch
        state = State(members, sizes, of, costs)
        return state, self.price(state)

    def _wave(self) -> Wave:
        orders, cart = self.orders, self.cart
        keys, ends, floor, walk = self._keyed()
        first = np.cumsum([0, *(len(part) for part in keys)])
        zones = {zone: n for n, zone in enumerate(sorted({order.zone for order in orders}))}
        dues = [order.due for order in orders]
        weighed = self.pace.metres_per_late_second if any(due is not None for due in dues) else 0.0
        zone = [zones[order.zone] if cart.one_zone else -1 for order in orders]
        due = [NEVER_DUE if due is None else due for due in dues]
        loads = np.array([cart.loads(order) for order in orders], dtype=np.int64).reshape(-1, 4)
        pace = (self.pace.metres_per_second, self.pace.seconds_per_line, self.pace.seconds_per_round)
        crosses = self.layout.crosses if isinstance(self.layout, BlockLayout) and not walk.size else 2
        return Wave(
            floor,
            flat_tables(crosses, 3 if crosses and len(ends) == 2 and not walk.size else 1),
            not walk.size,
            walk if walk.size else np.zeros((1, 1)),
            np.concatenate([*keys, np.zeros(0, dtype=np.int64)]).astype(np.int64),
            ends,
            np.column_stack([first[:-1], first[1:], zone, due, _marks(len(orders)), loads]).astype(np.int64),
            np.array(cart.limits(), dtype=np.int64),
            np.array([*pace, self.pace.pickers, weighed]),
        )

    def _keyed(self) -> tuple[list[NDArray[np.int64]], NDArray[np.int64], Floor, NDArray[np.float64]]:
        layout, closed = self.layout, self.start == self.end
        parts = [order.places for order in self.orders]
        if isinstance(layout, BlockLayout) and is_uniform(layout) and layout.crosses <= MAX_CROSSES:
            between = [
                p
                for p in {self.start, self.end, *(p for part in parts for p in part)}
                if isinstance(p, OnCross)
            ]
            coder = Keys(layout, between)
            keys = [
                np.unique(np.array([coder.key(place) for place in part], dtype=np.int64)) for part in parts
            ]
            ends = [coder.key(self.start)] if closed else [coder.key(self.start, 1), coder.key(self.end, 1)]
            return keys, np.array(ends), coder.floor, np.zeros((0, 0))
        places = list(dict.fromkeys(place for part in parts for place in part))
        index = {place: n + 1 for n, place in enumerate(places)}
        walk = np.minimum(
            layout.matrix([self.start, *places, self.end], [self.start, *places, self.end]), 1e12
        )
        keys = [np.unique(np.array([index[place] for place in part], dtype=np.int64)) for part in parts]
        nothing = np.zeros(0, dtype=np.int64)
        return keys, np.array([0, len(places) + 1]), Floor(nothing, nothing, nothing), walk


def _marks(count: int) -> NDArray[np.int64]:
    if count <= 62:
        return np.left_shift(np.int64(1), np.arange(count, dtype=np.int64))
    return np.random.default_rng(count).integers(1, 2**62, size=count, dtype=np.int64)


def first_come(problem: WaveProblem) -> Groups:
    """Orders fill carts as they came; a cart leaves when the next order does not fit (per zone where zones must not mix)."""
    groups: Groups = []
    open_by_zone: dict[str, list[int]] = {}
    for number, order in enumerate(problem.orders):
        zone = order.zone if problem.cart.one_zone else ""
        group = open_by_zone.get(zone)
        if group is None or not problem.cart.fits([*(problem.orders[o] for o in group), order]):
            group = open_by_zone[zone] = []
            groups.append(group)
        group.append(number)
    return groups


def savings(problem: WaveProblem, near: NDArray[np.int64], cancelled: Callable[[], bool]) -> Groups:
    """Clarke and Wright's savings on orders (as de Koster et al. 1999), with exact rounds."""
    count = len(problem.orders)
    pairs = {(min(a, int(b)), max(a, int(b))) for a in range(count) for b in near[a] if a != b}
    saved = [(problem.alone[a] + problem.alone[b] - problem.cost([a, b]), a, b) for a, b in sorted(pairs)]
    group_of = {order: [order] for order in range(count)}
    for gain, a, b in sorted(saved, key=lambda s: (-s[0], s[1], s[2])):
        one, two = group_of[a], group_of[b]
        if gain <= 0 or one is two or cancelled():
            continue
        if problem.cart.fits([problem.orders[order] for order in (*one, *two)]):
            one.extend(two)
            for order in two:
                group_of[order] = one
    unique = {id(group): group for group in group_of.values()}
    return list(unique.values())


def near_orders(problem: WaveProblem, most: int) -> NDArray[np.int64]:
    """For every order the orders whose stops lie nearest to its own, nearest first; (orders, up to `most`)."""
    count = len(problem.orders)
    points = [np.array([problem.layout.point(p) for p in o.places] or [(0.0, 0.0)]) for o in problem.orders]
    apart = np.zeros((count, count))
    bounds = np.cumsum([0, *(len(part) for part in points)])
    flat = np.concatenate(points)
    for a in range(count):
        gaps = np.abs(points[a][:, None, :] - flat[None, :, :]).sum(axis=2)
        to_me = np.add.reduceat(gaps.min(axis=0), bounds[:-1]) / np.diff(bounds)
        from_me = np.minimum.reduceat(gaps, bounds[:-1], axis=1).mean(axis=0)
        apart[a] = to_me + from_me
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, : max(1, min(most, count - 1))].astype(np.int64)


def trivial_bound(problem: WaveProblem) -> float:
    """A round costs at least its dearest order alone, and a cart holds only so many of the smallest orders."""
    if not problem.orders:
        return 0.0
    smallest = sorted(order.totes for order in problem.orders)
    most = 0
    while most < len(smallest) and sum(smallest[: most + 1]) <= problem.cart.totes:
        most += 1
    dearest = sorted(problem.alone, reverse=True)
    return float(sum(dearest[:: max(1, most)]))
