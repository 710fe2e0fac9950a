"""Inspection: plans by version, gauges, lots with their plan frozen, readings that are only ever added, decisions, reports."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id, Json

SOURCES = ("receipt", "production", "again")
LOT_STATES = ("pending", "in_progress", "ready", "accepted", "partial", "rejected", "withdrawn")
NCR_STATES = ("open", "contained", "analysed", "proposed", "executing", "verified", "closed")
SEVERITIES = ("normal", "tightened", "reduced", "discontinued")


class InspectionPlan(FloorBase):
    """One version of how an item is inspected. `classes` says level and AQL a class, `characteristics` the features with balloons."""

    __tablename__ = "inspection_plan"

    id: Mapped[Id]
    code: Mapped[str]
    version: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    source: Mapped[str]
    name: Mapped[str]
    effective_from: Mapped[date]
    standard: Mapped[str]
    edition: Mapped[str]
    classes: Mapped[list[Json]] = mapped_column(JSONB)
    characteristics: Mapped[list[Json]] = mapped_column(JSONB)
    drawing: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("source in ('receipt', 'production')", name="source"),
        Index("ix_inspection_plan_item_id", "item_id", "source"),
    )


class Gauge(FloorBase):
    """A measuring device, and until when its calibration holds."""

    __tablename__ = "gauge"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    code: Mapped[str]
    type: Mapped[str]
    name: Mapped[str]
    calibrated_on: Mapped[date]
    due_on: Mapped[date]
    out: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint("calibrated_on <= due_on", name="due"),
    )


class InspectionLot(FloorBase):
    """So much of an item that came in or was made, on hold until it is decided. `snapshot` is the plan as it was then.

    `version` counts its readings.
    """

    __tablename__ = "inspection_lot"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    source: Mapped[str]
    source_id: Mapped[UUID]
    part: Mapped[int] = mapped_column(server_default="1")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_lot.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_plan.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    serials: Mapped[list[str]] = mapped_column(server_default="{}")
    quantity: Mapped[Amount]
    unit: Mapped[str]
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    supplier: Mapped[str] = mapped_column(server_default="")
    purchase_order: Mapped[str | None]
    po_line: Mapped[int | None]
    work_order: Mapped[str | None]
    snapshot: Mapped[Json]
    state: Mapped[str] = mapped_column(server_default="pending")
    verdict: Mapped[str] = mapped_column(server_default="open")
    version: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    due_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "source", "source_id", "part", "item_id", "lot_id",
            name="uq_inspection_lot_source", postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(f"state in {LOT_STATES}", name="state"),
        CheckConstraint("verdict in ('open', 'accept', 'reject')", name="verdict"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_inspection_lot_waiting", "site_id", "due_at", postgresql_where=text("state in ('pending', 'in_progress', 'ready')")),
        Index("ix_inspection_lot_lot_id", "lot_id"),
        Index("ix_inspection_lot_item_id", "item_id", "opened_at"),
        Index("ix_inspection_lot_source_id", "source_id"),
    )  # fmt: skip


class InspectionReading(FloorBase):
    """One value read. Its id is the command's. Never changed: a correction is another that supersedes it, with a reason."""

    __tablename__ = "inspection_reading"

    id: Mapped[Id]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_lot.id"))
    characteristic: Mapped[int]
    sample: Mapped[int]
    value: Mapped[Amount]
    conforms: Mapped[bool]
    gauge_id: Mapped[UUID | None] = mapped_column(ForeignKey("gauge.id"))
    photo_id: Mapped[UUID | None]
    supersedes_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    late: Mapped[bool] = mapped_column(server_default=text("false"))
    person_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    captured_at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("(supersedes_id is null) = (reason is null)", name="reason"),
        Index("ix_inspection_reading_inspection_id", "inspection_id"),
        Index("ix_inspection_reading_gauge_id", "gauge_id"),
    )


class InspectionDecision(FloorBase):
    """What was decided of a lot, once: every unit of it has its place in `allocated`. Its id is the lot's."""

    __tablename__ = "inspection_decision"

    id: Mapped[UUID] = mapped_column(ForeignKey("inspection_lot.id"), primary_key=True)
    verdict: Mapped[str]
    device_verdict: Mapped[str]
    allocated: Mapped[Json]
    note: Mapped[str] = mapped_column(server_default="")
    command_id: Mapped[UUID]
    person_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    decided_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("verdict in ('accept', 'reject')", name="verdict"),)


class Ncr(FloorBase):
    """A nonconformity report: what was wrong with how many, what becomes of them, and how far that is."""

    __tablename__ = "ncr"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_lot.id"), unique=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    supplier: Mapped[str] = mapped_column(server_default="")
    quantity: Mapped[Amount]
    reason: Mapped[str]
    claimed: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str] = mapped_column(server_default="open")
    opened_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state in {NCR_STATES}", name="state"),
        Index("ix_ncr_open", "site_id", "opened_at", postgresql_where=text("state <> 'closed'")),
    )


class NcrDisposition(FloorBase):
    """What becomes of so many of a report's units; `done` when it has."""

    __tablename__ = "ncr_disposition"

    ncr_id: Mapped[UUID] = mapped_column(ForeignKey("ncr.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[Amount]
    serials: Mapped[list[str]] = mapped_column(server_default="{}")
    done_at: Mapped[datetime | None]


class NcrStep(FloorBase):
    """One step of a report's life, by whom and with which words. Never changed."""

    __tablename__ = "ncr_step"

    id: Mapped[Id]
    ncr_id: Mapped[UUID] = mapped_column(ForeignKey("ncr.id"))
    event: Mapped[str]
    to_state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    answers: Mapped[Json] = mapped_column(server_default="{}")
    person_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_ncr_step_ncr_id", "ncr_id"),)


class SeverityNow(FloorBase):
    """How severely a supplier's item is inspected, a class. Locked while a decision of such a lot counts."""

    __tablename__ = "severity_now"

    site_id: Mapped[UUID] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    of_class: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[str] = mapped_column(server_default="normal")
    steady: Mapped[bool] = mapped_column(server_default=text("false"))
    authorised: Mapped[bool] = mapped_column(server_default=text("false"))
    standing: Mapped[Json]

    __table_args__ = (CheckConstraint(f"severity in {SEVERITIES}", name="severity"),)


class SeverityStep(FloorBase):
    """Each lot that counted for switching, and what it did. Never changed."""

    __tablename__ = "severity_step"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    supplier: Mapped[str]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    of_class: Mapped[str]
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_lot.id"))
    accepted: Mapped[bool | None]
    from_severity: Mapped[str]
    to_severity: Mapped[str]
    standing: Mapped[Json]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_severity_step_key", "site_id", "supplier", "item_id", "of_class", "at"),)
