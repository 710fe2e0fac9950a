"""Inner loops of the search on a walk matrix: Or-opt, 2-opt and segment swaps on a path with fixed ends.

A path is an array of nodes, `path[0]` the start and `path[-1]` the end. `costs` need not be symmetric: prefix sums of the
path walked forwards and backwards price a turned segment in constant time.
"""

import numpy as np
from numpy.typing import NDArray

from .jit import entry, kernel

__all__ = ["descend", "pull_min", "search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_MOVED = 3
LONGEST_KICKED = 30
LOOSE = 0.3
"""How much worse than the best a path may be at first, in steps of its mean length."""
IMPOSSIBLE = 1e12


@entry
def pull_min(vector: Floats, weights: Floats, take: NDArray[np.intp], starts: NDArray[np.intp]) -> Floats:
    """The inner minimum of the exact dynamic program; see `states.Pull`."""
    count = vector.size
    reached = np.empty(starts.size)
    impossible = (weights.size - 1) * count
    for state in range(starts.size):
        stop = starts[state + 1] if state + 1 < starts.size else take.size
        best = np.inf
        for slot in range(starts[state], stop):
            index = take[slot]
            if index < impossible:
                effect = index // count
                cost = vector[index - effect * count] + weights[effect]
                best = min(best, cost)
        reached[state] = best
    return reached


@kernel
def draw(seed: Ints, below: int) -> int:
    """A whole number in 0…below-1 from a small generator (Lehmer 1951, modulus 2^31 - 1) that runs alike everywhere."""
    seed[0] = seed[0] * 48271 % 2147483647
    return int(seed[0] % below)


@kernel
def refresh(costs: Floats, path: Ints, at: Ints, there: Floats, back: Floats, low: int) -> None:
    """Positions and prefix sums from position `low` on."""
    for i in range(low, path.size):
        at[path[i]] = i
        if i > 0:
            there[i] = there[i - 1] + costs[path[i - 1], path[i]]
            back[i] = back[i - 1] + costs[path[i], path[i - 1]]


@kernel
def turn(path: Ints, low: int, high: int) -> None:
    """Reverse positions low…high."""
    while low < high:
        path[low], path[high] = path[high], path[low]
        low += 1
        high -= 1


@kernel
def gain_of_turn(costs: Floats, path: Ints, there: Floats, back: Floats, low: int, high: int) -> float:
    """What reversing positions low…high saves."""
    old = costs[path[low - 1], path[low]] + there[high] - there[low] + costs[path[high], path[high + 1]]
    new = costs[path[low - 1], path[high]] + back[high] - back[low] + costs[path[low], path[high + 1]]
    return float(old - new)


@kernel
def either_way(costs: Floats, a: int, b: int) -> float:
    """The cheaper direction between two nodes."""
    return float(min(costs[a, b], costs[b, a]))


@kernel
def try_turns(costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, node: int) -> int:
    """The first reversal that brings `node` next to a node nearer than it has now, and saves: low * size + high, or 0."""
    size = path.size
    last = size - 1
    i = at[node]
    widest = 0.0
    if i > 0:
        widest = costs[path[i - 1], node]
    if i < last:
        widest = max(widest, costs[node, path[i + 1]])
    for k in range(near.shape[1]):
        if either_way(costs, node, near[node, k]) >= widest:
            break
        j = at[near[node, k]]
        # Joined behind the first of the two, then before the second.
        for side in range(2):
            low, high = min(i, j) + 1 - side, max(i, j) - side
            if low > 0 and high < last and gain_of_turn(costs, path, there, back, low, high) > 0:
                return int(low * size + high)
    return 0


@kernel
def gain_of_move(
    costs: Floats, path: Ints, there: Floats, back: Floats, low: int, high: int, to: int, turned: int
) -> float:
    """What moving positions low…high between positions to and to + 1 saves."""
    before, first, last, after = path[low - 1], path[low], path[high], path[high + 1]
    left, right = path[to], path[to + 1]
    old = costs[before, first] + costs[last, after] + costs[left, right]
    new = costs[before, after]
    if turned == 1:
        old += there[high] - there[low]
        new += back[high] - back[low] + costs[left, last] + costs[first, right]
    else:
        new += costs[left, first] + costs[last, right]
    return float(old - new)


@kernel
def move(path: Ints, low: int, high: int, to: int, turned: int) -> int:
    """Move positions low…high between to and to + 1; returns the first position that changed."""
    if turned == 1:
        turn(path, low, high)
    if to > high:
        turn(path, low, high)
        turn(path, high + 1, to)
        turn(path, low, to)
        return low
    turn(path, to + 1, low - 1)
    turn(path, low, high)
    turn(path, to + 1, high)
    return to + 1


@kernel
def try_moves(
    costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, node: int, best: Ints
) -> float:
    """The best saving move of a segment of up to three that begins or ends at `node`; the move goes into `best`.

    Only beside nodes nearer than what taking the segment out saves: a farther one cannot pay for its first edge.
    """
    last = path.size - 1
    i = at[node]
    found = 0.0
    for shape in range(2 * LONGEST_MOVED - 1):
        low = i - (shape + 1) // 2 * (shape & 1)
        high = i + (shape + 1) // 2 * (1 - (shape & 1))
        if low < 1 or high >= last:
            continue
        before, after = path[low - 1], path[high + 1]
        freed = costs[before, path[low]] + costs[path[high], after] - costs[before, after]
        for k in range(near.shape[1]):
            if either_way(costs, node, near[node, k]) >= freed:
                break
            j = at[near[node, k]]
            for choice in range(4):
                to = j - (choice >> 1)
                if to < 0 or to >= last or low - 1 <= to <= high:
                    continue
                gain = gain_of_move(costs, path, there, back, low, high, to, choice & 1)
                if gain > found:
                    found = gain
                    best[0], best[1], best[2], best[3] = low, high, to, choice & 1
    return found


@kernel
def enqueue(queue: Ints, queued: Ints, head: int, waiting: int, node: int) -> int:
    """Put a node into the ring unless it waits already: how many wait now."""
    if queued[node] == 1:
        return waiting
    queued[node] = 1
    queue[(head + waiting) % queue.size] = node
    return waiting + 1


@kernel
def improve(
    costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, queue: Ints, queued: Ints
) -> None:
    """Local search until no node in the queue has a saving move. `queue` is a ring of nodes; `queued` marks them."""
    size = path.size
    best = np.zeros(6, dtype=np.int64)
    head, waiting = 0, 0
    for node in range(size):
        waiting += queued[node]
    while waiting > 0:
        node = queue[head]
        head = (head + 1) % size
        waiting -= 1
        queued[node] = 0
        changed = -1
        if 0 < at[node] < size - 1 and try_moves(costs, near, path, at, there, back, node, best) > 0:
            low, high, to = best[0], best[1], best[2]
            changed = move(path, low, high, to, best[3])
            best[3], best[4], best[5] = high + 1, to + 1, low - 1
        else:
            turned = try_turns(costs, near, path, at, there, back, node)
            if turned > 0:
                low, high = turned // size, turned % size
                turn(path, low, high)
                changed = low
                best[0], best[1], best[2], best[3], best[4], best[5] = low, high, low - 1, high + 1, low, high
        if changed >= 0:
            refresh(costs, path, at, there, back, changed)
            for end in range(6):
                position = min(max(best[end], 0), size - 1)
                waiting = enqueue(queue, queued, head, waiting, path[position])
            waiting = enqueue(queue, queued, head, waiting, node)


@kernel
def descend(
    costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, queue: Ints, queued: Ints
) -> float:
    """Local search from a path nothing is known of, in place: its cost."""
    for position in range(path.size):
        queue[position], queued[position] = path[position], 1
    refresh(costs, path, at, there, back, 0)
    improve(costs, near, path, at, there, back, queue, queued)
    return float(there[path.size - 1])


@kernel
def kick(path: Ints, seed: Ints, queue: Ints, queued: Ints) -> int:
    """Swap two neighbouring short segments and queue the nodes at their ends: the first position that changed."""
    size = path.size
    longest = max(1, min(LONGEST_KICKED, (size - 2) // 2))
    first = 1 + draw(seed, size - 3)
    room = size - 1 - first
    a = 1 + draw(seed, min(longest, room - 1))
    b = 1 + draw(seed, min(longest, room - a))
    stop = first + a + b
    turn(path, first, first + a - 1)
    turn(path, first + a, stop - 1)
    turn(path, first, stop - 1)
    waiting = 0
    for position in range(2):
        waiting = enqueue(queue, queued, 0, waiting, path[first - 1 + position])
        waiting = enqueue(queue, queued, 0, waiting, path[first + b - 1 + position])
        waiting = enqueue(queue, queued, 0, waiting, path[stop - 1 + position])
    return first


@entry
def search(costs: Floats, near: Ints, path: Ints, kicks: int, seed: Ints) -> float:
    """Iterated local search, in place: kick, repair, go on from there while it is hardly worse than the best, less and less so.

    Record-to-record travel (Dueck 1993): a search that keeps only what is better ends in the first deep valley.
    """
    size = path.size
    at, queue, queued = (
        np.zeros(size, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
    )
    there, back = np.zeros(size), np.zeros(size)
    best = descend(costs, near, path, at, there, back, queue, queued)
    kept, champion = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for position in range(size):
        kept[position] = champion[position] = path[position]
    slack = LOOSE * best / size if best < IMPOSSIBLE else 0.0
    for number in range(kicks if size > 4 else 0):
        low = kick(path, seed, queue, queued)
        refresh(costs, path, at, there, back, low)
        improve(costs, near, path, at, there, back, queue, queued)
        worse = there[size - 1] > best + slack * (kicks - number) / kicks
        better = there[size - 1] < best
        best = min(best, there[size - 1])
        for position in range(size):
            if better:
                champion[position] = path[position]
            if worse:
                path[position] = kept[position]
            else:
                kept[position] = path[position]
        if worse:
            refresh(costs, path, at, there, back, 0)
    for position in range(size):
        path[position] = champion[position]
    return float(best)
