"""What a count may book of things the books don't list."""

from decimal import Decimal

import pytest

from backend.floor.wms.counting.rules import lacks, may_fetch


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
