"""How many readings a lot has taken, so that the next may be judged by a picture and booked only if it still holds"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lots that are there begin at 0: their first reading goes the careful way."""
    op.add_column(
        "inspection_lot", sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
