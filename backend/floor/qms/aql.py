"""ISO 2859-1:1999 single sampling plans for AQLs of 0.010 to 10 percent: code letters (table 1) and master tables 2-A, 2-B, 2-C.

A master table is a staircase. With the ranks of code letter and AQL counted from 0, every cell depends only on their sum, the diagonal:

| plans | Ac = 0 on | then | Ac, one a diagonal |
|---|---|---|---|
| normal | 14 | up, down | 1 2 3 5 7 10 14 21 |
| tightened | 15 | down, down | 1 2 3 5 8 12 18 |
| reduced | 14 | up, down, down | 1 2 3 5 6 8 10 |

Below the first diagonal every cell is a down arrow, beyond the last an up arrow. An arrow leads to the next letter up or down
that has a plan, and to that letter's n: keeping the old n, as is often done, accepts bad lots. An arrow that would leave the
table turns round. Re is Ac + 1 throughout, the reduced plans included: the edition of 1999 has no gap there.
"""

from decimal import Decimal
from typing import Final, Literal

import msgspec

Severity = Literal["normal", "tightened", "reduced", "discontinued"]
Level = Literal["S-1", "S-2", "S-3", "S-4", "I", "II", "III"]

STANDARD: Final = "ISO 2859-1"
EDITION: Final = "1999"

LETTERS: Final = "ABCDEFGHJKLMNPQRS"
AQLS: Final = (
    *(Decimal(one) / 1000 for one in (10, 15, 25, 40, 65, 100, 150, 250, 400, 650)),
    *(Decimal(one) / 10 for one in (10, 15, 25, 40, 65, 100)),
)
LEVELS: Final[tuple[Level, ...]] = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")

# Table 1: the largest lot of each row (the last has no end), and the letters of the levels in the order of LEVELS.
_LOTS: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
_ROWS: Final = (
    "AAAAAAB",
    "AAAAABC",
    "AABBBCD",
    "ABBCCDE",
    "BBCCCEF",
    "BBCDDFG",
    "BCDEEGH",
    "BCDEFHJ",
    "CCEFGJK",
    "CDEGHKL",
    "CDFGJLM",
    "CDFHKMN",
    "DEGJLNP",
    "DEGJMPQ",
    "DEHKNQR",
)

_SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED_SIZES: Final = (2, 2, *_SIZES[:14])


class Stair(msgspec.Struct, frozen=True):
    """One master table: its letters' sample sizes and what stands on its diagonals, from `first` on."""

    sizes: tuple[int, ...]
    first: int
    cells: tuple[int | Literal["up", "down"], ...]

    def at(self, letter: int, aql: int) -> int | Literal["up", "down"]:
        """The printed cell: an acceptance number or an arrow."""
        place = letter + aql - self.first
        if place < 0:
            return "down"
        return self.cells[place] if place < len(self.cells) else "up"


TABLES: Final[dict[str, Stair]] = {
    "normal": Stair(_SIZES[:16], 14, (0, "up", "down", 1, 2, 3, 5, 7, 10, 14, 21)),
    "tightened": Stair(_SIZES, 15, (0, "down", "down", 1, 2, 3, 5, 8, 12, 18)),
    "reduced": Stair(_REDUCED_SIZES, 14, (0, "up", "down", "down", 1, 2, 3, 5, 6, 8, 10)),
}


class SamplingPlan(msgspec.Struct, frozen=True):
    """Draw `n` of the lot; accept with at most `ac` nonconforming, do not accept from `re` on. `letter` is the one whose n it is."""

    letter: str
    n: int
    ac: int
    re: int
    whole_lot: bool = False


class OffTheTable(ValueError):
    """The lot, level or AQL is none that the standard has."""


def code_letter(lot_size: int, level: Level) -> str:
    """Table 1: the sample size code letter of a lot.

    Raises:
        OffTheTable: no such level, or a lot of fewer than one.
    """
    if lot_size < 1 or level not in LEVELS:
        raise OffTheTable(f"no code letter for a lot of {lot_size} at level {level}")
    row = sum(lot_size > largest for largest in _LOTS)
    return _ROWS[row][LEVELS.index(level)]


def aql_rank(aql: Decimal) -> int:
    """The column of an AQL in percent, counted from 0.

    Raises:
        OffTheTable: it is not one of the sixteen preferred values up to 10.
    """
    try:
        return AQLS.index(aql)
    except ValueError as error:
        raise OffTheTable(f"{aql} is not a preferred AQL up to 10") from error


def plan_for_letter(letter: str, aql: Decimal, severity: Severity) -> SamplingPlan:
    """The plan of a master table's cell, its arrows followed.

    Raises:
        OffTheTable: no such letter, AQL or table; inspection that is discontinued has no plan.
    """
    table = TABLES.get(severity)
    rank = LETTERS.find(letter)
    if table is None or not letter or rank < 0 or rank >= len(table.sizes):
        raise OffTheTable(f"no {severity} plan for letter {letter!r}")
    column = aql_rank(aql)
    cell = table.at(rank, column)
    if isinstance(cell, str):
        rank = _follow(table, rank, column, cell)
        cell = table.at(rank, column)
    assert isinstance(cell, int)
    return SamplingPlan(LETTERS[rank], table.sizes[rank], cell, cell + 1)


def _follow(table: Stair, rank: int, column: int, arrow: str) -> int:
    """The letter an arrow leads to: the first with a plan in its direction, else the first in the other."""
    down = range(rank + 1, len(table.sizes))
    up = range(rank - 1, -1, -1)
    ways = (down, up) if arrow == "down" else (up, down)
    return next(found for way in ways for found in way if isinstance(table.at(found, column), int))


def plan_for_lot(lot_size: int, level: Level, aql: Decimal, severity: Severity) -> SamplingPlan:
    """The plan for a lot of so many items. A sample as large as the lot is the whole lot, with the same Ac (10.1 of the standard)."""
    plan = plan_for_letter(code_letter(lot_size, level), aql, severity)
    if plan.n < lot_size:
        return plan
    return SamplingPlan(plan.letter, lot_size, plan.ac, plan.re, whole_lot=True)


def one_step_tighter(plan: SamplingPlan, aql: Decimal) -> int | None:
    """The acceptance number of the same letter's normal plan one AQL step tighter; None where that cell has no number."""
    column = aql_rank(aql) - 1
    if column < 0:
        return None
    cell = TABLES["normal"].at(LETTERS.index(plan.letter), column)
    return cell if isinstance(cell, int) else None
