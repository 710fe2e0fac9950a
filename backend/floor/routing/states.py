"""The states of the exact dynamic program, and which state leads to which.

A partial round is known by what it did to the heads of one aisle (one per cross-aisle): each head is untouched, or
touched with an even or odd number of steps and belongs to one connected piece. This is the scheme of Ratliff and
Rosenthal (Oper. Res. 31(3), 1983) carried from two cross-aisles to six. A state is a code of one base-16 digit per
head, the front cross-aisle first and lowest: 0 untouched, else 2 * piece + (1 if odd), pieces numbered in order of
first appearance.

States come in layers: no, one or both loose ends (start, end) of the round placed; a closed round has none. With one
placed, exactly one piece has an odd number of odd heads: that of the loose end. Placing the other joins the two pieces,
as if one walked home from the end to the start for nothing; a connected graph with all degrees even stays connected
without any one of its edges, so nothing is lost, and a third of the states is saved.
All transitions are "pull" tables: for every state reached, the states and effects it may come from, in one fixed order,
which is also the rule that breaks ties (effect first, then code).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EFFECTS",
    "FIRST_END",
    "FULL",
    "SECOND_END",
    "Pull",
    "finals",
    "layer",
    "node_pull",
    "side_pull",
    "vertical_pull",
]

MAX_CROSSES = 6

# What one sub-aisle does to its two heads: (steps at the front head, steps at the back head, joined through the aisle).
EFFECTS: tuple[tuple[int, int, bool], ...] = (
    (0, 0, False),  # 0 not entered
    (2, 0, False),  # 1 from the front and back again
    (0, 2, False),  # 2 from the back and back again
    (2, 2, False),  # 3 from both ends, not through
    (1, 1, True),  # 4 through once
    (2, 2, True),  # 5 through twice
    (1, 1, False),  # 6 from 6 on only with a loose end inside
    (1, 0, False),
    (0, 1, False),
    (1, 2, False),
    (2, 1, False),
    (1, 2, True),
    (2, 1, True),
)
EMPTY = (0, 4, 5)
FULL = (1, 2, 3, 4, 5)
FIRST_END = (7, 8, 9, 10, 11, 12)
SECOND_END = (1, 2, 3, 4, 5, 6)

States = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pull:
    """`take` indexes the flattened (effect, state) costs; runs between `starts` belong to one state reached each.

    `sources` is the number of states of the layer pulled from; the row after the last effect is all "impossible".
    """

    effects: tuple[int, ...]
    sources: int
    take: NDArray[np.intp]
    starts: NDArray[np.intp]


@cache
def layer(crosses: int, ends: int) -> States:
    """The sorted codes of all states of one layer. 112 for a closed round on four cross-aisles."""
    if ends == 0:
        seeds = np.zeros(1, dtype=np.int64)
    else:
        below = layer(crosses, ends - 1)
        found = [_step(below, crosses, cross, 1) for cross in range(crosses)]
        found += _all_vertical(below, crosses, FIRST_END)
        if ends == 2:
            found += _all_vertical(layer(crosses, 0), crosses, SECOND_END)
            found = [_join_odd(codes, crosses) for codes in found]
        seeds = np.unique(np.concatenate(found))
    known = seeds
    fresh = seeds
    while fresh.size:
        reached = _all_vertical(fresh, crosses, range(6))
        reached += [_step(fresh, crosses, cross, 2) for cross in range(crosses)]
        reached.append(_sideways(fresh, crosses)[1])
        fresh = np.setdiff1d(np.concatenate(reached), known)
        known = np.union1d(known, fresh)
    return known


@cache
def vertical_pull(crosses: int, block: int, effects: tuple[int, ...], ends: int, added: int) -> Pull:
    """One sub-aisle: from the layer `ends` to the layer `ends + added` by one of `effects`."""
    before, after = layer(crosses, ends), layer(crosses, ends + added)
    reached = [_enter(before, crosses, block, effect) for effect in effects]
    if added and ends + added == 2:
        reached = [_join_odd(codes, crosses) for codes in reached]
    return _pull([np.searchsorted(after, codes) for codes in reached], effects, before.size, after.size)


@cache
def node_pull(crosses: int, cross: int, steps: int, ends: int) -> Pull:
    """One head: a stop there (2 steps) or a loose end of the round (1 step, one layer up)."""
    before, after = layer(crosses, ends), layer(crosses, ends + (steps == 1))
    reached = _step(before, crosses, cross, steps)
    if steps == 1 and ends == 1:
        reached = _join_odd(reached, crosses)
    return _pull([np.searchsorted(after, reached)], (0,), before.size, after.size)


@cache
def side_pull(crosses: int, ends: int) -> tuple[Pull, NDArray[np.float64]]:
    """To the next aisle: which heads go on. Also the steps taken on each cross-aisle, (states, crosses)."""
    states = layer(crosses, ends)
    origins, reached = _sideways(states, crosses)
    pull = _runs(
        np.searchsorted(states, origins), np.searchsorted(states, reached), (0,), states.size, states.size
    )
    digits = _digits(states, crosses)
    return pull, np.where(digits == 0, 0, np.where(digits & 1, 1, 2)).astype(np.float64)


@cache
def finals(crosses: int, ends: int) -> NDArray[np.intp]:
    """The states in which a round may be over: every head even, at most one piece."""
    digits = _digits(layer(crosses, ends), crosses)
    return np.flatnonzero(((digits & 1) == 0).all(axis=1) & (digits.max(axis=1) <= 2))


def _digits(codes: States, crosses: int) -> States:
    return (codes[:, None] >> (4 * np.arange(crosses))) & 15


def _codes(pieces: States, odd: States) -> States:
    """Codes from piece labels (0 = untouched, any other numbers) and parities, renumbered by first appearance."""
    count, crosses = pieces.shape
    renumbered = np.zeros((count, 64), dtype=np.int64)
    used = np.zeros(count, dtype=np.int64)
    codes = np.zeros(count, dtype=np.int64)
    lines = np.arange(count)
    for cross in range(crosses):
        label = pieces[:, cross]
        fresh = (label > 0) & (renumbered[lines, label] == 0)
        used += fresh
        renumbered[lines[fresh], label[fresh]] = used[fresh]
        digit = np.where(label > 0, 2 * renumbered[lines, label] + odd[:, cross], 0)
        codes |= digit << (4 * cross)
    return codes


def _split(codes: States, crosses: int) -> tuple[States, States]:
    digits = _digits(codes, crosses)
    return digits >> 1, digits & 1


def _touch(pieces: States, odd: States, cross: int, steps: int) -> None:
    if steps:
        pieces[:, cross] = np.where(pieces[:, cross] == 0, 10 + cross, pieces[:, cross])
        odd[:, cross] ^= steps & 1


def _step(codes: States, crosses: int, cross: int, steps: int) -> States:
    pieces, odd = _split(codes, crosses)
    _touch(pieces, odd, cross, steps)
    return _codes(pieces, odd)


def _enter(codes: States, crosses: int, block: int, effect: int) -> States:
    front, back, joined = EFFECTS[effect]
    pieces, odd = _split(codes, crosses)
    _touch(pieces, odd, block, front)
    _touch(pieces, odd, block + 1, back)
    if joined:
        merged, kept = pieces[:, block + 1 : block + 2], pieces[:, block : block + 1]
        pieces = np.where(pieces == merged, kept, pieces)
    return _codes(pieces, odd)


def _join_odd(codes: States, crosses: int) -> States:
    """Join the pieces of the two loose ends: those with an odd number of odd heads."""
    pieces, odd = _split(codes, crosses)
    loose = np.zeros(pieces.shape, dtype=bool)
    for piece in range(1, crosses + 1):
        own = pieces == piece
        loose |= own & (((own & (odd == 1)).sum(axis=1) & 1) == 1)[:, None]
    return _codes(np.where(loose, 40, pieces), odd)


def _all_vertical(codes: States, crosses: int, effects: tuple[int, ...] | range) -> list[States]:
    return [_enter(codes, crosses, block, effect) for block in range(crosses - 1) for effect in effects]


def _sideways(codes: States, crosses: int) -> tuple[States, States]:
    """All ways to leave an aisle: an odd head goes on with one step, an even one with two or not at all.

    A piece must keep at least one head, or it would never be joined to the rest. Returns (from codes, to codes).
    """
    pieces, odd = _split(codes, crosses)
    origins, reached = [], []
    for mask in range(1 << crosses):
        left = (mask >> np.arange(crosses)) & 1 == 1
        droppable = ((pieces > 0) & (odd == 0) | ~left).all(axis=1)
        after = np.where(left, 0, pieces)
        alive = np.ones(len(codes), dtype=bool)
        for piece in range(1, crosses + 1):
            alive &= (after == piece).any(axis=1) | ~(pieces == piece).any(axis=1)
        chosen = droppable & alive
        origins.append(codes[chosen])
        reached.append(_codes(after[chosen], odd[chosen]))
    return np.concatenate(origins), np.concatenate(reached)


def _pull(targets: list[NDArray[np.intp]], effects: tuple[int, ...], sources: int, reached: int) -> Pull:
    take = np.arange(len(targets) * sources)
    return _runs(take, np.concatenate(targets), effects, sources, reached)


def _runs(
    take: NDArray[np.intp], targets: NDArray[np.intp], effects: tuple[int, ...], sources: int, reached: int
) -> Pull:
    orphans = np.setdiff1d(np.arange(reached), targets)
    take = np.concatenate([take, np.full(orphans.size, len(effects) * sources)])
    targets = np.concatenate([targets, orphans])
    order = np.lexsort((take, targets))
    starts = np.searchsorted(targets[order], np.arange(reached))
    return Pull(effects, sources, take[order].astype(np.intp), starts.astype(np.intp))
