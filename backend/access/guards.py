"""Who may enter a route. Deny by default: an app with a route that has neither a role guard nor the `public` mark does not start."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute, WebSocketRoute

from backend.access.roles import ADMIN, ROLES, SUPERVISOR
from backend.access.tokens import SignedIn
from backend.kernel.commands import Who
from backend.kernel.http.request import header
from backend.kernel.problems import NotAllowed

if TYPE_CHECKING:
    from backend.access.gate import Gate

_PUBLIC: Final = "public"

Connection = ASGIConnection[Any, Any, Any, Any]


class RoleGuard:
    """Lets people with one of `roles` in; with no roles named, everyone who is signed in."""

    def __init__(self, roles: frozenset[str]) -> None:
        unknown = roles - set(ROLES)
        if unknown:
            raise ValueError(f"no such role: {sorted(unknown)}")
        self.roles = roles | {ADMIN} if SUPERVISOR in roles else roles

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        gate = cast("Gate", connection.app.state.gate)
        signed_in = gate.enter(header(connection, b"authorization"))
        if self.roles and self.roles.isdisjoint(signed_in.who.roles):
            raise NotAllowed(
                f"This needs the role {' or '.join(sorted(self.roles))}", needed=sorted(self.roles)
            )
        connection.scope["auth"] = signed_in
        connection.scope["user"] = signed_in.who


def requires(*roles: str) -> RoleGuard:
    """A guard for `guards=[requires("picker", "supervisor")]`; `requires()` asks only for a sign-in."""
    return RoleGuard(frozenset(roles))


def public(why: str) -> dict[str, str]:
    """Marks a route as open to anyone, with the reason: `opt=public("a device has no token before it is enrolled")`."""
    return {_PUBLIC: why}


def provide_who(request: Request[Who, SignedIn, Any]) -> Who:
    """The dependency `who`: the person behind a guarded request."""
    return request.user


class UnguardedRoute(RuntimeError):
    """A route has neither a role guard nor a `public` mark."""


def handlers(app: Litestar) -> Iterator[tuple[str, str, BaseRouteHandler]]:
    """Every (path, method, handler) of an app, but the OPTIONS answers that Litestar makes by itself."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield route.path, method, handler
        elif isinstance(route, WebSocketRoute):
            yield route.path, "WEBSOCKET", route.route_handler
        else:
            yield route.path, "ASGI", route.route_handler


def is_guarded(handler: BaseRouteHandler) -> bool:
    """Whether a handler asks for a role, or says that it is public and why."""
    if handler.opt.get(_PUBLIC):
        return True
    return any(
        isinstance(guard, RoleGuard) for layer in handler.ownership_layers for guard in layer.guards or ()
    )


def refuse_unguarded(app: Litestar) -> None:
    """Raises UnguardedRoute, naming every route that is open by oversight."""
    found = [f"{method} {path}" for path, method, handler in handlers(app) if not is_guarded(handler)]
    if found:
        raise UnguardedRoute(f"without a guard or a public mark: {', '.join(found)}")
