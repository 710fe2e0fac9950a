"""Counts: one bin and item to be counted. While it is open, nothing new is allocated from it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase


class CountTask(FloorBase):
    """What a count task is about. Its id is the task's id. An open one freezes the item in the bin."""

    __tablename__ = "count_task"

    id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), primary_key=True)
    site_id: Mapped[UUID]
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    reason: Mapped[str]
    raised_by_command_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="open")
    expected: Mapped[Amount | None]
    counted: Mapped[Amount | None]
    counted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'cancelled')", name="state"),
        Index(
            "uq_count_task_open", "place_id", "item_id", unique=True, postgresql_where=text("state = 'open'")
        ),
        Index("ix_count_task_place_id", "place_id"),
    )
