"""Alembic's environment for the core's database; the connection is always given by `backend.migrations`."""

import importlib
from typing import Literal

from alembic import context

from backend.kernel.db import CoreBase, Exact, KernelBase

TABLES = (
    "backend.kernel.tables",
    "backend.core.masters.tables",
    "backend.core.erp.books.tables",
    "backend.core.erp.sales.tables",
    "backend.core.erp.purchasing.tables",
    "backend.core.erp.production.tables",
    "backend.core.erp.concerns.tables",
)
for module in TABLES:
    importlib.import_module(module)


def render(kind: str, column_type: object, _: object) -> str | Literal[False]:
    """Our own column type is an ordinary numeric to the database."""
    return "sa.Numeric(18, 4)" if kind == "type" and isinstance(column_type, Exact) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[KernelBase.metadata, CoreBase.metadata],
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
