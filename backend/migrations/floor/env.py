"""Alembic's environment for the floor's database; the connection is always given by `backend.migrations`."""

import importlib

from alembic import context

from backend.kernel.db import FloorBase, KernelBase

TABLES = (
    "backend.kernel.tables",
    "backend.access.tables",
    "backend.floor.catalog.tables",
    "backend.floor.stock.tables",
    "backend.floor.work.tables",
    "backend.floor.wms.shipping.tables",
    "backend.floor.wms.picking.tables",
    "backend.floor.wms.counting.tables",
)
for module in TABLES:
    importlib.import_module(module)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[KernelBase.metadata, FloorBase.metadata],
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
