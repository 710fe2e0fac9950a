"""What an account is called in other languages"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An account had one name."""
    names = sa.Column("names", JSONB(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("account", names)


def downgrade() -> None:
    """Keeps the one name."""
    op.drop_column("account", "names")
