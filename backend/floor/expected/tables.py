"""What is to come: purchase orders' open lines, and what suppliers say they have sent, pack by pack."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id

KINDS = ("purchase", "advice")
STATES = ("open", "receiving", "done", "cancelled")


class ExpectedDelivery(FloorBase):
    """One purchase order, or one dispatch advice. An advice's lines point at the lines of the order they fulfil.

    `over_percent` is how much more than ordered is in order; what goes beyond it is refused or recorded, as `over_rule` says.
    """

    __tablename__ = "expected_delivery"

    id: Mapped[Id]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str]
    number: Mapped[str]
    purchase_order: Mapped[str | None]
    supplier: Mapped[str]
    supplier_name: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str] = mapped_column(server_default="open")
    due_on: Mapped[date | None]
    over_percent: Mapped[Amount] = mapped_column(server_default="0")
    over_rule: Mapped[str] = mapped_column(server_default="record")
    announced_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("site_id", "kind", "number"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("over_rule in ('refuse', 'record')", name="over_rule"),
        Index(
            "ix_expected_delivery_open",
            "site_id",
            "due_on",
            postgresql_where=text("state in ('open', 'receiving')"),
        ),
        Index("ix_expected_delivery_purchase_order", "site_id", "purchase_order"),
    )


class ExpectedLine(FloorBase):
    """So much of one item to come. `schedule` is [{"quantity": "12", "on": "2026-11-30"}], the earliest first.

    `item_id` is None while the catalog does not know the SKU. `advised` is how much of an order's line advices have named.
    """

    __tablename__ = "expected_line"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("expected_delivery.id"))
    line: Mapped[int]
    purchase_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("expected_line.id"))
    sku: Mapped[str]
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"))
    unit: Mapped[str]
    quantity: Mapped[Amount]
    received: Mapped[Amount] = mapped_column(server_default="0")
    blocked: Mapped[Amount] = mapped_column(server_default="0")
    lot: Mapped[str | None]
    expires_on: Mapped[date | None]
    due_on: Mapped[date | None]
    schedule: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(server_default="open")

    __table_args__ = (
        UniqueConstraint("delivery_id", "line"),
        CheckConstraint("quantity >= 0 and received >= 0 and 0 <= blocked", name="amounts"),
        CheckConstraint("blocked <= received", name="blocked"),
        CheckConstraint("state in ('open', 'closed')", name="state"),
        Index("ix_expected_line_item_id", "item_id", "site_id", postgresql_where=text("state = 'open'")),
        Index("ix_expected_line_purchase_line_id", "purchase_line_id"),
        {"postgresql_with": {"fillfactor": "80"}},
    )


class ExpectedPack(FloorBase):
    """One thing in one pack with an SSCC: so much of one advised line. A mixed pack has several rows."""

    __tablename__ = "expected_pack"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    line_id: Mapped[UUID] = mapped_column(ForeignKey("expected_line.id"))
    sscc: Mapped[str]
    quantity: Mapped[Amount]
    lot: Mapped[str | None]
    expires_on: Mapped[date | None]
    received_by_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("line_id", "sscc", "lot", postgresql_nulls_not_distinct=True),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_expected_pack_sscc", "site_id", "sscc"),
    )
