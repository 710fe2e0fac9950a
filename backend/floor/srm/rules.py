"""How an order, its lines and a supplier's answer stand: tables, and what agrees by itself. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from typing import Final, Literal

import msgspec

ZERO: Final = Decimal(0)

LINE_STATES: Final = ("open", "waiting", "countered", "agreed", "shipping", "shipped", "removed")
ORDER_STATES: Final = (
    *("sent", "viewed", "part_answered", "waiting", "countered"),
    *("agreed", "part_shipped", "shipped", "cancelled"),
)

# (state, event) → state of a line. What is not here is refused.
#   agree: an answer within tolerance · propose: an answer that needs the buyer · accept, counter: the buyer's decision
#   ship: an advice names part of it · complete: all of it · reopen: a new version changed it · remove: a new version drops it
LINE: Final[dict[tuple[str, str], str]] = {
    ("open", "agree"): "agreed",
    ("open", "propose"): "waiting",
    ("open", "reopen"): "open",
    ("open", "remove"): "removed",
    ("waiting", "agree"): "agreed",
    ("waiting", "propose"): "waiting",
    ("waiting", "accept"): "agreed",
    ("waiting", "counter"): "countered",
    ("waiting", "reopen"): "open",
    ("waiting", "remove"): "removed",
    ("countered", "agree"): "agreed",
    ("countered", "propose"): "waiting",
    ("countered", "reopen"): "open",
    ("countered", "remove"): "removed",
    ("agreed", "agree"): "agreed",
    ("agreed", "propose"): "waiting",
    ("agreed", "ship"): "shipping",
    ("agreed", "complete"): "shipped",
    ("agreed", "reopen"): "open",
    ("agreed", "remove"): "removed",
    ("shipping", "agree"): "shipping",
    ("shipping", "propose"): "waiting",
    ("shipping", "ship"): "shipping",
    ("shipping", "complete"): "shipped",
    ("shipping", "reopen"): "open",
    ("shipped", "reopen"): "open",
    ("removed", "reopen"): "open",
    ("removed", "remove"): "removed",
}

# What a silent supplier gets: after so many reminders, (hours since the release, what is done next).
LADDER: Final[dict[int, tuple[int, Literal["mail", "phone"]]]] = {
    0: (24, "mail"),
    1: (48, "mail"),
    2: (72, "phone"),
}

# An order none of whose lines waits for the buyer, and not all are answered.
UNANSWERED: Final = ("sent", "viewed", "part_answered")
# How many mails of the ladder go out before a person is asked.
MAILS: Final = sum(step == "mail" for _, step in LADDER.values())

Verdict = Literal["agree", "propose"]
Differs = Literal["later", "earlier", "less", "more", "dearer", "cheaper", "split", "rejected"]


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """How far a promise may be off and still agree by itself. `over_percent` is what may be shipped on top."""

    days_early: int = 0
    days_late: int = 0
    over_percent: Decimal = ZERO


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """One line as a version has it."""

    line: int
    sku: str
    revision: str
    unit: str
    quantity: Decimal
    price: Decimal
    wanted_on: date


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """So much on a day; a price only where the supplier asks for another."""

    quantity: Decimal
    promised_on: date
    price: Decimal | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier says to one line. `quantity` is what it would rather deliver than what was ordered."""

    line: int
    schedule: tuple[Part, ...] = ()
    rejected: Decimal = ZERO
    quantity: Decimal | None = None
    reason: str = ""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a reply cannot be taken: `kind` is a problem's type, the rest its facts."""

    kind: Literal["sum", "past", "empty", "reason", "frozen", "whole", "same_day"]
    line: int
    facts: dict[str, str] = {}


def fault(ordered: Ordered, reply: Reply, *, shipped: Decimal, whole: bool, today: date) -> Fault | None:
    """The first reason why this reply is not a usable answer to this line, or None.

    The parts and what is rejected must add up to what was ordered, or to the other quantity the supplier names; a part that has been
    shipped stays promised; no day lies in the past; two parts share no day; a rejection says why.
    """
    promised = sum((part.quantity for part in reply.schedule), start=ZERO)
    wanted = ordered.quantity if reply.quantity is None else reply.quantity
    days = [part.promised_on for part in reply.schedule]
    amounts = [part.quantity for part in reply.schedule] + [reply.rejected]
    checks: Sequence[tuple[bool, Fault]] = (
        (not reply.schedule and reply.rejected == 0, Fault(kind="empty", line=reply.line)),
        (
            promised + reply.rejected != wanted,
            Fault(
                kind="sum",
                line=reply.line,
                facts={
                    "ordered": f"{wanted.normalize():f}",
                    "told": f"{(promised + reply.rejected).normalize():f}",
                },
            ),
        ),
        (whole and any(amount % 1 for amount in amounts), Fault(kind="whole", line=reply.line)),
        (
            promised < shipped,
            Fault(kind="frozen", line=reply.line, facts={"shipped": f"{shipped.normalize():f}"}),
        ),
        (
            any(day < today for day in days),
            Fault(kind="past", line=reply.line, facts={"today": today.isoformat()}),
        ),
        (len(set(days)) < len(days), Fault(kind="same_day", line=reply.line)),
        (reply.rejected > 0 and not reply.reason.strip(), Fault(kind="reason", line=reply.line)),
    )
    return next((found for broken, found in checks if broken), None)


def differences(ordered: Ordered, reply: Reply) -> tuple[Differs, ...]:
    """In what a reply differs from the order, in the order a buyer reads it."""
    promised = sum((part.quantity for part in reply.schedule), start=ZERO)
    days = [part.promised_on for part in reply.schedule]
    prices = [part.price for part in reply.schedule if part.price is not None]
    found: Mapping[Differs, bool] = {
        "rejected": reply.rejected > 0,
        "less": promised + reply.rejected < ordered.quantity,
        "more": promised + reply.rejected > ordered.quantity,
        "dearer": any(price > ordered.price for price in prices),
        "cheaper": any(price < ordered.price for price in prices),
        "later": any(day > ordered.wanted_on for day in days),
        "earlier": any(day < ordered.wanted_on for day in days),
        "split": len(reply.schedule) > 1,
    }
    return tuple(kind for kind, holds in found.items() if holds)


def verdict(ordered: Ordered, reply: Reply, tolerance: Tolerance) -> Verdict:
    """Whether a reply agrees by itself. A higher price, more, less or a rejection always needs the buyer."""
    if set(differences(ordered, reply)) & {"rejected", "less", "more", "dearer"}:
        return "propose"
    first = ordered.wanted_on - timedelta(days=tolerance.days_early)
    last = ordered.wanted_on + timedelta(days=tolerance.days_late)
    on_time = all(first <= part.promised_on <= last for part in reply.schedule)
    return "agree" if on_time else "propose"


def time_to_next(rung: int) -> timedelta | None:
    """How long a supplier has after a rung of the ladder until the next; None after the last.

    It counts from the step itself: where the worker stood still for days, a supplier still has a day between two mails.
    """
    following = LADDER.get(rung + 1)
    return timedelta(hours=following[0] - LADDER[rung][0]) if following else None


def shippable(ordered: Decimal, promised: Decimal, shipped: Decimal, tolerance: Tolerance) -> Decimal:
    """How much more an advice may name of a line: what was promised and the tolerance on the order, less what has been shipped."""
    most = promised + ordered * tolerance.over_percent / 100
    return max(ZERO, most - shipped)


def after(state: str, events: Iterable[str]) -> str:
    """A line's state after some events, one by one. KeyError for an event that the state does not know."""
    return reduce(lambda now, event: LINE[now, event], events, state)


def carried(reply_verdict: str, decision: str | None, shipped: Decimal, promised: Decimal) -> str:
    """The state of a line whose last reply answered exactly what a version says, so that nobody has to answer again."""
    events = [reply_verdict, *([decision] if decision else [])]
    state = after("open", events)
    if state == "countered":
        return "open"
    if state == "agreed" and shipped > 0:
        return after(state, ["complete" if shipped >= promised else "ship"])
    return state


def order_state(lines: Iterable[str], *, viewed: bool) -> str:
    """How an order stands, from how its lines stand."""
    states = [state for state in lines if state != "removed"]
    if not states or set(states) == {"open"}:
        return "viewed" if viewed else "sent"
    for state, told in (("waiting", "waiting"), ("countered", "countered"), ("open", "part_answered")):
        if state in states:
            return told
    if set(states) == {"shipped"}:
        return "shipped"
    return "part_shipped" if {"shipped", "shipping"} & set(states) else "agreed"


class Replied(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of an order's history: a reply to a line of a version, and what was decided of it."""

    id: str
    at: float
    line: int
    about: Ordered
    verdict: Verdict
    decision: Literal["accept", "counter"] | None = None


def standing(versions: Mapping[int, Sequence[Ordered]], replies: Iterable[Replied]) -> dict[int, str]:
    """How each line of the newest version stands, before anything is shipped, from all that was ever said, in whatever order it is told.

    A reply counts for a line as long as the line is what the reply answered. Facts told twice count once.
    """
    newest = versions[max(versions)]
    last: dict[int, Replied] = {}
    for reply in sorted({one.id: one for one in replies}.values(), key=lambda one: (one.at, one.id)):
        last[reply.line] = reply
    states: dict[int, str] = {}
    for line in newest:
        reply_to = last.get(line.line)
        if reply_to is None or reply_to.about != line:
            states[line.line] = "open"
        else:
            events = [reply_to.verdict, *([reply_to.decision] if reply_to.decision else [])]
            states[line.line] = after("open", events)
    return states


def moves(promises: Sequence[date | None]) -> int:
    """How often a promised day moved, from the last day of each answer in turn. None: nothing was promised."""
    told = [day for day in promises if day is not None]
    return sum(1 for before, now in pairwise(told) if before != now)
