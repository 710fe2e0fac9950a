"""What suppliers confirm: orders, answers, advices, links, mails; and what the portal's role may see of them

A supplier is a stranger. Its requests run as `gemba_portal`, which sees rows only through the link that the transaction names in the
setting `gemba.link`, while that link is in force. Forced row-level security binds the owner too; the floor's own roles have a policy of
their own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What the portal may see of each table: rows of the orders that its link covers.
COVERED = (
    "purchase_version",
    "purchase_line",
    "purchase_answer",
    "purchase_reply",
    "dispatch_advice",
    "dispatch_line",
    "dispatch_pack",
)
LINK = "nullif(current_setting('gemba.link', true), '')::uuid"
SEEN = {
    "supplier_link": f"id = {LINK}",
    "supplier_link_order": f"link_id = {LINK}",
    "purchase_order": """exists (
        select 1 from supplier_link l join supplier_link_order c on c.link_id = l.id
        where c.order_id = purchase_order.id and l.supplier = purchase_order.supplier
          and l.site_id = purchase_order.site_id and l.revoked_at is null and l.expires_at > clock_timestamp())""",
    **{table: f"exists (select 1 from purchase_order o where o.id = {table}.order_id)" for table in COVERED},  # noqa: S608
}
# The least that an answer and an advice need.
GRANTS = (
    "select on supplier_link, supplier_link_order, purchase_order, purchase_version, purchase_line",
    "select on purchase_answer, purchase_reply, dispatch_advice, dispatch_line, dispatch_pack",
    "update (used_at) on supplier_link",
    "update (state, viewed_at, answered_at, answers, last_answer_id, advices, remind_at) on purchase_order",
    "update (state, reply_id, shipped) on purchase_line",
    "insert on purchase_answer, purchase_reply, dispatch_advice, dispatch_line, dispatch_pack",
    "usage on sequence supplier_pack_serial",
)


def upgrade() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("days_early", sa.Integer(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("over_percent", sa.Numeric(18, 4), nullable=False),
        sa.Column("deliver_to", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="sent", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_answer_id", sa.Uuid(), nullable=True),
        sa.Column("advices", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('sent', 'viewed', 'part_answered', 'waiting', 'countered', 'agreed', 'part_shipped', 'shipped', 'cancelled')",
            name=op.f("ck_purchase_order_state"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_purchase_order_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_purchase_order_site_id_number")),
    )
    op.create_index(
        "ix_purchase_order_remind_at",
        "purchase_order",
        ["remind_at"],
        unique=False,
        postgresql_where=sa.text("remind_at is not null"),
    )
    op.create_index("ix_purchase_order_supplier", "purchase_order", ["supplier", "number"], unique=False)
    op.create_table(
        "supplier_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_supplier_link_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_link")),
    )
    op.create_index("ix_supplier_link_supplier", "supplier_link", ["site_id", "supplier"], unique=False)
    op.create_table(
        "dispatch_advice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ships_on", sa.Date(), nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_dispatch_advice_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_advice")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_dispatch_advice_order_id_number")),
    )
    op.create_index(
        "ix_dispatch_advice_untold",
        "dispatch_advice",
        ["at"],
        unique=False,
        postgresql_where=sa.text("told_at is null"),
    )
    op.create_table(
        "purchase_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_answer_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_answer")),
    )
    op.create_index("ix_purchase_answer_order_id", "purchase_answer", ["order_id", "at"], unique=False)
    op.create_index(
        "ix_purchase_answer_untold",
        "purchase_answer",
        ["at"],
        unique=False,
        postgresql_where=sa.text("told_at is null"),
    )
    op.create_table(
        "purchase_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("expires", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("price", sa.Numeric(18, 4), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=True),
        sa.Column("shipped", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'waiting', 'countered', 'agreed', 'shipping', 'shipped', 'removed')",
            name=op.f("ck_purchase_line_state"),
        ),
        sa.CheckConstraint("quantity > 0 and shipped >= 0", name=op.f("ck_purchase_line_amounts")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_line_order_id")),
        sa.PrimaryKeyConstraint("order_id", "line", name=op.f("pk_purchase_line")),
    )
    op.create_table(
        "purchase_version",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_version_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("pk_purchase_version")),
    )
    op.create_table(
        "supplier_link_order",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["supplier_link.id"], name=op.f("fk_supplier_link_order_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_supplier_link_order_order_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "order_id", name=op.f("pk_supplier_link_order")),
    )
    op.create_index("ix_supplier_link_order_order_id", "supplier_link_order", ["order_id"], unique=False)
    op.create_table(
        "supplier_mail",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "next_try_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('order', 'changed', 'reminder', 'cancelled', 'agreed')",
            name=op.f("ck_supplier_mail_kind"),
        ),
        sa.CheckConstraint("state in ('waiting', 'sent', 'dead')", name=op.f("ck_supplier_mail_state")),
        sa.ForeignKeyConstraint(["link_id"], ["supplier_link.id"], name=op.f("fk_supplier_mail_link_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_supplier_mail_order_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_supplier_mail")),
        sa.UniqueConstraint("id", name=op.f("uq_supplier_mail_id")),
    )
    op.create_index(
        "ix_supplier_mail_due",
        "supplier_mail",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_supplier_mail_order_id", "supplier_mail", ["order_id"], unique=False)
    op.create_table(
        "dispatch_line",
        sa.Column("advice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_dispatch_line_quantity")),
        sa.ForeignKeyConstraint(
            ["advice_id"], ["dispatch_advice.id"], name=op.f("fk_dispatch_line_advice_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_dispatch_line_order_id")),
        sa.PrimaryKeyConstraint("advice_id", "place", name=op.f("pk_dispatch_line")),
    )
    op.create_index("ix_dispatch_line_order_id", "dispatch_line", ["order_id"], unique=False)
    op.create_table(
        "dispatch_pack",
        sa.Column("sscc", sa.Text(), nullable=False),
        sa.Column("advice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.CheckConstraint("sscc ~ '^[0-9]{18}$'", name=op.f("ck_dispatch_pack_sscc")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_dispatch_pack_quantity")),
        sa.ForeignKeyConstraint(
            ["advice_id"], ["dispatch_advice.id"], name=op.f("fk_dispatch_pack_advice_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_dispatch_pack_order_id")),
        sa.PrimaryKeyConstraint("sscc", name=op.f("pk_dispatch_pack")),
    )
    op.create_index("ix_dispatch_pack_advice_id", "dispatch_pack", ["advice_id", "place"], unique=False)
    op.create_index("ix_dispatch_pack_order_id", "dispatch_pack", ["order_id"], unique=False)
    op.create_table(
        "purchase_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("schedule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejected", sa.Numeric(18, 4), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("differs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("decision in ('accept', 'counter')", name=op.f("ck_purchase_reply_decision")),
        sa.CheckConstraint("verdict in ('agree', 'propose')", name=op.f("ck_purchase_reply_verdict")),
        sa.CheckConstraint("rejected >= 0", name=op.f("ck_purchase_reply_rejected")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["purchase_answer.id"], name=op.f("fk_purchase_reply_answer_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_reply_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_reply")),
        sa.UniqueConstraint("answer_id", "line", name=op.f("uq_purchase_reply_answer_id_line")),
    )
    op.create_index(
        "ix_purchase_reply_order_id", "purchase_reply", ["order_id", "line", "turn"], unique=False
    )

    op.execute("create sequence supplier_pack_serial")
    op.drop_constraint(op.f("ck_person_roles"), "person", type_="check")
    op.create_check_constraint(
        op.f("ck_person_roles"),
        "person",
        "roles <@ array['picker', 'planner', 'supervisor', 'admin', 'operator', 'inspector', 'receiver', 'buyer']::text[]",
    )
    _row_security()


def _row_security() -> None:
    existing = {row[0] for row in op.get_bind().execute(sa.text("select rolname from pg_roles"))}
    floor = ", ".join(["current_user", *(["gemba_app"] if "gemba_app" in existing else [])])
    for table in (*SEEN, "supplier_mail"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy floor on {table} to {floor} using (true) with check (true)")
    if "gemba_portal" not in existing:
        return  # one user for all: the log said so when the roles were made
    for table, seen in SEEN.items():
        op.execute(f"create policy supplier on {table} to gemba_portal using ({seen}) with check ({seen})")
    for grant in GRANTS:
        op.execute(f"grant {grant} to gemba_portal")


def downgrade() -> None:
    raise NotImplementedError("answers of suppliers are not thrown away")
