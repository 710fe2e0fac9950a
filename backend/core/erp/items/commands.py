"""Reckons what an item costs at its released revision, and makes a cost version of it."""

from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books import commands as books
from backend.core.erp.items.rules import Operation, labour, material
from backend.core.erp.items.schemas import CostAnew, Costed
from backend.core.masters.problems import NoPrice, NoRevision
from backend.core.masters.queries import Standing, list_prices, standings
from backend.core.masters.tables import BomMaterial, BomOperation, CostVersion, Item, WorkCentre
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional


async def cost_anew(connection: AsyncConnection, command: Command[CostAnew]) -> Costed:
    """Makes the next cost version: of what is made by BOM and routing, of what is bought by the supplier's price.

    Stock that is valued at a standard is revalued at once.

    Raises:
        NoSuchItem, NoRevision, NoPrice: also when a component of it has never been costed.
    """
    return await cost_item(connection, command.payload.sku)


async def cost_item(connection: AsyncConnection, sku: str) -> Costed:
    """See `cost_anew`. One level: components stand at their own newest cost version."""
    await connection.execute(select(Item.sku).where(Item.sku == sku).with_for_update(key_share=True))
    item = (await standings(connection, [sku]))[sku]
    if item.revision is None:
        raise NoRevision(f"{sku} has no released revision", sku=sku)
    if item.bom_revision is not None:
        parts, work = await _made(connection, sku, item.bom_revision)
    else:
        parts, work = await _bought(connection, item), Decimal(0)
    last = await connection.execute(
        select(func.coalesce(func.max(CostVersion.version), 0)).where(CostVersion.sku == sku)
    )
    version: int = last.scalar_one() + 1
    await connection.execute(
        insert(CostVersion).values(
            sku=sku,
            version=version,
            revision=item.revision,
            bom_revision=item.bom_revision,
            material=parts,
            labour=work,
        )
    )
    await books.revalue(connection, sku, cause=f"revaluation:{sku}:{version}", at=clock.now())
    return Costed(sku=sku, version=version)


async def _made(connection: AsyncConnection, sku: str, bom_revision: str) -> tuple[Decimal, Decimal]:
    of_bom: Any = (BomMaterial.sku == sku) & (BomMaterial.bom_revision == bom_revision)
    needed = await connection.execute(select(BomMaterial.component, BomMaterial.quantity_each).where(of_bom))
    parts = [(row.component, row.quantity_each) for row in needed]
    costs = {name: item.cost for name, item in (await standings(connection, dict(parts))).items()}
    if missing := sorted(name for name, cost in costs.items() if cost is None):
        raise NoPrice(f"{', '.join(missing[:10])} was never costed", skus=missing[:10])
    steps = await connection.execute(
        select(BomOperation.setup_minutes, BomOperation.run_minutes_each, WorkCentre.rate_per_hour)
        .join(WorkCentre, WorkCentre.code == BomOperation.work_centre)
        .where(BomOperation.sku == sku, BomOperation.bom_revision == bom_revision)
    )
    operations = [Operation(row.run_minutes_each, row.rate_per_hour) for row in steps]
    return material((many, costs[name] or Decimal(0)) for name, many in parts), labour(operations)


async def _bought(connection: AsyncConnection, item: Standing) -> Decimal:
    prices = await list_prices(connection, item.supplier, {item.sku: Decimal(1)}) if item.supplier else {}
    if item.sku not in prices:
        raise NoPrice(f"Its supplier has no list price for {item.sku}", sku=item.sku)
    return prices[item.sku]


COMMANDS: Registry = {"item.cost": (CostAnew, transactional(cost_anew))}
