"""Tryton's units of measure as the floor calls them, and conversion between two of one category."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import msgspec

# Tryton's own symbols, and what the floor's items say (UN/ECE common names). Any other symbol is taken as it is.
_NAMES = {"u": "pc", "cm³": "cm3", "m³": "m3", "cm²": "cm2", "m²": "m2"}


class Unit(msgspec.Struct, frozen=True):
    """One unit: `factor` of it to its category's base unit, or `rate` the other way where that is the exact one."""

    id: int
    name: str
    factor: Decimal
    rate: Decimal
    digits: int


def unit_of(row: dict[str, Any]) -> Unit:
    """A unit out of its row (id, symbol, factor, rate, digits)."""
    return Unit(
        id=row["id"],
        name=_NAMES.get(row["symbol"], row["symbol"]),
        factor=Decimal(row["factor"]),
        rate=Decimal(row["rate"]),
        digits=int(row["digits"]),
    )


def converted(quantity: Decimal, given: Unit, wanted: Unit) -> Decimal:
    """So much of one unit in another of its category, rounded to what the other is counted in."""
    if given.id == wanted.id:
        return quantity
    # A dozen has factor 12 and rate 0.0833…: the side with fewer digits is the exact one.
    base = quantity * given.factor if _short(given.factor) else quantity / given.rate
    found = base * wanted.rate if _short(wanted.rate) else base / wanted.factor
    return found.quantize(Decimal(1).scaleb(-wanted.digits), ROUND_HALF_EVEN)


def _short(number: Decimal) -> bool:
    return number != 0 and len(number.normalize().as_tuple().digits) <= 8
