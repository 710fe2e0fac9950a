"""What jobs say to a handheld and hear from it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

ZERO = Decimal(0)
Text200 = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
CallKind = Literal["material", "quality", "machine", "engineering", "tool", "leader"]


class StartJob(Edge):
    """`job.start` and `job.setup`: my clock runs on this operation."""

    operation: UUID


class PauseJob(Edge):
    """`job.pause`: my clock stops, and why. Never asks for a quantity."""

    operation: UUID
    reason: Code
    note: Text200 = ""


class Scrapped(Edge):
    """So many pieces are scrap, and why."""

    quantity: Decimal
    reason: Code
    photo: UUID | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)


class UsedLot(Edge):
    """So much of one lot or serial went in for a material that is not scanned piece by piece."""

    material: UUID
    quantity: Decimal
    lot: Code | None = None
    serial: Code | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)


class ReportJob(Edge):
    """`job.report`: what came of the work since the last report, on one sheet.

    `mended` are pieces out of `rework` that are good now and counted in `good`. `serials` and `lot` name what came out of the last
    operation; without them they are made. `used` says which lots went in where several lie at the line.
    """

    operation: UUID
    good: Decimal = ZERO
    scrap: Annotated[tuple[Scrapped, ...], Meta(max_length=20)] = ()
    rework: Decimal = ZERO
    mended: Decimal = ZERO
    over_reason: Annotated[str, Meta(max_length=64)] = ""
    lot: Code | None = None
    serials: Annotated[tuple[Code, ...], Meta(max_length=500)] = ()
    used: Annotated[tuple[UsedLot, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        for quantity in (self.good, self.rework, self.mended):
            checked(quantity, zero=True)


class FinishJob(Edge):
    """`job.finish`: nothing more is done here. `acknowledge` that material was not scanned."""

    operation: UUID
    acknowledge: bool = False


class ConsumeMaterial(Edge):
    """`job.consume`: so much of this lot or serial went in."""

    operation: UUID
    material: UUID
    quantity: Decimal
    lot: Code | None = None
    serial: Code | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)


class UndoJob(Edge):
    """`job.undo`: what an earlier command did at this operation is taken back."""

    operation: UUID
    command: UUID


class StopMachine(Edge):
    """`job.stop_machine`: the work centre stands still, and why. Every clock there stops."""

    work_centre: UUID
    reason: Code
    operation: UUID | None = None
    note: Text200 = ""


class MachineRuns(Edge):
    """`job.machine_runs`: the work centre can work again."""

    work_centre: UUID


class RaiseCall(Edge):
    """`call.raise`: come and help. `critical` when work cannot go on without it."""

    work_centre: UUID
    kind: CallKind
    operation: UUID | None = None
    note: Text200 = ""
    photo: UUID | None = None
    critical: bool = False


class AnswerCall(Edge):
    """`call.acknowledge` (I come) and `call.arrive` (I am here)."""

    call: UUID


class ResolveCall(Edge):
    """`call.resolve`: it is settled, and how."""

    call: UUID
    resolution: Text200 = ""


class HoldOrder(Edge):
    """`work_order.hold`: nobody starts on it until it is let go."""

    work_order: UUID
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class LetGoOrder(Edge):
    """`work_order.let_go`: it may be worked on again."""

    work_order: UUID


class OrderHeld(Told):
    """Whether the order is on hold now."""

    work_order: UUID
    hold: str | None


class JobTold(Told):
    """How the operation stands after a command."""

    operation: UUID
    state: str
    good: Decimal
    scrap: Decimal
    rework: Decimal
    remaining: Decimal
    lot: str | None = None
    serials: tuple[str, ...] = ()


class MaterialTold(Told):
    """How much of a material has gone in."""

    operation: UUID
    material: UUID
    consumed: Decimal
    needed: Decimal


class MachineTold(Told):
    """Whether the work centre stands still now."""

    work_centre: UUID
    stopped: bool
    minutes: Decimal


class CallTold(Told):
    """How a call stands now."""

    call: UUID
    state: str


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
    remaining: Decimal
    came_in: Decimal | None
    due_at: datetime
    state: str
    hold: str | None
    mine: bool


class CallRow(Told):
    """An open call."""

    id: UUID
    work_centre: UUID
    centre: str
    operation: UUID | None
    kind: str
    note: str
    critical: bool
    state: str
    level: int
    raised_by: str
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    arrived_at: datetime | None


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


class JobDocument(Told):
    """A job, whole: all a handheld needs to do it without the network."""

    operation: UUID
    work_order: UUID
    number: str
    step: int
    name: str
    instructions: str
    sku: str
    item: str
    revision: str
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
    setup_minutes: Decimal
    run_minutes_each: Decimal
    due_at: datetime
    state: str
    pause_reason: str
    last: bool
    previous: str
    next: str
    hold: str | None
    gates: list[GateTold]
    clocks: list[PersonClock]
    materials: list[JobMaterial]
    calls: list[CallRow]
    reasons: list[ReasonTold]
    version: int


class BoardCentre(Told):
    """A work centre on the supervisor's board: what it does, or why it stands."""

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


class JobsBoard(Told):
    """The shop floor this moment."""

    centres: list[BoardCentre]
    calls: list[CallRow]
    at: datetime
