"""Which application identifiers may stand together: what each excludes, what it needs, and that none stands twice."""

from __future__ import annotations

from scanning.gs1.dictionary import entry, matches


def contradictions(pairs: list[tuple[str, str]]) -> list[str]:
    """AIs that stand twice with different values, or beside one they exclude."""
    seen: dict[str, str] = {}
    errors = []
    for ai, value in pairs:
        if seen.setdefault(ai, value) != value:
            errors.append(f"({ai}) stands twice with different values.")
    for ai in seen:
        errors += [
            f"({ai}) must not stand beside ({other})."
            for other in seen
            if other != ai and any(matches(other, pattern) for pattern in entry(ai).excludes)
        ]
    return errors


def missing(pairs: list[tuple[str, str]]) -> list[str]:
    """What the AIs need beside them and do not have, within this code."""
    present = {ai for ai, _ in pairs}
    return [
        f"({ai}) needs {' or '.join(f'({pattern})' for pattern in group)} beside it."
        for ai in dict.fromkeys(ai for ai, _ in pairs)
        for group in entry(ai).needs
        if not any(matches(other, pattern) for other in present for pattern in group)
    ]
