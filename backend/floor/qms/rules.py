"""Decisions of inspection, pure: what a reading says, what a lot's readings add up to, which state follows which."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

import msgspec

Kind = Literal["variable", "attribute", "count"]
Class = Literal["critical", "major", "minor"]
Verdict = Literal["accept", "reject", "open"]
Allocation = Literal["release", "concession", "return", "scrap", "rework", "sort"]

CLASSES: Final[tuple[Class, ...]] = ("critical", "major", "minor")
ALLOCATIONS: Final[tuple[Allocation, ...]] = ("release", "concession", "return", "scrap", "rework", "sort")

# An inspection lot: (state, event) -> state. What is not here is refused.
LOT_FLOW: Final[dict[tuple[str, str], str]] = {
    ("pending", "read"): "in_progress",
    ("pending", "withdraw"): "withdrawn",
    ("in_progress", "read"): "in_progress",
    ("in_progress", "decidable"): "ready",
    ("in_progress", "withdraw"): "withdrawn",
    ("ready", "read"): "in_progress",
    ("ready", "decidable"): "ready",
    ("ready", "release_all"): "accepted",
    ("ready", "release_some"): "partial",
    ("ready", "release_none"): "rejected",
    ("ready", "withdraw"): "withdrawn",
}
DECIDED: Final = frozenset({"accepted", "partial", "rejected"})
OVER: Final = DECIDED | {"withdrawn"}

# A nonconformity report: (state, event) -> state.
NCR_FLOW: Final[dict[tuple[str, str], str]] = {
    ("open", "contain"): "contained",
    ("contained", "analyse"): "analysed",
    ("analysed", "propose"): "proposed",
    ("proposed", "approve"): "executing",
    ("proposed", "refuse"): "analysed",
    ("executing", "execute"): "executing",
    ("executing", "verify"): "verified",
    ("verified", "close"): "closed",
}
SENIOR: Final = frozenset({"supervisor", "admin"})
SENIORS: Final = frozenset({"approve", "close"})
# Steps that say nothing without words: the cause, the action, the evidence that it worked.
IN_WORDS: Final = frozenset({"analyse", "propose", "verify"})


def ncr_steps(state: str, *, roles: frozenset[str], proposed_it: bool) -> tuple[list[str], bool]:
    """The steps of a report that this person may take now, and whether it waits for somebody else's approval."""
    steps = [event for (before, event) in NCR_FLOW if before == state]
    may = [event for event in steps if may_step(event, roles=roles, proposed_it=proposed_it)]
    return may, len(may) < len(steps)


def may_step(event: str, *, roles: frozenset[str], proposed_it: bool) -> bool:
    """Approving and closing are a senior's; nobody approves what they proposed."""
    return event not in SENIORS or not (SENIOR.isdisjoint(roles) or (event == "approve" and proposed_it))


# What is wrong with a feature, by code, for a partner's own system.
DEFECT: Final[dict[Kind, str]] = {
    "variable": "out_of_tolerance",
    "attribute": "not_conforming",
    "count": "too_many",
}


# What becomes of goods at once, and what waits until it is done: a return until it has left, rework until it is made good.
AT_ONCE: Final = frozenset({"release", "concession", "scrap", "sort"})


class Characteristic(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One feature of a plan. `number` is its balloon, `x` and `y` where on the drawing that is, 0 to 1.

    A variable conforms from `lsl` to `usl`, both included; a count up to `usl`, an attribute at 0. `low` and `high` bound what
    can be measured at all: beyond them a reading is a slip, until it is entered a second time.
    """

    number: int
    name: dict[str, str]
    kind: Kind
    of_class: Class
    unit: str = ""
    decimals: int = 0
    nominal: Decimal | None = None
    lsl: Decimal | None = None
    usl: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    gauge_type: str | None = None
    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)


class ClassPlan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How one class of a lot is sampled, frozen when the lot was opened. `explained` says why this severity, by language."""

    of_class: Class
    level: str
    aql: Decimal
    severity: str
    letter: str
    plan_letter: str
    n: int
    ac: int
    re: int
    whole_lot: bool
    explained: dict[str, str]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was read. A correction names the reading it supersedes; nothing is ever changed."""

    id: UUID
    characteristic: int
    sample: int
    value: Decimal
    supersedes: UUID | None = None


class Cell(msgspec.Struct, frozen=True):
    """What one feature of one sample stands at: the reading that counts, whether it conforms, whether others say otherwise."""

    reading: UUID
    value: Decimal
    conforms: bool
    disputed: bool = False


class ClassTally(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How one class stands. `complete` samples have all their features read; `bad` samples have one that does not conform."""

    of_class: Class
    complete: int
    bad: int
    verdict: Verdict
    early: bool


class Tally(msgspec.Struct, frozen=True):
    """How a lot stands: its cells by (characteristic, sample), each class, and the verdict over all."""

    cells: dict[tuple[int, int], Cell]
    classes: tuple[ClassTally, ...]
    verdict: Verdict


def conforms(characteristic: Characteristic, value: Decimal) -> bool:
    """Whether a value is within its limits, the limits included."""
    if characteristic.kind == "attribute":
        return value == 0
    low, high = characteristic.lsl, characteristic.usl
    if characteristic.kind == "count":
        return value <= (high or 0)
    return (low is None or value >= low) and (high is None or value <= high)


def plausible(characteristic: Characteristic, value: Decimal) -> bool:
    """Whether a value can be, before anyone asks whether it conforms."""
    if characteristic.kind == "attribute":
        return value in {0, 1}
    if characteristic.kind == "count":
        return value >= 0 and value == value.to_integral_value()
    low, high = characteristic.low, characteristic.high
    return (low is None or value >= low) and (high is None or value <= high)


def cells_of(
    characteristics: Mapping[int, Characteristic], readings: Iterable[Reading]
) -> dict[tuple[int, int], Cell]:
    """The reading that counts in each cell, in whatever order they came and however often.

    What was superseded does not count. Where several stand, because two people read the same sample, one that does not conform
    counts before one that does, then the one with the older id.
    """
    known = {reading.id: reading for reading in readings}
    gone = {reading.supersedes for reading in known.values()}
    standing: dict[tuple[int, int], list[Reading]] = {}
    for reading in known.values():
        if reading.id not in gone and reading.characteristic in characteristics:
            standing.setdefault((reading.characteristic, reading.sample), []).append(reading)
    cells = {}
    for key, several in standing.items():
        feature = characteristics[key[0]]
        chosen = min(several, key=lambda one: (conforms(feature, one.value), one.id))
        judgements = {conforms(feature, one.value) for one in several}
        cells[key] = Cell(chosen.id, chosen.value, conforms(feature, chosen.value), len(judgements) > 1)
    return cells


def tally(
    characteristics: Sequence[Characteristic], classes: Sequence[ClassPlan], readings: Iterable[Reading]
) -> Tally:
    """What all readings of a lot add up to. One class that is not accepted fails the lot; all must be accepted to pass it."""
    cells = cells_of({one.number: one for one in characteristics}, readings)
    told = tuple(
        _class(plan, [one.number for one in characteristics if one.of_class == plan.of_class], cells)
        for plan in classes
    )
    verdicts = {one.verdict for one in told}
    verdict: Verdict = "reject" if "reject" in verdicts else "open" if "open" in verdicts else "accept"
    return Tally(cells, told, verdict)


def _class(plan: ClassPlan, features: Sequence[int], cells: Mapping[tuple[int, int], Cell]) -> ClassTally:
    samples = range(1, plan.n + 1)
    complete = sum(all((feature, sample) in cells for feature in features) for sample in samples)
    bad = sum(
        any(not cells[feature, sample].conforms for feature in features if (feature, sample) in cells)
        for sample in samples
    )
    undecided = sum(
        any((feature, sample) not in cells for feature in features)
        and not any(
            (feature, sample) in cells and not cells[feature, sample].conforms for feature in features
        )
        for sample in samples
    )
    verdict: Verdict = "reject" if bad >= plan.re else "accept" if bad + undecided <= plan.ac else "open"
    early = verdict != "open" and complete < plan.n
    return ClassTally(of_class=plan.of_class, complete=complete, bad=bad, verdict=verdict, early=early)


def lot_state(state: str, event: str) -> str | None:
    """The state after an event, or None when the event cannot be in that state."""
    return LOT_FLOW.get((state, event))


def advanced(state: str, verdict: Verdict) -> str:
    """The state of a lot that is not over after one more reading."""
    to = lot_state(state, "read")
    if to is not None and verdict != "open":
        to = lot_state(to, "decidable")
    assert to is not None, f"a reading moves no {state} lot"
    return to


def ncr_state(state: str, event: str) -> str | None:
    """The same for a nonconformity report."""
    return NCR_FLOW.get((state, event))


def decision_event(quantity: Decimal, allocated: Mapping[Allocation, Decimal]) -> str:
    """Which event of LOT_FLOW an allocation is: how much of the lot becomes free."""
    free = allocated.get("release", Decimal(0)) + allocated.get("concession", Decimal(0))
    if free == quantity:
        return "release_all"
    return "release_some" if free > 0 else "release_none"
