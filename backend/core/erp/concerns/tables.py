"""What a person must look at. Concerns about revisions are read from the documents; those a fact brought are kept here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.erp.concerns.rules import DECISIONS
from backend.kernel.db import CoreBase, Id, Json


class Concern(CoreBase):
    """Something a fact brought that nobody planned: goods of an unknown order, more than ordered, a claim."""

    __tablename__ = "concern"

    id: Mapped[Id]
    kind: Mapped[str]
    cause: Mapped[str]
    document: Mapped[str]
    line: Mapped[int | None]
    sku: Mapped[str | None]
    facts: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    raised_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (UniqueConstraint("kind", "cause"), Index("ix_concern_raised_at", "raised_at"))


class Disposition(CoreBase):
    """What a person decided about a concern, which is closed by it. `concern` is the concern's key."""

    __tablename__ = "disposition"

    concern: Mapped[str] = mapped_column(primary_key=True)
    decision: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    person_id: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (CheckConstraint(f"decision in {DECISIONS}", name="decision"),)
