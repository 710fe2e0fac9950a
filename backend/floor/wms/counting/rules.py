"""What a count may book and when it is counted again, decided without the database."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

Key = tuple[UUID | None, UUID | None, UUID | None]
ZERO = Decimal(0)


def lacks(tracking: str, *, lot: bool, serial: bool, dated: bool) -> str:
    """What a thing that the books don't list must bear to be booked, and does not: `no_lot`, `no_serial`, `no_date`, or nothing."""
    if tracking == "lot" and not lot:
        return "no_lot"
    if tracking == "serial" and not serial:
        return "no_serial"
    return "" if dated else "no_date"


def may_fetch(*, status: str, reserved: Decimal, in_unit: bool, place_kind: str) -> bool:
    """Whether a serial found here may be booked over from where the books have it.

    Only from a bin where it lies loose, free and promised to nobody; anything else a person looks at first.
    """
    return status == "free" and reserved == ZERO and not in_unit and place_kind == "bin"


TOLERATED_SHARE = Decimal("0.02")
"""A difference of so much of what the books say is booked at once; the floor knows no prices, so it is a share and not a value."""

Differences = Mapping[Key, Decimal]
"""Counted less booked, by lot, serial number and handling unit; what agrees is left out."""

AFTER: Final[Mapping[tuple[str, str], str]] = {
    ("first", "agrees"): "booked",
    ("first", "within"): "booked",
    ("first", "repeats"): "booked",  # a count that takes back one's own wrong one
    ("first", "beyond"): "again",
    ("again", "agrees"): "booked",
    ("again", "within"): "booked",
    ("again", "repeats"): "booked",  # two people found the same
    ("again", "beyond"): "review",
    ("again", "accept"): "booked",
    ("again", "recount"): "again",
}
"""What becomes of a count: (where it stands, what came in) to booked, counted again by somebody else, or put before a supervisor.

`first` before anybody's look counts, `again` from then on.
"""


def came_in(found: Differences, expected: Decimal, before: Sequence[Differences]) -> str:
    """What a look says, next to the books and to the looks before it: `agrees`, `repeats`, `within` the tolerance, or `beyond`."""
    if not found:
        return "agrees"
    if any(found == one for one in before):
        return "repeats"
    off = sum((abs(more) for more in found.values()), start=ZERO)
    return "within" if off <= expected * TOLERATED_SHARE else "beyond"
