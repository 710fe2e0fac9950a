"""Where a partner is, down to the street"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIELDS = ("street", "postal_code")


def upgrade() -> None:
    """Town and country were known."""
    for name in FIELDS:
        op.add_column("partner", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Forgets the streets."""
    for name in FIELDS:
        op.drop_column("partner", name)
