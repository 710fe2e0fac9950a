"""Whether a command brought up an exception already is found without reading them all"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index over those that a command brought up."""
    op.create_index(
        op.f("ix_exception_command_id"),
        "exception",
        ["command_id"],
        postgresql_where=sa.text("command_id is not null"),
    )
