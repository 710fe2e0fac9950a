"""Which stock fills a line: whole handling units first, then what expires first, then what came first. Pure decisions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

ZERO = Decimal(0)
FAR = date.max


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One quant of the wanted item, with all that can stand against taking from it."""

    quant: UUID
    place_code: str
    available: Decimal
    quantity: Decimal
    since: datetime
    expires_on: date | None = None
    status: str = "free"
    pickable: bool = True
    blocked: bool = False
    counting: bool = False
    whole_unit: bool = False


class Take(msgspec.Struct, frozen=True):
    """So much from one quant."""

    quant: UUID
    quantity: Decimal


class Filled(msgspec.Struct, frozen=True):
    """What a line gets, and why it does not get all (None when it does). `why_not` is a word the screens translate."""

    takes: tuple[Take, ...]
    missing: Decimal
    why_not: str | None


def fill(
    wanted: Decimal, candidates: Sequence[Candidate], *, ships_on: date, min_shelf_life_days: int = 0
) -> Filled:
    """Chooses stock for one line: FEFO, then FIFO, whole handling units first where they fit.

    `min_shelf_life_days` is what the customer asks for: stock must still live that long on the day it ships.
    """
    fresh_until = ships_on + timedelta(days=min_shelf_life_days)
    usable = [c for c in candidates if usable_for(c, fresh_until)]
    order = sorted(usable, key=lambda c: (c.expires_on or FAR, c.since, c.place_code, c.quant.bytes))
    takes: list[Take] = []
    left = wanted
    for candidate in order:
        if candidate.whole_unit and candidate.available == candidate.quantity <= left:
            takes.append(Take(candidate.quant, candidate.available))
            left -= candidate.available
    chosen = {take.quant for take in takes}
    for candidate in order:
        if left > 0 and candidate.quant not in chosen:
            quantity = min(left, candidate.available)
            takes.append(Take(candidate.quant, quantity))
            left -= quantity
    return Filled(tuple(takes), left, why_not(left, candidates, fresh_until))


def usable_for(candidate: Candidate, fresh_until: date) -> bool:
    """Whether anything may be taken from this quant."""
    return (
        candidate.available > 0
        and candidate.status == "free"
        and candidate.pickable
        and not candidate.blocked
        and not candidate.counting
        and (candidate.expires_on is None or candidate.expires_on >= fresh_until)
    )


def why_not(left: Decimal, candidates: Sequence[Candidate], fresh_until: date) -> str | None:
    """The reason a line is not filled, the one that a person can do most about first."""
    if left <= 0:
        return None
    here = [c for c in candidates if c.quantity > 0 and not usable_for(c, fresh_until)]
    reasons = (
        ("being_counted", any(c.counting for c in here)),
        ("bin_blocked", any(c.blocked for c in here)),
        ("not_put_away", any(not c.pickable and c.status == "free" for c in here)),
        ("on_hold", any(c.status != "free" for c in here)),
        ("shelf_life", any(c.expires_on is not None and c.expires_on < fresh_until for c in here)),
        ("reserved_for_others", bool(here)),
    )
    return next((reason for reason, true in reasons if true), "no_stock")


# Request states: (state, event) -> state. What is not here is refused.
REQUEST_FLOW: dict[tuple[str, str], str] = {
    ("open", "release"): "released",
    ("open", "change"): "open",
    ("open", "cancel"): "cancelled",
    ("released", "pick"): "picking",
    ("released", "unrelease"): "open",
    ("picking", "pick"): "picking",
    ("released", "drop_last"): "picked",
    ("picking", "drop_last"): "picked",
    ("picked", "ship"): "shipped",
}
