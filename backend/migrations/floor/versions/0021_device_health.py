"""How a device says it is: battery, network, what waits on it, how fast it answers scans"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One small document a device, written over once a minute; only the board reads it."""
    op.add_column("device", sa.Column("health", JSONB(), nullable=True))
