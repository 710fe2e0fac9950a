"""Inner loops of batching: the cost of a batch (remembered), and annealing over who rides with whom."""

import numpy as np
from numpy.typing import NDArray

from .jit import kernel
from .kernels import draw, search
from .kerneltypes import Memory, State, Wave
from .roundkernels import round_cost

__all__ = ["anneal", "batch_cost", "every_batch", "member_cost"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def member_cost(wave: Wave, members: Ints, count: int) -> float:
    """The cost of one round through the orders in `members[:count]`."""
    size = 0
    for i in range(count):
        size += wave.first[members[i] + 1] - wave.first[members[i]]
    keys = np.empty(size + wave.ends.size, dtype=np.int64)
    at = 0
    for i in range(count):
        for slot in range(wave.first[members[i]], wave.first[members[i] + 1]):
            keys[at] = wave.keys[slot]
            at += 1
    keys[at:] = wave.ends
    keys = np.unique(keys)
    if wave.by_keys:
        return float(round_cost(wave.floor, wave.tables, keys))
    return searched_cost(wave.walk, keys)


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
        order = np.argsort(costs[a])
        slot = 0
        for k in range(size):
            if order[k] != a and slot < near.shape[1]:
                near[a, slot] = order[k]
                slot += 1
    path = np.arange(size)
    for position in range(1, size - 2):
        best = position
        for other in range(position, size - 1):
            if costs[path[position - 1], path[other]] < costs[path[position - 1], path[best]]:
                best = other
        path[position], path[best] = path[best], path[position]
    seed = np.ones(1, dtype=np.int64)
    return float(search(costs, near, path, 0, seed))


@kernel
def batch_cost(wave: Wave, memory: Memory, members: Ints, count: int) -> float:
    """`member_cost`, remembered. `memory.counts[0]` counts the rounds really worked out."""
    if count == 0:
        return 0.0
    mark = np.int64(0)
    for i in range(count):
        mark ^= wave.mark[members[i]]
    slot = (mark ^ (mark >> 21)) % memory.marks.size
    for probe in range(8):
        at = (slot + probe) % memory.marks.size
        if memory.marks[at] == mark:
            return float(memory.costs[at])
        if memory.marks[at] == 0:
            break
    cost = member_cost(wave, members, count)
    memory.counts[0] += 1
    memory.marks[at] = mark
    memory.costs[at] = cost
    return cost


@kernel
def fits(wave: Wave, members: Ints, count: int, without: int, extra: int) -> bool:
    """Whether the batch without one order and with another (each -1 for none) fits the cart."""
    for limit in range(wave.limits.size):
        total = wave.loads[extra, limit]
        for i in range(count):
            if members[i] != without:
                total += wave.loads[members[i], limit]
        if total > wave.limits[limit]:
            return False
    if wave.zones[0] >= 0:
        for i in range(count):
            if members[i] != without and wave.zones[members[i]] != wave.zones[extra]:
                return False
    return True


@kernel
def lateness(wave: Wave, state: State) -> float:
    """Order-seconds after due when batches go out by their earliest due time to the next free picker, as mm x percent."""
    if wave.pace[4] == 0.0:
        return 0.0
    count = state.sizes.size
    urgent = np.full(count, np.inf)
    for order in range(wave.due.size):
        urgent[state.of[order]] = min(urgent[state.of[order]], float(wave.due[order]))
    free = np.zeros(int(wave.pace[3]))
    late = 0.0
    for batch in np.argsort(urgent, kind="mergesort"):
        if state.sizes[batch] == 0:
            continue
        picker = free.argmin()
        lines = 0
        for i in range(state.sizes[batch]):
            order = state.members[batch, i]
            lines += wave.loads[order, 3]
        free[picker] += state.costs[batch] / 1e5 / wave.pace[0] + lines * wave.pace[1] + wave.pace[2]
        for i in range(state.sizes[batch]):
            late += max(0.0, free[picker] - wave.due[state.members[batch, i]])
    return float(late * wave.pace[4] * 1e5)


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
def pick_move(wave: Wave, state: State, near: Ints, seed: Ints) -> tuple[int, int, int]:
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
        if not fits(wave, state.members[here], state.sizes[here], order, other):
            return -1, -1, -1
    if not fits(wave, state.members[there], state.sizes[there], other, order):
        return -1, -1, -1
    return order, there, other


@kernel
def change(state: State, order: int, here: int, there: int, other: int) -> None:
    """Carry a move out."""
    put(state, here, order, other)
    put(state, there, other, order)


@kernel
def anneal(
    wave: Wave,
    memory: Memory,
    state: State,
    best: State,
    near: Ints,
    seed: Ints,
    heat: Floats,
    evaluations: int,
) -> None:
    """Anneal until `evaluations` more rounds are worked out (or as many moves come to nothing).

    `heat`: temperature, factor per move, current penalty, best objective. `best` holds the best state seen.
    """
    stop = memory.counts[0] + evaluations
    idle = 0
    while memory.counts[0] < stop and idle < 40 * evaluations:
        idle += 1
        order, there, other = pick_move(wave, state, near, seed)
        if order < 0:
            continue
        heat[0] *= heat[1]
        here = state.of[order]
        old_here, old_there = state.costs[here], state.costs[there]
        change(state, order, here, there, other)
        state.costs[here] = batch_cost(wave, memory, state.members[here], state.sizes[here])
        state.costs[there] = batch_cost(wave, memory, state.members[there], state.sizes[there])
        penalty = lateness(wave, state)
        worse = state.costs[here] + state.costs[there] + penalty - old_here - old_there - heat[2]
        if worse <= 0 or draw(seed, 1 << 30) < (1 << 30) * np.exp(-worse / heat[0]):
            heat[2] = penalty
            total = state.costs.sum() + penalty
            if total < heat[3] - 0.5:
                heat[3] = total
                best.members[:] = state.members
                best.sizes[:] = state.sizes
                best.of[:] = state.of
                best.costs[:] = state.costs
        else:
            if other >= 0:
                change(state, order, there, here, other)
            else:
                put(state, there, order, -1)
                put(state, here, -1, order)
            state.costs[here], state.costs[there] = old_here, old_there


@kernel
def every_batch(wave: Wave, most: int, masks: Ints, costs: Floats) -> int:
    """All batches that fit the cart, as bit masks with their costs, depth first; -1 when there are more than `most`."""
    count = wave.due.size
    members = np.zeros(count, dtype=np.int64)
    depth, found = 0, 0
    mask = np.int64(0)
    candidate = 0
    while True:
        if candidate < count:
            if fits(wave, members, depth, -1, candidate):
                if found == most:
                    return -1
                members[depth] = candidate
                mask |= np.int64(1) << candidate
                depth += 1
                masks[found], costs[found] = mask, member_cost(wave, members, depth)
                found += 1
            candidate += 1
            continue
        if depth == 0:
            return found
        depth -= 1
        candidate = members[depth] + 1
        mask ^= np.int64(1) << members[depth]
