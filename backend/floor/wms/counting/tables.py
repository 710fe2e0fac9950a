"""Counts: one bin and item to be counted, and what each person counted there. While one is open, nothing new is allocated from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id


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


class CountLook(FloorBase):
    """What one person counted, and what the books said at that moment.

    `differences` are rows of the count's own item: `{"lot", "serial", "unit", "more"}`, `more` being counted less booked, as a
    string. What moves between two looks changes both sides alike, so looks are compared by their differences.
    """

    __tablename__ = "count_look"

    id: Mapped[Id]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("count_task.id"))
    command_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="given")
    expected: Mapped[Amount]
    counted: Mapped[Amount]
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    given_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('given', 'withdrawn')", name="state"),
        Index("ix_count_look_task_id", "task_id"),
        Index("uq_count_look_command_id", "command_id", unique=True),
    )
