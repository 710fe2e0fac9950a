"""Waves: what a planner asked for, how far its planning is, and the best plan so far."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id, Json

WAVE_STATES = ("asked", "planning", "planned", "accepted", "cancelled", "overtaken", "failed")


class Wave(FloorBase):
    """One wave of orders. `plan` holds `orders`, `batches` (order ids by cart, in order of release), `left` (why an order
    stays), and once it is accepted the `rounds`. Lengths are metres of the whole wave.
    """

    __tablename__ = "wave"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    state: Mapped[str] = mapped_column(server_default="asked")
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    totes: Mapped[int]
    accept: Mapped[bool] = mapped_column(server_default=text("false"))
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4), server_default="0")
    first_come_m: Mapped[Amount | None]
    length_m: Mapped[Amount | None]
    bound_m: Mapped[Amount | None]
    proved: Mapped[bool] = mapped_column(server_default=text("false"))
    method: Mapped[str] = mapped_column(server_default="")
    plan: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    started_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        CheckConstraint(f"state in {WAVE_STATES}", name="state"),
        CheckConstraint("share between 0 and 1", name="share"),
        Index(
            "uq_wave_active",
            "site_id",
            unique=True,
            postgresql_where=text("state in ('asked', 'planning', 'planned')"),
        ),
    )
