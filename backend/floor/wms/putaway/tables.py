"""Room in a bin that is kept for a person who is on the way there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id


class PutawayHold(FloorBase):
    """So much weight and space of a bin, for one load of one person, until `expires_at`. It counts as if it lay there.

    A load is a whole handling unit, or a quantity of one quant lying loose; a person holds room for a load once.
    """

    __tablename__ = "putaway_hold"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    person_id: Mapped[UUID]
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    handling_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("handling_unit.id"))
    quant_id: Mapped[UUID | None] = mapped_column(ForeignKey("quant.id"))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[Amount]
    grams: Mapped[Amount]
    millilitres: Mapped[Amount]
    hazard: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("(handling_unit_id is null) <> (quant_id is null)", name="load"),
        Index("ix_putaway_hold_place_id", "place_id"),
        Index(
            "uq_putaway_hold_unit",
            "handling_unit_id",
            unique=True,
            postgresql_where=text("handling_unit_id is not null"),
        ),
        Index(
            "uq_putaway_hold_quant",
            "quant_id",
            "person_id",
            unique=True,
            postgresql_where=text("quant_id is not null"),
        ),
    )
