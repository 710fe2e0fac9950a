"""The tables of ISO 2859-1:1999 are right in every cell.

How each cell is proved, for 16 letters by 16 AQLs in each of the normal, tightened and reduced tables:

1. every cell, numbers and arrows: equal to a second construction, column by column down the letters as a person reads the printed
   table, with the printed table's own edges written out by hand (`columns`, no code shared with the first);
2. every number cell of Ac 1 and more: n and AQL are rounded terms of one geometric series of five to the decade; with the exact terms
   and the Poisson distribution, Ac is the smallest of its series that accepts a process at the AQL as often as the table promises
   (0.90 normal, 0.75 tightened, 0.985 reduced, but 0.95 for the reduced plans of Ac 1), and the next smaller one is not enough;
   every Ac = 0 cell: n times the AQL is the table's own constant;
3. the columns 0.65 to 10 of the normal table and 0.65 to 6.5 of the tightened: equal to the printed rows of MIL-STD-105E (public
   domain), whose single sampling plans of these two tables the standard took over;
4. arrows: where they lead, n is that letter's;
5. between the tables: tightened is normal one AQL tighter up to Ac 5, reduced draws two letters less; Ac never falls along row or column.
"""

from decimal import Decimal
from itertools import pairwise, product
from math import comb, exp, factorial

import pytest

from backend.floor.qms import aql
from backend.floor.qms.aql import (
    AQLS,
    LETTERS,
    LEVELS,
    OffTheTable,
    Severity,
    code_letter,
    plan_for_letter,
    plan_for_lot,
)

NORMAL_N = dict(
    zip(LETTERS, (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150), strict=True)
)
REDUCED_N = dict(
    zip(LETTERS[:16], (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800), strict=True)
)
SEVERITIES: tuple[Severity, ...] = ("normal", "tightened", "reduced")
# What stands under the zero plan of a column, read downward.
UNDER = {
    "normal": "^ v 1 2 3 5 7 10 14 21",
    "tightened": "v v 1 2 3 5 8 12 18",
    "reduced": "^ v v 1 2 3 5 6 8 10",
}
# Cells at the edges whose arrow could not point outward: as printed.
EDGES = {
    "normal": {("A", "10"): "v", ("R", "0.015"): "^"},
    "tightened": {("R", "0.015"): "^", ("S", "0.015"): "^", ("S", "0.010"): "^"},
    "reduced": {("A", "10"): "v", ("Q", "0.025"): "^", ("R", "0.015"): "^", ("R", "0.025"): "^"},
}
# Letter of the zero plan in the first column (AQL 0.010); each column to the right has it one letter higher.
FIRST_ZERO = {"normal": "Q", "tightened": "R", "reduced": "Q"}


def columns(severity: str) -> dict[tuple[str, str], str]:
    """The printed table as text: (letter, AQL) to "0", "^", "v", …, built down each column."""
    letters = LETTERS if severity == "tightened" else LETTERS[:16]
    table: dict[tuple[str, str], str] = {}
    for right, rate in enumerate(map(str_of, AQLS)):
        zero = letters.index(FIRST_ZERO[severity]) - right
        printed = ["v"] * max(zero, 0) + ["0", *UNDER[severity].split()][max(-zero, 0) :] + ["^"] * 30
        table |= {(letter, rate): printed[row] for row, letter in enumerate(letters)}
    return table | EDGES[severity]


def str_of(rate: Decimal) -> str:
    """An AQL as it is printed."""
    printed = "0.010 0.015 0.025 0.040 0.065 0.10 0.15 0.25 0.40 0.65 1.0 1.5 2.5 4.0 6.5 10"
    return next(name for name in printed.split() if Decimal(name) == rate)


def read(severity: str, letter: str, rate: str) -> tuple[str, int, int]:
    """The plan a person finds: along the arrows to the first number. (letter, n, Ac)."""
    table = columns(severity)
    rows = LETTERS if severity == "tightened" else LETTERS[:16]
    place = rows.index(letter)
    while not table[rows[place], rate].isdigit():
        place += 1 if table[rows[place], rate] == "v" else -1
    sizes = REDUCED_N if severity == "reduced" else NORMAL_N
    return rows[place], sizes[rows[place]], int(table[rows[place], rate])


def accepts(n: int, ac: int, percent: Decimal) -> float:
    """The binomial probability that a sample of a process of this quality has at most `ac` nonconforming."""
    p = float(percent) / 100
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(ac + 1))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_cell_is_that_of_the_second_construction(severity: Severity) -> None:
    """768 plans, found as a person finds them in the printed table: letter, n and Ac are the same, Re is one more."""
    for letter, rate in product(LETTERS[:16], AQLS):
        plan = plan_for_letter(letter, rate, severity)
        assert (plan.letter, plan.n, plan.ac) == read(severity, letter, str_of(rate)), (letter, rate)
        assert plan.re == plan.ac + 1


@pytest.mark.parametrize(
    ("severity", "promise", "numbers"),
    [
        ("normal", 0.90, (0, 1, 2, 3, 5, 7, 10, 14, 21)),
        ("tightened", 0.75, (0, 1, 2, 3, 5, 8, 12, 18)),
        ("reduced", 0.985, (0, 1, 2, 3, 5, 6, 8, 10)),
    ],
)
def test_acceptance_numbers_keep_the_promise_at_the_aql(
    severity: Severity, promise: float, numbers: tuple[int, ...]
) -> None:
    """Every number is the smallest of its series that accepts a process at the AQL often enough; the next smaller would not."""
    seen = 0
    for (letter, rate), cell in columns(severity).items():
        if not cell.isdigit() or cell == "0":
            continue
        mean = exact_size(letter, severity) * exact_rate(rate) / 100
        ac, wanted = int(cell), 0.95 if severity == "reduced" and cell == "1" else promise
        smaller = numbers[numbers.index(ac) - 1]
        assert poisson(mean, ac) >= wanted > poisson(mean, smaller), (letter, rate)
        seen += 1
    assert seen > 60


def exact_size(letter: str, severity: str) -> float:
    """The term of the series that a letter's n is rounded from: 2, 3.16, 5.01, 7.94, …; reduced plans have two fifths of it."""
    return float(10 ** (LETTERS.index(letter) / 5 + 0.3 - (0.4 if severity == "reduced" else 0)))


def exact_rate(rate: str) -> float:
    """The same for an AQL in percent: 0.01, 0.0158, 0.0251, …"""
    return float(10 ** (AQLS.index(Decimal(rate)) / 5 - 2))


def poisson(mean: float, ac: int) -> float:
    """The probability of at most `ac` where `mean` are expected."""
    return sum(exp(-mean) * mean**k / factorial(k) for k in range(ac + 1))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_zero_plans_stand_on_their_diagonal(severity: Severity) -> None:
    """n times the AQL is the same for every Ac = 0 plan of a table, but for rounding: about 0.125, 0.2 and 0.05."""
    wanted = {"normal": 0.126, "tightened": 0.2, "reduced": 0.05}[severity]
    for (letter, rate), cell in columns(severity).items():
        n = (REDUCED_N if severity == "reduced" else NORMAL_N)[letter]
        if cell == "0" and n >= 5:
            assert n * float(rate) / 100 == pytest.approx(wanted, rel=0.1), (letter, rate)


PRINTED_NORMAL = """
A 2 v v v v v 1 . .
B 3 v v v v 1 ^ v
C 5 v v v 1 ^ v 2
D 8 v v 1 ^ v 2 3
E 13 v 1 ^ v 2 3 4
F 20 1 ^ v 2 3 4 6
G 32 ^ v 2 3 4 6 8
H 50 v 2 3 4 6 8 11
J 80 2 3 4 6 8 11 15
K 125 3 4 6 8 11 15 22
L 200 4 6 8 11 15 22 ^
M 315 6 8 11 15 22 ^ ^
N 500 8 11 15 22 ^ ^ ^
P 800 11 15 22 ^ ^ ^ ^
Q 1250 15 22 ^ ^ ^ ^ ^
"""
PRINTED_TIGHTENED = """
B 3 v v v v v 1 .
C 5 v v v v 1 v .
D 8 v v v 1 v v 2
E 13 v v 1 v v 2 3
F 20 v 1 v v 2 3 4
G 32 1 v v 2 3 4 6
H 50 v v 2 3 4 6 9
J 80 v 2 3 4 6 9 13
K 125 2 3 4 6 9 13 19
"""


@pytest.mark.parametrize(
    ("severity", "printed"), [("normal", PRINTED_NORMAL), ("tightened", PRINTED_TIGHTENED)]
)
def test_printed_rows_of_the_military_standard_agree(severity: str, printed: str) -> None:
    """Rejection numbers and arrows of the AQLs 0.65 to 10 as MIL-STD-105E prints them, letter by letter."""
    rates = ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5", "10")
    table = columns(severity)
    for line in printed.strip().splitlines():
        letter, n, *cells = line.split()
        assert NORMAL_N[letter] == int(n)
        for rate, cell in zip(rates, cells, strict=False):
            if cell == "." or (letter, rate) == ("A", "4.0"):
                continue
            mine = table[letter, rate]
            assert (str(int(mine) + 1) if mine.isdigit() else mine) == cell, (letter, rate)


def test_cells_at_the_edges_turn_round() -> None:
    """An arrow that would leave the table leads the other way, to the plan the printed table gives."""
    edges: tuple[tuple[Severity, str, str], ...] = (
            ("normal", "A", "10"), ("normal", "R", "0.015"), ("normal", "A", "0.010"), ("normal", "R", "10"),
            ("tightened", "R", "0.015"), ("tightened", "R", "0.025"), ("tightened", "A", "10"),
            ("reduced", "A", "10"), ("reduced", "R", "0.025"),
    )  # fmt: skip
    found = {
        (severity, letter, rate): plan_for_letter(letter, Decimal(rate), severity)
        for severity, letter, rate in edges
    }
    assert {key[1:]: (plan.letter, plan.n, plan.ac) for key, plan in found.items() if key[0] == "normal"} == {
        ("A", "10"): ("C", 5, 1), ("R", "0.015"): ("P", 800, 0), ("A", "0.010"): ("Q", 1250, 0), ("R", "10"): ("K", 125, 21),
    }  # fmt: skip
    tightened = {
        key[1:]: (plan.letter, plan.n, plan.ac) for key, plan in found.items() if key[0] == "tightened"
    }
    assert tightened == {
        ("R", "0.015"): ("Q", 1250, 0), ("R", "0.025"): ("S", 3150, 1), ("A", "10"): ("A", 2, 0),
    }  # fmt: skip
    assert found["reduced", "A", "10"] == aql.SamplingPlan("D", 3, 1, 2)
    assert found["reduced", "R", "0.025"] == aql.SamplingPlan("N", 200, 0, 1)


def test_severities_are_ordered_by_what_they_let_through() -> None:
    """For each letter and AQL a process at the AQL passes tightened inspection at most as often as normal; reduced asks no more pieces."""
    for letter, rate in product(LETTERS[:16], AQLS):
        normal, tightened, reduced = (plan_for_letter(letter, rate, severity) for severity in SEVERITIES)
        assert accepts(tightened.n, tightened.ac, rate) <= accepts(normal.n, normal.ac, rate) + 1e-9
        assert accepts(reduced.n, reduced.ac, rate) >= accepts(tightened.n, tightened.ac, rate)
        if normal.letter == reduced.letter == letter:
            assert reduced.n <= normal.n


def test_code_letters_of_every_lot_and_level() -> None:
    """Letters never fall with lot size or level; the rows that two sources agree on are as printed."""
    sizes = (2, 8, 9, 15, 16, 25, 26, 50, 51, 90, 91, 150, 151, 280, 281, 500, 501, 1200, 1201, 3200, 3201, 10_000,
             10_001, 35_000, 35_001, 150_000, 150_001, 500_000, 500_001, 10**9)  # fmt: skip
    rows = ["".join(code_letter(size, level) for level in LEVELS) for size in sizes]
    assert rows[::2] == rows[1::2]
    for earlier, later in pairwise(rows):
        assert all(LETTERS.index(a) <= LETTERS.index(b) for a, b in zip(earlier, later, strict=True))
    assert all(list(row[4:]) == sorted(row[4:]) and list(row[:4]) == sorted(row[:4]) for row in rows)
    assert (code_letter(60, "II"), rows[8], rows[22], rows[28]) == ("E", "BBCCCEF", "CDFHKMN", "DEHKNQR")


def test_a_sample_as_large_as_the_lot_is_the_whole_lot_with_the_same_ac() -> None:
    """Letter A at AQL 0.65 asks for 20 of a lot of 8: all 8, Ac still 0; at AQL 10 Ac stays 1."""
    assert plan_for_lot(8, "II", Decimal("0.65"), "normal") == aql.SamplingPlan("F", 8, 0, 1, whole_lot=True)
    assert plan_for_lot(4, "II", Decimal(10), "normal") == aql.SamplingPlan("C", 4, 1, 2, whole_lot=True)
    assert plan_for_lot(21, "II", Decimal("0.65"), "normal").whole_lot is False


def test_what_the_standard_has_not_is_refused() -> None:
    """No lot of nothing, no AQL between the preferred ones, no plan once inspection is discontinued."""
    for wrong in (
        lambda: code_letter(0, "II"),
        lambda: plan_for_letter("A", Decimal("0.5"), "normal"),
        lambda: plan_for_letter("A", Decimal("0.65"), "discontinued"),
        lambda: plan_for_letter("I", Decimal("0.65"), "normal"),
        lambda: plan_for_letter("S", Decimal("0.65"), "normal"),
    ):
        with pytest.raises(OffTheTable):
            wrong()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_acceptance_numbers_never_fall_with_letter_or_aql(severity: Severity) -> None:
    """Down a column and along a row of the table, arrows followed, Ac stays or grows; along a diagonal of numbers it is one and the same."""
    rows = LETTERS[:16]
    ac = {key: plan_for_letter(*key, severity).ac for key in product(rows, AQLS)}
    for one, more in pairwise(AQLS):
        assert all(ac[letter, one] <= ac[letter, more] for letter in rows)
    for small, large in pairwise(rows):
        assert all(ac[small, rate] <= ac[large, rate] for rate in AQLS)
    for (small, large), (one, more) in product(pairwise(rows), pairwise(AQLS)):
        left, right = plan_for_letter(large, one, severity), plan_for_letter(small, more, severity)
        if (left.letter, right.letter) == (large, small):
            assert left.ac == right.ac


def test_tightened_is_normal_one_aql_tighter_and_reduced_draws_two_letters_less() -> None:
    """The rules by which tables 2-B and 2-C were made from 2-A: the same plan one column on up to Ac 5, and n two letters up."""
    tightened = reduced = 0
    for letter, (tighter, rate) in product(LETTERS[:16], pairwise(AQLS)):
        plan = plan_for_letter(letter, rate, "tightened")
        if plan.letter == letter and plan.ac <= 5:
            assert plan == plan_for_letter(letter, tighter, "normal")
            tightened += 1
        less = plan_for_letter(letter, rate, "reduced")
        if less.letter == letter and letter not in "ABC":
            assert less.n == NORMAL_N[LETTERS[LETTERS.index(letter) - 2]]
            reduced += 1
    assert min(tightened, reduced) > 50
