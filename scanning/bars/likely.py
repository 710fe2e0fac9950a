"""The most likely digits behind a blurred row of bars, and how much likelier they are than any others.

Blur is linear: the edges of a code are the sum of its digits' edges, and only neighbours overlap. The squared distance
between a row and a code is therefore a chain of terms, and the closest code whose check digit is right is found exactly
by dynamic programming over (digit, sum so far): maximum-likelihood sequence detection, as in Forney, "The Viterbi
Algorithm", Proceedings of the IEEE 61 (1973).
"""

from __future__ import annotations

import functools
import operator
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from scanning.bars.layouts import LAYOUTS, QUIET, REACH, SAMPLES, Plan, Templates, plans, templates

Floats = npt.NDArray[np.float32]
_RESIDUES: Final = np.arange(10)
_SLOTS: Final = np.arange(12)
MOST_SHAPES: Final = 20  # that a slot may hold: the digits of two sets
FOLLOWED: Final = 3
NOISE_FLOOR: Final = 0.04
FAR_AHEAD: Final = {"EAN13": 20.0, "EAN8": 40.0, "UPCE": 55.0}  # margins beyond which no question is left


class Guess(msgspec.Struct, frozen=True):
    """The closest code to a row: `distance` is its share of unexplained energy, `margin` the next code's extra, in noise.

    `margin` is the difference of squared distances over the noise variance a sample: the log-likelihood ratio, twice.
    """

    text: str
    distance: float
    margin: float


class _Tables(msgspec.Struct, frozen=True):
    sets: npt.NDArray[np.intp]
    shift: npt.NDArray[np.intp]
    back: npt.NDArray[np.intp]
    target: npt.NDArray[np.intp]
    last: npt.NDArray[np.float32]
    parities: npt.NDArray[np.intp]
    parity_of: npt.NDArray[np.intp]


@functools.cache
def _tables(kind: str) -> _Tables:
    ways = plans(kind)
    sets = np.array([plan.sets for plan in ways]) * 10
    weights = np.array([plan.weights for plan in ways])
    added = weights[:, :, None] * _RESIDUES  # plan, slot, digit
    shift = (_RESIDUES - added[..., None]) % 10  # residue before, to arrive at each residue
    back = (_RESIDUES + added[..., None]) % 10  # residue after, from each residue
    last = np.zeros((len(ways), 10), np.float32)
    for row, plan in enumerate(ways):
        if plan.last >= 0:
            last[row] = np.where(plan.last == _RESIDUES, 0, np.inf)
    parities, parity_of = np.unique(sets, axis=0, return_inverse=True)
    return _Tables(
        sets, shift, back, np.array([plan.target for plan in ways]), last, parities, parity_of.ravel()
    )


def unary(rows: Floats, kind: str, shapes: Templates) -> Floats:
    """Cost of each digit at each slot for rows of edges: (rows, slots, 30), lower is closer.

    A digit's edges end a few modules beyond it, so each slot is compared in its own window only.
    """
    windows = rows[:, _windows(kind)]
    count, slots, length = windows.shape
    inner = windows.reshape(count * slots, length) @ shapes.digit.T
    costs: Floats = shapes.unary - 2 * inner.reshape(count, slots, -1)
    return costs


@functools.cache
def _windows(kind: str) -> npt.NDArray[np.intp]:
    first = (QUIET + np.array(LAYOUTS[kind].slots) - REACH) * SAMPLES
    return first[:, None] + np.arange((7 + 2 * REACH) * SAMPLES)


def unexplained(rows: Floats, shapes: Templates) -> Floats:
    """Energy of each row that guards alone leave, the base every digit's cost is added to."""
    return np.asarray((rows**2).sum(axis=1) - 2 * rows @ shapes.guards + shapes.energy, np.float32)


def closest_free(rows: Floats, kind: str, blur: float) -> Floats:
    """Share of each row's energy left by the closest digits of any kind, check digit or not: to rank alignments."""
    shapes = templates(kind, blur)
    # Rows last: the least of twenty digits is then found for all rows at once, several times as fast.
    costs = np.ascontiguousarray(unary(rows, kind, shapes).transpose(1, 2, 0))
    allowed = _allowed(kind)
    total = costs[0, allowed[0]]
    for slot, pair in enumerate(_free_pairs(kind, blur), start=1):
        total = (total + pair[:, :, None]).min(axis=1) + costs[slot, allowed[slot]]
    energy = (rows * rows).sum(axis=1)
    share: Floats = (unexplained(rows, shapes) + total.min(axis=0)) / np.maximum(energy, 1e-6)
    return share


@functools.cache
def _free_pairs(kind: str, blur: float) -> list[Floats]:
    """What neighbouring digits add to each other's cost, the later one first, for the sets each slot may use."""
    pairs, allowed = templates(kind, blur).pairs, _allowed(kind)
    return [
        np.ascontiguousarray(pairs[slot][np.ix_(allowed[slot], allowed[slot + 1])].T)
        for slot in range(len(pairs))
    ]


@functools.cache
def _allowed(kind: str) -> list[npt.NDArray[np.intp]]:
    slots = len(LAYOUTS[kind].slots)
    sets = [sorted({plan.sets[slot] for plan in plans(kind)}) for slot in range(slots)]
    return [np.array([s * 10 + digit for s in chosen for digit in range(10)]) for chosen in sets]


def closest(row: Floats, kind: str, blur: float) -> Guess:
    """The closest code with a right check digit, and the margin to the closest other one (at least: never too large)."""
    shapes = templates(kind, blur)
    costs = unary(row[None], kind, shapes)[0]
    return _by_far(row, kind, blur, costs, FAR_AHEAD[kind]) or _closest_of_promising(row, kind, shapes, costs)


def closest_by_far(row: Floats, kind: str, blur: float, ahead: float) -> Guess | None:
    """The closest code when it leads by `ahead` of all codes, even those with a wrong check digit, else None; much
    cheaper than `closest`, and its margin is never too large.
    """
    return _by_far(row, kind, blur, unary(row[None], kind, templates(kind, blur))[0], ahead)


def _by_far(row: Floats, kind: str, blur: float, costs: Floats, lead: float) -> Guess | None:
    """The answer when the closest digits of any kind happen to make a code, and any other digits are far behind.

    Most clean codes are told so, at a tenth of the cost: who is far ahead of all is far ahead of all with a check digit.
    """
    allowed, pairs = _allowed(kind), _free_pairs(kind, blur)
    single = [costs[slot, columns] for slot, columns in enumerate(allowed)]
    ahead, behind = [single[0]], [np.zeros(len(allowed[-1]), np.float32)]
    for slot, pair in enumerate(pairs, start=1):
        ahead.append(np.minimum.reduce(ahead[-1] + pair, axis=1) + single[slot])
    for slot in range(len(pairs), 0, -1):
        onward = np.add(single[slot], behind[-1])
        behind.append(np.minimum.reduce(pairs[slot - 1] + onward[:, None], axis=0))
    through = np.full((len(allowed), MOST_SHAPES), np.inf, np.float32)
    for slot, before in enumerate(ahead):
        through[slot, : len(before)] = before + behind[-1 - slot]
    chosen = through.argmin(axis=1)
    best = float(through[0, chosen[0]])
    through[_SLOTS[: len(chosen)], chosen] = np.inf
    text = _text_of(kind, [int(columns[at]) for columns, at in zip(allowed, chosen, strict=True)])
    if text is None:
        return None
    guess = _measured(row, kind, templates(kind, blur), text, best, float(through.min()))
    return guess if guess.margin > lead else None


def _text_of(kind: str, columns: list[int]) -> str | None:
    """The text of a digit (set * 10 + digit) for every slot, when it is a code with a right check digit."""
    sets, digits = tuple(column // 10 for column in columns), [column % 10 for column in columns]
    plan = _plan_of(kind).get((sets, digits[-1])) or _plan_of(kind).get((sets, -1))
    if plan is None or sum(map(operator.mul, plan.weights, digits)) % 10 != plan.target:
        return None
    return plan.prefix + "".join(map(str, digits)) + plan.suffix


@functools.cache
def _plan_of(kind: str) -> dict[tuple[tuple[int, ...], int], Plan]:
    """Every way of encoding by its sets and the last digit it is for, -1 for any."""
    return {(plan.sets, plan.last): plan for plan in plans(kind)}


def _closest_of_promising(row: Floats, kind: str, shapes: Templates, costs: Floats) -> Guess:
    """The closest code and its margin, exactly.

    Only the most promising ways of encoding are followed with their check digit; the others count in the margin with
    what they would cost without one, so the margin is never too large.
    """
    tables = _tables(kind)
    ways, floor = _promising(costs, kind, shapes)
    slots = costs.shape[0]
    index = tables.sets[ways][:, :, None] + _RESIDUES  # plan, slot, digit -> column
    single = costs[np.arange(slots)[None, :, None], index]
    single[:, -1] += tables.last[ways]
    pairs = [
        shapes.pairs[slot][index[:, slot, :, None], index[:, slot + 1, None, :]] for slot in range(slots - 1)
    ]
    rows_ = np.arange(len(ways))[:, None, None]
    digits_ = np.arange(10)[None, :, None]
    shift, back = tables.shift[ways], tables.back[ways]
    ahead = [np.full((len(ways), 10, 10), np.inf, np.float32)]
    np.put_along_axis(ahead[0], back[:, 0, :, :1], single[:, 0, :, None], axis=2)
    for slot in range(1, slots):
        best = (ahead[-1][:, :, None, :] + pairs[slot - 1][..., None]).min(axis=1)
        ahead.append(best[rows_, digits_, shift[:, slot]] + single[:, slot, :, None])
    goal = np.where(tables.target[ways][:, None, None] == _RESIDUES, 0, np.inf)
    behind = [goal.astype(np.float32).repeat(10, axis=1)]
    for slot in range(slots - 1, 0, -1):
        after = behind[0][rows_, digits_, back[:, slot]] + single[:, slot, :, None]
        behind.insert(0, (after[:, None] + pairs[slot - 1][..., None]).min(axis=2))
    marginal = np.stack([(f + b).min(axis=2) for f, b in zip(ahead, behind, strict=True)], axis=1)
    return _guess(row, kind, shapes, marginal, ways, floor)


def _promising(costs: Floats, kind: str, shapes: Templates) -> tuple[npt.NDArray[np.intp], float]:
    """The ways of encoding to follow, and the least any other could cost."""
    tables = _tables(kind)
    index = tables.parities[:, :, None] + _RESIDUES
    total = costs[0, index[:, 0]]
    for slot in range(1, costs.shape[0]):
        pair = shapes.pairs[slot - 1][index[:, slot - 1, :, None], index[:, slot, None, :]]
        total = (total[:, :, None] + pair).min(axis=1) + costs[slot, index[:, slot]]
    free = total.min(axis=1)
    order = np.argsort(free)
    floor = float(free[order[FOLLOWED]]) if len(order) > FOLLOWED else float("inf")
    followed = np.isin(tables.parity_of, order[:FOLLOWED])
    return np.nonzero(followed)[0], floor


def _guess(
    row: Floats, kind: str, shapes: Templates, marginal: Floats, ways: npt.NDArray[np.intp], floor: float
) -> Guess:
    way, _, _ = np.unravel_index(int(marginal.argmin()), marginal.shape)
    chosen = marginal[way].argmin(axis=1)
    best = float(marginal[way].min())
    others = marginal.copy()
    others[way, np.arange(len(chosen)), chosen] = np.inf
    second = min(float(others.min()), floor)
    plan: Plan = plans(kind)[ways[way]]
    text = plan.prefix + "".join(map(str, chosen)) + plan.suffix
    return _measured(row, kind, shapes, text, best, second)


def _measured(row: Floats, kind: str, shapes: Templates, text: str, best: float, second: float) -> Guess:
    """A guess from the costs of the best and the second best digits."""
    energy = max(float((row**2).sum()), 1e-6)
    left = max(float(unexplained(row[None], shapes)[0]) + best, 1e-6)
    # Neighbouring samples share their noise: one independent value a module.
    # A drawing without any noise proves no more than a photograph would.
    noise = max(left, NOISE_FLOOR * energy) / (LAYOUTS[kind].modules + 2 * QUIET)
    return Guess(text, left / energy, (second - best) / max(noise, 1e-9))
