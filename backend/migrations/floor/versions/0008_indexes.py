"""Indexes for what people look up: by number, by state, by place"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BY = (
    ("task", ("site_id", "number")),
    ("shipment_request", ("site_id", "number")),
    ("shipment_request", ("site_id", "state", "due_at")),
    ("count_task", ("place_id",)),
)


def upgrade() -> None:
    """Indexes of whole tables, then those of rows that have the column at all."""
    for table, columns in _BY:
        name = "_".join(column for column in columns if column != "due_at")
        op.create_index(f"ix_{table}_{name}", table, list(columns))
    for column in ("task_id", "place_id", "item_id"):
        op.create_index(
            f"ix_exception_{column}", "exception", [column], postgresql_where=sa.text(f"{column} is not null")
        )
