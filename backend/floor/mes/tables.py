"""Jobs: work orders with their operations, the log of what was done at them, what went in and what came out, calls for help.

`op_event` is append-only; how an operation stands (`operation`, `op_clock`) is a fold of its events (`rules.fold`), kept as a cache.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.floor.mes.rules import CALL_STATES, CALLS, CLOCK_KINDS, EVENT_KINDS, ORDER_STATES, STATES
from backend.kernel.db import Amount, FloorBase, Id, Json

_NOW = text("clock_timestamp()")
_LINE = ForeignKey("place.id")


class WorkOrder(FloorBase):
    """Make so much of an item until then. `hold` says why nobody may start on it; what was under way stays as it is."""

    __tablename__ = "work_order"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    source: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    item_revision: Mapped[str]
    bom_revision: Mapped[str]
    quantity: Mapped[Amount]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="released")
    hold: Mapped[str | None]
    deviation: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        CheckConstraint(f"state in {ORDER_STATES}", name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class Operation(FloorBase):
    """One step of a work order at a work centre. `came_in` is what the step before handed on; none at the first step.

    `good`, `scrap` and `rework` (pieces that wait to be mended) are sums of its events. Good pieces of the last step go to stock.
    """

    __tablename__ = "operation"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_order.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centre.id"))
    operation: Mapped[int]
    name: Mapped[str]
    setup_minutes: Mapped[Amount] = mapped_column(server_default="0")
    run_minutes_each: Mapped[Amount] = mapped_column(server_default="0")
    skill: Mapped[str | None]
    instructions: Mapped[str] = mapped_column(server_default="")
    last: Mapped[bool]
    next_id: Mapped[UUID | None]
    backflush: Mapped[bool] = mapped_column(server_default=text("false"))
    target: Mapped[Amount]
    came_in: Mapped[Amount | None]
    good: Mapped[Amount] = mapped_column(server_default="0")
    scrap: Mapped[Amount] = mapped_column(server_default="0")
    rework: Mapped[Amount] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="waiting")
    pause_reason: Mapped[str] = mapped_column(server_default="")
    last_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("work_order_id", "operation"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("good >= 0 and scrap >= 0 and rework >= 0", name="quantities"),
        CheckConstraint("came_in is null or good + scrap + rework <= came_in", name="came_in"),
        Index(
            "ix_operation_open", "work_centre_id", postgresql_where=text("state not in ('done', 'cancelled')")
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )


class OperationMaterial(FloorBase):
    """What goes into each piece at an operation, and how much has gone in so far."""

    __tablename__ = "operation_material"

    id: Mapped[Id]
    work_order_id: Mapped[UUID]
    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operation.id"))
    line: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    quantity_each: Mapped[Amount]
    consumption: Mapped[str]
    consumed: Mapped[Amount] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("work_order_id", "line"),
        CheckConstraint("consumption in ('scan', 'backflush', 'none')", name="consumption"),
        CheckConstraint("consumed >= 0", name="consumed"),
        Index("ix_operation_material_operation_id", "operation_id"),
    )


class OpEvent(FloorBase):
    """One fact of an operation. Never changed, never deleted: a correction is an event that undoes it."""

    __tablename__ = "op_event"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    operation_id: Mapped[UUID]
    command_id: Mapped[UUID]
    kind: Mapped[str]
    person_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    good: Mapped[Amount] = mapped_column(server_default="0")
    scrap: Mapped[Amount] = mapped_column(server_default="0")
    rework: Mapped[Amount] = mapped_column(server_default="0")
    mended: Mapped[Amount] = mapped_column(server_default="0")
    minutes: Mapped[Amount] = mapped_column(server_default="0")
    reason: Mapped[str] = mapped_column(server_default="")
    data: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    shift: Mapped[str] = mapped_column(server_default="")
    undoes_id: Mapped[UUID | None] = mapped_column(unique=True)
    captured_at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (
        CheckConstraint(f"kind in {EVENT_KINDS}", name="kind"),
        Index("ix_op_event_operation_id", "operation_id", "captured_at"),
        Index("ix_op_event_command_id", "command_id"),
        Index("ix_op_event_captured_at", "captured_at", postgresql_using="brin"),
    )


class OpClock(FloorBase):
    """A person's clock at an operation, as the fold has it: what it runs as, since when, minutes closed and minutes told."""

    __tablename__ = "op_clock"

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID]
    kind: Mapped[str]
    since: Mapped[datetime | None]
    worked: Mapped[Amount] = mapped_column(server_default="0")
    told: Mapped[Amount] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint(f"kind in {CLOCK_KINDS}", name="kind"),
        CheckConstraint("(kind = 'off') = (since is null)", name="since"),
        Index("uq_op_clock_person_runs", "person_id", unique=True, postgresql_where=text("kind <> 'off'")),
    )


class Consumption(FloorBase):
    """So much of one lot or serial that went in: `used` is what lies in finished pieces, `scrapped` in scrapped ones.

    `withdrawn` when the event was undone and the stock went back.
    """

    __tablename__ = "consumption"

    id: Mapped[Id]
    work_order_id: Mapped[UUID]
    operation_id: Mapped[UUID]
    material_id: Mapped[UUID] = mapped_column(ForeignKey("operation_material.id"))
    event_id: Mapped[UUID]
    item_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    serial_id: Mapped[UUID | None]
    quantity: Mapped[Amount]
    used: Mapped[Amount] = mapped_column(server_default="0")
    scrapped: Mapped[Amount] = mapped_column(server_default="0")
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("quantity > 0 and used >= 0 and scrapped >= 0", name="quantity"),
        CheckConstraint("used + scrapped <= quantity", name="used"),
        Index("ix_consumption_work_order_id", "work_order_id"),
        Index("ix_consumption_event_id", "event_id"),
    )


class Production(FloorBase):
    """So many pieces that came out in one lot, or one serial. `withdrawn` when the event was undone."""

    __tablename__ = "production"

    id: Mapped[Id]
    work_order_id: Mapped[UUID]
    event_id: Mapped[UUID]
    item_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    serial_id: Mapped[UUID | None]
    quantity: Mapped[Amount]
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_production_work_order_id", "work_order_id"),
        Index("ix_production_event_id", "event_id"),
    )


class Genealogy(FloorBase):
    """So much of a component went into a parent; each is a lot's or a serial's id. Derived from consumption and production.

    Small rows and two indexes only: traces walk ten million of them.
    """

    __tablename__ = "genealogy"

    id: Mapped[Id]
    parent_id: Mapped[UUID]
    child_id: Mapped[UUID]
    production_id: Mapped[UUID]
    consumption_id: Mapped[UUID]
    quantity: Mapped[Amount]

    __table_args__ = (
        CheckConstraint("parent_id <> child_id", name="circle"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_genealogy_parent_id", "parent_id", postgresql_include=["child_id"]),
        Index("ix_genealogy_child_id", "child_id", postgresql_include=["parent_id"]),
    )


class MachineStop(FloorBase):
    """A work centre stands still, and why; open until somebody says it runs again."""

    __tablename__ = "machine_stop"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centre.id"))
    operation_id: Mapped[UUID | None]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    person_id: Mapped[UUID]
    stopped_at: Mapped[datetime]
    runs_at: Mapped[datetime | None]
    runs_by: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("runs_at is null or runs_at >= stopped_at", name="order"),
        Index(
            "uq_machine_stop_open", "work_centre_id", unique=True, postgresql_where=text("runs_at is null")
        ),
    )


class AndonCall(FloorBase):
    """A call for help from a work centre. `level` grows each time nobody came in time."""

    __tablename__ = "andon_call"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centre.id"))
    operation_id: Mapped[UUID | None]
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    photo: Mapped[UUID | None]
    critical: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="raised")
    level: Mapped[int] = mapped_column(server_default="0")
    raised_by: Mapped[UUID]
    raised_at: Mapped[datetime]
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    arrived_by: Mapped[UUID | None]
    arrived_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        CheckConstraint(f"state in {CALL_STATES}", name="state"),
        CheckConstraint(f"kind in {CALLS}", name="kind"),
        Index(
            "ix_andon_call_open", "site_id", "work_centre_id", postgresql_where=text("state <> 'resolved'")
        ),
    )
