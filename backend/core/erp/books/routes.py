"""The books over HTTP: /api/core/books."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.books import queries, schemas
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/trial-balance", operation_id="trialBalance", guards=[requires(*READERS)])
async def trial_balance(db: NamedDependency[Database]) -> schemas.TrialBalance:
    """Every account's debits, credits and balance; the difference of all of them is zero."""
    async with db.transaction() as connection:
        return await queries.trial_balance(connection)


@get("/journal", operation_id="journal", guards=[requires(*READERS)])
async def journal(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    account: FromQuery[str] = "",
    document: FromQuery[str] = "",
    sku: FromQuery[str] = "",
    show: Show = "",
) -> schemas.Journal:
    """The journal's entries, the newest first; `document` is a part of a document's name, such as `PO-5001`."""
    async with db.transaction() as connection:
        return await queries.journal(
            connection, Asked(page, size, show), account=account, document=document, sku=sku
        )


@get("/stock-values", operation_id="stockValues", guards=[requires(*READERS)])
async def stock_values(
    db: NamedDependency[Database], page: PageNumber = 1, size: PageSize = 50, search: Search = ""
) -> schemas.StockValues:
    """What stock is worth, item by item."""
    async with db.transaction() as connection:
        return await queries.stock_values(connection, Asked(page, size), search=search)


router = Router("/books", tags=["books"], route_handlers=[trial_balance, journal, stock_values])
