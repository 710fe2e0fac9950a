"""Expected deliveries, receipts, putaway"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_discrepancy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("expected", sa.Numeric(18, 4), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expected_lot", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("exception_id", sa.Uuid(), nullable=False),
        sa.Column(
            "raised_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "kind in ('short', 'over', 'damaged', 'wrong_item', 'wrong_lot', 'no_asn')",
            name=op.f("ck_receipt_discrepancy_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_discrepancy")),
    )
    op.create_index(
        "ix_receipt_discrepancy_delivery_id", "receipt_discrepancy", ["delivery_id"], unique=False
    )
    op.create_index("ix_receipt_discrepancy_receipt_id", "receipt_discrepancy", ["receipt_id"], unique=False)
    op.create_table(
        "expected_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("purchase_order", sa.Text(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("supplier_name", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("over_percent", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("over_rule", sa.Text(), server_default="record", nullable=False),
        sa.Column(
            "announced_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('purchase', 'advice')", name=op.f("ck_expected_delivery_kind")),
        sa.CheckConstraint("over_rule in ('refuse', 'record')", name=op.f("ck_expected_delivery_over_rule")),
        sa.CheckConstraint(
            "state in ('open', 'receiving', 'done', 'cancelled')", name=op.f("ck_expected_delivery_state")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_expected_delivery_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_delivery")),
        sa.UniqueConstraint(
            "site_id", "kind", "number", name=op.f("uq_expected_delivery_site_id_kind_number")
        ),
    )
    op.create_index(
        "ix_expected_delivery_open",
        "expected_delivery",
        ["site_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("state in ('open', 'receiving')"),
    )
    op.create_index(
        "ix_expected_delivery_purchase_order",
        "expected_delivery",
        ["site_id", "purchase_order"],
        unique=False,
    )
    op.create_table(
        "expected_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("purchase_line_id", sa.Uuid(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("received", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("blocked", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "schedule",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.CheckConstraint("state in ('open', 'closed')", name=op.f("ck_expected_line_state")),
        sa.CheckConstraint("blocked <= received", name=op.f("ck_expected_line_blocked")),
        sa.CheckConstraint(
            "quantity >= 0 and received >= 0 and 0 <= blocked", name=op.f("ck_expected_line_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["expected_delivery.id"], name=op.f("fk_expected_line_delivery_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_expected_line_item_id")),
        sa.ForeignKeyConstraint(
            ["purchase_line_id"], ["expected_line.id"], name=op.f("fk_expected_line_purchase_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_line")),
        sa.UniqueConstraint("delivery_id", "line", name=op.f("uq_expected_line_delivery_id_line")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_expected_line_item_id",
        "expected_line",
        ["item_id", "site_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_expected_line_purchase_line_id", "expected_line", ["purchase_line_id"], unique=False)
    op.create_table(
        "expected_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("sscc", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("received_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_expected_pack_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["expected_line.id"], name=op.f("fk_expected_pack_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_pack")),
        sa.UniqueConstraint(
            "line_id",
            "sscc",
            "lot",
            name=op.f("uq_expected_pack_line_id_sscc_lot"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_expected_pack_sscc", "expected_pack", ["site_id", "sscc"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("pack_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("blocked", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("handling_unit_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "booked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("status in ('free', 'quality', 'blocked')", name=op.f("ck_receipt_status")),
        sa.CheckConstraint(
            "quantity > 0 and 0 <= blocked and blocked <= quantity", name=op.f("ck_receipt_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["expected_delivery.id"], name=op.f("fk_receipt_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["handling_unit_id"], ["handling_unit.id"], name=op.f("fk_receipt_handling_unit_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_receipt_item_id")),
        sa.ForeignKeyConstraint(["line_id"], ["expected_line.id"], name=op.f("fk_receipt_line_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_receipt_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_receipt_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_delivery_id", "receipt", ["delivery_id"], unique=False)
    op.create_index(
        "ix_receipt_handling_unit_id",
        "receipt",
        ["handling_unit_id"],
        unique=False,
        postgresql_where=sa.text("handling_unit_id is not null"),
    )
    op.create_index("ix_receipt_line_id", "receipt", ["line_id"], unique=False)
    op.create_index(
        "ix_receipt_lot_id",
        "receipt",
        ["lot_id"],
        unique=False,
        postgresql_where=sa.text("lot_id is not null"),
    )
    op.create_index("ix_receipt_site_id", "receipt", ["site_id", "booked_at"], unique=False)
    op.create_table(
        "putaway_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("handling_unit_id", sa.Uuid(), nullable=True),
        sa.Column("quant_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("grams", sa.Numeric(18, 4), nullable=False),
        sa.Column("millilitres", sa.Numeric(18, 4), nullable=False),
        sa.Column("hazard", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "(handling_unit_id is null) <> (quant_id is null)", name=op.f("ck_putaway_hold_load")
        ),
        sa.ForeignKeyConstraint(
            ["handling_unit_id"], ["handling_unit.id"], name=op.f("fk_putaway_hold_handling_unit_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_putaway_hold_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_putaway_hold_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_putaway_hold_place_id")),
        sa.ForeignKeyConstraint(["quant_id"], ["quant.id"], name=op.f("fk_putaway_hold_quant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_putaway_hold")),
    )
    op.create_index("ix_putaway_hold_place_id", "putaway_hold", ["place_id"], unique=False)
    op.create_index(
        "uq_putaway_hold_quant",
        "putaway_hold",
        ["quant_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("quant_id is not null"),
    )
    op.create_index(
        "uq_putaway_hold_unit",
        "putaway_hold",
        ["handling_unit_id"],
        unique=True,
        postgresql_where=sa.text("handling_unit_id is not null"),
    )
    op.add_column("item", sa.Column("revision", sa.Text(), server_default="", nullable=False))
    op.add_column("item", sa.Column("inspection_plan", sa.Text(), nullable=True))
    op.drop_constraint("ck_quant_status", "quant", type_="check")
    op.create_check_constraint(
        op.f("ck_quant_status"), "quant", "status in ('free', 'hold', 'damaged', 'quality', 'blocked')"
    )
    op.execute("CREATE SEQUENCE handling_unit_number")
