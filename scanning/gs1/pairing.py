"""Which application identifiers may stand together."""

from __future__ import annotations


def pairing_errors(pairs: list[tuple[str, str]]) -> list[str]:
    seen: dict[str, str] = {}
    errors = []
    for ai, value in pairs:
        if seen.setdefault(ai, value) != value:
            errors.append(f"({ai}) stands twice with different values.")
    return errors
