"""Why a message could not be booked, for whoever reads another language"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There was one English sentence."""
    op.add_column("inbox", sa.Column("problem", JSONB(), nullable=True))


def downgrade() -> None:
    """Keeps the sentence."""
    op.drop_column("inbox", "problem")
