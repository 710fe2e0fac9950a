"""Composes the core's ASGI app: its slices at /api/core, health and metrics beside them.

`granian --interface asgi --factory backend.core.app:create_app`. It verifies the tokens that the floor's `access` signs, and never
looks into the floor's database.
"""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from backend.access.gate import Gate
from backend.access.guards import handlers as all_handlers
from backend.access.guards import provide_who, refuse_unguarded, requires
from backend.kernel.db import Database
from backend.kernel.http import (
    Edge,
    Meter,
    StrictRequest,
    configure_logs,
    document_problems,
    documented,
    exception_handlers,
)
from backend.kernel.http.answer import Answer
from backend.kernel.http.dependencies import always, resolve_one_by_one
from backend.kernel.http.headers import api_headers, page_headers
from backend.kernel.http.health import health_routes
from backend.kernel.settings import MissingSetting, Settings, from_environment
from backend.migrations import head

API: Final = "/api/core"
MAX_BODY_BYTES: Final = 256 * 1024

SLICES: Final = (
    "backend.core.masters",
    "backend.core.erp.items",
    "backend.core.erp.books",
    "backend.core.erp.sales",
    "backend.core.erp.purchasing",
    "backend.core.erp.production",
    "backend.core.erp.promise",
    "backend.core.erp.attention",
    "backend.core.link",
)


def create_app() -> Litestar:
    """The core's app with the settings of the environment: the factory for granian."""
    configure_logs()
    return create_core_app(from_environment())


def slice_routers() -> list[Router]:
    """The `router` of every slice."""
    return [importlib.import_module(f"{name}.routes").router for name in SLICES]


def create_core_app(settings: Settings) -> Litestar:
    """The core's app.

    Raises:
        MissingSetting: no database of the core is named.
        UnguardedRoute: a route says neither who may enter nor that everyone may.
    """
    if settings.core_database_url is None:
        raise MissingSetting("GEMBA_CORE_DATABASE_URL is not set; `gemba up` sets it for you")
    db = Database(settings.core_database_url, pool_size=settings.pool_size)
    meter = Meter()
    app = Litestar(
        route_handlers=[
            Router(API, route_handlers=slice_routers()),
            *health_routes(meter, head=head("core")),
        ],
        dependencies={
            "db": always(db),
            "settings": always(settings),
            "who": Provide(provide_who, sync_to_thread=False),
        },
        exception_handlers=exception_handlers(),
        request_class=StrictRequest,
        response_class=Answer,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=documented("Gemba core", at=API, guard=requires()),
        logging_config=None,
        lifespan=[_running],
        state=State({"db": db, "meter": meter, "settings": settings, "gate": Gate(settings.secret)}),
    )
    refuse_unguarded(app)
    resolve_one_by_one(app)
    document_problems(all_handlers(app))
    app.asgi_handler = Edge(
        app.asgi_handler,
        api=api_headers(tls=settings.secure_cookies),
        page=page_headers(tls=settings.secure_cookies),
        meter=meter,
    )
    return app


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """At the end closes every database connection, after the last answer."""
    db: Database = app.state.db
    try:
        yield
    finally:
        await db.close()
