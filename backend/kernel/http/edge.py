"""The outermost layer around an app: request id, security headers, compression of long JSON, metrics, a log line when it matters.

It is one plain ASGI function instead of a row of middlewares, because every middleware costs each request a closure and
an await, and here is the only place where headers are put.
"""

import gzip
from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog
from litestar.enums import ScopeType

from backend.kernel.http.headers import Header
from backend.kernel.http.logs import set_request_id
from backend.kernel.http.metrics import Meter
from backend.kernel.ids import new_id

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

log = structlog.get_logger()

REQUEST_ID: Final = b"x-request-id"
MIN_COMPRESSED_BYTES: Final = 2048
SLOW_SECONDS: Final = 2.0
_JSON: Final = (b"application/json", b"application/problem+json")
_ID_LENGTH: Final = range(8, 65)


class Edge:
    """Wraps `app`. Answers under `/api` get `api` headers, all others `page` headers, where the answer has none by that name."""

    def __init__(
        self, app: "ASGIApp", *, api: tuple[Header, ...], page: tuple[Header, ...], meter: Meter
    ) -> None:
        self._app = app
        self._api = api
        self._page = page
        self._meter = meter

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: "HTTPScope", receive: "Receive", send: "Send") -> None:
        started = perf_counter()
        given, zipped = _asked(scope["headers"])
        request_id = given or new_id().hex.encode()
        set_request_id(request_id.decode())
        fixed = self._api if scope["path"].startswith("/api/") else self._page
        status = 500
        held: Any = None

        async def told(message: Any) -> None:
            nonlocal status, held
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with(fixed, message["headers"], request_id)
                if zipped:
                    held = message
                    return
            elif held is not None:
                start, held = held, None
                if not message.get("more_body") and len(message.get("body", b"")) >= MIN_COMPRESSED_BYTES:
                    _compress(start, message)
                await send(start)
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            seconds = perf_counter() - started
            route = scope.get("path_template") or "unknown"
            self._meter.observe(scope["method"], str(route), status, seconds)
            if status >= 500 or seconds > SLOW_SECONDS:
                log.warning(
                    "request", method=scope["method"], route=route, status=status, seconds=round(seconds, 4)
                )


def _asked(headers: Iterable[Header]) -> tuple[bytes | None, bool]:
    """The request id the client gave, if usable in a log, and whether it takes gzip."""
    given, zipped = None, False
    for name, value in headers:
        if name == REQUEST_ID and len(value) in _ID_LENGTH and value.replace(b"-", b"").isalnum():
            given = value
        elif name == b"accept-encoding":
            zipped = b"gzip" in value
    return given, zipped


def _with(fixed: tuple[Header, ...], headers: Iterable[Header], request_id: bytes) -> list[Header]:
    own = list(headers)
    names = {name for name, _ in own}
    own.extend(header for header in fixed if header[0] not in names)
    own.append((REQUEST_ID, request_id))
    return own


def _compress(start: Any, message: Any) -> None:
    """Compresses a whole JSON body in place. Bodies are secret only from those without the bearer token, so BREACH does not apply."""
    kind = next((value for name, value in start["headers"] if name == b"content-type"), b"")
    if kind.split(b";")[0] not in _JSON:
        return
    message["body"] = gzip.compress(message["body"], 5, mtime=0)
    start["headers"] = [
        *(header for header in start["headers"] if header[0] not in {b"content-length", b"vary"}),
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(message["body"])).encode()),
        (b"vary", b"accept-encoding"),
    ]
