"""What a handheld tells jobs, and what it hears back."""

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

    `rework` waits here to be mended, or with `rework_at` goes back to that earlier operation and through all that follow once more.
    `mended` are pieces out of `rework` that are good now and counted in `good`. `serials` and `lot` name what came out of the last
    operation; without them they are made. `used` says which lots went in where several lie at the line.
    """

    operation: UUID
    good: Decimal = ZERO
    scrap: Annotated[tuple[Scrapped, ...], Meta(max_length=20)] = ()
    rework: Decimal = ZERO
    rework_at: UUID | None = None
    mended: Decimal = ZERO
    over_reason: Annotated[str, Meta(max_length=64)] = ""
    lot: Code | None = None
    serials: Annotated[tuple[Code, ...], Meta(max_length=500)] = ()
    used: Annotated[tuple[UsedLot, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        for quantity in (self.good, self.rework, self.mended):
            checked(quantity, zero=True)


class FinishJob(Edge):
    """`job.finish`: nothing more is done here. `acknowledge` that material was not scanned, or pieces were not mended."""

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


class ClockWas(Edge):
    """`job.clock_was`: until when a person really worked whose clock was closed at the shift's end; None when that was right."""

    exception: UUID
    until: datetime | None = None


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


class DeviateOrder(Edge):
    """`work_order.deviate`: it may be begun on its own revision, though nobody else makes to that any more; `reason` says why."""

    work_order: UUID
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class OrderDeviates(Told):
    """The deviation that stands."""

    work_order: UUID
    revision: str
    deviation: str


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
