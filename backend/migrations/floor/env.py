"""Alembic's environment for the floor's database; the connection is always given by `backend.migrations`."""

import importlib
from typing import Literal

from alembic import context

from backend.kernel.db import Exact, FloorBase, KernelBase

TABLES = (
    "backend.kernel.tables",
    "backend.access.tables",
    "backend.floor.catalog.tables",
    "backend.floor.stock.tables",
    "backend.floor.expected.tables",
    "backend.floor.work.tables",
    "backend.floor.wms.shipping.tables",
    "backend.floor.wms.picking.tables",
    "backend.floor.wms.counting.tables",
    "backend.floor.srm.tables",
    "backend.floor.wms.waves.tables",
    "backend.floor.wms.receiving.tables",
    "backend.floor.wms.putaway.tables",
    "backend.floor.qms.tables",
    "backend.floor.mes.masters",
    "backend.floor.mes.tables",
    "backend.floor.link.tables",
    "backend.floor.scanning.tables",
)
for module in TABLES:
    importlib.import_module(module)


def render(kind: str, column_type: object, _: object) -> str | Literal[False]:
    """Our own column type is an ordinary numeric to the database."""
    return "sa.Numeric(18, 4)" if kind == "type" and isinstance(column_type, Exact) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[KernelBase.metadata, FloorBase.metadata],
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
