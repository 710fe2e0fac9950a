"""Waves, closed aisles; walked distances"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("totes", sa.Integer(), nullable=False),
        sa.Column("accept", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("share", sa.Numeric(5, 4), server_default="0", nullable=False),
        sa.Column("first_come_m", sa.Numeric(18, 4), nullable=True),
        sa.Column("length_m", sa.Numeric(18, 4), nullable=True),
        sa.Column("bound_m", sa.Numeric(18, 4), nullable=True),
        sa.Column("proved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "plan", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'planning', 'planned', 'accepted', 'cancelled', 'overtaken', 'failed')",
            name=op.f("ck_wave_state"),
        ),
        sa.CheckConstraint("share between 0 and 1", name=op.f("ck_wave_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
    )
    op.create_index(
        "uq_wave_active",
        "wave",
        ["site_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'planning', 'planned')"),
    )
    op.create_table(
        "aisle_closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("aisle", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_aisle_closure_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aisle_closure")),
    )
    op.create_index(
        "uq_aisle_closure_open",
        "aisle_closure",
        ["site_id", "aisle", "block"],
        unique=True,
        postgresql_where=sa.text("opened_at is null"),
    )
    op.add_column(
        "pick_round", sa.Column("shortest_m", sa.Numeric(18, 4), server_default="0", nullable=False)
    )
    op.add_column("pick_round", sa.Column("walked_at", sa.DateTime(timezone=True), nullable=True))
