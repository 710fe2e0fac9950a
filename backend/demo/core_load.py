"""Loads the demo company into the core: masters, the value of the first morning's stock, then open orders, which reach the floor over
the link like any ERP's.

Everything is found again by its own number, so loading twice leaves the same rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import ShipmentRequested
from backend.core.erp.books.commands import open_stock
from backend.core.erp.items.commands import cost_item
from backend.core.erp.production import commands as production
from backend.core.erp.production.schemas import DraftWorkOrder
from backend.core.erp.production.tables import WorkOrder
from backend.core.erp.purchasing import commands as purchasing
from backend.core.erp.purchasing.schemas import DraftPurchaseOrder, WantedLine
from backend.core.erp.purchasing.tables import PurchaseOrder
from backend.core.erp.sales import commands as sales
from backend.core.erp.sales.schemas import EnterSalesOrder, NewSalesLine
from backend.core.erp.sales.tables import SalesOrder
from backend.core.masters import tables
from backend.core.masters.commands import add, start_numbers
from backend.core.masters.queries import standings
from backend.core.plm.commands import draft
from backend.core.plm.schemas import DraftRevision
from backend.demo import core_masters
from backend.demo.assortment import Article, articles
from backend.demo.books import Ledger, read_ledger
from backend.demo.company import Company, read_company
from backend.demo.floor_plan import places
from backend.demo.opening import opening
from backend.demo.orders import requests
from backend.demo.quality import read_quality
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.settings import Settings

Tell = Callable[[str], None]
AT_ONCE = 50  # orders in one transaction


async def load_core(settings: Settings, orders: int, *, tell: Tell = print) -> None:
    """All of it. The core's own database is enough; the orders reach the floor when a worker runs."""
    assert settings.core_database_url is not None
    company, ledger = read_company(), read_ledger()
    stock = articles(company.assortment)
    db = Database(settings.core_database_url, pool_size=2)
    try:
        async with db.transaction() as connection:
            await _masters(connection, company, stock, ledger)
            tell(
                f"{len(stock)} items at their first revision, {len(ledger.accounts)} accounts, prices and BOMs"
            )
            await _open(connection, company, stock)
            await _office_orders(connection, company, ledger)
            tell(f"{len(ledger.purchases)} purchase orders, {len(ledger.work_orders)} work orders")
        wanted = list(requests(company, stock, orders, clock.now()))
        for start in range(0, len(wanted), AT_ONCE):
            async with db.transaction() as connection:
                await _sell(connection, wanted[start : start + AT_ONCE])
        tell(f"{len(wanted)} sales orders, on their way to the floor over the link")
    finally:
        await db.close()


async def _masters(
    connection: AsyncConnection, company: Company, stock: Sequence[Article], ledger: Ledger
) -> None:
    plans = {plan.sku: plan.code for plan in read_quality().plans}
    headers, operations, materials = core_masters.boms(ledger)
    names = {
        step.work_centre: step.work_centre for pattern in ledger.boms.patterns for step in pattern.operations
    }
    centres = [
        {"code": code, "name": names.get(code, code), "rate_per_hour": rate}
        for code, rate in ledger.boms.rates.items()
    ]
    accounts = [
        {"code": one.code, "name": one.name, "names": one.names, "kind": one.kind, "role": one.role}
        for one in ledger.accounts
    ]
    await add(connection, tables.Account, accounts)
    await add(connection, tables.Unit, core_masters.units(stock))
    await add(connection, tables.Partner, core_masters.partners(company, ledger))
    await add(connection, tables.Item, core_masters.items(company, stock, ledger, plans))
    await add(connection, tables.ItemRevision, core_masters.revisions(stock, ledger))
    await add(connection, tables.WorkCentre, centres)
    await add(connection, tables.Bom, headers)
    await add(connection, tables.BomOperation, operations)
    await add(connection, tables.BomMaterial, materials)
    made = await _costs(connection, stock, ledger)
    await add(connection, tables.Price, list(core_masters.prices(company, stock, ledger, made)))
    for one in ledger.boms.drafts:
        known = select(tables.ItemRevision).where(
            tables.ItemRevision.sku == one.sku, tables.ItemRevision.revision == one.revision
        )
        if (await connection.execute(known)).first() is None:
            await draft(
                connection,
                DraftRevision(
                    sku=one.sku, revision=one.revision, note=one.note, bom_revision=one.bom_revision
                ),
            )


async def _costs(connection: AsyncConnection, stock: Sequence[Article], ledger: Ledger) -> dict[str, Decimal]:
    """First cost versions: of what is bought by its price, of what is made by BOM and routing; the latter are returned."""
    bought = [
        {"sku": one.master.sku, "version": 1, "revision": ledger.boms.first_revision, "material": cost}
        for one in stock
        if (cost := core_masters.cost_of(one, ledger)) is not None
    ]
    await add(connection, tables.CostVersion, bought)
    skus = [sku for pattern in ledger.boms.patterns for sku in pattern.items]
    known = await standings(connection, skus)
    for sku in skus:
        if known[sku].cost_version is None:
            await cost_item(connection, sku)
    known = await standings(connection, skus)
    return {sku: known[sku].cost or Decimal(0) for sku in skus}


async def _open(connection: AsyncConnection, company: Company, stock: Sequence[Article]) -> None:
    """The value of what lies in the racks on the first morning: the floor's own opening, at its cost versions."""
    morning = opening(company, stock, places(company.site), clock.now().date())
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    for here in morning.stock:
        quantities[here.sku] += here.quantity
    known = await standings(connection, quantities)
    worth = [(sku, many, known[sku].cost or Decimal(0)) for sku, many in sorted(quantities.items())]
    await open_stock(connection, f"opening:{company.site.code}", worth, clock.now())


async def _office_orders(connection: AsyncConnection, company: Company, ledger: Ledger) -> None:
    now = clock.now()
    for one in ledger.purchases:
        if await _is_there(connection, select(PurchaseOrder).where(PurchaseOrder.number == one.number)):
            continue
        lines = [
            WantedLine(
                sku=line.sku, quantity=line.quantity, wanted_on=now.date() + timedelta(days=line.in_days)
            )
            for line in one.lines
        ]
        order = DraftPurchaseOrder(
            number=one.number, supplier=one.supplier, site=company.site.code, lines=lines
        )
        await purchasing.draft_order(connection, order)
        if not one.draft:
            await purchasing.release_order(connection, one.number)
    for work in ledger.work_orders:
        if await _is_there(connection, select(WorkOrder).where(WorkOrder.number == work.number)):
            continue
        due = now + timedelta(hours=work.in_hours)
        wanted = DraftWorkOrder(
            number=work.number, sku=work.sku, quantity=work.quantity, due_at=due, site=company.site.code
        )
        await production.draft_order(connection, wanted)
        if not work.draft:
            await production.release_order(connection, work.number)
    await _number_on(connection, ledger, company)


async def _number_on(connection: AsyncConnection, ledger: Ledger, company: Company) -> None:
    """People's own orders begin with a round number beyond the loaded ones."""
    loaded = {
        "PO": [one.number for one in ledger.purchases],
        "WO": [one.number for one in ledger.work_orders],
        "SO": [company.orders.number.format(number=company.orders.first_number + 9_999)],
    }
    for kind, numbers in loaded.items():
        last = max(int(number.rsplit("-", 1)[-1]) for number in numbers)
        await start_numbers(connection, kind, (last // 100 + 1) * 100 + 1)


async def _is_there(connection: AsyncConnection, statement: object) -> bool:
    found = await connection.execute(statement)  # type: ignore[call-overload]  # a select of any table
    return found.first() is not None


async def _sell(connection: AsyncConnection, wanted: Iterable[ShipmentRequested]) -> None:
    """Enters and releases the orders that are not there yet."""
    for one in wanted:
        if await _is_there(connection, select(SalesOrder).where(SalesOrder.number == one.number)):
            continue
        order = EnterSalesOrder(
            number=one.number,
            customer=one.customer,
            due_at=one.due_at,
            carrier=one.carrier,
            priority=one.priority,
            site=one.site,
            lines=[NewSalesLine(sku=line.sku, quantity=line.quantity, unit=line.unit) for line in one.lines],
        )
        await sales.enter_order(connection, order)
        await sales.release_order(connection, one.number)
