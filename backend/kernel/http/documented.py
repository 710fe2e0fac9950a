"""The OpenAPI document of a service, and in it what each route may answer when it does not do what was asked."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from litestar import Router
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import Guard

from backend.kernel.http.problems import MEDIA_TYPE

_WORDS: Final = {
    400: "The message is not understood",
    401: "Sign in first",
    403: "The role does not allow it",
    404: "Not found",
    409: "A fact of the floor stands against it",
    422: "The command key was used for something else",
    503: "Not available right now, nothing was booked",
}


class ProblemDocument(msgspec.Struct, kw_only=True):
    """An RFC 9457 problem document. `facts` are the numbers and names behind `detail`; `request` finds it in the logs."""

    type: str
    title: str
    status: int
    detail: str
    facts: dict[str, Any] | None = None
    request: str | None = None


def documented(title: str, *, at: str, guard: Guard) -> OpenAPIConfig:
    """How a service describes itself: JSON below `at`/schema, for whom the guard lets in."""
    return OpenAPIConfig(
        title=title,
        version="1",
        use_handler_docstrings=True,
        openapi_router=Router(f"{at}/schema", route_handlers=[], include_in_schema=False, guards=[guard]),
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
        ),
        security=[{"bearer": []}],
    )


def document_problems(handlers: Iterable[tuple[str, str, BaseRouteHandler]]) -> None:
    """Adds the problems to every (path, method, handler) in the document; what a handler documents itself stays."""
    for path, method, handler in handlers:
        if isinstance(handler, HTTPRouteHandler):
            handler.responses = {
                status: _SPECS[status] for status in _statuses(path, method, handler)
            } | dict(handler.responses or {})


def _statuses(path: str, method: str, handler: HTTPRouteHandler) -> set[int]:
    guarded = any(layer.guards for layer in handler.ownership_layers)
    return (
        {400, 503}
        | ({401, 403} if guarded else set())
        | ({404} if "{" in path else set())
        | ({409, 422} if method != "GET" else set())
    )


_SPECS: Final = {
    status: ResponseSpec(
        data_container=ProblemDocument, description=words, media_type=MEDIA_TYPE, generate_examples=False
    )
    for status, words in _WORDS.items()
}
