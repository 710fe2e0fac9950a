"""What is to be made, by which revisions, how far it is, and what it has cost so far."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.erp.production.rules import STATES
from backend.kernel.db import Amount, CoreBase


class WorkOrder(CoreBase):
    """Make so many of an item's revision by its BOM's revision. `spent` is what went in, `earned` what came out or was scrapped."""

    __tablename__ = "work_order"

    number: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="draft")
    version: Mapped[int] = mapped_column(server_default="0")
    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"))
    revision: Mapped[str]
    bom_revision: Mapped[str]
    cost_version: Mapped[int | None]
    unit_cost: Mapped[Amount] = mapped_column(server_default="0")
    quantity: Mapped[Amount]
    due_at: Mapped[datetime]
    site: Mapped[str] = mapped_column(server_default="")
    produced: Mapped[Amount] = mapped_column(server_default="0")
    scrapped: Mapped[Amount] = mapped_column(server_default="0")
    spent: Mapped[Amount] = mapped_column(server_default="0")
    earned: Mapped[Amount] = mapped_column(server_default="0")
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_work_order_state", "state", "due_at"),
        Index("ix_work_order_sku", "sku"),
    )


class WorkOperation(CoreBase):
    """One step of a work order, and what was reported at it."""

    __tablename__ = "work_operation"

    number: Mapped[str] = mapped_column(ForeignKey("work_order.number"), primary_key=True)
    operation: Mapped[int] = mapped_column(primary_key=True)
    work_centre: Mapped[str]
    name: Mapped[str]
    setup_minutes: Mapped[Amount]
    run_minutes_each: Mapped[Amount]
    skill: Mapped[str | None]
    instructions: Mapped[str] = mapped_column(server_default="")
    rate_per_hour: Mapped[Amount]
    good: Mapped[Amount] = mapped_column(server_default="0")
    scrap: Mapped[Amount] = mapped_column(server_default="0")
    rework: Mapped[Amount] = mapped_column(server_default="0")
    minutes: Mapped[Amount] = mapped_column(server_default="0")


class WorkMaterial(CoreBase):
    """One material of a work order, and how much of it went in."""

    __tablename__ = "work_material"

    number: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"))
    quantity_each: Mapped[Amount]
    consumption: Mapped[str]
    consumed: Mapped[Amount] = mapped_column(server_default="0")

    __table_args__ = (
        ForeignKeyConstraint(["number", "operation"], ["work_operation.number", "work_operation.operation"]),
        Index("ix_work_material_sku", "sku"),
    )
