"""What becomes of goods that are not as announced: decisions, pure."""

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

ZERO: Final = Decimal(0)

# Where goods go that differ in this way: into blocked stock, or in with the rest (None) with a document beside them.
STATUS: Final[dict[str, str | None]] = {
    "short": None,
    "over": "blocked",
    "damaged": "blocked",
    "wrong_item": "blocked",
    "wrong_lot": None,
    "no_asn": None,
}
# How loud the exception is that a person gets to see.
SEVERITY: Final[dict[str, str]] = {
    "short": "high",
    "over": "normal",
    "damaged": "high",
    "wrong_item": "high",
    "wrong_lot": "normal",
    "no_asn": "normal",
}


class Difference(NamedTuple):
    """One way in which a receipt is not as announced: by how much, and what was to come."""

    kind: str
    quantity: Decimal
    expected: Decimal


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the dock, and how it compares.

    `over_order` is beyond what the order tolerates, `over_advice` beyond what the advice named; `open` was still to come.
    """

    quantity: Decimal
    condition: str = "good"
    announced: bool = True
    on_a_line: bool = True
    open: Decimal = ZERO
    over_order: Decimal = ZERO
    over_advice: Decimal = ZERO
    lot: str | None = None
    lots: AbstractSet[str] = frozenset()


class Verdict(msgspec.Struct, frozen=True):
    """How much goes into blocked stock, and what is put on record."""

    blocked: Decimal
    differences: tuple[Difference, ...]


def judge(arrived: Arrived) -> Verdict:
    """What becomes of a receipt. Each difference is told once, the worst first."""
    found: list[Difference] = []
    if arrived.condition in {"damaged", "expired"}:
        found.append(Difference("damaged", arrived.quantity, arrived.open))
    if not arrived.announced:
        found.append(Difference("no_asn", arrived.quantity, ZERO))
    elif not arrived.on_a_line:
        found.append(Difference("wrong_item", arrived.quantity, ZERO))
    over = max(arrived.over_order, arrived.over_advice)
    if over > 0:
        found.append(Difference("over", over, arrived.open))
    if arrived.lots and arrived.lot is not None and arrived.lot not in arrived.lots:
        found.append(Difference("wrong_lot", arrived.quantity, arrived.open))
    whole = {"damaged", "wrong_item"} & {one.kind for one in found}
    return Verdict(arrived.quantity if whole else arrived.over_order, tuple(found))


def status_of(*, inspected: bool) -> str:
    """The stock status of goods in order: those with an inspection plan wait for the inspector."""
    return "quality" if inspected else "free"


def is_expired(expires_on: date | None, today: date) -> bool:
    """Whether a lot may not be taken in as good; on its last day it still may."""
    return expires_on is not None and expires_on < today
