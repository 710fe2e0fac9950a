"""A round as a walk matrix: one row per distinct stop, with start, end and the wished order folded in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .errors import ImpossibleOrder
from .values import Place
from .walkable import Walkable

__all__ = ["FORBIDDEN", "MatrixRound", "ranks_of"]

FORBIDDEN = 1e12
"""Cost of a step that must not be taken: more than any real round, small enough to add up exactly."""


def ranks_of(
    count: int, classes: Sequence[int] | None, first: Sequence[int], last: Sequence[int]
) -> tuple[int, ...]:
    """One rank per stop; a round visits them in non-decreasing rank. `first` and `last` are in walking order.

    Raises ImpossibleOrder for a stop named twice or unknown, or classes that do not fit the stops.
    """
    if classes is not None and len(classes) != count:
        raise ImpossibleOrder(f"{count} stops need {count} classes, not {len(classes)}.")
    fixed = [*first, *last]
    if len(set(fixed)) != len(fixed) or any(not 0 <= stop < count for stop in fixed):
        raise ImpossibleOrder("Each stop may be named once among the first and last stops, by its index.")
    heaviest_first = sorted(set(classes or ()))
    ranks = [len(first) + (heaviest_first.index(classes[stop]) if classes else 0) for stop in range(count)]
    for place, stop in enumerate(first):
        ranks[stop] = place
    for place, stop in enumerate(last):
        ranks[stop] = len(first) + max(1, len(heaviest_first)) + place
    return tuple(ranks)


@dataclass(frozen=True, eq=False)
class MatrixRound:
    """Groups of stops at one place and rank; `costs` has the start first and the end last, (groups + 2) squared."""

    groups: tuple[tuple[int, ...], ...]
    ranks: tuple[int, ...]
    costs: NDArray[np.float64]
    symmetric: bool

    @staticmethod
    def of(
        layout: Walkable, stops: Sequence[Place], start: Place, ends: Sequence[Place], ranks: Sequence[int]
    ) -> "MatrixRound":
        """Work out the matrix. Steps from a higher to a lower rank and ways that are closed cost FORBIDDEN."""
        together: dict[tuple[int, Place], list[int]] = {}
        for number, stop in enumerate(stops):
            together.setdefault((ranks[number], stop), []).append(number)
        keys = sorted(together, key=lambda key: together[key])
        places = [place for _, place in keys]
        group_ranks = np.array([rank for rank, _ in keys], dtype=np.int64)
        count = len(keys)
        costs = np.full((count + 2, count + 2), FORBIDDEN)
        between = layout.matrix([start, *places], places)
        costs[: count + 1, 1 : count + 1] = np.minimum(between, FORBIDDEN)
        costs[1 : count + 1, count + 1] = np.minimum(layout.matrix(places, list(ends)).min(axis=1), FORBIDDEN)
        inner = costs[1 : count + 1, 1 : count + 1]
        inner[group_ranks[:, None] > group_ranks[None, :]] = FORBIDDEN
        np.fill_diagonal(costs, 0.0)
        symmetric = bool((inner == inner.T).all())
        return MatrixRound(
            tuple(tuple(together[key]) for key in keys), tuple(group_ranks.tolist()), costs, symmetric
        )

    def cost_of(self, path: Sequence[int]) -> float:
        """Cost of visiting the groups in this order (group numbers from 1), start and end included."""
        whole = [0, *path, len(self.groups) + 1]
        return float(sum(self.costs[a, b] for a, b in pairwise(whole)))

    def stops_of(self, path: Sequence[int]) -> tuple[int, ...]:
        """The stops in the order of a path of groups."""
        return tuple(stop for group in path for stop in self.groups[group - 1])
