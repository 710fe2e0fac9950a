"""Composes the ASGI app: the floor's slices at /api/floor, the PWA at /, health and metrics beside them.

`granian --interface asgi --factory backend.app:create_app`
"""

import asyncio
import importlib
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from backend.access.gate import Gate
from backend.access.guards import handlers as all_handlers
from backend.access.guards import provide_who, refuse_unguarded, requires
from backend.demo.routes import demo_routes
from backend.floor.commands_route import commands_router
from backend.floor.listeners import compose_listeners
from backend.floor.live_route import live_route
from backend.floor.scanning.eyes import Eyes
from backend.floor.srm import Door, portal_router
from backend.kernel.commands import Registry
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
from backend.kernel.http.pass_on import pass_on
from backend.kernel.http.pwa import pwa_routes
from backend.kernel.live import Live
from backend.kernel.settings import Settings, from_environment
from backend.migrations import head

API: Final = "/api/floor"
MAX_BODY_BYTES: Final = 256 * 1024
PORTAL_POOL: Final = 4  # suppliers never take the connections of people on the floor
INJECTED: Final = ("db", "live", "gate", "settings", "eyes", "door")
PWA_DIST: Final = Path(__file__).parent.parent / "pwa" / "dist"

SLICES: Final = (
    "backend.access",
    "backend.floor.catalog",
    "backend.floor.stock",
    "backend.floor.work",
    "backend.floor.wms.shipping",
    "backend.floor.wms.picking",
    "backend.floor.wms.counting",
    "backend.floor.wms.waves",
    "backend.floor.wms.receiving",
    "backend.floor.wms.putaway",
    "backend.floor.qms",
    "backend.floor.srm",
    "backend.floor.mes",
    "backend.floor.trace",
    "backend.floor.link",
    "backend.floor.labels",
    "backend.floor.scanning",
    "backend.floor.printing",
)


def create_app() -> Litestar:
    """The floor's app with the settings of the environment: the factory for granian."""
    configure_logs()
    return create_floor_app(from_environment())


def create_floor_app(
    settings: Settings, *, handlers: tuple[ControllerRouterHandler, ...] = (), pwa: Path = PWA_DIST
) -> Litestar:
    """The floor's app. `handlers` are added beside the slices' routes (tests), `pwa` is the built front end's folder.

    Raises:
        UnguardedRoute: a route says neither who may enter nor that everyone may.
    """
    compose_listeners()
    parts = _parts(settings)
    app = Litestar(
        route_handlers=[
            Router(
                API, route_handlers=[*slice_routers(), commands_router(registry()), live_route, *handlers]
            ),
            portal_router,
            *_core(settings),
            *health_routes(parts["meter"], head=head()),
            *demo_routes(settings),
            *pwa_routes(pwa),
        ],
        dependencies={
            **{name: always(parts[name]) for name in INJECTED},
            "who": Provide(provide_who, sync_to_thread=False),
        },
        exception_handlers=exception_handlers(),
        request_class=StrictRequest,
        response_class=Answer,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=documented("Gemba floor", at=API, guard=requires()),
        logging_config=None,
        lifespan=[_running],
        state=State(parts),
    )
    refuse_unguarded(app)
    resolve_one_by_one(app)
    document_problems(all_handlers(app))
    tls = settings.secure_cookies
    edge = Edge(app.asgi_handler, api=api_headers(tls=tls), page=page_headers(tls=tls), meter=parts["meter"])
    app.asgi_handler = edge
    return app


def _parts(settings: Settings) -> dict[str, Any]:
    """What lives as long as the app, by the name under which handlers ask for it."""
    portal_db = Database(settings.portal_database_url or settings.database_url, pool_size=PORTAL_POOL)
    return {
        "db": Database(settings.database_url, pool_size=settings.pool_size),
        "portal_db": portal_db,
        "door": Door(portal_db, settings.secret),
        "eyes": Eyes(),
        "gate": Gate(settings.secret),
        "live": Live(settings.redis_url),
        "meter": Meter(),
        "settings": settings,
    }


def _core(settings: Settings) -> list[ControllerRouterHandler]:
    """The way on to the core, where it runs beside the floor; a deployment with a proxy in front lets that do it."""
    if settings.core_url is None:
        return []
    return [pass_on("/api/core", settings.core_url, why="the core guards its own routes")]


def slice_routers() -> list[Router]:
    """The `router` of every slice that has routes."""
    return [module.router for module in _modules("routes")]


def registry() -> Registry:
    """Every command of every slice.

    Raises:
        CommandNamedTwice: two slices claim one name.
    """
    merged: Registry = {}
    for module in _modules("commands"):
        own: Registry = getattr(module, "COMMANDS", {})
        if twice := merged.keys() & own.keys():
            raise CommandNamedTwice(f"claimed by two slices: {', '.join(sorted(twice))}")
        merged |= own
    return merged


class CommandNamedTwice(RuntimeError):
    """Two slices claim one command name."""


def _modules(name: str) -> list[Any]:
    found = [f"{owner}.{name}" for owner in SLICES if importlib.util.find_spec(owner) is not None]
    return [importlib.import_module(path) for path in found if importlib.util.find_spec(path) is not None]


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """Starts the live fan-out; at the end stops it and closes every database connection, after the last answer."""
    live: Live = app.state.live
    db: Database = app.state.db
    gate: Gate = app.state.gate
    await live.start()
    watch = asyncio.create_task(gate.watch(db))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await app.state.eyes.close()
        await live.stop()
        await db.close()
        await app.state.portal_db.close()
