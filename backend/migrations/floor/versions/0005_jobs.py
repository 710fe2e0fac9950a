"""Jobs: work centres, work orders and their operations, the log, genealogy, calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON op_event
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON op_event
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
KINDS = "('bin', 'dock', 'pack', 'cart', 'line', 'supplier', 'customer', 'production', 'scrap', 'count')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_place_kind"), "place", type_="check")
    op.create_check_constraint(op.f("ck_place_kind"), "place", f"kind in {KINDS}")
    op.create_table(
        "genealogy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("consumption_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.CheckConstraint("parent_id <> child_id", name=op.f("ck_genealogy_circle")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_genealogy_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genealogy")),
    )
    op.create_index(
        "ix_genealogy_child_id", "genealogy", ["child_id"], unique=False, postgresql_include=["parent_id"]
    )
    op.create_index(
        "ix_genealogy_parent_id", "genealogy", ["parent_id"], unique=False, postgresql_include=["child_id"]
    )
    op.create_table(
        "op_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("good", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("scrap", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("rework", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("mended", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("minutes", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("shift", sa.Text(), server_default="", nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "booked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind in ('setup', 'start', 'pause', 'report', 'consume', 'finish', 'cancel', 'undo')",
            name=op.f("ck_op_event_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_op_event")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_op_event_undoes_id")),
    )
    op.create_index("ix_op_event_command_id", "op_event", ["command_id"], unique=False)
    op.create_index("ix_op_event_operation_id", "op_event", ["operation_id", "captured_at"], unique=False)
    op.create_table(
        "person_skill",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "skill", name=op.f("pk_person_skill")),
    )
    op.create_table(
        "production",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("serial_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_production_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production")),
    )
    op.create_index("ix_production_event_id", "production", ["event_id"], unique=False)
    op.create_index("ix_production_work_order_id", "production", ["work_order_id"], unique=False)
    op.create_table(
        "reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("kind in ('pause', 'scrap', 'stop', 'over')", name=op.f("ck_reason_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
        sa.UniqueConstraint("site_id", "kind", "code", name=op.f("uq_reason_site_id_kind_code")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "starts ~ '^[0-2][0-9]:[0-5][0-9]$' and ends ~ '^[0-2][0-9]:[0-5][0-9]$'",
            name=op.f("ck_shift_times"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_shift_site_id_code")),
    )
    op.create_table(
        "work_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("item_revision", sa.Text(), nullable=False),
        sa.Column("bom_revision", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="released", nullable=False),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('released', 'in_progress', 'completed', 'cancelled')", name=op.f("ck_work_order_state")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_work_order_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_work_order_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_work_order_site_id_number")),
    )
    op.create_table(
        "work_centre",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), server_default="", nullable=False),
        sa.Column("line_place_id", sa.Uuid(), nullable=False),
        sa.Column("out_place_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["line_place_id"], ["place.id"], name=op.f("fk_work_centre_line_place_id")),
        sa.ForeignKeyConstraint(["out_place_id"], ["place.id"], name=op.f("fk_work_centre_out_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_centre")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_work_centre_site_id_code")),
    )
    op.create_table(
        "andon_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("photo", sa.Uuid(), nullable=True),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), server_default="raised", nullable=False),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_by", sa.Uuid(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind in ('material', 'quality', 'machine', 'engineering', 'tool', 'leader')",
            name=op.f("ck_andon_call_kind"),
        ),
        sa.CheckConstraint(
            "state in ('raised', 'acknowledged', 'arrived', 'resolved')", name=op.f("ck_andon_call_state")
        ),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_andon_call_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_andon_call")),
    )
    op.create_index(
        "ix_andon_call_open",
        "andon_call",
        ["site_id", "work_centre_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_table(
        "machine_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("runs_at is null or runs_at >= stopped_at", name=op.f("ck_machine_stop_order")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_machine_stop_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_stop")),
    )
    op.create_index(
        "uq_machine_stop_open",
        "machine_stop",
        ["work_centre_id"],
        unique=True,
        postgresql_where=sa.text("runs_at is null"),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("setup_minutes", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("run_minutes_each", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("next_id", sa.Uuid(), nullable=True),
        sa.Column("backflush", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("target", sa.Numeric(18, 4), nullable=False),
        sa.Column("came_in", sa.Numeric(18, 4), nullable=True),
        sa.Column("good", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("scrap", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("rework", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("pause_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'setup', 'running', 'paused', 'done', 'cancelled')",
            name=op.f("ck_operation_state"),
        ),
        sa.CheckConstraint(
            "came_in is null or good + scrap + rework <= came_in", name=op.f("ck_operation_came_in")
        ),
        sa.CheckConstraint("good >= 0 and scrap >= 0 and rework >= 0", name=op.f("ck_operation_quantities")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_operation_work_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_order.id"], name=op.f("fk_operation_work_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("work_order_id", "operation", name=op.f("uq_operation_work_order_id_operation")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_operation_open",
        "operation",
        ["work_centre_id"],
        unique=False,
        postgresql_where=sa.text("state not in ('done', 'cancelled')"),
    )
    op.create_table(
        "op_clock",
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worked", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("told", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.CheckConstraint("(kind = 'off') = (since is null)", name=op.f("ck_op_clock_since")),
        sa.CheckConstraint("kind in ('off', 'setup', 'run')", name=op.f("ck_op_clock_kind")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_op_clock_operation_id")),
        sa.PrimaryKeyConstraint("operation_id", "person_id", name=op.f("pk_op_clock")),
    )
    op.create_index(
        "uq_op_clock_person_runs",
        "op_clock",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("kind <> 'off'"),
    )
    op.create_table(
        "operation_material",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_each", sa.Numeric(18, 4), nullable=False),
        sa.Column("consumption", sa.Text(), nullable=False),
        sa.Column("consumed", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.CheckConstraint(
            "consumption in ('scan', 'backflush', 'none')", name=op.f("ck_operation_material_consumption")
        ),
        sa.CheckConstraint("consumed >= 0", name=op.f("ck_operation_material_consumed")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_operation_material_item_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_operation_material_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_material")),
        sa.UniqueConstraint("work_order_id", "line", name=op.f("uq_operation_material_work_order_id_line")),
    )
    op.create_index(
        "ix_operation_material_operation_id", "operation_material", ["operation_id"], unique=False
    )
    op.create_table(
        "consumption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("serial_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("used", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("scrapped", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 and used >= 0 and scrapped >= 0", name=op.f("ck_consumption_quantity")
        ),
        sa.CheckConstraint("used + scrapped <= quantity", name=op.f("ck_consumption_used")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["operation_material.id"], name=op.f("fk_consumption_material_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumption")),
    )
    op.create_index("ix_consumption_event_id", "consumption", ["event_id"], unique=False)
    op.create_index("ix_consumption_work_order_id", "consumption", ["work_order_id"], unique=False)
    for statement in APPEND_ONLY:
        op.execute(statement)
