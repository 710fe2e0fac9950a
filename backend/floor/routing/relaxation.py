"""The linear relaxation of choosing batches, by column generation over batches already priced."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

__all__ = ["relax"]

_COLUMNS_AT_ONCE = 2000
_SLIP = 1e-3

Floats = NDArray[np.float64]


def relax(covers: NDArray[np.int8], costs: Floats, first: NDArray[np.intp]) -> tuple[float, Floats]:
    """Bound the cheapest choice of columns that covers every order once.

    Args:
        covers: (columns, orders), 1 where the column carries the order; single orders must be among the columns.
        costs: per column.
        first: columns to begin with.

    Returns:
        A bound that is safe against rounding, and the reduced cost of every column under it.
    """
    count = covers.shape[1]
    active = np.union1d(first, np.argsort(costs / covers.sum(axis=1), kind="stable")[:_COLUMNS_AT_ONCE])
    active = np.union1d(active, np.flatnonzero(covers.sum(axis=1) == 1))
    while True:
        rows = covers[active].T.astype(np.float64)
        answer = linprog(costs[active], A_eq=rows, b_eq=np.ones(count), bounds=(0, None), method="highs")
        duals: Floats = answer.eqlin.marginals
        reduced: Floats = costs - covers @ duals
        if reduced.min() >= -_SLIP:
            return float(duals.sum()) + count * min(0.0, float(reduced.min())), reduced
        wanted = np.argsort(reduced, kind="stable")[:_COLUMNS_AT_ONCE]
        active = np.union1d(active, wanted[reduced[wanted] < 0])
