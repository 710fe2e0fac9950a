"""A work order's life."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

STATES: Final = ("draft", "released", "started", "finished", "closed", "cancelled")
OPEN: Final = ("draft", "released", "started")

MACHINE: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "release"): "released",
    ("draft", "cancel"): "cancelled",
    ("released", "cancel"): "cancelled",
    ("released", "report"): "started",
    ("started", "report"): "started",
    ("released", "produced_all"): "finished",
    ("started", "produced_all"): "finished",
    ("finished", "taken_back"): "started",
    ("released", "close"): "closed",
    ("started", "close"): "closed",
    ("finished", "close"): "closed",
}


def labour_cost(minutes: Decimal, rate_per_hour: Decimal) -> Decimal:
    """What so many minutes cost, to the cent; corrections are below zero."""
    return (minutes * rate_per_hour / 60).quantize(Decimal("0.01"))
