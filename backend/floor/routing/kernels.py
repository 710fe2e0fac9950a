"""Inner loops of the search on a walk matrix: Or-opt, 2-opt and segment swaps on a path with fixed ends.

A path is an array of nodes, `path[0]` the start and `path[-1]` the end. `costs` need not be symmetric: prefix sums of the
path walked forwards and backwards price a turned segment in constant time.
"""

import numpy as np
from numpy.typing import NDArray

from .jit import kernel

__all__ = ["improve", "pull_min", "search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_MOVED = 3


@kernel
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
def try_turns(
    costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, node: int
) -> tuple[int, int]:
    """The first reversal that brings `node` next to one of its near nodes and saves; (0, 0) when none does."""
    last = path.size - 1
    i = at[node]
    for k in range(near.shape[1]):
        j = at[near[node, k]]
        if i < j:
            if j < last and gain_of_turn(costs, path, there, back, i + 1, j) > 0:
                return i + 1, j
            if i > 0 and gain_of_turn(costs, path, there, back, i, j - 1) > 0:
                return i, j - 1
        elif j < i:
            if i < last and gain_of_turn(costs, path, there, back, j + 1, i) > 0:
                return j + 1, i
            if j > 0 and gain_of_turn(costs, path, there, back, j, i - 1) > 0:
                return j, i - 1
    return 0, 0


@kernel
def gain_of_move(
    costs: Floats, path: Ints, there: Floats, back: Floats, low: int, high: int, to: int, turned: bool
) -> float:
    """What moving positions low…high between positions to and to + 1 saves."""
    before, first, last, after = path[low - 1], path[low], path[high], path[high + 1]
    left, right = path[to], path[to + 1]
    old = costs[before, first] + costs[last, after] + costs[left, right]
    new = costs[before, after]
    if turned:
        old += there[high] - there[low]
        new += back[high] - back[low] + costs[left, last] + costs[first, right]
    else:
        new += costs[left, first] + costs[last, right]
    return float(old - new)


@kernel
def move(path: Ints, low: int, high: int, to: int, turned: bool) -> int:
    """Move positions low…high between to and to + 1; returns the first position that changed."""
    if turned:
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
    """The best saving move of a segment of up to three that begins or ends at `node`; the move goes into `best`."""
    last = path.size - 1
    i = at[node]
    found = 0.0
    for length in range(LONGEST_MOVED):
        for side in range(2):
            low = i if side == 0 else i - length
            high = low + length
            if low < 1 or high >= last or (side == 1 and length == 0):
                continue
            for k in range(near.shape[1]):
                j = at[near[node, k]]
                for to in range(j - 1, j + 1):
                    if to < 0 or to >= last or (low - 1 <= to <= high):
                        continue
                    for turned in (False, True):
                        gain = gain_of_move(costs, path, there, back, low, high, to, turned)
                        if gain > found:
                            found = gain
                            best[0], best[1], best[2], best[3] = low, high, to, int(turned)
    return found


@kernel
def improve(
    costs: Floats, near: Ints, path: Ints, at: Ints, there: Floats, back: Floats, queue: Ints, queued: Ints
) -> None:
    """Local search until no node in the queue has a saving move. `queue` is a ring of nodes; `queued` marks them."""
    size = path.size
    best = np.zeros(4, dtype=np.int64)
    edges = (0, 0, 0, 0, 0, 0)
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
            changed = move(path, low, high, to, best[3] == 1)
            edges = (low - 1, low, high, high + 1, to, to + 1)
        else:
            low, high = try_turns(costs, near, path, at, there, back, node)
            if high > 0:
                turn(path, low, high)
                changed = low
                edges = (low - 1, low, high, high + 1, low, high)
        if changed >= 0:
            refresh(costs, path, at, there, back, changed)
            for position in edges:
                touched = path[min(max(position, 0), size - 1)]
                if queued[touched] == 0:
                    queued[touched] = 1
                    queue[(head + waiting) % size] = touched
                    waiting += 1
            if queued[node] == 0:
                queued[node] = 1
                queue[(head + waiting) % size] = node
                waiting += 1


@kernel
def search(costs: Floats, near: Ints, path: Ints, kicks: int, seed: Ints) -> float:
    """Iterated local search, in place: swap two neighbouring short segments, repair, keep what is not worse."""
    size = path.size
    at = np.zeros(size, dtype=np.int64)
    there = np.zeros(size)
    back = np.zeros(size)
    queue = path.copy()
    queued = np.ones(size, dtype=np.int64)
    refresh(costs, path, at, there, back, 0)
    improve(costs, near, path, at, there, back, queue, queued)
    best = there[size - 1]
    kept = path.copy()
    longest = max(1, min(50, (size - 2) // 2))
    for _ in range(kicks if size > 4 else 0):
        first = 1 + draw(seed, size - 3)
        room = size - 1 - first
        a = 1 + draw(seed, min(longest, room - 1))
        b = 1 + draw(seed, min(longest, room - a))
        middle, stop = first + a, first + a + b
        turn(path, first, middle - 1)
        turn(path, middle, stop - 1)
        turn(path, first, stop - 1)
        refresh(costs, path, at, there, back, first)
        waiting = 0
        for position in (first - 1, first, first + b - 1, first + b, stop - 1, stop):
            node = path[position]
            if queued[node] == 0:
                queued[node] = 1
                queue[waiting] = node
                waiting += 1
        improve(costs, near, path, at, there, back, queue, queued)
        if there[size - 1] <= best:
            best = there[size - 1]
            kept[:] = path
        else:
            path[:] = kept
            refresh(costs, path, at, there, back, 0)
    return float(best)
