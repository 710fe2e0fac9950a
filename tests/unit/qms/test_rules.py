"""What readings add up to, whatever order they come in; the tables of states; risk, worked out by counting."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.floor.qms import risk
from backend.floor.qms.rules import (
    DECIDED,
    LOT_FLOW,
    NCR_FLOW,
    OVER,
    Allocation,
    Characteristic,
    Class,
    ClassPlan,
    Reading,
    conforms,
    decision_event,
    lot_state,
    ncr_state,
    plausible,
    tally,
)
from backend.floor.qms.tables import LOT_STATES, NCR_STATES

AXLE = Characteristic(
    number=1, name={"en": "Axle"}, kind="variable", of_class="major", decimals=2,
    lsl=Decimal("8.92"), usl=Decimal("9.00"), low=Decimal(6), high=Decimal(14),
)  # fmt: skip
BURRS = Characteristic(number=2, name={"en": "Burrs"}, kind="count", of_class="major", usl=Decimal(1))
MARK = Characteristic(number=3, name={"en": "Marking"}, kind="attribute", of_class="minor")
FEATURES = (AXLE, BURRS, MARK)


def plan(of_class: Class, n: int, ac: int) -> ClassPlan:
    """A class sampled so."""
    return ClassPlan(
        of_class=of_class, level="II", aql=Decimal("2.5"), severity="normal", letter="C", plan_letter="C",
        n=n, ac=ac, re=ac + 1, whole_lot=False, explained={},
    )  # fmt: skip


CLASSES = (plan("major", 4, 1), plan("minor", 3, 0))


def reading(number: int, feature: int, sample: int, value: str, supersedes: int | None = None) -> Reading:
    """A reading whose id is the number."""
    older = None if supersedes is None else UUID(int=supersedes)
    return Reading(
        id=UUID(int=number), characteristic=feature, sample=sample, value=Decimal(value), supersedes=older
    )


@pytest.mark.parametrize(
    ("feature", "value", "right", "possible"),
    [
        (AXLE, "8.92", True, True), (AXLE, "9.00", True, True), (AXLE, "8.91", False, True), (AXLE, "5.99", False, False),
        (BURRS, "1", True, True), (BURRS, "2", False, True), (BURRS, "-1", True, False), (BURRS, "0.5", True, False),
        (MARK, "0", True, True), (MARK, "1", False, True), (MARK, "2", False, False),
    ],
)  # fmt: skip
def test_limits_are_included_and_nonsense_is_known(
    feature: Characteristic, value: str, right: bool, possible: bool
) -> None:
    """A value on the limit conforms; what cannot be is told apart from what does not conform."""
    assert (conforms(feature, Decimal(value)), plausible(feature, Decimal(value))) == (right, possible)


def test_a_piece_counts_once_however_much_is_wrong_with_it() -> None:
    """Two features wrong on one piece are one nonconforming item; a second piece reaches Re, early."""
    one = [reading(1, 1, 1, "8.5"), reading(2, 2, 1, "3")]
    assert [(told.bad, told.verdict) for told in tally(FEATURES, CLASSES, one).classes] == [
        (1, "open"),
        (0, "open"),
    ]
    told = tally(FEATURES, CLASSES, [*one, reading(3, 2, 4, "2")])
    assert (told.verdict, told.classes[0].bad, told.classes[0].early) == ("reject", 2, True)


def test_acceptance_needs_every_class_and_every_piece_that_could_tip_it() -> None:
    """Ac 1 of 4 is accepted early with one piece unread, since that one cannot tip it; Ac 0 needs all of its pieces."""
    major = [reading(10 * s + f, f, s, "0" if f == 2 else "8.95") for s in (1, 2, 3) for f in (1, 2)]
    told = tally(FEATURES, CLASSES, major)
    assert (told.classes[0].verdict, told.classes[0].early, told.verdict) == ("accept", True, "open")
    minor = [reading(100 + s, 3, s, "0") for s in (1, 2, 3)]
    assert tally(FEATURES, CLASSES, major + minor).verdict == "accept"


def test_a_correction_counts_instead_and_two_readings_count_as_the_worse() -> None:
    """The superseded value is gone; where two people read one cell differently, the one that does not conform stands."""
    wrong, right = reading(1, 1, 1, "8.5"), reading(2, 1, 1, "8.95", supersedes=1)
    assert tally(FEATURES, CLASSES, [wrong, right]).classes[0].bad == 0
    told = tally(FEATURES, CLASSES, [reading(1, 1, 1, "8.95"), reading(2, 1, 1, "8.5")])
    assert (told.classes[0].bad, told.cells[1, 1].disputed) == (1, True)


@st.composite
def histories(draw: Any) -> list[Reading]:
    """Readings of any cells, some of them corrections of others."""
    made: list[Reading] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        if made and draw(st.booleans()):
            old = draw(st.sampled_from(made))
            made.append(
                reading(
                    number,
                    old.characteristic,
                    old.sample,
                    draw(st.sampled_from(["8.95", "8.5", "0"])),
                    old.id.int,
                )
            )
        else:
            made.append(
                reading(
                    number,
                    draw(st.integers(1, 3)),
                    draw(st.integers(1, 4)),
                    draw(st.sampled_from(["8.95", "0", "1"])),
                )
            )
    return made


@settings(max_examples=100, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_with_anything_twice_adds_up_to_the_same(readings: list[Reading], chance: Any) -> None:
    """Readings are facts in a set: shuffled, and some of them delivered again, they make the same cells and verdict."""
    again = readings + readings[: len(readings) // 2]
    chance.shuffle(again)
    assert tally(FEATURES, CLASSES, again) == tally(FEATURES, CLASSES, readings)


def test_the_lots_states() -> None:
    """Every state and event: what the table names, and nothing out of a state that is over."""
    events = {event for _, event in LOT_FLOW}
    for state in LOT_STATES:
        for event in events:
            to = lot_state(state, event)
            assert to == LOT_FLOW.get((state, event))
            assert to is None or (to in LOT_STATES and state not in OVER)
    assert {to for to in LOT_FLOW.values() if to in OVER} == OVER
    assert {to for (state, _), to in LOT_FLOW.items() if to in DECIDED and state != "ready"} == set()
    ways: tuple[dict[Allocation, Decimal], ...] = (
        {"release": Decimal(10)},
        {"release": Decimal(4), "scrap": Decimal(6)},
        {"sort": Decimal(10)},
    )
    assert [lot_state("ready", decision_event(Decimal(10), way)) for way in ways] == [
        "accepted",
        "partial",
        "rejected",
    ]


def test_the_reports_states() -> None:
    """A report closes only when verified, is approved only when proposed, and nothing follows its end."""
    assert {state for state, event in NCR_FLOW if event == "close"} == {"verified"}
    assert {state for state, event in NCR_FLOW if event == "approve"} == {"proposed"}
    assert all(ncr_state("closed", event) is None for _, event in NCR_FLOW)
    assert {*NCR_FLOW.values(), "open"} == set(NCR_STATES)


def test_risk_is_what_counting_every_sample_gives() -> None:
    """All samples of small lots drawn one by one: the share that is accepted, exactly."""
    for lot, bad, n, ac in ((8, 3, 4, 1), (9, 2, 5, 0), (10, 7, 6, 3), (7, 0, 3, 0), (6, 6, 2, 1)):
        samples = list(combinations(range(lot), n))
        passed = sum(sum(piece < bad for piece in sample) <= ac for sample in samples)
        assert risk.acceptance(lot, bad, n, ac) == Fraction(passed, len(samples))
        for drawn in range(n + 1):  # the law of total probability over what the first pieces showed
            whole = sum(
                risk.acceptance_from_here(lot, bad, n, ac, drawn=drawn, found=found)
                * Fraction(comb(bad, found) * comb(lot - bad, drawn - found), comb(lot, drawn))
                for found in range(min(drawn, bad) + 1)
                if drawn - found <= lot - bad
            )
            assert whole == risk.acceptance(lot, bad, n, ac)


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 400), st.integers(2, 20), st.integers(0, 3))
def test_acceptance_falls_with_every_bad_piece(lot: int, n: int, ac: int) -> None:
    """The operating characteristic begins at one, never rises, ends where hardly anything passes."""
    points = risk.curve(lot, n, ac)
    assert points[0].accepted == 1
    assert all(a.accepted >= b.accepted for a, b in pairwise(points))
    assert points[-1].accepted <= 0.005 or points[-1].bad == lot
