"""Check digits of GS1 keys; GS1 General Specifications, section 7.9."""

from __future__ import annotations


def check_digit(body: str) -> str:
    """The last digit that belongs behind `body`: weights 3 and 1 from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether a key of digits ends in its own check digit."""
    return (
        len(digits) > 1 and digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]
    )
