"""Can this order be accepted? /api/core/promise"""

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.promise import queries, schemas
from backend.kernel.db import Database


@post("/", operation_id="canAccept", guards=[requires(*READERS)], status_code=200)
async def can_accept(db: NamedDependency[Database], data: JSONBody[schemas.CanAccept]) -> schemas.Acceptance:
    """Whether an order can be accepted: date, cost at the revision, margin, credit, and why not. Writes nothing."""
    async with db.transaction() as connection:
        return await queries.can_accept(connection, data)


router = Router("/promise", tags=["promise"], route_handlers=[can_accept])
