"""What links the floor to an ERP's records; differences"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")
KINDS = "('quantity', 'state', 'no_place', 'undone', 'stock')"


def upgrade() -> None:
    op.create_table(
        "link_cursor",
        sa.Column("erp", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("looked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("erp", "kind", name=op.f("pk_link_cursor")),
    )
    op.create_table(
        "link_binding",
        sa.Column("erp", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stamp", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("erp", "kind", "external_id", name=op.f("pk_link_binding")),
    )
    op.create_index("ix_link_binding_document", "link_binding", ["erp", "document"])
    op.create_table(
        "link_posting",
        sa.Column("erp", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("erp", "message_id", name=op.f("pk_link_posting")),
    )
    op.create_index("ix_link_posting_document", "link_posting", ["erp", "document"])
    _differences()


def _differences() -> None:
    op.create_table(
        "link_difference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("erp", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("lot", sa.Text()),
        sa.Column("ours", sa.Numeric(18, 4)),
        sa.Column("theirs", sa.Numeric(18, 4)),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("exception_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"kind in {KINDS}", name=op.f("ck_link_difference_kind")),
        sa.ForeignKeyConstraint(
            ["exception_id"], ["exception.id"], name=op.f("fk_link_difference_exception_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_difference")),
    )
    op.create_index(
        "uq_link_difference_open",
        "link_difference",
        ["erp", "kind", "document", "sku", "lot"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_link_difference_exception_id", "link_difference", ["exception_id"])
    op.create_table(
        "link_reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("erp", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("compared", sa.Integer(), server_default="0", nullable=False),
        sa.Column("differing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("under_way", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_reconciliation")),
    )
    op.create_index("ix_link_reconciliation_asked_at", "link_reconciliation", ["asked_at"])
    op.create_index(
        "uq_link_reconciliation_waiting",
        "link_reconciliation",
        ["erp"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
