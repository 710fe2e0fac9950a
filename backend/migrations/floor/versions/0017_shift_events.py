"""What was done in a shift is found without reading the log of every operation"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A block range index: events are written in the order of time, nearly, and reports are too hot to pay for more."""
    op.create_index(op.f("ix_op_event_captured_at"), "op_event", ["captured_at"], postgresql_using="brin")
