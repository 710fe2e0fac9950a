"""Inspection"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("inspection_reading", "inspection_decision", "ncr_step", "severity_step")


def upgrade() -> None:
    op.create_table(
        "gauge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("calibrated_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("calibrated_on <= due_on", name=op.f("ck_gauge_due")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gauge")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_gauge_site_id_code")),
    )
    op.create_table(
        "inspection_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("characteristics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawing", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("source in ('receipt', 'production')", name=op.f("ck_inspection_plan_source")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inspection_plan_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plan")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_inspection_plan_code_version")),
    )
    op.create_index("ix_inspection_plan_item_id", "inspection_plan", ["item_id", "source"], unique=False)
    op.create_table(
        "severity_now",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("of_class", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), server_default="normal", nullable=False),
        sa.Column("steady", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("authorised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("standing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "severity in ('normal', 'tightened', 'reduced', 'discontinued')",
            name=op.f("ck_severity_now_severity"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_severity_now_item_id")),
        sa.PrimaryKeyConstraint("site_id", "supplier", "item_id", "of_class", name=op.f("pk_severity_now")),
    )
    op.create_table(
        "inspection_lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), server_default="1", nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("serials", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.Text(), server_default="", nullable=False),
        sa.Column("purchase_order", sa.Text(), nullable=True),
        sa.Column("po_line", sa.Integer(), nullable=True),
        sa.Column("work_order", sa.Text(), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("verdict", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "opened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source in ('receipt', 'production', 'again')", name=op.f("ck_inspection_lot_source")
        ),
        sa.CheckConstraint(
            "state in ('pending', 'in_progress', 'ready', 'accepted', 'partial', 'rejected', 'withdrawn')",
            name=op.f("ck_inspection_lot_state"),
        ),
        sa.CheckConstraint("verdict in ('open', 'accept', 'reject')", name=op.f("ck_inspection_lot_verdict")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_inspection_lot_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inspection_lot_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_inspection_lot_lot_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["inspection_lot.id"], name=op.f("fk_inspection_lot_parent_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_inspection_lot_place_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"], name=op.f("fk_inspection_lot_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_lot")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "part",
            "item_id",
            "lot_id",
            name="uq_inspection_lot_source",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_inspection_lot_item_id", "inspection_lot", ["item_id", "opened_at"], unique=False)
    op.create_index("ix_inspection_lot_lot_id", "inspection_lot", ["lot_id"], unique=False)
    op.create_index("ix_inspection_lot_source_id", "inspection_lot", ["source_id"], unique=False)
    op.create_index(
        "ix_inspection_lot_waiting",
        "inspection_lot",
        ["site_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('pending', 'in_progress', 'ready')"),
    )
    op.create_table(
        "inspection_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("device_verdict", sa.Text(), nullable=False),
        sa.Column("allocated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict in ('accept', 'reject')", name=op.f("ck_inspection_decision_verdict")),
        sa.ForeignKeyConstraint(["id"], ["inspection_lot.id"], name=op.f("fk_inspection_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_decision")),
    )
    op.create_table(
        "inspection_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("characteristic", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(18, 4), nullable=False),
        sa.Column("conforms", sa.Boolean(), nullable=False),
        sa.Column("gauge_id", sa.Uuid(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "booked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(supersedes_id is null) = (reason is null)", name=op.f("ck_inspection_reading_reason")
        ),
        sa.ForeignKeyConstraint(["gauge_id"], ["gauge.id"], name=op.f("fk_inspection_reading_gauge_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection_lot.id"], name=op.f("fk_inspection_reading_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_reading")),
    )
    op.create_index("ix_inspection_reading_gauge_id", "inspection_reading", ["gauge_id"], unique=False)
    op.create_index(
        "ix_inspection_reading_inspection_id", "inspection_reading", ["inspection_id"], unique=False
    )
    op.create_table(
        "ncr",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("supplier", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claimed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "opened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'contained', 'analysed', 'proposed', 'executing', 'closed')",
            name=op.f("ck_ncr_state"),
        ),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection_lot.id"], name=op.f("fk_ncr_inspection_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_ncr_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_ncr_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ncr")),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_ncr_inspection_id")),
    )
    op.create_index(
        "ix_ncr_open",
        "ncr",
        ["site_id", "opened_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "severity_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("of_class", sa.Text(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("from_severity", sa.Text(), nullable=False),
        sa.Column("to_severity", sa.Text(), nullable=False),
        sa.Column("standing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection_lot.id"], name=op.f("fk_severity_step_inspection_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_severity_step_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severity_step")),
    )
    op.create_index(
        "ix_severity_step_key",
        "severity_step",
        ["site_id", "supplier", "item_id", "of_class", "at"],
        unique=False,
    )
    op.create_table(
        "ncr_disposition",
        sa.Column("ncr_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("serials", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ncr_id"], ["ncr.id"], name=op.f("fk_ncr_disposition_ncr_id")),
        sa.PrimaryKeyConstraint("ncr_id", "kind", name=op.f("pk_ncr_disposition")),
    )
    op.create_table(
        "ncr_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ncr_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["ncr_id"], ["ncr.id"], name=op.f("fk_ncr_step_ncr_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ncr_step")),
    )
    op.create_index("ix_ncr_step_ncr_id", "ncr_step", ["ncr_id"], unique=False)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
