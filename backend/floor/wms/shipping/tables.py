"""Shipment requests: what the ERP wants to go out, and how far the floor is with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id

REQUEST_STATES = ("open", "released", "picking", "picked", "shipped", "cancelled")


class ShipmentRequest(FloorBase):
    """One order to go out, as the ERP asked for it. `version` is the ERP's; an older one never overwrites a newer."""

    __tablename__ = "shipment_request"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    source: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"))
    due_at: Mapped[datetime]
    priority: Mapped[int] = mapped_column(server_default="0")
    carrier: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="open")
    pack_place_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    shipped_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("source", "number"),
        CheckConstraint(f"state in {REQUEST_STATES}", name="state"),
        Index("ix_shipment_request_site_id_number", "site_id", "number"),
        Index("ix_shipment_request_site_id_state", "site_id", "state", "due_at"),
        Index("ix_shipment_request_open", "site_id", "due_at", postgresql_where=text("state = 'open'")),
    )


class ShipmentLine(FloorBase):
    """One line of a request. wanted = allocated + picked + shorted + what is still missing."""

    __tablename__ = "shipment_line"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("shipment_request.id"))
    line: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    wanted: Mapped[Amount]
    allocated: Mapped[Amount] = mapped_column(server_default="0")
    picked: Mapped[Amount] = mapped_column(server_default="0")
    shorted: Mapped[Amount] = mapped_column(server_default="0")
    shipped: Mapped[Amount] = mapped_column(server_default="0")
    why_not: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("request_id", "line"),
        CheckConstraint("wanted > 0", name="wanted"),
        CheckConstraint(
            "0 <= allocated and 0 <= picked and 0 <= shorted and allocated + picked + shorted <= wanted",
            name="sums",
        ),
        CheckConstraint("0 <= shipped and shipped <= picked", name="shipped"),
        Index("ix_shipment_line_item_id", "item_id"),
        {"postgresql_with": {"fillfactor": "80"}},
    )
