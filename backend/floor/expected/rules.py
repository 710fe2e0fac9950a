"""How a delivery stands, as a table, and what is still to come of a line."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from backend.kernel.quantity import PLACES, tidy

ZERO: Final = Decimal(0)

# (state, event) → state. What is not here is refused.
STATES: Final[dict[tuple[str, str], str]] = {
    ("open", "announce"): "open",
    ("open", "receive"): "receiving",
    ("open", "undo"): "open",
    ("open", "close"): "done",
    ("open", "cancel"): "cancelled",
    ("receiving", "announce"): "receiving",
    ("receiving", "receive"): "receiving",
    ("receiving", "undo"): "receiving",
    ("receiving", "close"): "done",
    ("receiving", "cancel"): "cancelled",
    ("done", "announce"): "receiving",  # a newer version of an order that had been closed: more is to come
    ("done", "receive"): "done",  # a late fact from a device that was off line: booked, and a person is told
    ("cancelled", "announce"): "open",
    ("cancelled", "receive"): "cancelled",  # it stands on the dock all the same: booked as not announced
    ("cancelled", "undo"): "cancelled",
}


def sources(event: str) -> tuple[str, ...]:
    """The states in which an event may happen."""
    return tuple(state for state, happening in STATES if happening == event)


def open_quantity(quantity: Decimal, received: Decimal) -> Decimal:
    """What is still to come, never below zero."""
    return max(ZERO, quantity - received)


def tolerated(quantity: Decimal, over_percent: Decimal, *, whole: bool = False) -> Decimal:
    """The most that is in order for a line: what was ordered and the tolerance on top, to four decimals; of whole pieces whole ones."""
    places = Decimal(1) if whole else PLACES
    return tidy((quantity * (100 + over_percent) / 100).quantize(places, ROUND_FLOOR))


def beyond(
    quantity: Decimal, received: Decimal, now: Decimal, over_percent: Decimal, *, whole: bool = False
) -> Decimal:
    """How much of what arrived `now` is too much; `received` includes it already."""
    return min(now, max(ZERO, received - tolerated(quantity, over_percent, whole=whole)))


def next_due(schedule: Sequence[dict[str, Any]], received: Decimal) -> date | None:
    """The day of the first part of a schedule that what was received does not cover; None when all is here."""
    covered = received
    for part in schedule:
        covered -= Decimal(str(part["quantity"]))
        if covered < 0:
            return date.fromisoformat(str(part["on"]))
    return None
