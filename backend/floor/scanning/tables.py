"""What a site's labels carry: the symbologies that count as a scan there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import FloorBase


class LabelRules(FloorBase):
    """A site's own choice of symbologies and of lengths of interleaved 2 of 5. A site without a row reads the usual ones."""

    __tablename__ = "label_rules"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    formats: Mapped[list[str]] = mapped_column(JSONB)
    itf_lengths: Mapped[list[int]] = mapped_column(JSONB)
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]
