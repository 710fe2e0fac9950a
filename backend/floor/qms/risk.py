"""What a sampling plan lets through: the operating characteristic of one lot, exact, by the hypergeometric distribution."""

from fractions import Fraction
from math import comb

import msgspec


class Point(msgspec.Struct, frozen=True, rename="camel"):
    """With `bad` nonconforming in the lot (`percent` of it), it is accepted with this probability, 0 to 1."""

    bad: int
    percent: float
    accepted: float


def acceptance(lot: int, bad: int, n: int, ac: int) -> Fraction:
    """The probability that at most `ac` of `n` drawn without replacement from a lot with `bad` nonconforming are so.

    Raises:
        ValueError: more bad than there are, or a sample larger than the lot.
    """
    if not 0 <= bad <= lot or not 0 <= n <= lot:
        raise ValueError(f"no sample of {n} from {lot} with {bad} bad")
    good = lot - bad
    ways = sum(comb(bad, found) * comb(good, n - found) for found in range(min(ac, n, bad) + 1))
    return Fraction(ways, comb(lot, n))


def acceptance_from_here(lot: int, bad: int, n: int, ac: int, *, drawn: int, found: int) -> Fraction:
    """The same, when `drawn` of the sample have been looked at and `found` of those were nonconforming."""
    if found > ac:
        return Fraction(0)
    rest = max(bad - found, 0)
    return acceptance(lot - drawn, min(rest, lot - drawn), n - drawn, ac - found)


def curve(lot: int, n: int, ac: int, *, points: int = 40) -> list[Point]:
    """The operating characteristic: from no nonconforming up to where fewer than one lot in two hundred is accepted."""
    last = _hopeless(lot, n, ac)
    wanted = sorted({round(last * step / points) for step in range(points + 1)})
    return [Point(bad, 100 * bad / lot, float(acceptance(lot, bad, n, ac))) for bad in wanted]


def _hopeless(lot: int, n: int, ac: int) -> int:
    """The fewest nonconforming at which the lot is accepted less than once in 200, by halving: acceptance only falls."""
    low, high = 0, lot
    while low < high:
        middle = (low + high) // 2
        if acceptance(lot, middle, n, ac) < Fraction(1, 200):
            high = middle
        else:
            low = middle + 1
    return low


def indifference(lot: int, n: int, ac: int, accepted: Fraction) -> int:
    """The most nonconforming in the lot at which it is still accepted at least this often."""
    low, high = 0, lot
    while low < high:
        middle = (low + high + 1) // 2
        if acceptance(lot, middle, n, ac) >= accepted:
            low = middle
        else:
            high = middle - 1
    return low
