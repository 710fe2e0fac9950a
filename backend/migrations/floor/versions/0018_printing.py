"""Label printers and what they are asked to print"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATES = "state in ('waiting', 'sending', 'sent', 'unsure', 'failed', 'cancelled')"


def upgrade() -> None:
    """The index of jobs under way stays small whatever was printed."""
    op.create_table(
        "label_printer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("fault_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("port between 1 and 65535", name=op.f("ck_label_printer_port")),
        sa.CheckConstraint("resolution in (203, 300)", name=op.f("ck_label_printer_resolution")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_label_printer_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_printer")),
    )
    op.create_index(
        "uq_label_printer_code",
        "label_printer",
        ["site_id", "code"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("printer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("codes", JSONB(), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("copies", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f("ck_print_job_state")),
        sa.CheckConstraint("copies between 1 and 20", name=op.f("ck_print_job_copies")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_print_job_site_id_site")),
        sa.ForeignKeyConstraint(
            ["printer_id"], ["label_printer.id"], name=op.f("fk_print_job_printer_id_label_printer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_index(
        "ix_print_job_under_way",
        "print_job",
        ["printer_id", "id"],
        postgresql_where=sa.text("state not in ('sent', 'cancelled')"),
    )
    op.create_index("ix_print_job_site_id", "print_job", ["site_id", "id"])
