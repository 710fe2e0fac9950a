"""What inspection says to a device and hears from it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend.floor.qms.rules import Allocation, Characteristic, ClassPlan, ClassTally, Verdict
from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

Words = Annotated[str, Meta(max_length=500)]
Small = Annotated[int, Meta(ge=1, le=100_000)]


class TakeReading(Edge):
    """`quality.read`: this is what was read of one feature of one sample. The command's key is the reading's id.

    `again` is the value entered a second time, for what can hardly be. `supersedes` with a `reason` corrects an earlier
    reading. `judged` is what the device made of it; the server judges anew.
    """

    lot: UUID
    characteristic: Small
    sample: Small
    value: Decimal
    gauge: UUID | None = None
    photo: UUID | None = None
    again: Decimal | None = None
    supersedes: UUID | None = None
    reason: Words = ""
    judged: bool | None = None

    def __post_init__(self) -> None:
        checked(abs(self.value), zero=True)


class ReadingBooked(Told):
    """The reading as it counts, and how the lot stands now. `late` ones are kept and change nothing: the lot was decided."""

    reading: UUID
    conforms: bool
    late: bool
    state: str
    verdict: Verdict
    classes: list[ClassTally]


class DecideLot(Edge):
    """`quality.decide`: where every unit of the lot goes. `verdict` is what the device derived, never a choice.

    `serials` says for each serial its way, where the item has serials; the sums must agree with `allocated`.
    """

    lot: UUID
    verdict: Literal["accept", "reject"]
    allocated: dict[Allocation, Decimal]
    serials: dict[UUID, Allocation] = msgspec.field(default_factory=dict)
    note: Words = ""
    claim: bool = False

    def __post_init__(self) -> None:
        for quantity in self.allocated.values():
            checked(quantity, zero=True)


class LotDecided(Told):
    """The decided lot; the report that was opened, and the lot that the units to be sorted are inspected in."""

    lot: UUID
    state: str
    verdict: Verdict
    ncr: int | None
    again: UUID | None
    severities: dict[str, str]


class Permit(Edge):
    """`quality.permit`: what reduced inspection needs beside the score, and the end of a discontinuation."""

    supplier: str
    item: UUID
    steady: bool
    authorised: bool
    resume: bool = False


class Permitted(Told):
    """How severely each class is inspected from now on."""

    severities: dict[str, str]


class GaugeFacts(Told):
    """A gauge; `usable` today."""

    id: UUID
    code: str
    type: str
    name: str
    due_on: date
    usable: bool


class ReadingFacts(Told):
    """A reading as it was taken."""

    id: UUID
    characteristic: int
    sample: int
    value: Decimal
    conforms: bool
    gauge: UUID | None
    photo: UUID | None
    supersedes: UUID | None
    reason: str | None
    late: bool
    person_name: str
    captured_at: datetime


class ClassFacts(ClassPlan, frozen=True, kw_only=True, rename="camel"):
    """A class of the frozen plan with its operating characteristic: [nonconforming in the lot, probability of acceptance]."""

    curve: list[tuple[int, float]]


class SerialFacts(Told):
    """A piece of the lot."""

    id: UUID
    code: str


class InspectionFacts(Told):
    """A lot of the queue."""

    id: UUID
    number: int
    source: str
    state: str
    verdict: str
    sku: str
    name: str
    lot: str | None
    quantity: Decimal
    unit: str
    place: str
    supplier: str
    supplier_name: str
    purchase_order: str | None
    work_order: str | None
    severity: str
    samples: int
    opened_at: datetime
    due_at: datetime


class DecisionFacts(Told):
    """What was decided, by whom."""

    verdict: str
    allocated: dict[str, Decimal]
    note: str
    person_name: str
    decided_at: datetime
    ncr: int | None


class LotDocument(Told):
    """All a device needs to inspect a lot without the network."""

    facts: InspectionFacts
    item: UUID
    whole: bool
    plan: str
    version: int
    standard: str
    edition: str
    drawing: str
    characteristics: list[Characteristic]
    classes: list[ClassFacts]
    tallies: list[ClassTally]
    gauges: list[GaugeFacts]
    readings: list[ReadingFacts]
    serials: list[SerialFacts]
    decision: DecisionFacts | None


class SeverityFacts(Told):
    """How severely one supplier's item is inspected, a class, explained by language, with the last lots that made it so."""

    supplier: str
    item: UUID
    sku: str
    of_class: str
    severity: str
    score: int
    steady: bool
    authorised: bool
    explained: dict[str, str]


class PlanMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an inspection plan as its author writes it. A version that is there stays as it is."""

    code: str
    version: int
    sku: str
    source: Literal["receipt", "production"]
    name: str
    effective_from: date
    classes: list[dict[str, str]]
    characteristics: list[Characteristic]
    drawing: str = ""


class GaugeMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A gauge of a site."""

    code: str
    type: str
    name: str
    calibrated_on: date
    due_on: date
    out: bool = False
