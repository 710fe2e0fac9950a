"""A revision that was superseded may be used up, or must not be used any more"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was superseded before is used up, as it was so far."""
    op.add_column(
        "item_revision", sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_item_revision_stopped"), "item_revision", "not stopped or state = 'superseded'"
    )


def downgrade() -> None:
    """Everything may be used up again."""
    op.drop_constraint(op.f("ck_item_revision_stopped"), "item_revision", type_="check")
    op.drop_column("item_revision", "stopped")
