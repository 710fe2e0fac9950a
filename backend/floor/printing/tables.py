"""Label printers and print jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.floor.printing.rules import FINAL, STATES
from backend.kernel.db import FloorBase


class LabelPrinter(FloorBase):
    """A printer that takes ZPL on a raw TCP port. `fault` is what it last said or what kept us from reaching it; empty when well."""

    __tablename__ = "label_printer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    code: Mapped[str]
    name: Mapped[str]
    host: Mapped[str]
    port: Mapped[int]
    resolution: Mapped[int]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    fault: Mapped[str] = mapped_column(server_default="")
    fault_since: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("port between 1 and 65535", name="port"),
        CheckConstraint("resolution in (203, 300)", name="resolution"),
        Index("uq_label_printer_code", "site_id", "code", unique=True, postgresql_where=text("is_active")),
    )


class PrintJob(FloorBase):
    """Labels of one kind for one printer, in the order they were asked for. `item` is the SKU that lots and serials need."""

    __tablename__ = "print_job"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    printer_id: Mapped[UUID] = mapped_column(ForeignKey("label_printer.id"))
    kind: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(JSONB)
    item: Mapped[str] = mapped_column(server_default="")
    copies: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    fault: Mapped[str] = mapped_column(server_default="")
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(map(repr, STATES))})", name="state"),
        CheckConstraint("copies between 1 and 20", name="copies"),
        Index(
            "ix_print_job_under_way",
            "printer_id",
            "id",
            postgresql_where=text(f"state not in ({', '.join(map(repr, FINAL))})"),
        ),
        Index("ix_print_job_site_id", "site_id", "id"),
    )
