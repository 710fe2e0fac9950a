"""Sorting and looking up in a compiled kernel. Short loops on purpose: numpy's own take seconds to compile."""

import numpy as np
from numpy.typing import NDArray

from .jit import kernel

__all__ = ["rank_of", "sort_distinct"]

Ints = NDArray[np.int64]


@kernel
def sort_distinct(numbers: Ints, count: int) -> int:
    """Sort `numbers[:count]` and leave each number once, in place: how many are left (Shell 1959, Ciura's gaps x 9/4)."""
    gap = 1
    while gap * 9 // 4 + 1 < count:
        gap = gap * 9 // 4 + 1
    while gap > 0:
        for at in range(gap, count):
            number = numbers[at]
            to = at
            while to >= gap and numbers[to - gap] > number:
                numbers[to] = numbers[to - gap]
                to -= gap
            numbers[to] = number
        gap = 0 if gap == 1 else (gap - 1) * 4 // 9 if gap > 4 else 1
    left = 0
    for at in range(count):
        if left == 0 or numbers[at] != numbers[left - 1]:
            numbers[left] = numbers[at]
            left += 1
    return left


@kernel
def rank_of(numbers: Ints, count: int, number: int) -> int:
    """Where a number stands among the sorted `numbers[:count]`."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low
