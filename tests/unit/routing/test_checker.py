"""The checker refuses every kind of false claim."""

from dataclasses import replace

import pytest

from backend.floor.routing import Layout, Leg, Round, Walkable, shortest_round
from backend.floor.routing.checker import WrongRound, check_round

FLOOR = Layout.blocks(aisles=4, blocks=2, aisle_length=10, pitch=3)
STOPS = [
    FLOOR.at(aisle=3, block=0, offset=4),
    FLOOR.at(aisle=1, block=1, offset=6),
    FLOOR.at(aisle=0, offset=5),
]
GOOD = shortest_round(FLOOR, STOPS)


def _check(answer: Round, layout: Walkable = FLOOR, ranks: tuple[int, ...] = (0, 0, 0)) -> None:
    check_round(layout, STOPS, FLOOR.depot, [FLOOR.depot], ranks, answer)


def test_good_round_passes() -> None:
    """A true round is let through."""
    _check(GOOD)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, order=(0, 1, 1)),
        replace(GOOD, order=GOOD.order[::-1]),
        replace(GOOD, length=GOOD.length - 1),
        replace(GOOD, bound=GOOD.cost + 1),
        replace(GOOD, legs=GOOD.legs[:-1]),
        replace(GOOD, legs=(Leg(1.0, GOOD.legs[0].points), *GOOD.legs[1:])),
        replace(
            GOOD,
            legs=(
                GOOD.legs[0],
                Leg(14.0, GOOD.legs[1].points[:1] + GOOD.legs[1].points[-1:]),
                *GOOD.legs[2:],
            ),
        ),
    ],
    ids=["twice", "turned", "short", "bound", "legs", "metres", "through-racks"],
)
def test_false_claims_are_refused(wrong: Round) -> None:
    """A stop twice, a false length, a bound too high, a missing leg or a walk through the racks is refused."""
    with pytest.raises(WrongRound):
        _check(wrong)


def test_closed_ways_are_refused() -> None:
    """A round through an aisle closed since, or against the asked order, is refused."""
    with pytest.raises(WrongRound):
        _check(GOOD, FLOOR.closing([(3, 0)]))
    with pytest.raises(WrongRound):
        _check(GOOD, ranks=tuple(3 - GOOD.order.index(n) for n in range(3)))
