"""What an AI's value must hold beyond its pattern, where biip does not look."""

from __future__ import annotations

from scanning.gs1.checkdigit import has_check_digit


def content_errors(ai: str, value: str) -> list[str]:
    keys = {
        "402": value,
        "8017": value,
        "8018": value,
        "253": value[:13],
        "255": value[:13],
        "8006": value[:14],
    }
    if ai in keys and not has_check_digit(keys[ai]):
        return [f"({ai}){value} has a wrong check digit."]
    return []
