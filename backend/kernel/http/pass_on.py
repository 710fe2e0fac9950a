"""Passes requests under a path on to another service on this host, so that a browser knows one origin only.

A deployment with a proxy in front lets that do it. Here it is for `gemba up`: bodies are small JSON and are read whole.
"""

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpcore
from litestar import asgi
from litestar.enums import ScopeType

from backend.kernel.problems import Problem, Unavailable

if TYPE_CHECKING:
    from litestar.handlers import ASGIRouteHandler
    from litestar.types import Receive, Scope, Send

MAX_BODY_BYTES: Final = 256 * 1024
CONNECTIONS: Final = 20
SECONDS: Final = {"connect": 3.0, "read": 30.0, "write": 10.0, "pool": 5.0}

# Of one hop only (RFC 9110, 7.6.1), or said anew by the edge on this side.
_LEFT_OUT: Final = {
    b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection", b"accept-encoding",
    b"content-length", b"x-request-id", b"date", b"server",
}  # fmt: skip
_AWAY: Final = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError)


class TooLarge(Problem):
    """More than any command is."""

    status = 413
    type = "too-large"
    title = "The request is too large"


def pass_on(path: str, to: str, *, why: str) -> "ASGIRouteHandler":
    """A mount at `path` that passes everything on to the service at `to`; `why` says who guards it.

    Raises (from a request):
        Unavailable: the service does not answer.
        TooLarge: the body is over 256 KiB.
    """
    there = urlsplit(to)
    pool = httpcore.AsyncConnectionPool(max_connections=CONNECTIONS, keepalive_expiry=4.0)

    @asgi(path, is_mount=True, copy_scope=True, opt={"public": why})
    async def onward(scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != ScopeType.HTTP:
            raise Unavailable
        request: Any = scope
        target = request["raw_path"].split(b"?")[0]
        if request["query_string"]:
            target += b"?" + request["query_string"]
        headers = [(name, value) for name, value in request["headers"] if name not in _LEFT_OUT]
        given = [(name, value) for name, value in request["headers"] if name == b"x-request-id"]
        url = httpcore.URL(
            scheme=there.scheme.encode(), host=(there.hostname or "").encode(), port=there.port, target=target
        )
        body = await _whole(receive)
        try:
            answer = await pool.request(
                request["method"].encode() if isinstance(request["method"], str) else request["method"],
                url,
                headers=headers + given,
                content=body,
                extensions={"timeout": SECONDS},
            )
        except _AWAY as error:
            raise Unavailable("The office's part of Gemba does not answer. The floor goes on.") from error
        kept = [(name.lower(), value) for name, value in answer.headers if name.lower() not in _LEFT_OUT]
        kept.append((b"content-length", str(len(answer.content)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": kept})
        await send({"type": "http.response.body", "body": answer.content, "more_body": False})

    return onward


async def _whole(receive: "Receive") -> bytes:
    body = b""
    while True:
        message: Any = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge
        if not message.get("more_body"):
            return body
