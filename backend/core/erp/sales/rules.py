"""A sales order's life. Facts from the floor may come in any order; a step back is not among them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, Protocol

STATES: Final = ("entered", "released", "part_shipped", "shipped", "invoiced", "closed", "cancelled")
OPEN: Final = ("entered", "released", "part_shipped")

MACHINE: Final[Mapping[tuple[str, str], str]] = {
    ("entered", "release"): "released",
    ("entered", "cancel"): "cancelled",
    ("released", "cancel"): "cancelled",
    ("released", "shipped_part"): "part_shipped",
    ("released", "shipped_all"): "shipped",
    ("part_shipped", "shipped_part"): "part_shipped",
    ("part_shipped", "shipped_all"): "shipped",
    ("cancelled", "shipped_part"): "part_shipped",  # it had left before the floor heard of the cancellation
    ("cancelled", "shipped_all"): "shipped",
    ("part_shipped", "invoice"): "part_shipped",
    ("shipped", "invoice"): "invoiced",
    ("invoiced", "pay"): "closed",
}


class Line(Protocol):
    """What of a line the rules look at; in the item's own unit."""

    pieces: Decimal
    shipped: Decimal
    shorted: Decimal


def shipped_event(lines: Iterable[Line]) -> str:
    """Whether all that was not missing has left: the floor ships what it picked, and says what it could not find."""
    return (
        "shipped_all" if all(line.shipped + line.shorted >= line.pieces for line in lines) else "shipped_part"
    )
