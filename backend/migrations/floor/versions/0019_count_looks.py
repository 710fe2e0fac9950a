"""A count that differs is counted again: each look is kept until the count is settled"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Counts of before had one look each. What was done today is found by when it was done."""
    op.create_table(
        "count_look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="given", nullable=False),
        sa.Column("expected", sa.Numeric(18, 4), nullable=False),
        sa.Column("counted", sa.Numeric(18, 4), nullable=False),
        sa.Column("differences", JSONB(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('given', 'withdrawn')", name=op.f("ck_count_look_state")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["count_task.id"], name=op.f("fk_count_look_task_id_count_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_look")),
    )
    op.create_index("ix_count_look_task_id", "count_look", ["task_id"])
    op.create_index("uq_count_look_command_id", "count_look", ["command_id"], unique=True)
    op.execute(
        """insert into count_look
               (id, task_id, person_id, device_id, expected, counted, differences, given_at)
           select c.id, c.id, t.person_id, t.device_id, c.expected, c.counted, '[]', c.counted_at
           from count_task c join task t on t.id = c.id where c.state = 'done'"""
    )
    op.create_index(
        "ix_task_done_at",
        "task",
        ["site_id", "done_at"],
        postgresql_where=sa.text("done_at is not null"),
    )
