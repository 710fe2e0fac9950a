"""Who was the last to keep room in a bin: so that room can be kept in one statement"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A number of a transaction, none for bins that nobody kept room in yet."""
    op.add_column("place", sa.Column("filled_by", sa.BigInteger()))
