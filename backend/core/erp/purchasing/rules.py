"""A purchase order's life, and what an invoice may say."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, Protocol

from backend.contract.purchases import AnsweredLine

STATES: Final = ("draft", "released", "answered", "agreed", "received", "closed", "cancelled")
OPEN: Final = ("draft", "released", "answered", "agreed")
ANSWER_STATES: Final = ("agreed", "needs_buyer", "countered")

MACHINE: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "release"): "released",
    ("draft", "cancel"): "cancelled",
    ("released", "release"): "released",  # a newer version
    ("answered", "release"): "released",
    ("agreed", "release"): "released",
    ("released", "cancel"): "cancelled",
    ("answered", "cancel"): "cancelled",
    ("agreed", "cancel"): "cancelled",
    ("released", "answer"): "answered",
    ("answered", "answer"): "answered",
    ("released", "agree"): "agreed",
    ("answered", "agree"): "agreed",
    ("released", "received_all"): "received",
    ("answered", "received_all"): "received",
    ("agreed", "received_all"): "received",
    ("received", "undone"): "agreed",
    ("received", "invoiced_all"): "closed",
    ("closed", "undone"): "agreed",
}


class Line(Protocol):
    """What of a line the rules look at; in the item's own unit."""

    quantity: Decimal
    received: Decimal
    returned: Decimal
    invoiced: Decimal
    cancelled: bool


def all_received(lines: Iterable[Line]) -> bool:
    """Whether nothing more is expected."""
    return all(line.cancelled or line.received >= line.quantity for line in lines)


def all_invoiced(lines: Iterable[Line]) -> bool:
    """Whether all that was kept was billed."""
    return all(line.invoiced >= line.received - line.returned for line in lines)


def match(line: Line, billed: Decimal) -> str | None:
    """Three-way match of one billed line: why it must not be booked, or None. The price may differ; that is posted, not refused."""
    open_quantity = line.received - line.returned - line.invoiced
    return (
        None
        if billed <= open_quantity
        else f"{billed} billed, {max(open_quantity, Decimal(0))} received and not yet billed"
    )


def most(ordered: Decimal, tolerance: Mapping[str, Any]) -> Decimal:
    """What may be received of a line before a person hears of it."""
    return ordered * (100 + Decimal(str(tolerance.get("overPercent", 0)))) / 100


def agreed_line(line: AnsweredLine, received: Decimal) -> tuple[Decimal, Decimal | None, bool]:
    """What a line becomes by an agreed answer: its quantity, its price if that changes, and whether it is off.

    A price is taken over only while nothing has come at the old one. A line whose parts have several prices gets their average,
    weighted by quantity, to four decimals.
    """
    quantity = sum((part.quantity for part in line.schedule), start=Decimal(0))
    if quantity == 0:
        return quantity, None, received == 0
    priced = [(part.quantity, part.price) for part in line.schedule if part.price is not None]
    if received > 0 or len(priced) < len(line.schedule):
        return quantity, None, False
    price = sum((many * each for many, each in priced), start=Decimal(0)) / quantity
    return quantity, price.quantize(Decimal("0.0001")), False
