"""The tables every service has: which commands were taken, what is to be sent, what has come in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Id, Json, KernelBase


class CommandLog(KernelBase):
    """One row a command, keyed by the id the client made. The key stays for ever; the answer at least 30 days."""

    __tablename__ = "command"

    id: Mapped[Id]
    site_id: Mapped[UUID | None]
    type: Mapped[str]
    digest: Mapped[str]
    person_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    captured_at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    outcome: Mapped[str] = mapped_column(server_default="done")
    answer: Mapped[Json | None]

    __table_args__ = (
        CheckConstraint("outcome in ('taken', 'done', 'refused')", name="outcome"),
        Index("ix_command_booked_at", "booked_at"),
        Index("ix_command_person_id_booked_at", "person_id", "booked_at"),
    )


class Outbox(KernelBase):
    """Messages that left a transaction and wait to be delivered, at least once, in order for each document."""

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[UUID]
    type: Mapped[str]
    document: Mapped[str]
    data: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    last_error: Mapped[str | None]
    note: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("state in ('waiting', 'sent', 'dead', 'dropped')", name="state"),
        Index("ix_outbox_waiting", "document", "seq", postgresql_where=text("state in ('waiting', 'dead')")),
        Index("ix_outbox_due", "next_try_at", "seq", postgresql_where=text("state = 'waiting'")),
    )


class Inbox(KernelBase):
    """Messages that came in, whole, before anything is made of them. UNIQUE (source, id) makes a double send harmless.

    `problem` is the refusal behind `last_error` as problem details, where it was one: a person reads it in their own language.
    """

    __tablename__ = "inbox"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source: Mapped[str]
    id: Mapped[str]
    type: Mapped[str]
    document: Mapped[str]
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[Json]
    received_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    last_error: Mapped[str | None]
    problem: Mapped[Json | None]
    note: Mapped[str | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("source", "id"),
        CheckConstraint("state in ('waiting', 'done', 'unknown', 'dead', 'dropped')", name="state"),
        Index(
            "ix_inbox_waiting",
            "document",
            "seq",
            postgresql_where=text("state in ('waiting', 'dead', 'unknown')"),
        ),
        Index("ix_inbox_due", "next_try_at", "seq", postgresql_where=text("state = 'waiting'")),
    )


class WorkerBeat(KernelBase):
    """One row a running worker process, renewed every few seconds; `facts` tell what it does. An old row is a dead worker."""

    __tablename__ = "worker_beat"

    id: Mapped[Id]
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    facts: Mapped[Json]


class PeriodicJob(KernelBase):
    """When a periodic job is due next, over all workers, and how its last run went."""

    __tablename__ = "periodic_job"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    ran_at: Mapped[datetime | None]
    took_ms: Mapped[int | None]
    error: Mapped[str | None]
