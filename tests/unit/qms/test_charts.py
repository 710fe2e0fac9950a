"""Control charts against published figures and by the tests' own definitions."""

import pytest

from backend.floor.qms.charts import Lot, chart, d2, d3, runs


@pytest.mark.parametrize(
    ("n", "mean", "deviation"),
    [(2, 1.128, 0.853), (3, 1.693, 0.888), (5, 2.326, 0.864), (10, 3.078, 0.797), (25, 3.931, 0.708)],
)
def test_constants_are_the_published_ones(n: int, mean: float, deviation: float) -> None:
    """d2 and d3 as in Montgomery, Introduction to Statistical Quality Control, appendix VI, to its three places."""
    assert d2(n) == pytest.approx(mean, abs=6e-4)
    assert d3(n) == pytest.approx(deviation, abs=6e-4)


def test_individuals_as_the_handbook_has_them() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: ten flow rates with mean 50.81 have limits 45.816 and 55.804; all lie within."""
    flow = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
    told = chart([Lot(number, (value,)) for number, value in enumerate([*flow, 50.8])])
    point = told.points[-1]
    assert (told.kind, told.lots, told.provisional) == ("individuals", 10, True)
    assert told.centre == pytest.approx(50.81)
    assert point.low == pytest.approx(45.816, abs=5e-3)
    assert point.high == pytest.approx(55.804, abs=5e-3)
    assert [one.rule for one in told.breaks if one.rule == "beyond"] == []


def test_means_and_ranges_as_the_textbook_has_them() -> None:
    """Montgomery, table 6.1: n = 5, grand mean 1.5056, mean range 0.32521 give 1.31795 and 1.69325, and 0.68749 for the range."""
    half = 0.32521 / 2
    same = tuple(1.5056 + part for part in (-half, 0.0, 0.0, 0.0, half))
    shifted = tuple(value + 0.2 for value in same)
    told = chart([*(Lot(number, same) for number in range(25)), Lot(25, shifted)])
    point = told.points[-1]
    assert point.low == pytest.approx(1.31795, abs=2e-4)
    assert point.high == pytest.approx(1.69325, abs=2e-4)
    assert [(one.rule, one.last) for one in told.breaks] == [("beyond", 25)]
    assert not told.provisional
    wide = chart([*(Lot(number, same) for number in range(25)), Lot(25, (1.1, 1.5, 1.5, 1.5, 1.8))])
    assert "spread" in {one.rule for one in wide.breaks}
    narrow = chart([*(Lot(number, same) for number in range(25)), Lot(25, (1.17, 1.5, 1.5, 1.5, 1.85))])
    assert "spread" not in {one.rule for one in narrow.breaks}


@pytest.mark.parametrize(
    ("z", "failed"),
    [
        ([0.1, 3.1], [("beyond", 1, 1)]),
        ([0.1, 3.0], []),
        ([2.1, 0.0, 2.2], [("two_of_three", 0, 2)]),
        ([2.1, 0.0, -2.2], []),
        ([2.1, 2.2, 0.0], []),
        ([1.1, 1.2, 0.5, 1.3, 1.1], [("four_of_five", 0, 4)]),
        ([-1.1, -1.2, 0.5, -1.3, -1.1], [("four_of_five", 0, 4)]),
        ([0.1, 0.5, 0.2, 0.4, 0.3, 0.6, 0.2, 0.5], [("eight_one_side", 0, 7)]),
        ([0.1, 0.5, 0.2, 0.4, -0.3, 0.6, 0.2, 0.5], []),
        ([-0.9, -0.5, -0.1, 0.2, 0.5, 0.8], [("trend", 0, 5)]),
        ([0.8, 0.5, 0.2, -0.1, -0.5, -0.9], [("trend", 0, 5)]),
        ([-0.9, -0.5, -0.1, 0.2, 0.5, 0.5], []),
    ],
)
def test_each_test_fails_what_it_names_and_no_more(
    z: list[float], failed: list[tuple[str, int, int]]
) -> None:
    """Western Electric's four and Nelson's trend, each at its edge."""
    assert runs(z) == failed


def test_too_few_lots_have_no_limits() -> None:
    """Nothing is said of one lot before, nor of readings that never differ."""
    assert chart([Lot(1, (9.0, 9.1)), Lot(2, (9.0,))]).centre is None
    assert chart([Lot(number, (9.0, 9.0)) for number in range(5)]).breaks == []
    assert chart([]).points == []
