"""Which symbologies a site reads"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row a site that has chosen its own."""
    op.create_table(
        "label_rules",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("formats", JSONB(), nullable=False),
        sa.Column("itf_lengths", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_label_rules_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_label_rules")),
    )
