"""Quantities and money are decimals with their unit beside them; no float touches either."""

from decimal import Decimal, InvalidOperation

import msgspec

MAX_QUANTITY = Decimal(1_000_000_000)
PLACES = Decimal("0.0001")


class Quantity(msgspec.Struct, frozen=True):
    """An amount of something in the unit it was counted in."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"


class Money(msgspec.Struct, frozen=True):
    """An amount in one currency (ISO 4217)."""

    value: Decimal
    currency: str


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent: 12.0000 is 12, 0.5000 is 0.5."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def plain(value: Decimal) -> str:
    """The shortest decimal notation: `12`, `0.5`, never `1.2E+1` or `12.0000`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def checked(value: Decimal, *, zero: bool = False, whole: bool = False) -> Decimal:
    """The quantity that a person or a message gave, unchanged, once it is known to be one that may be booked.

    Raises:
        ValueError: not a number, negative, zero where something must be moved, over 1,000,000,000, finer than
            four decimals, or a fraction of an item that is counted in whole pieces.
    """
    try:
        exact = value.quantize(PLACES)
    except InvalidOperation as error:
        raise ValueError("the quantity is not a usable number") from error
    if exact != value:
        raise ValueError("the quantity has more than four decimals")
    if value < 0:
        raise ValueError("the quantity is negative")
    if value == 0 and not zero:
        raise ValueError("the quantity must be above zero")
    if value > MAX_QUANTITY:
        raise ValueError("the quantity is over 1,000,000,000")
    if whole and value != value.to_integral_value():
        raise ValueError("this item is counted in whole pieces")
    return value
