"""Tasks: what is there to do, who has it, until when; and exceptions: what a person must look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import FloorBase, Id, Json

TASK_KINDS = ("pick", "count", "move", "ship", "receive", "putaway")
TASK_STATES = ("planned", "released", "claimed", "done", "cancelled")


class Task(FloorBase):
    """One piece of work that one person does at a time, held by a lease."""

    __tablename__ = "task"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    kind: Mapped[str]
    state: Mapped[str]
    priority: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(server_default="")
    person_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint(f"kind in {TASK_KINDS}", name="kind"),
        CheckConstraint(f"state in {TASK_STATES}", name="state"),
        CheckConstraint("(state = 'claimed') = (person_id is not null and done_at is null)", name="claim"),
        Index(
            "ix_task_open",
            "site_id",
            "kind",
            "state",
            postgresql_where=text("state in ('released', 'claimed')"),
        ),
        Index("ix_task_site_id_number", "site_id", "number"),
        Index("ix_task_done_at", "site_id", "done_at", postgresql_where=text("done_at is not null")),
        Index("ix_task_person_id", "person_id", postgresql_where=text("state = 'claimed'")),
    )


class FloorException(FloorBase):
    """Something the floor found that a person must see: nothing physical is thrown away, it lands here."""

    __tablename__ = "exception"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    kind: Mapped[str]
    severity: Mapped[str] = mapped_column(server_default="normal")
    state: Mapped[str] = mapped_column(server_default="open")
    task_id: Mapped[UUID | None]
    command_id: Mapped[UUID | None]
    item_id: Mapped[UUID | None]
    lot_id: Mapped[UUID | None]
    place_id: Mapped[UUID | None]
    handling_unit_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    raised_by: Mapped[UUID | None]
    raised_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    details: Mapped[Json]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    note: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("state in ('open', 'resolved')", name="state"),
        CheckConstraint("severity in ('low', 'normal', 'high')", name="severity"),
        Index("ix_exception_open", "site_id", "raised_at", postgresql_where=text("state = 'open'")),
        Index("ix_exception_document_id", "document_id"),
        Index("ix_exception_command_id", "command_id", postgresql_where=text("command_id is not null")),
        Index("ix_exception_task_id", "task_id", postgresql_where=text("task_id is not null")),
        Index("ix_exception_place_id", "place_id", postgresql_where=text("place_id is not null")),
        Index("ix_exception_item_id", "item_id", postgresql_where=text("item_id is not null")),
    )


class Photo(FloorBase):
    """A picture somebody took as evidence: of a short bin, of damage. Never changed, found by the id the device made."""

    __tablename__ = "photo"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    person_id: Mapped[UUID]
    media_type: Mapped[str]
    data: Mapped[bytes]
    taken_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("media_type in ('image/jpeg', 'image/png', 'image/webp')", name="media_type"),
        CheckConstraint("length(data) <= 524288", name="size"),
    )
