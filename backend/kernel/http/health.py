"""Is it alive, is it usable, how is it doing."""

from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import structlog
from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from backend.kernel.db import Database
from backend.kernel.http.metrics import CONTENT_TYPE, Meter

if TYPE_CHECKING:
    from backend.kernel.live import Live

log = structlog.get_logger()

_PUBLIC = {"public": "watched by machines that sign in nowhere; says nothing about anyone"}


class Eyes(Protocol):
    """What reads labels for this service."""

    async def has_zbar(self) -> bool:
        """Whether its second engine could be loaded."""


class Health(msgspec.Struct):
    """`ok` when all is well, `degraded` when work goes on without live changes, `away` when it cannot go on; and why.

    `live` is `none` for a service that has no live changes; `zbar` whether the second barcode engine is there (`away`: labels
    are read all the same, faint ones less often), and `none` for a service that reads none.
    """

    status: str
    database: str
    live: str
    zbar: str


def health_routes(meter: Meter, *, head: str | None = None) -> list[HTTPRouteHandler]:
    """`/health/live`, `/health/ready` and `/metrics`. `head` is the revision the database must be at; None asks nothing."""

    @get("/health/live", opt=_PUBLIC, include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @get("/health/ready", opt=_PUBLIC, include_in_schema=False)
    async def ready(state: State) -> Response[Health]:
        database = await _database(state.db, head)
        broker: Live | None = state.get("live")
        live = "none" if broker is None else "ok" if await broker.is_up() else "away"
        usable = database == "ok"
        status = ("degraded" if live == "away" else "ok") if usable else "away"
        eyes: Eyes | None = state.get("eyes")
        zbar = "none" if eyes is None else "ok" if await eyes.has_zbar() else "away"
        return Response(Health(status, database, live, zbar), status_code=200 if usable else 503)

    @get("/metrics", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
    def metrics() -> Response[Any]:
        return Response(meter.exposition(), media_type=CONTENT_TYPE)

    return [alive, ready, metrics]


async def _database(db: Database, head: str | None) -> str:
    try:
        async with db.transaction() as connection:
            if head is None:
                await connection.execute(text("select 1"))
                return "ok"
            found = (await connection.execute(text("select version_num from alembic_version"))).scalar()
    except ProgrammingError:
        return "not migrated"
    except (SQLAlchemyError, OSError) as error:
        log.warning("not_ready", error=type(error).__name__)
        return "away"
    return "ok" if found == head else "not migrated"
