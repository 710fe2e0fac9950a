"""Reports are verified before they are closed, and their steps keep more answers than one"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = ("open", "contained", "analysed", "proposed", "executing", "verified", "closed")


def upgrade() -> None:
    """A state more, and a step's answers by name: none for steps taken before."""
    op.drop_constraint("ck_ncr_state", "ncr", type_="check")
    op.create_check_constraint(op.f("ck_ncr_state"), "ncr", f"state in {STATES}")
    op.add_column("ncr_step", sa.Column("answers", JSONB(), server_default="{}", nullable=False))
