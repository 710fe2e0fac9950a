"""What an operation's log says: states as tables, and the fold. Pure; values in, decisions out.

The log is put in the order in which things happened (`at`, then id) before it is folded, and a fact that comes twice counts once.
So the state does not depend on the order in which devices come back from where there is no network.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec

ZERO: Final = Decimal(0)
_PLACES: Final = Decimal("0.0001")

ORDER_STATES: Final = ("released", "in_progress", "completed", "cancelled")
STATES: Final = ("waiting", "setup", "running", "paused", "done", "cancelled")
CLOCK_KINDS: Final = ("off", "setup", "run")
EVENT_KINDS: Final = (*("setup", "start", "pause", "report", "consume", "back", "finish", "cancel", "undo"),)
CALLS: Final = ("material", "quality", "machine", "engineering", "tool", "leader")
CALL_STATES: Final = ("raised", "acknowledged", "arrived", "resolved")
# Whom a call asks for, by role: these, else the supervisor, who is also told when nobody comes.
CALLED: Final[Mapping[str, str]] = {"material": "receiver", "quality": "inspector"}
TOLD: Final = "supervisor"

# (state, event) → state. What is not here leaves the state as it is.
ORDER: Final[Mapping[tuple[str, str], str]] = {
    ("released", "begin"): "in_progress",
    ("released", "complete"): "completed",
    ("in_progress", "complete"): "completed",
    ("completed", "begin"): "in_progress",
    ("released", "cancel"): "cancelled",
    ("in_progress", "cancel"): "cancelled",
}
PHASE: Final[Mapping[tuple[str, str], str]] = {
    ("waiting", "setup"): "open",
    ("waiting", "start"): "open",
    ("waiting", "report"): "open",
    ("waiting", "consume"): "open",
    ("waiting", "finish"): "done",
    ("open", "finish"): "done",
    ("waiting", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
    ("done", "back"): "open",
}
CLOCK: Final[Mapping[tuple[str, str], str]] = {
    ("off", "setup"): "setup",
    ("off", "start"): "run",
    ("setup", "start"): "run",
    ("setup", "pause"): "off",
    ("setup", "finish"): "off",
    ("setup", "cancel"): "off",
    ("run", "setup"): "setup",
    ("run", "pause"): "off",
    ("run", "finish"): "off",
    ("run", "cancel"): "off",
}
CALL: Final[Mapping[tuple[str, str], str]] = {
    ("raised", "acknowledge"): "acknowledged",
    ("raised", "arrive"): "arrived",
    ("raised", "resolve"): "resolved",
    ("acknowledged", "arrive"): "arrived",
    ("acknowledged", "resolve"): "resolved",
    ("arrived", "resolve"): "resolved",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of the log. `person` is whose clock it turns; `minutes` is what a report told the ERP of that person."""

    id: UUID
    kind: str
    at: datetime
    person: UUID
    good: Decimal = ZERO
    scrap: Decimal = ZERO
    rework: Decimal = ZERO
    mended: Decimal = ZERO
    minutes: Decimal = ZERO
    reason: str = ""
    undoes: UUID | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One person's clock: minutes `worked` in closed stretches, `told` to the ERP, and what runs `since` when."""

    kind: str = "off"
    since: datetime | None = None
    worked: Decimal = ZERO
    told: Decimal = ZERO


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How an operation stands after its log. `again` are pieces that came back to it and were not done once more yet."""

    phase: str = "waiting"
    good: Decimal = ZERO
    scrap: Decimal = ZERO
    rework: Decimal = ZERO
    again: Decimal = ZERO
    clocks: dict[UUID, Clock] = {}
    pause_reason: str = ""
    last_at: datetime | None = None

    @property
    def name(self) -> str:
        """The state people see: whether it runs is derived from the clocks that run."""
        if self.phase != "open":
            return self.phase
        kinds = {clock.kind for clock in self.clocks.values()}
        return "running" if "run" in kinds else "setup" if "setup" in kinds else "paused"

    @property
    def used(self) -> Decimal:
        """How many of the pieces that came in have an outcome."""
        return self.good + self.scrap + self.rework


def fold(events: Iterable[Event]) -> State:
    """The state that a log amounts to, in whatever order and however often its events are given."""
    once = {event.id: event for event in events}
    undone = {event.undoes for event in once.values() if event.undoes is not None}
    facts = [event for event in once.values() if event.kind != "undo" and event.id not in undone]
    state = State()
    for event in sorted(facts, key=lambda one: (one.at, one.id)):
        state = after(state, event)
    return state


def after(state: State, event: Event) -> State:
    """The state one event later."""
    phase = PHASE.get((state.phase, event.kind), state.phase)
    clocks = dict(state.clocks)
    turned = clocks if event.kind in {"finish", "cancel"} else [event.person]
    for person in list(turned):
        clocks[person] = _turned(clocks.get(person, Clock()), event, may_run=phase == "open")
    if event.minutes:
        mine = clocks.get(event.person, Clock())
        clocks[event.person] = msgspec.structs.replace(mine, told=mine.told + event.minutes)
    return State(
        phase=phase,
        good=state.good + event.good,
        scrap=state.scrap + event.scrap,
        rework=state.rework + event.rework - event.mended,
        again=_again(state.again, event),
        clocks={person: clock for person, clock in clocks.items() if clock != Clock()},
        pause_reason=event.reason if event.kind == "pause" else state.pause_reason,
        last_at=event.at,
    )


def _again(waiting: Decimal, event: Event) -> Decimal:
    if event.kind == "back":
        return waiting - event.good
    return max(waiting - event.good - event.scrap, ZERO)


def _turned(clock: Clock, event: Event, *, may_run: bool) -> Clock:
    kind = CLOCK.get((clock.kind, event.kind), clock.kind)
    if kind == clock.kind or (kind != "off" and not may_run):
        return clock
    closed = clock.worked + (minutes(clock.since, event.at) if clock.since else ZERO)
    since = None if kind == "off" else event.at
    return msgspec.structs.replace(clock, kind=kind, since=since, worked=closed)


def minutes(since: datetime, until: datetime) -> Decimal:
    """Minutes between two moments, to four decimals; never below zero."""
    took = max(until - since, timedelta(0))
    micro = took.days * 86_400_000_000 + took.seconds * 1_000_000 + took.microseconds
    return (Decimal(micro) / 60_000_000).quantize(_PLACES, ROUND_HALF_UP)


def untold(clock: Clock, at: datetime) -> Decimal:
    """Minutes of a clock that no report has told yet."""
    running = minutes(clock.since, at) if clock.since else ZERO
    return max(clock.worked + running - clock.told, ZERO)


Drawing = Literal["current", "use_up", "deviation", "stop"]

# (an order's superseded revision is stopped, a deviation was released) → how its drawing stands. Only `stop` shuts the gate.
SUPERSEDED: Final[Mapping[tuple[bool, bool], Drawing]] = {
    (False, False): "use_up",
    (False, True): "use_up",
    (True, False): "stop",
    (True, True): "deviation",
}


def drawing(revision: str, released: str, stopped: Collection[str], *, deviates: bool) -> Drawing:
    """Whether an order may be begun on its own revision. Where the ERP names no released one, there is none to be behind."""
    if not released or revision == released:
        return "current"
    return SUPERSEDED[revision in stopped, deviates]


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Why an operation may not be started now. `kind`: cancelled done hold revision previous material skill machine call."""

    kind: str
    detail: str
    facts: dict[str, str] = {}


class Missing(NamedTuple):
    """A material of which there is less at the line than one piece needs."""

    sku: str
    needed: str
    there: str
    unit: str


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What the gates look at, as found in the books."""

    order_state: str
    state: str
    hold: str | None
    revision: str
    released: str
    drawing: Drawing
    came_in: Decimal | None
    used: Decimal
    previous: str
    skill: str | None
    skills: frozenset[str]
    stopped: str | None
    critical_call: str | None
    missing: tuple[Missing, ...] = ()


def gates(before: Before) -> list[Gate]:
    """Everything that stands against starting now; an empty list is a go."""
    return [*_gates_of_the_order(before), *_gates_of_the_place(before)]


def _gates_of_the_order(before: Before) -> list[Gate]:
    found: list[Gate] = []
    if before.order_state == "cancelled" or before.state == "cancelled":
        found.append(Gate(kind="cancelled", detail="The work order was cancelled."))
    if before.state == "done":
        found.append(Gate(kind="done", detail="This operation is finished."))
    if before.hold is not None:
        detail = f"The work order is on hold: {before.hold}."
        found.append(Gate(kind="hold", detail=detail, facts={"reason": before.hold}))
    if before.drawing == "stop":
        detail = f"Revision {before.revision} must not be used any more, {before.released} is released."
        facts = {"revision": before.revision, "released": before.released}
        found.append(Gate(kind="revision", detail=detail, facts=facts))
    if before.came_in is not None and before.came_in <= before.used and before.state != "done":
        detail = f"Nothing has come from {before.previous} yet."
        found.append(Gate(kind="previous", detail=detail, facts={"operation": before.previous}))
    return found


def _gates_of_the_place(before: Before) -> list[Gate]:
    """What the person, the machine and the line lack."""
    found: list[Gate] = []
    if before.skill is not None and before.skill not in before.skills:
        found.append(
            Gate(kind="skill", detail=f"This work asks for: {before.skill}.", facts={"skill": before.skill})
        )
    if before.stopped is not None:
        detail = f"The machine is stopped: {before.stopped}."
        found.append(Gate(kind="machine", detail=detail, facts={"reason": before.stopped}))
    if before.critical_call is not None:
        found.append(
            Gate(kind="call", detail="A critical call is open here.", facts={"call": before.critical_call})
        )
    found += [
        Gate(
            kind="material",
            detail=f"{one.sku}: {one.needed} {one.unit} needed, {one.there} at the line.",
            facts=one._asdict(),
        )
        for one in before.missing
    ]
    return found


# (state, level so far) → minutes after the call was raised (or acknowledged) at which somebody higher is told.
PATIENCE: Final[Mapping[tuple[str, int], timedelta]] = {
    ("raised", 0): timedelta(minutes=3),
    ("raised", 1): timedelta(minutes=10),
    ("acknowledged", 0): timedelta(minutes=10),
    ("acknowledged", 1): timedelta(minutes=20),
}


def escalates(state: str, level: int, since: datetime, now: datetime) -> bool:
    """Whether a call has waited longer than people should for its next step."""
    patience = PATIENCE.get((state, level))
    return patience is not None and now - since >= patience
