"""What screens show of jobs: a work centre's list, one job whole, the supervisor's board."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.floor.mes.rules import Drawing
from backend.kernel.edge import Told


class GateTold(Told):
    """Why a job cannot start now."""

    kind: str
    detail: str
    facts: dict[str, str]


class ReasonTold(Told):
    """One reason to choose, in every language the floor speaks."""

    kind: str
    code: str
    names: dict[str, str]


class CentreTold(Told):
    """A work centre."""

    id: UUID
    code: str
    name: str
    line: str
    stopped: str | None = None
    waiting: int = 0
    running: int = 0


class JobSummary(Told):
    """One job in the list of a work centre."""

    operation: UUID
    work_order: UUID
    number: str
    step: int
    name: str
    sku: str
    item: str
    unit: str
    target: Decimal
    good: Decimal
    rework: Decimal
    remaining: Decimal
    came_in: Decimal | None
    due_at: datetime
    state: str
    hold: str | None
    mine: bool


class CallRow(Told):
    """An open call. `called` is the role it asks for; `told` the role that was told since nobody came, empty while none was."""

    id: UUID
    work_centre: UUID
    centre: str
    operation: UUID | None
    kind: str
    note: str
    critical: bool
    state: str
    called: str
    told: str
    level: int
    raised_by: str
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    arrived_at: datetime | None


class ClockAsked(Told):
    """A clock of the reader's that was left running `since` and closed by rule at `until`: until when did they work?"""

    exception: UUID
    job: str
    since: datetime
    until: datetime


class Dispatch(Told):
    """What a work centre does now and next, the most urgent first; the order is the plan's, not the operator's."""

    centre: CentreTold
    active: list[JobSummary]
    next: list[JobSummary]
    later: int
    calls: list[CallRow]
    reasons: list[ReasonTold]


class LineLot(Told):
    """What lies at the line of one material: lot or serial, first to expire first."""

    lot: str | None
    serial: str | None
    expires_on: str | None
    quantity: Decimal
    status: str


class JobMaterial(Told):
    """One material of a job, with what lies ready for it."""

    id: UUID
    line: int
    item: UUID
    sku: str
    name: str
    unit: str
    whole: bool
    tracking: str
    gtins: list[str]
    quantity_each: Decimal
    needed: Decimal
    consumed: Decimal
    consumption: str
    lots: list[LineLot]


class PersonClock(Told):
    """Who works on it, and for how long."""

    person: UUID
    name: str
    kind: str
    since: datetime | None
    minutes: Decimal


class EarlierStep(Told):
    """A step of the same order before this one."""

    operation: UUID
    step: int
    name: str


class JobDocument(Told):
    """A job, whole: all a handheld needs to do it without the network.

    `released` is the item's revision that is released by now, another than the order's own `revision` where that was superseded;
    `drawing` says what that means: it is used up, must not be begun (`stop`), or a `deviation` was released with its reason.
    `again` are pieces that a later step sent back; `earlier` are the steps that this one may send pieces back to.
    """

    operation: UUID
    work_order: UUID
    number: str
    step: int
    name: str
    instructions: str
    sku: str
    item: str
    revision: str
    released: str
    drawing: Drawing
    deviation: str | None
    unit: str
    whole: bool
    tracking: str
    centre: CentreTold
    line_place: str
    out_place: str
    target: Decimal
    came_in: Decimal | None
    good: Decimal
    scrap: Decimal
    rework: Decimal
    remaining: Decimal
    again: Decimal
    setup_minutes: Decimal
    run_minutes_each: Decimal
    due_at: datetime
    state: str
    pause_reason: str
    last: bool
    previous: str
    next: str
    earlier: list[EarlierStep]
    hold: str | None
    gates: list[GateTold]
    clocks: list[PersonClock]
    materials: list[JobMaterial]
    calls: list[CallRow]
    reasons: list[ReasonTold]
    version: int


class OeeTold(Told):
    """How effective a work centre was since its shift began, by ISO 22400-2: shares of 1, None where nothing tells.

    Of the `planned` minutes it ran in `run`; in `setup` it was set up, and `stopped` it was told to stand. `oee` is the product of the three
    shares, to be rolled up from minutes and never averaged.
    """

    since: datetime
    planned: Decimal
    run: Decimal
    setup: Decimal
    stopped: Decimal
    availability: Decimal | None
    effectiveness: Decimal | None
    quality: Decimal | None
    oee: Decimal | None


class BoardCentre(Told):
    """A work centre on the supervisor's board: what it does, or why it stands, and `since` when."""

    id: UUID
    code: str
    name: str
    line: str
    state: str
    since: datetime | None
    reason: str
    number: str
    item: str
    good: Decimal
    target: Decimal
    people: list[str]
    waiting: int
    late: int
    oee: OeeTold | None


class JobsBoard(Told):
    """The shop floor this moment."""

    centres: list[BoardCentre]
    calls: list[CallRow]
    reasons: list[ReasonTold]
    at: datetime
