"""A buyer's request for a new version; the version of a partner's master"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An answer may be countered, with the buyer's note; a partner's changes are counted."""
    op.add_column("purchase_answer", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.drop_constraint("ck_purchase_answer_state", "purchase_answer", type_="check")
    op.create_check_constraint(
        op.f("ck_purchase_answer_state"), "purchase_answer", "state in ('agreed', 'needs_buyer', 'countered')"
    )
    op.add_column("partner", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """A countered answer needs its buyer again."""
    op.drop_column("partner", "version")
    op.execute("update purchase_answer set state = 'needs_buyer' where state = 'countered'")
    op.drop_constraint("ck_purchase_answer_state", "purchase_answer", type_="check")
    op.create_check_constraint(
        op.f("ck_purchase_answer_state"), "purchase_answer", "state in ('agreed', 'needs_buyer')"
    )
    op.drop_column("purchase_answer", "note")
