"""Receipts, and what was not as announced. A receipt's id is the id of the command that booked it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id

DISCREPANCIES = ("short", "over", "damaged", "wrong_item", "wrong_lot", "no_asn")


class Receipt(FloorBase):
    """So much of one item and lot taken in by one person. `blocked` of the quantity went to status blocked, the rest to `status`."""

    __tablename__ = "receipt"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("expected_delivery.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("expected_line.id"))
    pack_id: Mapped[UUID | None]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    expires_on: Mapped[date | None]
    quantity: Mapped[Amount]
    blocked: Mapped[Amount] = mapped_column(server_default="0")
    status: Mapped[str]
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    handling_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("handling_unit.id"))
    person_id: Mapped[UUID]
    captured_at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    undone_by: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("quantity > 0 and 0 <= blocked and blocked <= quantity", name="amounts"),
        CheckConstraint("status in ('free', 'quality', 'blocked')", name="status"),
        Index("ix_receipt_delivery_id", "delivery_id"),
        Index("ix_receipt_line_id", "line_id"),
        Index("ix_receipt_lot_id", "lot_id", postgresql_where=text("lot_id is not null")),
        Index(
            "ix_receipt_handling_unit_id",
            "handling_unit_id",
            postgresql_where=text("handling_unit_id is not null"),
        ),
        Index("ix_receipt_site_id", "site_id", "booked_at"),
    )


class ReceiptDiscrepancy(FloorBase):
    """By how much, and how, something was not as announced. `exception_id` is where a person settles it."""

    __tablename__ = "receipt_discrepancy"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    receipt_id: Mapped[UUID | None]
    delivery_id: Mapped[UUID | None]
    line_id: Mapped[UUID | None]
    item_id: Mapped[UUID | None]
    kind: Mapped[str]
    quantity: Mapped[Amount]
    expected: Mapped[Amount]
    lot: Mapped[str | None]
    expected_lot: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")
    photo_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    exception_id: Mapped[UUID]
    raised_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint(f"kind in {DISCREPANCIES}", name="kind"),
        Index("ix_receipt_discrepancy_delivery_id", "delivery_id"),
        Index("ix_receipt_discrepancy_receipt_id", "receipt_id"),
    )
