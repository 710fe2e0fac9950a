"""What a count may book of things the books don't list, and when it is counted again."""

from decimal import Decimal
from uuid import UUID

import pytest

from backend.floor.wms.counting.rules import AFTER, Differences, came_in, lacks, may_fetch


@pytest.mark.parametrize(
    ("tracking", "lot", "serial", "dated", "lacking"),
    [
        ("none", False, False, True, ""),
        ("lot", False, False, True, "no_lot"),
        ("lot", True, False, True, ""),
        ("lot", True, False, False, "no_date"),
        ("serial", True, False, True, "no_serial"),
        ("serial", False, True, True, ""),
    ],
)
def test_what_was_found_must_bear_what_its_item_is_kept_by(
    tracking: str, lot: bool, serial: bool, dated: bool, lacking: str
) -> None:
    """A lot, a serial number or a date that is missing is named; an item kept by nothing needs nothing."""
    assert lacks(tracking, lot=lot, serial=serial, dated=dated) == lacking


@pytest.mark.parametrize(
    ("status", "reserved", "in_unit", "place_kind", "may"),
    [
        ("free", "0", False, "bin", True),
        ("free", "1", False, "bin", False),
        ("damaged", "0", False, "bin", False),
        ("free", "0", True, "bin", False),
        ("free", "0", False, "cart", False),
    ],
)
def test_a_serial_is_fetched_only_from_where_it_lies_free(
    status: str, reserved: str, in_unit: bool, place_kind: str, may: bool
) -> None:
    """Promised, set aside, packed or on a cart, it stays in the books until a person has looked."""
    found = may_fetch(status=status, reserved=Decimal(reserved), in_unit=in_unit, place_kind=place_kind)
    assert found is may


LOT, OTHER = UUID(int=1), UUID(int=2)


def off(**more: str) -> Differences:
    """A difference by lot: `lot` and `other`."""
    lots = {"lot": LOT, "other": OTHER}
    return {(lots[name], None, None): Decimal(value) for name, value in more.items()}


@pytest.mark.parametrize(
    ("found", "expected", "before", "came"),
    [
        (off(), "100", [], "agrees"),
        (off(), "100", [off(lot="-5")], "agrees"),
        (off(lot="-2"), "100", [], "within"),
        (off(lot="-3"), "100", [], "beyond"),
        (off(lot="-2", other="2"), "100", [], "beyond"),
        (off(lot="1"), "0", [], "beyond"),
        (off(lot="-5"), "100", [off(lot="-5")], "repeats"),
        (off(lot="-5"), "100", [off(lot="-5"), off(lot="-9")], "repeats"),
        (off(other="-5"), "100", [off(lot="-5")], "beyond"),
    ],
)
def test_a_look_is_read_next_to_the_books_and_the_looks_before(
    found: Differences, expected: str, before: list[Differences], came: str
) -> None:
    """Lots that were mistaken for each other add up; the same difference by lot is the same finding, whatever moved meanwhile."""
    assert came_in(found, Decimal(expected), before) == came


@pytest.mark.parametrize("where", ["first", "again"])
def test_every_finding_has_what_becomes_of_the_count(where: str) -> None:
    """Beyond the tolerance nothing is booked by one pair of eyes; a second that differs again goes to a supervisor."""
    became = {came: AFTER[where, came] for came in ("agrees", "within", "repeats", "beyond")}
    assert became.pop("beyond") == {"first": "again", "again": "review"}[where]
    assert set(became.values()) == {"booked"}
