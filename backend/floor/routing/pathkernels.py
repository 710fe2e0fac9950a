"""Local search on a path with fixed ends over a walk matrix that need not be symmetric.

Three moves: a stretch is turned (2-opt), up to three nodes move elsewhere, either way round (Or-opt), two neighbouring
stretches of any length change places (the 3-opt that turns nothing, what one-way floors need). `skew` holds, up to each
position, how much dearer the path is walked backwards: a turn is priced in constant time. Where ways run both ways it stays 0.

The kernels take the arrays one by one. As fields of one tuple each would be reference-counted wherever it is read, and the
compiled search took 1.6 times as long.

Shapes, for n groups and k near ones:
    costs: (n, n), the walk from each group to each, mm x percent, whole numbers: in fractions two moves could undo each other for ever.
    near: (n, k), the nearest groups of each, nearest first.
    reach: (n, k), see `reach_of`.
    path, at: (n,), the groups in walking order, and the position of each on the path.
    skew: (n,), mm x percent.
    move: (12,), the noted move (kind, low, high, to), the first and last position changed since the path was kept, and the six
        positions that got new neighbours.
    queue, queued: (n,), a ring of the groups to look at next, and 1 for each group in it.
"""

import numpy as np
from numpy.typing import NDArray

from .jit import kernel

__all__ = ["descend", "enqueue", "improve", "reach_of", "refresh", "swap_stretches"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_MOVED = 3
TURN, SHIFT, SHIFT_TURNED = 0, 1, 2


@kernel
def reach_of(costs: Floats, near: Ints) -> Floats:
    """The way to each near group, or from it where that is shorter."""
    reach = np.empty(near.shape)
    for a in range(near.shape[0]):
        for k in range(near.shape[1]):
            reach[a, k] = min(costs[a, near[a, k]], costs[near[a, k], a])
    return reach


@kernel
def refresh(costs: Floats, path: Ints, at: Ints, skew: Floats, low: int, high: int) -> None:
    """Positions and skew after positions low…high were rearranged."""
    last = path.size - 1
    stop = min(high + 1, last)
    at[path[low]] = low
    before, run = skew[stop], skew[max(low - 1, 0)]
    for i in range(max(low, 1), stop + 1):
        a, b = path[i - 1], path[i]
        at[b] = i
        run += costs[b, a] - costs[a, b]
        skew[i] = run
    if run != before:
        for i in range(stop + 1, last + 1):
            skew[i] += run - before


@kernel
def turn(path: Ints, low: int, high: int) -> None:
    """Reverse positions low…high."""
    while low < high:
        path[low], path[high] = path[high], path[low]
        low += 1
        high -= 1


@kernel
def swap_stretches(path: Ints, low: int, middle: int, high: int) -> None:
    """Let positions low…middle and middle + 1…high change places."""
    turn(path, low, middle)
    turn(path, middle + 1, high)
    turn(path, low, high)


@kernel
def note(move: Ints, kind: int, low: int, high: int, to: int) -> None:
    """Remember a move."""
    move[0], move[1], move[2], move[3] = kind, low, high, to


@kernel
def best_turn(
    costs: Floats, near: Ints, reach: Floats, path: Ints, at: Ints, skew: Floats, move: Ints, node: int
) -> float:
    """The best saving reversal that joins `node` to a nearer node than it has now; the move is noted."""
    last, i, found = path.size - 1, at[node], 0.0
    for k in range(near.shape[1]):
        j, far = at[near[node, k]], reach[node, k]
        ahead = i < last and costs[node, path[i + 1]] > far
        behind = i > 0 and costs[path[i - 1], node] > far
        if not ahead and not behind:
            break
        # Joined behind the first of the two, then before the second.
        for side in range(2):
            low, high = min(i, j) + 1 - side, max(i, j) - side
            if not (behind if side else ahead) or low < 1 or high >= last:
                continue
            a, b, c, d = path[low - 1], path[low], path[high], path[high + 1]
            gain = costs[a, b] + costs[c, d] - costs[a, c] - costs[b, d] - skew[high] + skew[low]
            if gain > found:
                found = gain
                note(move, TURN, low, high, 0)
    return found


@kernel
def best_shift(
    costs: Floats,
    near: Ints,
    reach: Floats,
    path: Ints,
    at: Ints,
    skew: Floats,
    move: Ints,
    node: int,
    found: float,
) -> float:
    """The best move of up to three nodes that begin or end at `node`, if it saves more than `found`; it is noted.

    Only beside nodes nearer than what taking them out saves: a farther one cannot pay for its first edge.
    """
    last, i = path.size - 1, at[node]
    for shape in range(2 * LONGEST_MOVED - 1):
        low = i - (shape + 1) // 2 * (shape & 1)
        high = i + (shape + 1) // 2 * (1 - (shape & 1))
        if low < 1 or high >= last:
            continue
        first, end = path[low], path[high]
        freed = (
            costs[path[low - 1], first] + costs[end, path[high + 1]] - costs[path[low - 1], path[high + 1]]
        )
        dearer = skew[high] - skew[low]
        for k in range(near.shape[1]):
            if reach[node, k] >= freed:
                break
            j = at[near[node, k]]
            for to in range(max(j - 1, 0), min(j + 1, last)):
                if low - 1 <= to <= high:
                    continue
                left, right = path[to], path[to + 1]
                gain = freed + costs[left, right] - costs[left, first] - costs[end, right]
                if gain > found:
                    found = gain
                    note(move, SHIFT, low, high, to)
                gain = freed + costs[left, right] - costs[left, end] - costs[first, right] - dearer
                if gain > found:
                    found = gain
                    note(move, SHIFT_TURNED, low, high, to)
    return found


@kernel
def best_swap(costs: Floats, near: Ints, reach: Floats, path: Ints, at: Ints, move: Ints, node: int) -> float:
    """The best saving exchange of two neighbouring stretches that gives `node` a nearer node to go to; it is noted.

    Lin & Kernighan's rule at depth three: what is saved so far must pay for the next new step.
    """
    i, found = at[node], 0.0
    if i == path.size - 1:
        return found
    after = path[i + 1]
    for k in range(near.shape[1]):
        if reach[node, k] >= costs[node, after]:
            break
        j = at[near[node, k]]
        saved = costs[node, after] - costs[node, near[node, k]]
        if saved <= 0 or j == 0:
            continue
        left = path[j - 1]
        saved += costs[left, path[j]]
        for n in range(near.shape[1]):
            if reach[left, n] >= saved:
                break
            q = at[near[left, n]]
            if not (i + 1 < j < q or 0 < j < q <= i):
                continue
            gain = saved - costs[left, path[q]] + costs[path[q - 1], path[q]] - costs[path[q - 1], after]
            if gain > found:
                found = gain
                if j > i:
                    note(move, SHIFT, i + 1, j - 1, q - 1)
                else:
                    note(move, SHIFT, j, q - 1, i)
    return found


@kernel
def carry_out(costs: Floats, path: Ints, at: Ints, skew: Floats, move: Ints) -> None:
    """Make the noted move; the positions that got new neighbours are left in `move[6:]`, what has changed in `move[4:6]`."""
    low, high, to = move[1], move[2], move[3]
    if move[0] == TURN:
        turn(path, low, high)
        middle = low
    else:
        if move[0] == SHIFT_TURNED:
            turn(path, low, high)
        if to > high:
            swap_stretches(path, low, high, to)
            middle, high = low + to - high, to
        else:
            swap_stretches(path, to + 1, low - 1, high)
            low, middle = to + 1, to + 2 + high - low
    refresh(costs, path, at, skew, low, high)
    move[4], move[5] = min(move[4], low), max(move[5], high)
    move[6], move[7], move[8], move[9] = low - 1, low, middle - 1, middle
    move[10], move[11] = high, high + 1


@kernel
def enqueue(queue: Ints, queued: Ints, head: int, waiting: int, node: int) -> int:
    """Put a node into the ring unless it waits already: how many wait now."""
    if queued[node] == 1:
        return waiting
    queued[node] = 1
    slot = head + waiting
    queue[slot - queue.size if slot >= queue.size else slot] = node
    return waiting + 1


@kernel
def improve(
    costs: Floats,
    near: Ints,
    reach: Floats,
    path: Ints,
    at: Ints,
    skew: Floats,
    move: Ints,
    queue: Ints,
    queued: Ints,
    waiting: int,
) -> float:
    """Local search until no node of the `waiting` in the ring has a saving move: what it saved."""
    last = path.size - 1
    head, saved = 0, 0.0
    while waiting > 0:
        node = queue[head]
        head = head + 1 if head < last else 0
        waiting -= 1
        queued[node] = 0
        found = best_turn(costs, near, reach, path, at, skew, move, node)
        if 0 < at[node] < last:
            found = best_shift(costs, near, reach, path, at, skew, move, node, found)
        if found <= 0:
            found = best_swap(costs, near, reach, path, at, move, node)
        if found > 0:
            saved += found
            carry_out(costs, path, at, skew, move)
            for end in range(6, 12):
                waiting = enqueue(queue, queued, head, waiting, path[move[end]])
            waiting = enqueue(queue, queued, head, waiting, node)
    return saved


@kernel
def descend(
    costs: Floats,
    near: Ints,
    reach: Floats,
    path: Ints,
    at: Ints,
    skew: Floats,
    move: Ints,
    queue: Ints,
    queued: Ints,
) -> float:
    """Local search from a path nothing is known of, in place: its cost."""
    refresh(costs, path, at, skew, 0, path.size - 1)
    cost = 0.0
    for position in range(path.size):
        enqueue(queue, queued, 0, position, path[position])
        if position > 0:
            cost += costs[path[position - 1], path[position]]
    return cost - improve(costs, near, reach, path, at, skew, move, queue, queued, path.size)
