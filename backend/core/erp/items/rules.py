"""What one unit of a made item costs: its materials at their cost versions, its operations at their work centres' rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

PLACES: Final = Decimal("0.0001")
HOUR: Final = 60


@dataclass(frozen=True)
class Operation:
    """One step: minutes a piece, at a rate an hour. Setting up is a cost of the order, not of a piece, and shows in its variance."""

    run_minutes_each: Decimal
    rate_per_hour: Decimal


def material(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The sum of quantity × unit cost, to four decimals."""
    return sum((many * cost for many, cost in parts), start=Decimal(0)).quantize(PLACES)


def labour(operations: Iterable[Operation]) -> Decimal:
    """The sum of hours × rate, to four decimals."""
    hours = (step.run_minutes_each * step.rate_per_hour / HOUR for step in operations)
    return sum(hours, start=Decimal(0)).quantize(PLACES)
