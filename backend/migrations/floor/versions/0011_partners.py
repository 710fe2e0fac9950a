"""How to reach a partner, as the ERP tells it; a partner may buy and sell"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIELDS = ("email", "language", "street", "postal_code", "city", "country")


def upgrade() -> None:
    """Town and country move out of the attributes."""
    for name in FIELDS:
        op.add_column("partner", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.execute(
        "update partner set city = coalesce(attributes->>'city', ''), country = coalesce(attributes->>'country', ''),"
        " attributes = attributes - '{city,country}'::text[]"
    )
    op.drop_constraint("ck_partner_kind", "partner", type_="check")
    op.create_check_constraint(op.f("ck_partner_kind"), "partner", "kind in ('customer', 'supplier', 'both')")
