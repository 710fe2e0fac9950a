"""Every error as RFC 9457 problem details, made in one place: what went wrong in `detail`, how to name it in `type`."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.kernel import problems
from backend.kernel.db import is_lost, sqlstate
from backend.kernel.http.logs import request_id

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 2

_encode = msgspec.json.Encoder(decimal_format="string", enc_hook=str).encode

# No space, too many connections, out of memory, lock or statement timeout, shutting down, a read-only replica, and what is left
# of deadlocks and serialisation failures after the retries: all pass by themselves.
_PASSING: Final = ("53", "55P03", "57014", "57P", "58", "25006", "40001", "40P01")


class _Named(problems.Problem):
    """A problem of the HTTP layer itself, named by its status."""


class PayloadTooLarge(_Named):
    """The body is longer than this route takes."""

    status = 413
    type = "too-large"
    title = "The message is too large"


class MethodNotAllowed(_Named):
    """The address is right, the method is not."""

    status = 405
    type = "method-not-allowed"
    title = "That method is not allowed here"


class UnsupportedMedia(_Named):
    """The content type is not one this route reads."""

    status = 415
    type = "unsupported-media"
    title = "That content type is not understood"


class Broken(_Named):
    """A fault of ours. The request id finds it in the logs; nothing of it is shown."""

    status = 500
    type = "broken"
    title = "Something went wrong on our side"


_BY_STATUS: Final[Mapping[int, type[problems.Problem]]] = {
    problem.status: problem
    for problem in (
        problems.BadRequest,
        problems.NotSignedIn,
        problems.NotAllowed,
        problems.NotFound,
        problems.TooMany,
        problems.Unavailable,
        PayloadTooLarge,
        MethodNotAllowed,
        UnsupportedMedia,
    )
}


def exception_handlers() -> dict[int | type[Exception], Any]:
    """The app's exception handlers: one for each way an error comes in, all ending in `respond`."""
    return {
        problems.Problem: respond,
        HTTPException: lambda request, error: respond(request, _from_http(request, error)),
        DBAPIError: _from_database,
        PoolTimeout: _from_database,
        Exception: _unexpected,
    }


def respond(request: Request[Any, Any, Any], problem: problems.Problem) -> Response[bytes]:
    """The answer to a problem, with the headers its status asks for."""
    body = {**problem.body(), "request": request_id()}
    headers: dict[str, str] = {}
    if problem.status == problems.Unavailable.status:
        headers["retry-after"] = str(problem.facts.get("seconds", RETRY_SECONDS))
    elif problem.status == problems.TooMany.status:
        headers["retry-after"] = str(problem.facts.get("seconds", 1))
    elif problem.status == problems.NotSignedIn.status:
        headers["www-authenticate"] = 'Bearer realm="gemba"'
    elif problem.status == MethodNotAllowed.status:
        headers["allow"] = ", ".join(problem.facts.get("allowed", ()))
    del request
    return Response(_encode(body), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _from_http(request: Request[Any, Any, Any], error: HTTPException) -> problems.Problem:
    if isinstance(error, ValidationException):
        return _from_validation(error)
    known = _BY_STATUS.get(error.status_code)
    if known is None:
        known = problems.BadRequest if error.status_code < 500 else Broken
    if known is problems.NotFound:
        return problems.NotFound(f"There is nothing at {request.url.path[:200]}")
    if known is MethodNotAllowed:
        allowed = [part.strip() for part in (error.headers or {}).get("allow", "").split(",") if part.strip()]
        return MethodNotAllowed(
            f"{request.method} is not allowed at {request.url.path[:200]}", allowed=allowed
        )
    if known is PayloadTooLarge:
        return PayloadTooLarge("The message is larger than this address takes")
    if known is Broken:
        log.error("http_error", error=repr(error))
        return Broken()
    return known(error.detail)


def _from_validation(error: ValidationException) -> problems.BadRequest:
    """Names each wrong field: `quantity: the quantity is negative`."""
    parts = error.extra if isinstance(error.extra, list) else []
    fields = [_field(part) for part in parts if isinstance(part, dict)]
    told = "; ".join(": ".join(filter(None, (field.get("key"), field["message"]))) for field in fields)
    return problems.BadRequest(told or error.detail, fields=fields)


def _field(part: dict[str, Any]) -> dict[str, str]:
    """One wrong field. Litestar calls the whole body `data`, which is no name a client knows."""
    key = part.get("key")
    named = {"key": str(key)} if key and key != "data" else {}
    if part.get("message") == "'data'":  # how an absent body comes out of the signature's check
        return {"message": "The message has no body", "source": "body"}
    return {
        **named,
        "message": str(part.get("message", "not understood")),
        "source": str(part.get("source", "body")),
    }


def is_passing(error: BaseException) -> bool:
    """Whether a database error passes by itself, so that the same message may be sent again."""
    if isinstance(error, PoolTimeout) or is_lost(error):
        return True
    return (sqlstate(error) or "").startswith(_PASSING)


def is_unstorable(error: BaseException) -> bool:
    """Whether the sender's own data is what the database cannot take: a NUL character, a number out of range (class 22)."""
    return isinstance(error, DBAPIError) and (sqlstate(error) or "").startswith("22")


def _from_database(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    if is_passing(error):
        log.warning("database_unavailable", sqlstate=sqlstate(error), error=type(error).__name__)
        return respond(request, problems.Unavailable())
    if is_unstorable(error):
        return respond(request, problems.BadRequest("Something in the message cannot be stored"))
    return _unexpected(request, error)


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    if isinstance(error, OSError) and is_lost(error):
        log.warning("unavailable", error=repr(error))
        return respond(request, problems.Unavailable())
    log.error("unexpected", route=str(request.scope.get("path_template")), exc_info=error)
    return respond(request, Broken())
