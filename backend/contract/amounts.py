"""Decimals in messages: never below zero, and a quantity above it. msgspec bounds floats and integers only, so it is checked here."""

from decimal import Decimal

import msgspec

ABOVE_ZERO = frozenset({"quantity", "quantity_each"})


class Amounts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what carries amounts that cannot be negative.

    Raises:
        ValueError: one is; msgspec tells it as a validation error of the message.
    """

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if not isinstance(value, Decimal):
                continue
            if not value.is_finite() or value < 0:
                raise ValueError(f"`{name}` must be zero or more")
            if value == 0 and name in ABOVE_ZERO:
                raise ValueError(f"`{name}` must be above zero")
