"""Rounds: one walk of one person with a cart of totes, and the lines to pick on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id, Json

LINE_STATES = ("open", "picked", "short", "cancelled")
TOTE_STATES = ("empty", "filling", "full", "dropped")


class PickRound(FloorBase):
    """What a pick task is about. Its id is the task's id; who has it and its state stand on the task.

    `length_m` is the walk as planned; `walked_m` the walk from scan to scan so far, and `shortest_m` the shortest walk
    through the same places, both as of `walked_at`.
    """

    __tablename__ = "pick_round"

    id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), primary_key=True)
    site_id: Mapped[UUID]
    cart_place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    length_m: Mapped[Amount]
    bound_m: Mapped[Amount]
    proved: Mapped[bool]
    method: Mapped[str]
    path: Mapped[Json]
    walked_m: Mapped[Amount] = mapped_column(server_default="0")
    shortest_m: Mapped[Amount] = mapped_column(server_default="0")
    walked_at: Mapped[datetime | None]


class AisleClosure(FloorBase):
    """A sub-aisle nobody can walk through: since when, why, who said so. The open ones stand in the site's plan as well."""

    __tablename__ = "aisle_closure"

    id: Mapped[Id]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    aisle: Mapped[int]
    block: Mapped[int]
    reason: Mapped[str]
    closed_by: Mapped[UUID]
    closed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_aisle_closure_open",
            "site_id",
            "aisle",
            "block",
            unique=True,
            postgresql_where=text("opened_at is null"),
        ),
    )


class RoundTote(FloorBase):
    """One tote on the cart, for one order. The tote itself is a handling unit, bound when the picker scans it."""

    __tablename__ = "round_tote"

    id: Mapped[Id]
    round_id: Mapped[UUID] = mapped_column(ForeignKey("pick_round.id"))
    slot: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("shipment_request.id"))
    handling_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("handling_unit.id"))
    drop_place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    state: Mapped[str] = mapped_column(server_default="empty")

    __table_args__ = (
        UniqueConstraint("round_id", "slot"),
        CheckConstraint(f"state in {TOTE_STATES}", name="state"),
        Index("ix_round_tote_handling_unit_id", "handling_unit_id"),
        Index("ix_round_tote_request_id", "request_id"),
    )


class PickLine(FloorBase):
    """So much of one quant into one tote. `picked` only grows by a booked move; undo is a move back."""

    __tablename__ = "pick_line"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    round_id: Mapped[UUID] = mapped_column(ForeignKey("pick_round.id"))
    shipment_line_id: Mapped[UUID] = mapped_column(ForeignKey("shipment_line.id"))
    tote_id: Mapped[UUID] = mapped_column(ForeignKey("round_tote.id"))
    quant_id: Mapped[UUID] = mapped_column(ForeignKey("quant.id"))
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservation.id"))
    sequence: Mapped[int]
    quantity: Mapped[Amount]
    picked: Mapped[Amount] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="open")
    skipped: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint(f"state in {LINE_STATES}", name="state"),
        CheckConstraint("quantity > 0 and 0 <= picked and picked <= quantity", name="picked"),
        Index("ix_pick_line_round_id", "round_id", "sequence"),
        Index("ix_pick_line_shipment_line_id", "shipment_line_id"),
        Index("ix_pick_line_open", "quant_id", postgresql_where=text("state = 'open'")),
        {"postgresql_with": {"fillfactor": "80"}},
    )
