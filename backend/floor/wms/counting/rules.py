"""What a count may book, decided without the database."""

from decimal import Decimal

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
