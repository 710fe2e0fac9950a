"""The ledger. `stock_move` is the truth, append-only; `quant` is a cache that one query can rebuild."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id

STATUSES = ("free", "hold", "damaged", "quality", "blocked")


class Lot(FloorBase):
    """One batch of an item, with its expiry where the item has one."""

    __tablename__ = "lot"

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    code: Mapped[str]
    expires_on: Mapped[date | None]
    first_seen_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (UniqueConstraint("item_id", "code"), Index("ix_lot_code", "code"))


class Serial(FloorBase):
    """One single piece of an item."""

    __tablename__ = "serial"

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    code: Mapped[str]

    __table_args__ = (UniqueConstraint("item_id", "code"), Index("ix_serial_code", "code"))


class HandlingUnit(FloorBase):
    """A pallet, box or tote that moves as one. `code` is its SSCC (18 digits) or the tote's own number."""

    __tablename__ = "handling_unit"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    code: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("handling_unit.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))

    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint("kind in ('pallet', 'box', 'tote')", name="kind"),
        CheckConstraint("parent_id <> id", name="nesting"),
        Index("ix_handling_unit_place_id", "place_id"),
    )


class Quant(FloorBase):
    """How much of one thing lies in one place. Derived from the moves; locked and checked like the truth."""

    __tablename__ = "quant"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    serial_id: Mapped[UUID | None] = mapped_column(ForeignKey("serial.id"))
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    handling_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("handling_unit.id"))
    status: Mapped[str] = mapped_column(server_default="free")
    quantity: Mapped[Amount]
    reserved: Mapped[Amount] = mapped_column(server_default="0")
    since: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint(
            "site_id", "item_id", "place_id", "lot_id", "serial_id", "handling_unit_id", "owner_id", "status",
            name="uq_quant_key", postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("0 <= reserved and reserved <= quantity", name="reserved"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("serial_id is null or quantity <= 1", name="serial"),
        Index("ix_quant_place_id", "place_id", postgresql_where=text("quantity > 0")),
        Index("ix_quant_handling_unit_id", "handling_unit_id", postgresql_where=text("handling_unit_id is not null")),
        Index("ix_quant_lot_id", "lot_id", postgresql_where=text("lot_id is not null")),
        Index(
            "uq_quant_serial_one_place", "serial_id", unique=True,
            postgresql_where=text("serial_id is not null and quantity > 0"),
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )  # fmt: skip


class StockMove(FloorBase):
    """One fact of the ledger: so much of this went from here to there. Never changed, never deleted."""

    __tablename__ = "stock_move"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    command_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(server_default="0")
    kind: Mapped[str]
    owner_id: Mapped[UUID | None]
    item_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    serial_id: Mapped[UUID | None]
    quantity: Mapped[Amount]
    from_place_id: Mapped[UUID]
    from_handling_unit_id: Mapped[UUID | None]
    from_status: Mapped[str] = mapped_column(server_default="free")
    to_place_id: Mapped[UUID]
    to_handling_unit_id: Mapped[UUID | None]
    to_status: Mapped[str] = mapped_column(server_default="free")
    reason: Mapped[str | None]
    document_id: Mapped[UUID | None]
    task_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    undoes_id: Mapped[UUID | None] = mapped_column(unique=True)
    captured_at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("command_id", "line"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(from_place_id, coalesce(from_handling_unit_id, from_place_id), from_status)"
            " <> (to_place_id, coalesce(to_handling_unit_id, to_place_id), to_status)",
            name="goes_somewhere",
        ),
        Index("ix_stock_move_item_id", "item_id", "booked_at"),
        Index("ix_stock_move_from_place_id", "from_place_id", "booked_at"),
        Index("ix_stock_move_to_place_id", "to_place_id", "booked_at"),
        Index("ix_stock_move_lot_id", "lot_id", postgresql_where=text("lot_id is not null")),
        Index("ix_stock_move_serial_id", "serial_id", postgresql_where=text("serial_id is not null")),
        Index(
            "ix_stock_move_from_hu",
            "from_handling_unit_id",
            postgresql_where=text("from_handling_unit_id is not null"),
        ),
        Index(
            "ix_stock_move_to_hu",
            "to_handling_unit_id",
            postgresql_where=text("to_handling_unit_id is not null"),
        ),
        Index("ix_stock_move_document_id", "document_id", postgresql_where=text("document_id is not null")),
        Index("ix_stock_move_person_id", "person_id", "booked_at"),
        Index("ix_stock_move_task_id", "task_id", postgresql_where=text("task_id is not null")),
        Index(
            "ix_stock_move_shipped",
            text("coalesce(serial_id, lot_id)"),
            postgresql_where=text("kind = 'ship'"),
        ),
    )


class Reservation(FloorBase):
    """So much of one quant is promised to one demand. The sum of these is what `quant.reserved` caches."""

    __tablename__ = "reservation"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    quant_id: Mapped[UUID] = mapped_column(ForeignKey("quant.id"))
    demand_id: Mapped[UUID]
    quantity: Mapped[Amount]

    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_reservation_quant_id", "quant_id", postgresql_where=text("quantity > 0")),
        Index("ix_reservation_demand_id", "demand_id"),
    )


class Freeze(FloorBase):
    """Nothing new is promised of this item in this place, until the task that settles it is done."""

    __tablename__ = "freeze"

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    place_id: Mapped[UUID]
    item_id: Mapped[UUID]

    __table_args__ = (UniqueConstraint("item_id", "place_id"),)
