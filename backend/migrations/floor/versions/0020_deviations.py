"""A work order on a stopped revision may be worked on by a deviation somebody released"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No order has one."""
    op.add_column("work_order", sa.Column("deviation", sa.Text(), nullable=True))


def downgrade() -> None:
    """What was allowed by one is stopped again."""
    op.drop_column("work_order", "deviation")
