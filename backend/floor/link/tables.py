"""What ties the floor to an ERP's own records: bindings, cursors, postings, differences, reconciliations."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import FloorBase, Id, Json

DIFFERENCES = ("quantity", "state", "no_place", "undone", "stock")


class LinkCursor(FloorBase):
    """How far changes of one kind have been read from one ERP. The cursor is the adapter's own, in the ERP's time."""

    __tablename__ = "link_cursor"

    erp: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str | None]
    looked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    error: Mapped[str | None]


class LinkBinding(FloorBase):
    """An ERP's record and what the floor was told of it.

    `stamp` is the record's as it was read last, `digest` that of the last message, `version` how many were sent. `lines` gives
    each of the ERP's line ids the number it has on the floor, for ever.
    """

    __tablename__ = "link_binding"

    erp: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="0")
    stamp: Mapped[str] = mapped_column(server_default="")
    digest: Mapped[str] = mapped_column(server_default="")
    lines: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    told_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_link_binding_document", "erp", "document"),)


class LinkPosting(FloorBase):
    """A message that an ERP has booked, or that adds up towards something it will book whole; once a message."""

    __tablename__ = "link_posting"

    erp: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    document: Mapped[str]
    kind: Mapped[str]
    external_id: Mapped[str]
    moved: Mapped[Json]
    posted_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_link_posting_document", "erp", "document"),)


class LinkDifference(FloorBase):
    """Floor and ERP disagree: a document of its own, with an exception for a person, open until the two agree or it is resolved."""

    __tablename__ = "link_difference"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    erp: Mapped[str]
    kind: Mapped[str]
    document: Mapped[str]
    sku: Mapped[str | None]
    lot: Mapped[str | None]
    ours: Mapped[Decimal | None]
    theirs: Mapped[Decimal | None]
    told: Mapped[str]
    exception_id: Mapped[UUID] = mapped_column(ForeignKey("exception.id"))
    found_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    seen_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"kind in {DIFFERENCES}", name="kind"),
        Index(
            "uq_link_difference_open", "erp", "kind", "document", "sku", "lot",
            unique=True, postgresql_where=text("settled_at is null"), postgresql_nulls_not_distinct=True,
        ),
        Index("ix_link_difference_exception_id", "exception_id"),
    )  # fmt: skip


class LinkReconciliation(FloorBase):
    """One comparison of all stock, floor against ERP: asked for by a person, or the night's own (`asked_by` empty)."""

    __tablename__ = "link_reconciliation"

    id: Mapped[Id]
    erp: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    compared: Mapped[int] = mapped_column(server_default="0")
    differing: Mapped[int] = mapped_column(server_default="0")
    under_way: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None]

    __table_args__ = (
        Index("ix_link_reconciliation_asked_at", "asked_at"),
        Index(
            "uq_link_reconciliation_waiting", "erp", unique=True, postgresql_where=text("ended_at is null")
        ),
    )  # fmt: skip
