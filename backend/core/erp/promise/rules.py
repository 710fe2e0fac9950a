"""Available to promise, by dated buckets.

What can be promised on a day without breaking an earlier promise is the least projected balance from that day on: stock plus all
receipts due by then, less all demands due by then. Convention for buckets below zero: a shortage on some day is first met by the
supply of the days before it (so it lowers what these may promise), never carried to later days beyond what later supply
leaves short; what is past its day, on either side, counts as due today; and what can be promised is never below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Final

ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class Dated:
    """So much on a day: a receipt above zero, a demand below."""

    on: date
    quantity: Decimal


def available(today: date, on_hand: Decimal, moves: Iterable[Dated]) -> list[tuple[date, Decimal]]:
    """What can be promised from each day on at which it changes, the first of them today; it never falls with time."""
    by_day: dict[date, Decimal] = {today: on_hand}
    for move in moves:
        day = max(move.on, today)
        by_day[day] = by_day.get(day, ZERO) + move.quantity
    days = sorted(by_day)
    balances = list(accumulate(by_day[day] for day in days))
    least = list(accumulate(reversed(balances), min))
    return [(day, max(low, ZERO)) for day, low in zip(days, reversed(least), strict=True)]


def promise(buckets: list[tuple[date, Decimal]], quantity: Decimal) -> date | None:
    """The first day on which so much can be promised; None if nothing known supplies it."""
    return next((day for day, free in buckets if free >= quantity), None)
