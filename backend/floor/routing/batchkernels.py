"""Inner loops of batching: the cost of a batch (remembered), and annealing over who rides with whom."""

import numpy as np
from numpy.typing import NDArray

from .jit import entry, kernel
from .kernels import draw
from .kerneltypes import DUE, FROM_KEY, LINES, LOADS, MARK, TO_KEY, ZONE, Memory, State, Wave
from .pathkernels import descend, reach_of
from .roundkernels import solve_keys
from .sortkernels import sort_distinct

__all__ = ["anneal"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LATEST = 1 << 60


@kernel
def gather(orders: Ints, keys: Ints, ends: Ints, members: Ints, count: int) -> Ints:
    """The sorted keys of all stops of the orders in `members[:count]`."""
    size = ends.size
    for i in range(count):
        size += orders[members[i], TO_KEY] - orders[members[i], FROM_KEY]
    all_keys = np.empty(size, dtype=np.int64)
    at = 0
    for i in range(count):
        for slot in range(orders[members[i], FROM_KEY], orders[members[i], TO_KEY]):
            all_keys[at] = keys[slot]
            at += 1
    for i in range(ends.size):
        all_keys[at + i] = ends[i]
    return all_keys[: sort_distinct(all_keys, size)]


@kernel
def searched_cost(walk: Floats, nodes: Ints) -> float:
    """A good round through nodes of the walk matrix; the first and last node are start and end."""
    size = nodes.size
    costs = np.empty((size, size))
    for a in range(size):
        for b in range(size):
            costs[a, b] = walk[nodes[a], nodes[b]]
    near = np.empty((size, min(6, size - 1)), dtype=np.int64)
    for a in range(size):
        nearest(costs, a, near)
    reach = reach_of(costs, near)
    path = np.empty(size, dtype=np.int64)
    for position in range(size):
        path[position] = position
    for position in range(1, size - 2):
        best = position
        for other in range(position, size - 1):
            if costs[path[position - 1], path[other]] < costs[path[position - 1], path[best]]:
                best = other
        path[position], path[best] = path[best], path[position]
    at, queue = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    queued, move = np.zeros(size, dtype=np.int64), np.zeros(12, dtype=np.int64)
    return float(descend(costs, near, reach, path, at, np.zeros(size), move, queue, queued))


@kernel
def nearest(costs: Floats, node: int, near: Ints) -> None:
    """The nodes cheapest to walk to, nearest first, into the row of `node`."""
    held = 0
    for other in range(costs.shape[0]):
        if other == node:
            continue
        slot = held
        while slot > 0 and costs[node, other] < costs[node, near[node, slot - 1]]:
            slot -= 1
        if slot == near.shape[1]:
            continue
        held = min(held + 1, near.shape[1])
        for after in range(held - 1, slot, -1):
            near[node, after] = near[node, after - 1]
        near[node, slot] = other


@kernel
def batch_cost(wave: Wave, memory: Memory, members: Ints, count: int) -> float:
    """The cost of one round through the orders in `members[:count]`, remembered; `memory.counts[0]` counts those worked out."""
    if count == 0:
        return 0.0
    mark = np.int64(0)
    for i in range(count):
        mark ^= wave.orders[members[i], MARK]
    slot = (mark ^ (mark >> 21)) % memory.marks.size
    for probe in range(8):
        at = (slot + probe) % memory.marks.size
        if memory.marks[at] == mark:
            return float(memory.costs[at])
        if memory.marks[at] == 0:
            break
    keys = gather(wave.orders, wave.keys, wave.ends, members, count)
    if wave.by_keys:
        cost = solve_keys(wave.floor, wave.tables, keys, False)[0]
    else:
        cost = searched_cost(wave.walk, keys)
    memory.counts[0] += 1
    memory.marks[at] = mark
    memory.costs[at] = cost
    return cost


@kernel
def fits(orders: Ints, limits: Ints, members: Ints, count: int, without: int, extra: int) -> bool:
    """Whether the batch without one order and with another (each -1 for none) fits the cart."""
    for limit in range(limits.size):
        total = orders[extra, LOADS + limit]
        for i in range(count):
            if members[i] != without:
                total += orders[members[i], LOADS + limit]
        if total > limits[limit]:
            return False
    for i in range(count):
        if members[i] != without and orders[members[i], ZONE] != orders[extra, ZONE]:
            return False
    return True


@kernel
def lateness(orders: Ints, pace: Floats, state: State) -> float:
    """Order-seconds after due when batches go out by their earliest due time to the next free picker, as mm x percent."""
    if pace[4] == 0.0:
        return 0.0
    line = np.zeros(state.sizes.size, dtype=np.int64)
    waiting = line_up(orders, state, line)
    free = np.zeros(int(pace[3]))
    late = 0.0
    for place in range(waiting):
        batch = line[place]
        picker = 0
        for other in range(1, free.size):
            if free[other] < free[picker]:
                picker = other
        lines = 0
        for i in range(state.sizes[batch]):
            order = state.members[batch, i]
            lines += orders[order, LINES]
        free[picker] += state.costs[batch] / 1e5 / pace[0] + lines * pace[1] + pace[2]
        for i in range(state.sizes[batch]):
            late += max(0.0, free[picker] - orders[state.members[batch, i], DUE])
    return float(late * pace[4] * 1e5)


@kernel
def line_up(orders: Ints, state: State, line: Ints) -> int:
    """The batches with orders into `line`, the earliest due first: how many."""
    urgent = np.zeros(state.sizes.size, dtype=np.int64)
    for order in range(state.of.size):
        batch = state.of[order]
        urgent[batch] = max(urgent[batch], LATEST - orders[order, DUE])
    waiting = 0
    for batch in range(state.sizes.size):
        if state.sizes[batch] > 0:
            place = waiting
            while place > 0 and urgent[line[place - 1]] < urgent[batch]:
                line[place] = line[place - 1]
                place -= 1
            line[place] = batch
            waiting += 1
    return waiting


@kernel
def put(state: State, batch: int, out: int, into: int) -> None:
    """Replace one order of a batch by another; -1 for none."""
    size = state.sizes[batch]
    for i in range(size):
        if state.members[batch, i] == out:
            state.members[batch, i] = state.members[batch, size - 1]
            size -= 1
            break
    if into >= 0:
        state.members[batch, size] = into
        state.of[into] = batch
        size += 1
    state.sizes[batch] = size


@kernel
def pick_move(orders: Ints, limits: Ints, state: State, near: Ints, seed: Ints) -> tuple[int, int, int]:
    """An order, another batch and an order there to swap with (-1: just move): (-1, …) when it does not fit."""
    order = draw(seed, state.of.size)
    here = state.of[order]
    if draw(seed, 20) == 0:
        there = draw(seed, state.sizes.size)
    else:
        there = state.of[near[order, draw(seed, near.shape[1])]]
    if there == here:
        return -1, -1, -1
    other = -1
    if state.sizes[there] > 0 and draw(seed, 3) > 0:
        other = state.members[there, draw(seed, state.sizes[there])]
        if not fits(orders, limits, state.members[here], state.sizes[here], order, other):
            return -1, -1, -1
    if not fits(orders, limits, state.members[there], state.sizes[there], other, order):
        return -1, -1, -1
    return order, there, other


@kernel
def change(state: State, order: int, here: int, there: int, other: int) -> None:
    """Carry a move out; with `here` and `there` exchanged, take it back."""
    put(state, here, order, other)
    put(state, there, other, order)


@kernel
def keep(state: State, best: State) -> None:
    """Copy a state."""
    for batch in range(state.sizes.size):
        best.sizes[batch], best.costs[batch] = state.sizes[batch], state.costs[batch]
        for slot in range(state.sizes[batch]):
            best.members[batch, slot] = state.members[batch, slot]
    for order in range(state.of.size):
        best.of[order] = state.of[order]


@entry
def anneal(
    wave: Wave,
    memory: Memory,
    state: State,
    best: State,
    near: Ints,
    seed: Ints,
    heat: Floats,
    evaluations: int,
) -> float:
    """Price the batches of `state`, then anneal until `evaluations` more rounds are worked out (or as many moves come to
    nothing); what lateness costs in the end. With no evaluations it only prices.

    `heat`: temperature, factor per move, current penalty, best objective. `best` holds the best state seen.
    """
    for batch in range(state.sizes.size):
        state.costs[batch] = batch_cost(wave, memory, state.members[batch], state.sizes[batch])
    if evaluations == 0:
        return float(lateness(wave.orders, wave.pace, state))
    stop, idle = memory.counts[0] + evaluations, 0
    while memory.counts[0] < stop and idle < 40 * evaluations:
        idle += 1
        order, there, other = pick_move(wave.orders, wave.limits, state, near, seed)
        if order < 0:
            continue
        heat[0] *= heat[1]
        here = state.of[order]
        old_here, old_there = state.costs[here], state.costs[there]
        change(state, order, here, there, other)
        state.costs[here] = batch_cost(wave, memory, state.members[here], state.sizes[here])
        state.costs[there] = batch_cost(wave, memory, state.members[there], state.sizes[there])
        penalty = lateness(wave.orders, wave.pace, state)
        worse = state.costs[here] + state.costs[there] + penalty - old_here - old_there - heat[2]
        if worse <= 0 or draw(seed, 1 << 30) < (1 << 30) * np.exp(-worse / heat[0]):
            heat[2] = penalty
            total = penalty
            for batch in range(state.costs.size):
                total += state.costs[batch]
            if total < heat[3] - 0.5:
                heat[3] = total
                keep(state, best)
        else:
            change(state, order, there, here, other)
            state.costs[here], state.costs[there] = old_here, old_there
    return float(heat[2])
