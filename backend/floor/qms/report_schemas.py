"""What nonconformity reports say to a device and hear from it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from backend.floor.qms.schemas import Words
from backend.kernel.edge import Edge, Told


class Answers(Edge):
    """What a step answers beside its note: why it was not found before, who acts until when, what keeps it from coming back; of a
    return who carries it, under which number. `disposition` is what `execute` carried out, whatever a device says.
    """

    escape: Words = ""
    owner: Words = ""
    due: date | None = None
    prevention: Words = ""
    disposition: Words = ""
    carrier: Words = ""
    reference: Words = ""


class StepNcr(Edge):
    """`quality.ncr_step`: one step of a report. `execute` names the disposition that is done.

    `note` is the step's own answer, asked of some: the cause of `analyse`, the action of `propose`, the evidence of `verify`.
    """

    ncr: UUID
    event: Literal["contain", "analyse", "propose", "approve", "refuse", "execute", "verify", "close"]
    note: Words = ""
    answers: Answers = msgspec.field(default_factory=Answers)
    disposition: Literal["return", "rework"] | None = None


class NcrStepped(Told):
    """Where the report stands now."""

    ncr: UUID
    state: str


class StepFacts(Told):
    """One step of a report's life."""

    event: str
    to_state: str
    note: str
    answers: Answers
    person_name: str
    at: datetime


class DispositionFacts(Told):
    """What becomes of so many."""

    kind: str
    quantity: Decimal
    done_at: datetime | None


class LyingFacts(Told):
    """So many of the goods that wait to be returned or made good lie there."""

    place: str
    unit: str | None
    quantity: Decimal


class DefectFacts(Told):
    """A feature that did not conform: what the plan allows, the values that were read against it, the first few, and their photos."""

    number: int
    code: str
    name: dict[str, str]
    unit: str
    lsl: Decimal | None
    usl: Decimal | None
    values: list[Decimal]
    photos: list[UUID]
    bad: int


class NcrDocument(Told):
    """A report, whole. `note` is what the inspector wrote; `language` is the supplier's, or empty;
    `next` are the steps that its state allows whoever asks; `awaits_approval` when a step is left to another, senior person.
    """

    id: UUID
    number: int
    state: str
    inspection: UUID
    inspection_number: int
    sku: str
    name: str
    lot: str | None
    supplier: str
    supplier_name: str
    supplier_address: list[str]
    site_name: str
    language: str
    purchase_order: str | None
    work_order: str | None
    quantity: Decimal
    lot_quantity: Decimal
    unit: str
    plan: str
    defects: list[DefectFacts]
    note: str
    person_name: str
    claimed: bool
    opened_at: datetime
    dispositions: list[DispositionFacts]
    lying: list[LyingFacts]
    steps: list[StepFacts]
    next: list[str]
    awaits_approval: bool
